#include "CSockets.h"

#include <spawn.h>

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

/// Blocks SIGPIPE in this thread; whether one was waiting already is returned.
static int csockets_hold_pipe_signal(sigset_t *before) {
    sigset_t pipe, pending;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    sigpending(&pending);
    pthread_sigmask(SIG_BLOCK, &pipe, before);
    return sigismember(&pending, SIGPIPE);
}

/// Takes back a SIGPIPE that came, and unblocks it.
static void csockets_release_pipe_signal(const sigset_t *before, int take) {
    if (take) {
        sigset_t pipe;
        sigemptyset(&pipe);
        sigaddset(&pipe, SIGPIPE);
        struct timespec none = {0, 0};
        while (sigtimedwait(&pipe, NULL, &none) < 0 && errno == EINTR) {}
    }
    pthread_sigmask(SIG_SETMASK, before, NULL);
}

/// Whether sending failed because the socket's family knows no MSG_NOSIGNAL: these refuse every flag but a few, and their
/// streams send the signal.
static int csockets_refused_flag(int fd, int flags) {
    if (errno != EINVAL || !(flags & MSG_NOSIGNAL)) return 0;
    int family = 0;
    socklen_t length = sizeof family;
    if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &family, &length) < 0) family = 0;
    errno = EINVAL;
    switch (family) {
    case AF_APPLETALK: case AF_AX25: case AF_IPX: case AF_NETROM: case AF_ROSE: case AF_X25: return 1;
    default: return 0;
    }
}

/// Sends once more without the flag, SIGPIPE held instead; -errno if not.
static int csockets_resend(int fd, struct mmsghdr *messages, unsigned int count, int flags) {
    sigset_t before;
    int already = csockets_hold_pipe_signal(&before);
    int result = sendmmsg(fd, messages, count, flags & ~MSG_NOSIGNAL);
    if (result < 0) result = -errno;
    csockets_release_pipe_signal(&before, !already && result < (int)count);
    return result;
}

static ssize_t csockets_resend_one(int fd, const struct msghdr *header, int flags) {
    struct mmsghdr message = {*header, 0};
    int result = csockets_resend(fd, &message, 1, flags);
    return result < 0 ? result : (ssize_t)message.msg_len;
}

ssize_t csockets_send(int fd, const void *bytes, size_t count, int flags) {
#if defined(CSOCKETS_PLAIN_LIBC) || !defined(SYS_sendto)
    ssize_t result = send(fd, bytes, count, flags);
#else
    ssize_t result = syscall(SYS_sendto, fd, bytes, count, flags, NULL, 0);
#endif
    return __builtin_expect(result < 0, 0) ? -errno : result;
}

ssize_t csockets_send_refused(int fd, const void *bytes, size_t count, int flags) {
    errno = EINVAL;
    if (!csockets_refused_flag(fd, flags)) return -EINVAL;
    struct iovec vector = {(void *)bytes, count};
    struct msghdr header = {.msg_iov = &vector, .msg_iovlen = 1};
    return csockets_resend_one(fd, &header, flags);
}

ssize_t csockets_sendto(int fd, const void *bytes, size_t count, int flags, const void *address, socklen_t length) {
    ssize_t result = sendto(fd, bytes, count, flags, (const struct sockaddr *)address, length);
    if (result >= 0) return result;
    if (!csockets_refused_flag(fd, flags)) return -errno;
    struct iovec vector = {(void *)bytes, count};
    struct msghdr header = {.msg_name = (void *)address, .msg_namelen = length, .msg_iov = &vector, .msg_iovlen = 1};
    return csockets_resend_one(fd, &header, flags);
}

ssize_t csockets_sendmsg(int fd, const struct msghdr *message, int flags) {
    ssize_t result = sendmsg(fd, message, flags);
    if (result >= 0) return result;
    return csockets_refused_flag(fd, flags) ? csockets_resend_one(fd, message, flags) : -errno;
}

int csockets_sendmmsg(int fd, struct mmsghdr *messages, unsigned int count, int flags) {
    int result = sendmmsg(fd, messages, count, flags);
    if (result >= 0) return result;
    return csockets_refused_flag(fd, flags) ? csockets_resend(fd, messages, count, flags) : -errno;
}

ssize_t csockets_sendfile(int out, int in, int64_t offset, size_t count) {
    sigset_t before;
    int already = csockets_hold_pipe_signal(&before);
    off_t start = (off_t)offset;
    ssize_t result = sendfile(out, in, &start, count);
    if (result < 0) result = -errno;
    // The signal comes too when the peer goes after the first bytes, and the call returns their number.
    csockets_release_pipe_signal(&before, !already && (result < 0 || (size_t)result < count));
    return result;
}

ssize_t csockets_splice_quietly(int in, int out, size_t count) {
    sigset_t before;
    int already = csockets_hold_pipe_signal(&before);
    ssize_t result = csockets_splice(in, out, count);
    csockets_release_pipe_signal(&before, !already && (result < 0 || (size_t)result < count));
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

int csockets_epoll_wait(int epoll, struct csockets_ready *ready, int capacity, int64_t nanoseconds) {
    struct epoll_event events[256];
    if (capacity > 256) capacity = 256;
    int count = -1;
    errno = ENOSYS;
#if defined(SYS_epoll_pwait2) && __SIZEOF_POINTER__ == 8
    static int lacks_pwait2;
    if (!__atomic_load_n(&lacks_pwait2, __ATOMIC_RELAXED)) {
        struct timespec limit = {nanoseconds / 1000000000, nanoseconds % 1000000000};
        count = (int)syscall(SYS_epoll_pwait2, epoll, events, capacity, nanoseconds < 0 ? NULL : &limit, NULL, 0);
        // A filter of system calls that is older than this one says EPERM.
        if (count < 0 && errno == EPERM) errno = ENOSYS;
        if (count < 0 && errno == ENOSYS) __atomic_store_n(&lacks_pwait2, 1, __ATOMIC_RELAXED);
    } else {
        errno = ENOSYS;
    }
#endif
    if (count < 0 && errno == ENOSYS) {
        int64_t milliseconds = nanoseconds / 1000000 + (nanoseconds % 1000000 > 0);
        int limit = nanoseconds < 0 ? -1 : milliseconds > INT32_MAX ? INT32_MAX : (int)milliseconds;
        count = epoll_wait(epoll, events, capacity, limit);
    }
    if (count < 0) return -errno;
    for (int index = 0; index < count; index++) {
        ready[index].token = events[index].data.u64;
        ready[index].events = events[index].events;
    }
    return count;
}

struct csockets_thread {
    void (*body)(void *);
    void *context;
    char name[16];
};

static void *csockets_thread_main(void *argument) {
    struct csockets_thread thread = *(struct csockets_thread *)argument;
    free(argument);
    pthread_setname_np(pthread_self(), thread.name);
    thread.body(thread.context);
    return NULL;
}

int csockets_thread_start(size_t stack, const char *name, void (*body)(void *), void *context) {
    struct csockets_thread *thread = calloc(1, sizeof *thread);
    if (!thread) return -ENOMEM;
    thread->body = body;
    thread->context = context;
    strncpy(thread->name, name, sizeof thread->name - 1);
    pthread_attr_t attributes;
    int error = pthread_attr_init(&attributes);
    if (!error) {
        // Whole pages, and never less than what the system asks for.
        size_t page = (size_t)sysconf(_SC_PAGESIZE), least = (size_t)sysconf(_SC_THREAD_STACK_MIN);
        if (stack < least) stack = least;
        if (stack > SIZE_MAX - page) stack = SIZE_MAX - page;
        stack = (stack + page - 1) / page * page;
        error = pthread_attr_setstacksize(&attributes, stack);
        if (!error) error = pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
        pthread_t started;
        if (!error) error = pthread_create(&started, &attributes, csockets_thread_main, thread);
        pthread_attr_destroy(&attributes);
    }
    if (error) free(thread);
    return -error;
}

int csockets_spawn(int fd, const char *program, char *const *arguments, char *const *environment) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t all, none;
    sigfillset(&all);
    sigemptyset(&none);
    int error = posix_spawn_file_actions_init(&actions);
    if (error) return -error;
    error = posix_spawnattr_init(&attributes);
    if (error) {
        posix_spawn_file_actions_destroy(&actions);
        return -error;
    }
    pid_t child = 0;
    // A duplicate is not closed on exec, also where both numbers are the same.
    error = posix_spawn_file_actions_adddup2(&actions, fd, STDIN_FILENO);
    if (!error) error = posix_spawn_file_actions_adddup2(&actions, STDIN_FILENO, STDOUT_FILENO);
    if (!error) error = posix_spawnattr_setsigmask(&attributes, &none);
    if (!error) error = posix_spawnattr_setsigdefault(&attributes, &all);
    if (!error) error = posix_spawnattr_setpgroup(&attributes, 0);
    if (!error) {
        error = posix_spawnattr_setflags(
            &attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    }
    if (!error) error = posix_spawnp(&child, program, &actions, &attributes, arguments, environment);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return error ? -error : child;
}

int csockets_set_segment_size(struct msghdr *message, void *control, size_t capacity, uint16_t size) {
    if (capacity < CMSG_SPACE(sizeof size)) return -ENOBUFS;
    message->msg_control = control;
    message->msg_controllen = CMSG_SPACE(sizeof size);
    struct cmsghdr *header = CMSG_FIRSTHDR(message);
    header->cmsg_level = SOL_UDP;
    header->cmsg_type = UDP_SEGMENT;
    header->cmsg_len = CMSG_LEN(sizeof size);
    memcpy(CMSG_DATA(header), &size, sizeof size);
    return 0;
}

/// Whether a control message has so many bytes, and has them inside of the control part.
static int csockets_has(const struct msghdr *message, const struct cmsghdr *header, size_t size) {
    size_t offset = (size_t)((const char *)header - (const char *)message->msg_control);
    return header->cmsg_len >= CMSG_LEN(size) && message->msg_controllen - offset >= CMSG_LEN(size);
}

int csockets_segment_size(struct msghdr *message) {
    if (!message->msg_control) return 0;
    for (struct cmsghdr *header = CMSG_FIRSTHDR(message); header; header = CMSG_NXTHDR(message, header)) {
        if (header->cmsg_level != SOL_UDP) continue;
        // As it was prepared for sending.
        uint16_t segment;
        if (header->cmsg_type == UDP_SEGMENT && csockets_has(message, header, sizeof segment)) {
            memcpy(&segment, CMSG_DATA(header), sizeof segment);
            return segment;
        }
        int size;
        if (header->cmsg_type != UDP_GRO) continue;
        if (!csockets_has(message, header, sizeof size)) return 0;
        memcpy(&size, CMSG_DATA(header), sizeof size);
        return size > 0 ? size : 0;
    }
    return 0;
}

/// Writes a control message at an offset of the control part, and returns the offset behind it; nothing where it has no room.
static size_t csockets_put(
    struct msghdr *message, size_t room, size_t offset, int level, int type, const void *data, size_t size
) {
    if (offset + CMSG_SPACE(size) > room) return offset;
    struct cmsghdr *header = (struct cmsghdr *)((char *)message->msg_control + offset);
    header->cmsg_level = level;
    header->cmsg_type = type;
    header->cmsg_len = CMSG_LEN(size);
    memcpy(CMSG_DATA(header), data, size);
    return offset + CMSG_SPACE(size);
}

void csockets_keep_reply_information(struct msghdr *message) {
    struct in_pktinfo info4;
    struct in6_pktinfo info6;
    int has4 = 0, has6 = 0;
    int segment = csockets_segment_size(message);
    size_t offset = 0;
    if (message->msg_control) {
        for (struct cmsghdr *header = CMSG_FIRSTHDR(message); header; header = CMSG_NXTHDR(message, header)) {
            if (header->cmsg_level == IPPROTO_IP && header->cmsg_type == IP_PKTINFO
                && csockets_has(message, header, sizeof info4)) {
                memcpy(&info4, CMSG_DATA(header), sizeof info4);
                // Link-local addresses belong to one interface; else the routes choose it.
                if ((ntohl(info4.ipi_spec_dst.s_addr) >> 16) != 0xa9fe) info4.ipi_ifindex = 0;
                info4.ipi_addr.s_addr = 0;
                has4 = 1;
            }
            if (header->cmsg_level == IPPROTO_IPV6 && header->cmsg_type == IPV6_PKTINFO
                && csockets_has(message, header, sizeof info6)) {
                memcpy(&info6, CMSG_DATA(header), sizeof info6);
                if (!IN6_IS_ADDR_LINKLOCAL(&info6.ipi6_addr)) info6.ipi6_ifindex = 0;
                // A group cannot be a sender.
                has6 = !IN6_IS_ADDR_MULTICAST(&info6.ipi6_addr);
            }
        }
        // All have come in the same memory, so there is room.
        size_t room = message->msg_controllen;
        if (has4) {
            offset = csockets_put(message, room, offset, IPPROTO_IP, IP_PKTINFO, &info4, sizeof info4);
        } else if (has6) {
            offset = csockets_put(message, room, offset, IPPROTO_IPV6, IPV6_PKTINFO, &info6, sizeof info6);
        }
        if (segment > 0 && segment <= UINT16_MAX) {
            uint16_t size = (uint16_t)segment;
            offset = csockets_put(message, room, offset, SOL_UDP, UDP_SEGMENT, &size, sizeof size);
        }
    }
    if (offset == 0) message->msg_control = NULL;
    message->msg_controllen = offset;
}

/// Whether two messages go to one receiver with the same control part.
static int csockets_same_way(const struct msghdr *first, const struct msghdr *second) {
    socklen_t length = first->msg_namelen;
    size_t size = first->msg_controllen;
    return length == second->msg_namelen && size == second->msg_controllen
        && (length == 0 || memcmp(first->msg_name, second->msg_name, length) == 0)
        && (size == 0 || memcmp(first->msg_control, second->msg_control, size) == 0);
}

/// How many messages can go as one from the first on: as many as have its size, and a last one with less.
static unsigned int csockets_run(struct mmsghdr *messages, unsigned int count, size_t room) {
    // What the kernel cuts at most, and what one datagram can have over both versions.
    enum { segments = 64, bytes = 65000 };
    struct msghdr *first = &messages[0].msg_hdr;
    size_t size = first->msg_iov->iov_len, sum = size;
    if (size == 0 || first->msg_controllen + CMSG_SPACE(sizeof(uint16_t)) > room) return 1;
    unsigned int length = 1;
    while (length < count && length < segments) {
        struct msghdr *next = &messages[length].msg_hdr;
        size_t more = next->msg_iov->iov_len;
        if (more == 0 || more > size || sum + more > bytes || !csockets_same_way(first, next)) break;
        sum += more;
        length++;
        if (more < size) break;
    }
    // One that is to be cut already stays as it is.
    return length > 1 && csockets_segment_size(first) > 0 ? 1 : length;
}

int csockets_send_joined(
    int fd, struct mmsghdr *messages, struct mmsghdr *joined, unsigned int count, void *controls, size_t room,
    int flags
) {
    unsigned int runs = 0;
    for (unsigned int start = 0; start < count; runs++) {
        unsigned int length = csockets_run(messages + start, count - start, room);
        joined[runs] = messages[start];
        struct msghdr *header = &joined[runs].msg_hdr;
        header->msg_iovlen = length;
        if (length > 1) {
            // Behind what the first one's own header counts, so that stays as it is.
            uint16_t size = (uint16_t)header->msg_iov->iov_len;
            header->msg_control = (char *)controls + start * room;
            header->msg_controllen =
                csockets_put(header, room, header->msg_controllen, SOL_UDP, UDP_SEGMENT, &size, sizeof size);
        }
        start += length;
    }
    int sent = csockets_sendmmsg(fd, joined, runs, flags);
    if (sent > 0) {
        unsigned int datagrams = 0;
        for (int run = 0; run < sent; run++) datagrams += (unsigned int)joined[run].msg_hdr.msg_iovlen;
        return (int)datagrams;
    }
    unsigned int length = (unsigned int)joined[0].msg_hdr.msg_iovlen;
    switch (sent) {
    // Larger than a packet, or no offload. What is wrong with the datagrams themselves is told again.
    case -EINVAL: case -EIO: case -EMSGSIZE: case -EOPNOTSUPP: case -ENOPROTOOPT:
        if (length > 1) return csockets_sendmmsg(fd, messages, length, flags);
    }
    return sent;
}

void csockets_next_error(int fd, struct csockets_error_message *message) {
    struct iovec vector = {message->bytes, sizeof message->bytes};
    struct msghdr header = {
        .msg_name = &message->name, .msg_namelen = sizeof message->name, .msg_iov = &vector, .msg_iovlen = 1,
        .msg_control = message->control, .msg_controllen = sizeof message->control,
    };
    ssize_t count;
    do count = recvmsg(fd, &header, MSG_ERRQUEUE | MSG_DONTWAIT);
    while (count < 0 && errno == EINTR);
    message->kind = count < 0 ? -errno : 0;
    if (count < 0) return;
    message->flags = header.msg_flags;
    message->count = (size_t)count;
    message->control_length = header.msg_controllen;
    message->name_length = header.msg_namelen;
    for (struct cmsghdr *next = CMSG_FIRSTHDR(&header); next; next = CMSG_NXTHDR(&header, next)) {
        int is_error = (next->cmsg_level == SOL_IP && next->cmsg_type == IP_RECVERR)
            || (next->cmsg_level == SOL_IPV6 && next->cmsg_type == IPV6_RECVERR);
        struct sock_extended_err error;
        if (!is_error || !csockets_has(&header, next, sizeof error)) continue;
        memcpy(&error, CMSG_DATA(next), sizeof error);
        if (error.ee_origin != SO_EE_ORIGIN_ZEROCOPY) continue;
        message->kind = 1;
        message->first = error.ee_info;
        message->last = error.ee_data;
        message->copied = error.ee_code & SO_EE_CODE_ZEROCOPY_COPIED;
        return;
    }
}
