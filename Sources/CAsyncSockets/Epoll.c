#include "CAsyncSockets.h"

#include <errno.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
// The sanitizer learns from the library's call that what came before watching a descriptor is seen with its events.
#define CASYNC_PLAIN_LIBC 1
#endif
#endif

long casync_epoll_wait(int epoll, struct epoll_event *events, int capacity, int64_t nanoseconds) {
    long count;
#if !defined(CASYNC_PLAIN_LIBC) && defined(SYS_epoll_pwait2) && __SIZEOF_POINTER__ == 8
    static int lacks_pwait2;
    // Without a limit, and without one to be exact about, the older call does.
    if (nanoseconds > 0 && !__atomic_load_n(&lacks_pwait2, __ATOMIC_RELAXED)) {
        struct timespec limit = {nanoseconds / 1000000000, nanoseconds % 1000000000};
        count = syscall(SYS_epoll_pwait2, epoll, events, capacity, &limit, NULL, 0);
        if (count >= 0) return count;
        // A filter of system calls that is older than this one says EPERM.
        if (errno != ENOSYS && errno != EPERM) return -errno;
        __atomic_store_n(&lacks_pwait2, 1, __ATOMIC_RELAXED);
    }
#endif
    int64_t milliseconds = nanoseconds / 1000000 + (nanoseconds % 1000000 > 0);
    int limit = nanoseconds < 0 ? -1 : milliseconds > INT32_MAX ? INT32_MAX : (int)milliseconds;
#if defined(CASYNC_PLAIN_LIBC)
    count = epoll_wait(epoll, events, capacity, limit);
#else
    count = syscall(SYS_epoll_pwait, epoll, events, capacity, limit, NULL, 0);
#endif
    return count < 0 ? -errno : count;
}
