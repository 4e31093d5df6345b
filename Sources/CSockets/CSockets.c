#include "CSockets.h"

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
    if (result == -EPIPE && !already) {
        struct timespec none = {0, 0};
        while (sigtimedwait(&pipe, NULL, &none) < 0 && errno == EINTR) {}
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return result;
}
