#include "CSockets.h"

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
// The sanitizer learns from recv and send that what one thread did before sending happened before the other received.
#define CSOCKETS_PLAIN_LIBC 1
#endif
#endif

ssize_t csockets_recv(int fd, void *bytes, size_t count, int flags) {
#if defined(CSOCKETS_PLAIN_LIBC) || !defined(SYS_recvfrom)
    ssize_t result = recv(fd, bytes, count, flags);
#else
    ssize_t result = syscall(SYS_recvfrom, fd, bytes, count, flags, NULL, NULL);
#endif
    return __builtin_expect(result < 0, 0) ? -errno : result;
}

ssize_t csockets_send(int fd, const void *bytes, size_t count, int flags) {
#if defined(CSOCKETS_PLAIN_LIBC) || !defined(SYS_sendto)
    ssize_t result = send(fd, bytes, count, flags);
#else
    ssize_t result = syscall(SYS_sendto, fd, bytes, count, flags, NULL, 0);
#endif
    return __builtin_expect(result < 0, 0) ? -errno : result;
}

ssize_t csockets_sendfile(int out, int in, int64_t offset, size_t count) {
    sigset_t pipe, before, pending;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    sigpending(&pending);
    int already = sigismember(&pending, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, &before);
    off_t start = (off_t)offset;
    ssize_t result = sendfile(out, in, &start, count);
    if (result < 0) result = -errno;
    // The signal comes too when the peer goes after the first bytes, and the call returns their number.
    if (!already && (result < 0 || (size_t)result < count)) {
        struct timespec none = {0, 0};
        while (sigtimedwait(&pipe, NULL, &none) < 0 && errno == EINTR) {}
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return result;
}

int csockets_start_thread(void *(*body)(void *), void *context) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_t thread;
    int result = pthread_create(&thread, NULL, body, context);
    if (result == 0) pthread_detach(thread);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return result;
}
