// Blocking OpenSSL echo, TLS 1.3: c-tls CERT KEY [-p THREADS | -i] PORT
// One new thread per connection; -p: a fixed pool, each thread accepts (OpenSSL 3 sets up a random generator per thread).
#include "common.h"
#include <openssl/err.h>
#include <openssl/ssl.h>
static SSL_CTX *ctx;
static void *serve(void *arg) {
    int fd = (int)(intptr_t)arg, n; char buf[65536]; SSL *s = SSL_new(ctx); SSL_set_fd(s, fd);
    if (SSL_accept(s) == 1) while ((n = SSL_read(s, buf, sizeof buf)) > 0) if (SSL_write(s, buf, n) <= 0) break;
    ERR_clear_error(); SSL_shutdown(s); SSL_free(s); close(fd); return NULL;
}
static int listener;
// -i: one echo for each client, whose connection is then kept: what an idle one takes, without a thread's memory.
static void keep(int fd) {
    char buf[64]; int n; SSL *s = SSL_new(ctx); SSL_set_fd(s, fd); size_t all = 0;
    if (SSL_accept(s) != 1) { SSL_free(s); close(fd); return; }
    while (all < 64 && (n = SSL_read(s, buf, sizeof buf)) > 0) { all += (size_t)n; if (SSL_write(s, buf, n) <= 0) break; }
}
static void *pool(void *arg) {
    for (;;) { int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC); if (fd < 0) continue; nodelay(fd); serve((void *)(intptr_t)fd); }
    return arg;
}
int main(int argc, char **argv) {
    common_setup();
    if (argc < 4) return 2;
    ctx = SSL_CTX_new(TLS_server_method()); SSL_CTX_set_min_proto_version(ctx, TLS1_3_VERSION);
    SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS);
    if (SSL_CTX_use_certificate_chain_file(ctx, argv[1]) != 1 || SSL_CTX_use_PrivateKey_file(ctx, argv[2], SSL_FILETYPE_PEM) != 1) { ERR_print_errors_fp(stderr); return 1; }
    SSL_CTX_set_session_id_context(ctx, (const unsigned char *)"bench", 5);
    int l = make_bound(argv[argc - 1], SOCK_STREAM, 1); pthread_t t; pthread_attr_t at; pthread_attr_init(&at);
    pthread_attr_setstacksize(&at, 262144); pthread_attr_setdetachstate(&at, PTHREAD_CREATE_DETACHED);
    listener = l;
    if (argc > 5 && !strcmp(argv[3], "-p")) { for (int i = 1; i < atoi(argv[4]); i++) pthread_create(&t, &at, pool, NULL); pool(NULL); }
    int idle = argc > 4 && !strcmp(argv[3], "-i");
    for (;;) { int fd = accept4(l, NULL, NULL, SOCK_CLOEXEC); if (fd < 0) continue; nodelay(fd); if (idle) keep(fd); else if (pthread_create(&t, &at, serve, (void *)(intptr_t)fd)) close(fd); }
}
