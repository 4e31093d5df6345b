#ifndef CDATAGRAMS_H
#define CDATAGRAMS_H

/// The processor time of the calling thread, kernel and user, in seconds.
double datagrams_thread_time(void);

/// The same of the process.
double datagrams_process_time(void);

/// The yardstick: an epoll loop that receives and sends back datagrams one by one, until so many have been echoed.
///
/// Returns 0, or the negative errno.
int datagrams_echo(int fd, long count);

/// The same with recvmmsg and sendmmsg, 64 at most in a call. With `joined` the answers of a call go as one datagram that
/// the kernel cuts, which takes one client and one size for granted.
int datagrams_echo_batches(int fd, long count, int joined);

/// The load: sends `window` datagrams of `size` bytes on a connected socket and takes their echoes, until so many have come
/// back. With segments the kernel cuts each window's bytes.
///
/// Returns 0, or the negative errno; -ETIMEDOUT where an echo is lost.
int datagrams_load(int fd, int window, int size, long count, int segments);

#endif
