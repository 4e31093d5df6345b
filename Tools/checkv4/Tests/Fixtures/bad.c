/* A small client of the old kind. A comment that says gethostbyname is no call. */
#include <netdb.h>

int connect_to(const char *name, int port)
{
    struct hostent *found = gethostbyname(name);
    struct sockaddr_in peer;
    int s = socket(AF_INET, SOCK_STREAM, 0);
    memset(&peer, 0, sizeof(struct sockaddr_in));
    peer.sin_family = AF_INET;
    memcpy(&peer.sin_addr, found->h_addr, found->h_length);
    printf("%d.%d.%d.%d\n", 1, 2, 3, 4);
    return connect(s, (struct sockaddr *)&peer, sizeof(struct sockaddr_in));
}

void resolve(void)
{
    struct addrinfo hints = {0};
    hints.ai_family = AF_INET;
    use(&hints);
}

int allowed(void)
{
    return inet_addr("127.0.0.1"); /* v4check:ignore V4-TXT01,V4-LIT02 -- the example of an ignore comment */
}
