// To be loaded before a program: a kernel whose sockets are of the family AX.25 and refuse MSG_NOSIGNAL, as that one does.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <sys/socket.h>
#include <sys/syscall.h>

static int refuses(int flags) {
    if (!(flags & MSG_NOSIGNAL)) return 0;
    errno = EINVAL;
    return 1;
}

int getsockopt(int fd, int level, int name, void *value, socklen_t *length) {
    int (*next)(int, int, int, void *, socklen_t *) = dlsym(RTLD_NEXT, "getsockopt");
    int result = next(fd, level, name, value, length);
    if (result == 0 && level == SOL_SOCKET && name == SO_DOMAIN) *(int *)value = AF_AX25;
    return result;
}

ssize_t send(int fd, const void *bytes, size_t count, int flags) {
    if (refuses(flags)) return -1;
    ssize_t (*next)(int, const void *, size_t, int) = dlsym(RTLD_NEXT, "send");
    return next(fd, bytes, count, flags);
}

ssize_t sendto(int fd, const void *bytes, size_t count, int flags, const struct sockaddr *address, socklen_t length) {
    if (refuses(flags)) return -1;
    ssize_t (*next)(int, const void *, size_t, int, const struct sockaddr *, socklen_t) = dlsym(RTLD_NEXT, "sendto");
    return next(fd, bytes, count, flags, address, length);
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags) {
    if (refuses(flags)) return -1;
    ssize_t (*next)(int, const struct msghdr *, int) = dlsym(RTLD_NEXT, "sendmsg");
    return next(fd, message, flags);
}

int sendmmsg(int fd, struct mmsghdr *messages, unsigned int count, int flags) {
    if (refuses(flags)) return -1;
    int (*next)(int, struct mmsghdr *, unsigned int, int) = dlsym(RTLD_NEXT, "sendmmsg");
    return next(fd, messages, count, flags);
}

long syscall(long number, ...) {
    va_list list;
    va_start(list, number);
    long a[6];
    for (int i = 0; i < 6; i++) a[i] = va_arg(list, long);
    va_end(list);
    if (number == SYS_sendto && refuses((int)a[3])) return -1;
    long (*next)(long, ...) = dlsym(RTLD_NEXT, "syscall");
    return next(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}
