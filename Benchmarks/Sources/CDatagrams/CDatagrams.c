#define _GNU_SOURCE
#include "CDatagrams.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static double seconds_of(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

double datagrams_thread_time(void) { return seconds_of(CLOCK_THREAD_CPUTIME_ID); }

double datagrams_process_time(void) { return seconds_of(CLOCK_PROCESS_CPUTIME_ID); }

int datagrams_echo(int fd, long count) {
    char bytes[2048];
    struct sockaddr_storage address;
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    if (epoll < 0 || epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0) return -errno;
    int result = 0;
    while (count > 0 && result == 0) {
        if (epoll_wait(epoll, &event, 1, 5000) <= 0) {
            result = -ETIMEDOUT;
            break;
        }
        while (count > 0) {
            socklen_t length = sizeof address;
            ssize_t size = recvfrom(fd, bytes, sizeof bytes, MSG_DONTWAIT, (struct sockaddr *)&address, &length);
            if (size < 0) {
                if (errno != EAGAIN) result = -errno;
                break;
            }
            if (sendto(fd, bytes, (size_t)size, 0, (struct sockaddr *)&address, length) < 0) {
                result = -errno;
                break;
            }
            count--;
        }
    }
    close(epoll);
    return result;
}

int datagrams_echo_batches(int fd, long count, int joined) {
    enum { maximum = 64, room = 2048 };
    static char bytes[maximum][room];
    struct sockaddr_storage addresses[maximum];
    struct mmsghdr headers[maximum];
    struct iovec vectors[maximum];
    struct timeval limit = {.tv_sec = 5};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    while (count > 0) {
        for (int i = 0; i < maximum; i++) {
            vectors[i] = (struct iovec){bytes[i], room};
            headers[i].msg_hdr = (struct msghdr){
                .msg_name = &addresses[i], .msg_namelen = sizeof addresses[i], .msg_iov = &vectors[i], .msg_iovlen = 1};
        }
        int came = recvmmsg(fd, headers, maximum, MSG_WAITFORONE, NULL);
        if (came < 0) return errno == EAGAIN ? -ETIMEDOUT : -errno;
        for (int i = 0; i < came; i++) vectors[i].iov_len = headers[i].msg_len;
        if (joined) {
            int size = (int)headers[0].msg_len;
            if (setsockopt(fd, SOL_UDP, UDP_SEGMENT, &size, sizeof size) < 0) return -errno;
            headers[0].msg_hdr.msg_iovlen = (size_t)came;
            if (sendmsg(fd, &headers[0].msg_hdr, 0) < 0) return -errno;
        } else {
            for (int sent = 0; sent < came;) {
                int more = sendmmsg(fd, headers + sent, (unsigned)(came - sent), 0);
                if (more < 0) return -errno;
                sent += more;
            }
        }
        count -= came;
    }
    return 0;
}

int datagrams_load(int fd, int window, int size, long count, int segments) {
    enum { maximum = 64 };
    static char out[maximum * 1500], in[maximum][2048];
    struct mmsghdr headers[maximum];
    struct iovec vectors[maximum];
    if (window < 1 || window > maximum || size < 1 || size > 1500) return -EINVAL;
    struct timeval limit = {.tv_sec = 5};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    if (segments && setsockopt(fd, SOL_UDP, UDP_SEGMENT, &size, sizeof size) < 0) return -errno;
    while (count > 0) {
        memset(headers, 0, sizeof headers);
        for (int i = 0; i < window; i++) {
            vectors[i] = (struct iovec){out + i * size, (size_t)size};
            headers[i].msg_hdr = (struct msghdr){.msg_iov = &vectors[i], .msg_iovlen = 1};
        }
        if (segments) {
            if (send(fd, out, (size_t)(window * size), 0) < 0) return -errno;
        } else {
            for (int sent = 0; sent < window;) {
                int more = sendmmsg(fd, headers + sent, (unsigned)(window - sent), 0);
                if (more < 0) return -errno;
                sent += more;
            }
        }
        for (int left = window; left > 0;) {
            for (int i = 0; i < left; i++) {
                vectors[i] = (struct iovec){in[i], sizeof in[i]};
                headers[i].msg_hdr = (struct msghdr){.msg_iov = &vectors[i], .msg_iovlen = 1};
            }
            int came = recvmmsg(fd, headers, (unsigned)left, MSG_WAITFORONE, NULL);
            if (came < 0) return errno == EAGAIN ? -ETIMEDOUT : -errno;
            left -= came;
        }
        count -= window;
    }
    return 0;
}
