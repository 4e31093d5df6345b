/* A client that takes every family: nothing is to be found here. */
#include <netdb.h>

int connect_to(const char *host, const char *port)
{
    struct addrinfo hints = {0}, *list, *one;
    int s = -1;
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    if (getaddrinfo(host, port, &hints, &list) != 0)
        return -1;
    for (one = list; one; one = one->ai_next) {
        s = socket(one->ai_family, one->ai_socktype, one->ai_protocol);
        if (s >= 0 && connect(s, one->ai_addr, one->ai_addrlen) == 0)
            break;
    }
    freeaddrinfo(list);
    return s;
}
