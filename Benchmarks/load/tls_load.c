// OpenSSL load client (loopback): tls-load full|resume|bulk|pingpong|idle|churn [-c THREADS] [-t SECS] [-u WARM] [-P PID] -A CA PORT
//   full    : TCP connect + full TLS 1.3 handshake (certificate verified) + 1 byte echoed + close, per second
//   resume  : the same with a session ticket (PSK with ECDHE)
//   bulk    : one connection, 16 KiB records, 1 MiB in flight, echoed MiB/s
//   pingpong: 64 B echo on each of THREADS connections
//   idle    : THREADS connections that each echoed 64 bytes, then wait: growth of the server's resident memory, in KiB each
//   churn   : THREADS connections, one after the other, as full: descriptors and growth of memory from a tenth on
#include "common.h"
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <time.h>
#include <poll.h>
static double now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return (double)t.tv_sec + (double)t.tv_nsec / 1e9; }
static SSL_CTX *ctx; static struct sockaddr_in sa; static const char *mode; static double from, end;
static long done_, resumed_, errors_; static pid_t pid;
static _Thread_local SSL_SESSION *ticket;
static double server_cpu(void) { clockid_t c; struct timespec t; if (!pid || clock_getcpuclockid(pid, &c) || clock_gettime(c, &t)) return -1; return (double)t.tv_sec + (double)t.tv_nsec / 1e9; }
static int on_session(SSL *s, SSL_SESSION *x) { (void)s; if (ticket) SSL_SESSION_free(ticket); ticket = x; return 1; }
static SSL *dial(int *out) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(fd, (void *)&sa, sizeof sa)) { close(fd); return NULL; }
    nodelay(fd);
    SSL *s = SSL_new(ctx); SSL_set_fd(s, fd); SSL_set1_host(s, "localhost"); SSL_set_tlsext_host_name(s, "localhost");
    if (ticket && !strcmp(mode, "resume")) SSL_set_session(s, ticket);
    if (SSL_connect(s) != 1) { ERR_print_errors_fp(stderr); SSL_free(s); close(fd); return NULL; }
    *out = fd; return s;
}
static void *worker(void *arg) {
    (void)arg; char b[64] = "x";
    if (!strcmp(mode, "pingpong")) {
        int fd; SSL *s = dial(&fd); if (!s) { __atomic_add_fetch(&errors_, 1, 0); return NULL; }
        while (now() < end) {
            if (SSL_write(s, b, 64) != 64) break;
            int n = 0, k; while (n < 64 && (k = SSL_read(s, b, 64 - n)) > 0) n += k;
            if (n < 64) break;
            if (now() >= from) __atomic_add_fetch(&done_, 1, __ATOMIC_RELAXED);
        }
        SSL_free(s); close(fd); return NULL;
    }
    while (now() < end) {
        int fd; SSL *s = dial(&fd);
        if (!s || SSL_write(s, b, 1) != 1 || SSL_read(s, b, 1) != 1) { __atomic_add_fetch(&errors_, 1, 0); if (errors_ > 100) return NULL; if (s) { SSL_free(s); close(fd); } continue; }
        if (now() >= from) { __atomic_add_fetch(&done_, 1, __ATOMIC_RELAXED); if (SSL_session_reused(s)) __atomic_add_fetch(&resumed_, 1, __ATOMIC_RELAXED); }
        SSL_shutdown(s); SSL_free(s); close(fd);
    }
    return NULL;
}
static void bulk(double warm, double secs) {
    int fd; SSL *s = dial(&fd); if (!s) exit(1);
    fcntl(fd, F_SETFL, O_NONBLOCK); SSL_set_mode(s, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    static char o[16384], in[65536]; unsigned long long tx = 0, rx = 0, base = 0; double t, t0 = 0, cpu0 = -1; int measuring = 0;
    from = now() + warm; end = from + secs;
    for (;;) {
        t = now(); int moved = 0, wantw = 0, n;
        if (!measuring && t >= from) { measuring = 1; cpu0 = server_cpu(); t0 = now(); base = rx; }
        if (t >= end) break;
        for (int i = 0; i < 16 && tx - rx < (1u << 20); i++) {
            n = SSL_write(s, o, sizeof o);
            if (n > 0) { tx += (unsigned)n; moved = 1; continue; }
            if (SSL_get_error(s, n) == SSL_ERROR_WANT_WRITE) { wantw = 1; break; }
            if (SSL_get_error(s, n) != SSL_ERROR_WANT_READ) { fprintf(stderr, "write failed\n"); exit(1); } else break;
        }
        for (int i = 0; i < 16; i++) {
            n = SSL_read(s, in, sizeof in);
            if (n > 0) { rx += (unsigned)n; moved = 1; continue; }
            if (SSL_get_error(s, n) != SSL_ERROR_WANT_READ) { fprintf(stderr, "read failed\n"); exit(1); }
            break;
        }
        if (!moved) { struct pollfd p = {fd, (short)(POLLIN | (wantw ? POLLOUT : 0)), 0}; poll(&p, 1, 20); }
    }
    double mib = (double)(rx - base) / 1048576, dt = t - t0, cpu = server_cpu() - cpu0;
    printf("{\"mode\":\"tls-bulk\",\"secs\":%.3f,\"rate\":%.2f,\"server_cpu_us_per_op\":%.3f,\"server_cpu_share\":%.3f,\"cipher\":\"%s\"}\n", dt, mib / dt, pid ? cpu * 1e6 / mib : -1, cpu / dt, SSL_get_cipher(s));
}
static long server_rss(void) { char path[64], line[256]; long kib = -1; snprintf(path, sizeof path, "/proc/%d/status", (int)pid); FILE *f = fopen(path, "r"); if (!f) return -1; while (fgets(line, sizeof line, f)) if (sscanf(line, "VmRSS: %ld", &kib) == 1) break; fclose(f); return kib; }
static void one_echo(SSL *s) { char b[64] = "x"; int n = 0, k; if (!s || SSL_write(s, b, 64) != 64) { fprintf(stderr, "no echo\n"); exit(1); } while (n < 64 && (k = SSL_read(s, b, 64 - n)) > 0) n += k; if (n < 64) { fprintf(stderr, "short echo\n"); exit(1); } }
static void idle(int count, double secs) {
    SSL **all = calloc((size_t)count + 1, sizeof *all); int fd; one_echo(all[count] = dial(&fd)); usleep(100000);
    long before = server_rss();
    for (int i = 0; i < count; i++) one_echo(all[i] = dial(&fd));
    usleep((useconds_t)(secs * 1e6));
    long after = server_rss();
    printf("{\"mode\":\"tls-idle\",\"conns\":%d,\"rss0_kib\":%ld,\"rss1_kib\":%ld,\"rate\":%.3f}\n", count, before, after, (double)(after - before) / count);
}
static void churn(int count) {
    long before = 0; int fd;
    for (int i = 0; i < count; i++) {
        SSL *s = dial(&fd); one_echo(s); SSL_shutdown(s); SSL_free(s); close(fd);
        if (i == count / 10) before = server_rss();
    }
    usleep(200000);
    printf("{\"mode\":\"tls-churn\",\"conns\":%d,\"rss0_kib\":%ld,\"rss1_kib\":%ld,\"rate\":%.3f}\n", count, before, server_rss(), (double)(server_rss() - before));
}
int main(int argc, char **argv) {
    int threads = 8, o; double warm = 0.3, secs = 2; const char *ca = NULL; mode = argv[1]; optind = 2; common_setup();
    while ((o = getopt(argc, argv, "c:t:u:P:A:")) != -1) switch (o) { case 'c': threads = atoi(optarg); break; case 't': secs = atof(optarg); break; case 'u': warm = atof(optarg); break; case 'P': pid = atoi(optarg); break; case 'A': ca = optarg; break; default: return 2; }
    sa.sin_family = AF_INET; sa.sin_addr.s_addr = htonl(INADDR_LOOPBACK); sa.sin_port = htons((uint16_t)atoi(argv[argc - 1]));
    ctx = SSL_CTX_new(TLS_client_method()); SSL_CTX_set_min_proto_version(ctx, TLS1_3_VERSION); SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
    if (!ca || SSL_CTX_load_verify_locations(ctx, ca, NULL) != 1) { fprintf(stderr, "no CA\n"); return 2; }
    SSL_CTX_set1_groups_list(ctx, "X25519:P-256");
    SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL); SSL_CTX_sess_set_new_cb(ctx, on_session);
    if (!strcmp(mode, "bulk")) { bulk(warm, secs); return 0; }
    if (!strcmp(mode, "idle")) { idle(threads, secs); fflush(stdout); _exit(0); }
    if (!strcmp(mode, "churn")) { churn(threads); return 0; }
    pthread_t t[64]; if (threads > 64) threads = 64;
    from = now() + warm; end = from + secs;
    for (int i = 0; i < threads; i++) pthread_create(&t[i], NULL, worker, NULL);
    usleep((useconds_t)(warm * 1e6)); double c0 = server_cpu(), s0 = now();
    usleep((useconds_t)(secs * 1e6)); double cpu = server_cpu() - c0, dt = now() - s0; long n = done_, r = resumed_;
    for (int i = 0; i < threads; i++) pthread_join(t[i], NULL);
    printf("{\"mode\":\"tls-%s\",\"n\":%ld,\"secs\":%.3f,\"rate\":%.1f,\"resumed\":%ld,\"errors\":%ld,\"server_cpu_us_per_op\":%.2f,\"server_cpu_share\":%.3f}\n", mode, n, dt, (double)n / dt, r, errors_, pid && n ? cpu * 1e6 / (double)n : -1, cpu / dt);
    return errors_ != 0;
}
