// What Swift cannot say: system headers with _GNU_SOURCE, and calls that return the result or the negative errno.
//
// Each wrapper reads errno in the same expression as the call, so that nothing (ARC traffic, a destructor, a lock) can
// run in between and overwrite it. Nothing here retries, waits or decides: that is the Swift side's work.
#ifndef CSOCKETS_H
#define CSOCKETS_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1
#endif

// _GNU_SOURCE renames the member of fd_set, and other modules (swift-system's) see the plain name: one type must not have
// two definitions, so this header is read as they read it.
#include <features.h>
#pragma push_macro("__USE_XOPEN")
#undef __USE_XOPEN
#include <sys/select.h>
#pragma pop_macro("__USE_XOPEN")

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <limits.h>
#include <linux/errqueue.h>
#include <linux/sock_diag.h>
#include <linux/sockios.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <linux/net_tstamp.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define CSOCKETS_RESULT(call) \
    ({ \
        __typeof__(call) result_ = (call); \
        result_ < 0 ? (__typeof__(call))(-errno) : result_; \
    })

// MARK: Option names that the C library or the kernel headers of some systems lack

#ifndef IP6T_SO_ORIGINAL_DST
#define IP6T_SO_ORIGINAL_DST 80
#endif
#ifndef IPV6_FLOWINFO
#define IPV6_FLOWINFO 11
#endif
#ifndef IPV6_FLOWINFO_SEND
#define IPV6_FLOWINFO_SEND 33
#endif
#ifndef IPV6_MULTICAST_ALL
#define IPV6_MULTICAST_ALL 29
#endif
#ifndef IPV6_RECVERR_RFC4884
#define IPV6_RECVERR_RFC4884 31
#endif
#ifndef IPV6_ROUTER_ALERT_ISOLATE
#define IPV6_ROUTER_ALERT_ISOLATE 30
#endif
#ifndef IP_CHECKSUM
#define IP_CHECKSUM 23
#endif
#ifndef IP_LOCAL_PORT_RANGE
#define IP_LOCAL_PORT_RANGE 51
#endif
#ifndef IP_PROTOCOL
#define IP_PROTOCOL 52
#endif
#ifndef IP_RECVERR_RFC4884
#define IP_RECVERR_RFC4884 26
#endif
#ifndef SOL_UDPLITE
#define SOL_UDPLITE 136
#endif
#ifndef SO_ORIGINAL_DST
#define SO_ORIGINAL_DST 80
#endif
#ifndef SO_PASSPIDFD
#define SO_PASSPIDFD 76
#endif
#ifndef SO_PASSRIGHTS
#define SO_PASSRIGHTS 83
#endif
#ifndef SO_PEERPIDFD
#define SO_PEERPIDFD 77
#endif
#ifndef SO_RCVMARK
#define SO_RCVMARK 75
#endif
#ifndef SO_RCVPRIORITY
#define SO_RCVPRIORITY 82
#endif
#ifndef SO_RESERVE_MEM
#define SO_RESERVE_MEM 73
#endif
#ifndef SO_TXREHASH
#define SO_TXREHASH 74
#endif
#ifndef TCP_DELACK_MAX_US
#define TCP_DELACK_MAX_US 46
#endif
#ifndef TCP_IS_MPTCP
#define TCP_IS_MPTCP 43
#endif
#ifndef TCP_RTO_MAX_MS
#define TCP_RTO_MAX_MS 44
#endif
#ifndef TCP_RTO_MIN_US
#define TCP_RTO_MIN_US 45
#endif
#ifndef UDPLITE_RECV_CSCOV
#define UDPLITE_RECV_CSCOV 11
#endif
#ifndef UDPLITE_SEND_CSCOV
#define UDPLITE_SEND_CSCOV 10
#endif

// MARK: Descriptors

static inline int csockets_close(int fd) { return CSOCKETS_RESULT(close(fd)); }

/// A duplicate that is closed on exec, made atomically.
static inline int csockets_dup(int fd) { return CSOCKETS_RESULT(fcntl(fd, F_DUPFD_CLOEXEC, 0)); }

static inline int csockets_fcntl_getfd(int fd) { return CSOCKETS_RESULT(fcntl(fd, F_GETFD)); }
static inline int csockets_fcntl_getfl(int fd) { return CSOCKETS_RESULT(fcntl(fd, F_GETFL)); }
static inline int csockets_fcntl_setfd(int fd, int flags) { return CSOCKETS_RESULT(fcntl(fd, F_SETFD, flags)); }
static inline int csockets_fcntl_setfl(int fd, int flags) { return CSOCKETS_RESULT(fcntl(fd, F_SETFL, flags)); }

/// An event counter that wakes a waiting poll; closed on exec, never blocking.
static inline int csockets_eventfd(void) { return CSOCKETS_RESULT(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)); }

static inline int csockets_eventfd_signal(int fd) {
    uint64_t one = 1;
    return write(fd, &one, sizeof one) < 0 ? -errno : 0;
}

static inline int csockets_eventfd_clear(int fd) {
    uint64_t value;
    return read(fd, &value, sizeof value) < 0 ? -errno : 0;
}

static inline int64_t csockets_file_size(int fd) {
    struct stat info;
    return fstat(fd, &info) < 0 ? -errno : (int64_t)info.st_size;
}

/// Whether the path names a socket: 1 or 0.
static inline int csockets_is_socket_path(const char *path) {
    struct stat info;
    return lstat(path, &info) < 0 ? -errno : (S_ISSOCK(info.st_mode) ? 1 : 0);
}

/// A folder's descriptor that holds an exclusive lock on it (flock), until it is closed; -EWOULDBLOCK when another holds it.
static inline int csockets_lock_folder(const char *path) {
    int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) return -errno;
    int result;
    do { result = flock(folder, LOCK_EX | LOCK_NB); } while (result < 0 && errno == EINTR);
    if (result < 0) { int error = errno; close(folder); return -error; }
    return folder;
}

/// Sleeps; for pauses between tries where the kernel has nothing to wait for.
static inline void csockets_pause(int64_t nanoseconds) {
    struct timespec pause = {nanoseconds / 1000000000, nanoseconds % 1000000000};
    while (nanosleep(&pause, &pause) < 0 && errno == EINTR) {}
}

static inline ssize_t csockets_pread(int fd, void *bytes, size_t count, int64_t offset) {
    return CSOCKETS_RESULT(pread(fd, bytes, count, (off_t)offset));
}

static inline ssize_t csockets_read(int fd, void *bytes, size_t count) {
    return CSOCKETS_RESULT(read(fd, bytes, count));
}

static inline int csockets_unlink(const char *path) { return CSOCKETS_RESULT(unlink(path)); }

// MARK: The stages of a socket

/// `flags`: SOCK_CLOEXEC, SOCK_NONBLOCK.
static inline int csockets_accept(int fd, void *address, socklen_t *length, int flags) {
    return CSOCKETS_RESULT(accept4(fd, (struct sockaddr *)address, length, flags));
}

static inline int csockets_bind(int fd, const void *address, socklen_t length) {
    return CSOCKETS_RESULT(bind(fd, (const struct sockaddr *)address, length));
}

static inline int csockets_connect(int fd, const void *address, socklen_t length) {
    return CSOCKETS_RESULT(connect(fd, (const struct sockaddr *)address, length));
}

static inline int csockets_getpeername(int fd, void *address, socklen_t *length) {
    return CSOCKETS_RESULT(getpeername(fd, (struct sockaddr *)address, length));
}

static inline int csockets_getsockname(int fd, void *address, socklen_t *length) {
    return CSOCKETS_RESULT(getsockname(fd, (struct sockaddr *)address, length));
}

static inline int csockets_getsockopt(int fd, int level, int name, void *value, socklen_t *length) {
    return CSOCKETS_RESULT(getsockopt(fd, level, name, value, length));
}

static inline int csockets_listen(int fd, int backlog) { return CSOCKETS_RESULT(listen(fd, backlog)); }

static inline int csockets_setsockopt(int fd, int level, int name, const void *value, socklen_t length) {
    return CSOCKETS_RESULT(setsockopt(fd, level, name, value, length));
}

static inline int csockets_shutdown(int fd, int how) { return CSOCKETS_RESULT(shutdown(fd, how)); }

static inline int csockets_socket(int family, int type, int protocol) {
    return CSOCKETS_RESULT(socket(family, type, protocol));
}

static inline int csockets_socketpair(int family, int type, int protocol, int *fds) {
    return CSOCKETS_RESULT(socketpair(family, type, protocol, fds));
}

// MARK: Sending and receiving

/// recv(2) and send(2) by their number: the C library's are cancellation points, which costs more instructions than all of
/// ours, and no Swift thread is cancelled by pthread_cancel. (Under the thread sanitizer they are the C library's.)
ssize_t csockets_recv(int fd, void *bytes, size_t count, int flags);
ssize_t csockets_send(int fd, const void *bytes, size_t count, int flags);
/// Sends once more after -EINVAL, as csockets_sendto does where a family refuses MSG_NOSIGNAL. By itself: the other one is
/// called for each message, and saves nothing for later.
ssize_t csockets_send_refused(int fd, const void *bytes, size_t count, int flags);

static inline ssize_t csockets_recvfrom(int fd, void *bytes, size_t count, int flags, void *address, socklen_t *length) {
    return CSOCKETS_RESULT(recvfrom(fd, bytes, count, flags, (struct sockaddr *)address, length));
}

/// Into each of the messages one datagram.
static inline int csockets_recvmmsg(int fd, struct mmsghdr *messages, unsigned int count, int flags) {
    return CSOCKETS_RESULT(recvmmsg(fd, messages, count, flags, NULL));
}

static inline ssize_t csockets_recvmsg(int fd, struct msghdr *message, int flags) {
    return CSOCKETS_RESULT(recvmsg(fd, message, flags));
}

/// These fall back to holding SIGPIPE in families that refuse MSG_NOSIGNAL.
int csockets_sendmmsg(int fd, struct mmsghdr *messages, unsigned int count, int flags);
ssize_t csockets_sendto(int fd, const void *bytes, size_t count, int flags, const void *address, socklen_t length);
ssize_t csockets_sendmsg(int fd, const struct msghdr *message, int flags);

/// One message of an error queue, with the memory that it is received into.
struct csockets_error_message {
    /// 1 for a notice of sendings without copying, 0 for anything else, or a negative errno.
    int kind;
    /// Of a notice: the first and the last sending that have ended, counted modulo 2^32, and whether they were copied.
    uint32_t first, last;
    int copied;
    /// Of anything else.
    int flags;
    size_t count, control_length;
    socklen_t name_length;
    struct sockaddr_storage name;
    uint64_t control[64], bytes[256];
};

/// Takes a message out of the error queue without waiting.
void csockets_next_error(int fd, struct csockets_error_message *message);

/// Ends a connection at once, as a reset does, and keeps the socket: connect(2) to no address.
static inline int csockets_disconnect(int fd) {
    struct sockaddr none = {.sa_family = AF_UNSPEC};
    return CSOCKETS_RESULT(connect(fd, &none, sizeof none));
}

/// Sets an option to zeros, as many as the structure of SO_LINGER has.
static inline int csockets_clear_option(int fd, int level, int name) {
    struct linger none = {0, 0};
    return csockets_setsockopt(fd, level, name, &none, sizeof none);
}

/// Whether a socket of UDP takes UDP_SEGMENT beside a datagram, and cuts nothing by itself.
static inline int csockets_may_join(int fd) {
    int size = 0;
    socklen_t length = sizeof size;
    return getsockopt(fd, SOL_UDP, UDP_SEGMENT, &size, &length) == 0 && size == 0;
}

/// What a socket has allocated beside its data, in bytes (SO_MEMINFO): above all, what each sending without copying needs
/// until its end has been told.
static inline int csockets_option_memory(int fd) {
    uint32_t memory[SK_MEMINFO_VARS] = {0};
    socklen_t length = sizeof memory;
    if (getsockopt(fd, SOL_SOCKET, SO_MEMINFO, memory, &length) < 0) return -errno;
    if (length < (SK_MEMINFO_OPTMEM + 1) * sizeof memory[0]) return -ENODATA;
    return memory[SK_MEMINFO_OPTMEM] > INT_MAX ? INT_MAX : (int)memory[SK_MEMINFO_OPTMEM];
}

/// How many bytes have not been sent or not been acknowledged (SIOCOUTQ).
static inline int csockets_unsent(int fd) {
    int count = 0;
    return ioctl(fd, SIOCOUTQ, &count) < 0 ? -errno : count;
}

/// sendfile(2) has no MSG_NOSIGNAL: SIGPIPE is blocked in this thread for the call, and one that came is taken back.
ssize_t csockets_sendfile(int out, int in, int64_t offset, size_t count);

static inline ssize_t csockets_splice(int in, int out, size_t count) {
    return CSOCKETS_RESULT(splice(in, NULL, out, NULL, count, SPLICE_F_MOVE));
}

/// splice(2), with SIGPIPE as in csockets_sendfile.
ssize_t csockets_splice_quietly(int in, int out, size_t count);

static inline ssize_t csockets_tee(int in, int out, size_t count) { return CSOCKETS_RESULT(tee(in, out, count, 0)); }

struct csockets_pipe {
    int result, reading, writing;
};

/// A pipe whose ends are closed on exec.
static inline struct csockets_pipe csockets_pipe(void) {
    int ends[2] = {-1, -1};
    int result = CSOCKETS_RESULT(pipe2(ends, O_CLOEXEC));
    return (struct csockets_pipe){result, ends[0], ends[1]};
}

// MARK: Waiting

/// Waits for events on `fd`, and for `wake` (an eventfd, or -1) to be signalled. `nanoseconds` below zero: for ever.
/// Returns 0 when the time ran out, else the events of `fd` with bit 16 set when `wake` was signalled.
static inline int csockets_wait(int fd, short events, int wake, int64_t nanoseconds) {
    struct pollfd polled[2] = {{fd, events, 0}, {wake, POLLIN, 0}};
    struct timespec limit = {nanoseconds / 1000000000, nanoseconds % 1000000000};
    int count = ppoll(polled, wake < 0 ? 1 : 2, nanoseconds < 0 ? NULL : &limit, NULL);
    if (count < 0) return -errno;
    if (count == 0) return 0;
    return (int)(unsigned short)polled[0].revents | (wake >= 0 && polled[1].revents ? 1 << 16 : 0);
}

/// CLOCK_MONOTONIC in nanoseconds.
static inline int64_t csockets_monotonic(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

// MARK: Names

/// Returns the EAI_ number, and errno in `error`.
static inline int csockets_getaddrinfo(
    const char *host, const char *service, const struct addrinfo *hints, struct addrinfo **result, int *error
) {
    int code = getaddrinfo(host, service, hints, result);
    *error = errno;
    return code;
}

static inline int csockets_getdomainname(char *name, size_t size) { return CSOCKETS_RESULT(getdomainname(name, size)); }

/// 1 when found; else 0, with the numbers of both kinds.
static inline int csockets_gethostbyaddr(
    const void *address, socklen_t length, int family, struct hostent *storage, char *buffer, size_t size,
    int *host_error, int *error
) {
    struct hostent *found = NULL;
    *error = gethostbyaddr_r(address, length, family, storage, buffer, size, &found, host_error);
    return found != NULL;
}

/// 1 when found; else 0, with the numbers of both kinds.
static inline int csockets_gethostbyname(
    const char *name, int family, struct hostent *storage, char *buffer, size_t size, int *host_error, int *error
) {
    struct hostent *found = NULL;
    *error = gethostbyname2_r(name, family, storage, buffer, size, &found, host_error);
    return found != NULL;
}

static inline int csockets_getifaddrs(struct ifaddrs **result) { return CSOCKETS_RESULT(getifaddrs(result)); }

static inline int csockets_gethostname(char *name, size_t size) { return CSOCKETS_RESULT(gethostname(name, size)); }

/// Returns the EAI_ number, and errno in `error`.
static inline int csockets_getnameinfo(
    const void *address, socklen_t length, char *host, socklen_t host_size, char *service, socklen_t service_size,
    int flags, int *error
) {
    int code = getnameinfo((const struct sockaddr *)address, length, host, host_size, service, service_size, flags);
    *error = errno;
    return code;
}

/// NULL with the negative errno in `result` when it fails.
static inline struct if_nameindex *csockets_if_nameindex(int *result) {
    struct if_nameindex *list = if_nameindex();
    *result = list ? 0 : -errno;
    return list;
}

/// The MTU of an interface (SIOCGIFMTU); `fd` is any socket.
static inline int csockets_mtu(int fd, const char *name) {
    struct ifreq request = {0};
    strncpy(request.ifr_name, name, sizeof request.ifr_name - 1);
    return ioctl(fd, SIOCGIFMTU, &request) < 0 ? -errno : request.ifr_mtu;
}

/// The number of an interface in the network of the socket `fd` (SIOCGIFINDEX). A longer name than any interface has: -ENODEV.
static inline int csockets_interface_index(int fd, const char *name) {
    struct ifreq request = {0};
    if (strlen(name) >= sizeof request.ifr_name) return -ENODEV;
    strcpy(request.ifr_name, name);
    return ioctl(fd, SIOCGIFINDEX, &request) < 0 ? -errno : request.ifr_ifindex;
}

/// The name of an interface in the network of the socket `fd` (SIOCGIFNAME); `name` has room for IF_NAMESIZE bytes.
static inline int csockets_interface_name(int fd, int index, char *name) {
    struct ifreq request = {.ifr_ifindex = index};
    if (ioctl(fd, SIOCGIFNAME, &request) < 0) return -errno;
    memcpy(name, request.ifr_name, IF_NAMESIZE);
    name[IF_NAMESIZE - 1] = 0;
    return 0;
}

static inline int csockets_sethostname(const char *name, size_t size) {
    return CSOCKETS_RESULT(sethostname(name, size));
}

/// Starts a detached thread that takes no signals; the positive error number when there can be none.
int csockets_start_thread(void *(*body)(void *), void *context);

// MARK: Selecting

/// An event of epoll without its union: `data` is always a number here.
struct csockets_ready {
    uint64_t token;
    uint32_t events;
};

static inline int csockets_epoll_create(void) { return CSOCKETS_RESULT(epoll_create1(EPOLL_CLOEXEC)); }

/// `operation`: EPOLL_CTL_ADD, EPOLL_CTL_MOD, EPOLL_CTL_DEL.
static inline int csockets_epoll_ctl(int epoll, int operation, int fd, uint32_t events, uint64_t token) {
    struct epoll_event event = {.events = events, .data = {.u64 = token}};
    return CSOCKETS_RESULT(epoll_ctl(epoll, operation, fd, &event));
}

/// Waits for at most `capacity` (up to 256) events. `nanoseconds` below zero: for ever. Where the kernel or a filter has no
/// epoll_pwait2, the time is rounded up to milliseconds.
int csockets_epoll_wait(int epoll, struct csockets_ready *ready, int capacity, int64_t nanoseconds);

/// ppoll(2); `nanoseconds` below zero: for ever.
static inline int csockets_poll(struct pollfd *fds, size_t count, int64_t nanoseconds) {
    struct timespec limit = {nanoseconds / 1000000000, nanoseconds % 1000000000};
    return CSOCKETS_RESULT(ppoll(fds, count, nanoseconds < 0 ? NULL : &limit, NULL));
}

// MARK: Threads and processes

/// How many processors this process may use; at least 1.
static inline int csockets_processors(void) {
    cpu_set_t set;
    return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
}

/// Starts a detached thread with a stack of at least `stack` bytes. `name` is cut to the 15 bytes that the kernel keeps.
int csockets_thread_start(size_t stack, const char *name, void (*body)(void *), void *context);

/// Starts a program, found on the PATH when its name has no slash, as the leader of a process group of its own, with `fd`
/// as its standard input and output, and with the signals as at the start of a process. Returns its number.
int csockets_spawn(int fd, const char *program, char *const *arguments, char *const *environment);

/// Waits for the end of a child, and leaves it to be collected.
static inline int csockets_wait_for_child(pid_t child) {
    siginfo_t info;
    int result;
    do { result = waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT); } while (result < 0 && errno == EINTR);
    return result < 0 ? -errno : 0;
}

/// Collects a child that has ended. Returns its exit status, 256 and the number of the signal that ended it, or -errno.
static inline int csockets_collect_child(pid_t child) {
    int status = 0;
    pid_t result;
    do { result = waitpid(child, &status, 0); } while (result < 0 && errno == EINTR);
    if (result < 0) return -errno;
    return WIFSIGNALED(status) ? 256 + WTERMSIG(status) : WEXITSTATUS(status);
}

static inline int csockets_kill_group(pid_t group, int signal) { return CSOCKETS_RESULT(kill(-group, signal)); }

/// The environment of this process: strings `NAME=value`, the last one followed by NULL.
static inline char **csockets_environment(void) { return environ; }

/// The family of an address. Read here, because in a release build Swift finds the member in whichever module it met first.
static inline int csockets_family(const void *address) { return ((const struct sockaddr *)address)->sa_family; }

/// Moves the calling thread into the network of an open file (setns).
static inline int csockets_enter_network(int fd) { return CSOCKETS_RESULT(setns(fd, CLONE_NEWNET)); }

/// The result of a call that found no descriptor left.
static inline int csockets_no_descriptor_left(void) { return -EMFILE; }

// MARK: Rings of packets (PACKET_RX_RING, TPACKET_V3)

/// Maps the ring of a packet socket; NULL where it cannot be mapped, with the negative errno in `result`.
static inline void *csockets_ring_map(int fd, size_t size, int *result) {
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    *result = memory == MAP_FAILED ? -errno : 0;
    return memory == MAP_FAILED ? NULL : memory;
}

static inline void csockets_ring_unmap(void *memory, size_t size) { munmap(memory, size); }

/// Whether a block belongs to the program; what the kernel wrote before it said so is seen afterwards.
static inline int csockets_ring_is_ready(const void *block) {
    const struct tpacket_block_desc *description = block;
    return (__atomic_load_n(&description->hdr.bh1.block_status, __ATOMIC_ACQUIRE) & TP_STATUS_USER) != 0;
}

/// Gives a block back to the kernel.
static inline void csockets_ring_release(void *block) {
    struct tpacket_block_desc *description = block;
    __atomic_store_n(&description->hdr.bh1.block_status, TP_STATUS_KERNEL, __ATOMIC_RELEASE);
}

/// What stands before a packet in a block.
struct csockets_ring_packet {
    uint32_t seconds, nanoseconds, length, captured, status, interface;
    uint16_t ethertype, hardware, tag, tag_kind;
    uint8_t type;
    size_t start, next;
};

static inline uint32_t csockets_ring_count(const void *block) {
    return ((const struct tpacket_block_desc *)block)->hdr.bh1.num_pkts;
}

static inline size_t csockets_ring_first(const void *block) {
    return ((const struct tpacket_block_desc *)block)->hdr.bh1.offset_to_first_pkt;
}

/// Reads what stands at an offset of a block; -1 where it does not lie inside the block as a whole.
static inline int csockets_ring_read(
    const void *block, size_t size, size_t offset, struct csockets_ring_packet *packet
) {
    struct tpacket3_hdr header;
    struct sockaddr_ll address;
    size_t room = TPACKET_ALIGN(sizeof header) + sizeof address;
    if (size < room || offset > size - room) return -1;
    memcpy(&header, (const char *)block + offset, sizeof header);
    memcpy(&address, (const char *)block + offset + TPACKET_ALIGN(sizeof header), sizeof address);
    if (header.tp_mac > size - offset || header.tp_snaplen > size - offset - header.tp_mac) return -1;
    *packet = (struct csockets_ring_packet){
        .seconds = header.tp_sec, .nanoseconds = header.tp_nsec, .length = header.tp_len,
        .captured = header.tp_snaplen, .status = header.tp_status, .interface = (uint32_t)address.sll_ifindex,
        .ethertype = ntohs(address.sll_protocol), .hardware = address.sll_hatype, .type = address.sll_pkttype,
        .tag = (uint16_t)header.hv1.tp_vlan_tci, .tag_kind = header.hv1.tp_vlan_tpid,
        .start = offset + header.tp_mac, .next = offset + header.tp_next_offset,
    };
    return 0;
}

// MARK: Ancillary data (the CMSG_* macros)

static inline size_t csockets_cmsg_space(size_t count) { return CMSG_SPACE(count); }
static inline size_t csockets_cmsg_len(size_t count) { return CMSG_LEN(count); }
static inline struct cmsghdr *csockets_cmsg_firsthdr(struct msghdr *message) { return CMSG_FIRSTHDR(message); }
static inline struct cmsghdr *csockets_cmsg_nxthdr(struct msghdr *message, struct cmsghdr *header) {
    return CMSG_NXTHDR(message, header);
}
static inline unsigned char *csockets_cmsg_data(struct cmsghdr *header) { return CMSG_DATA(header); }

/// Makes UDP_SEGMENT the only control message, in `control`; -ENOBUFS where that has no room for it.
int csockets_set_segment_size(struct msghdr *message, void *control, size_t capacity, uint16_t size);

/// sendmmsg(2) of UDP datagrams, runs of which go as one with UDP_SEGMENT. `joined` has room for `count` headers, `controls`
/// for `count` control parts of `room` bytes, which are those of the messages; their iovecs lie one behind the other. The
/// number of datagrams that went, or a negative errno.
int csockets_send_joined(
    int fd, struct mmsghdr *messages, struct mmsghdr *joined, unsigned int count, void *controls, size_t room,
    int flags);

/// The value of UDP_GRO of a received message; 0 where there is none.
int csockets_segment_size(struct msghdr *message);

/// Turns the control messages of a received one into those of the answer: the packet information by which it goes from
/// the address that was reached, where that is known, and nothing else.
void csockets_keep_reply_information(struct msghdr *message);

#endif
