// The system's OpenSSL 3, and what of it Swift cannot say: function-like macros, stacks, and the end of the pipe.
//
// Nothing here decides; results are OpenSSL's own unless a comment says otherwise.
#ifndef COPENSSL_H
#define COPENSSL_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1
#endif

// As in CSockets.h: _GNU_SOURCE renames the member of fd_set, and other modules see the plain name.
#include <features.h>
#pragma push_macro("__USE_XOPEN")
#undef __USE_XOPEN
#include <sys/select.h>
#pragma pop_macro("__USE_XOPEN")

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ocsp.h>
#include <openssl/opensslv.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#if OPENSSL_VERSION_NUMBER < 0x30000000L
#error "OpenSSL 3.0 or later is needed"
#endif

// MARK: The pipe: where a connection's records come from and go to

// A connection reads records from memory that its caller lends for the time of a call, then from its rest of earlier such
// memory, then from the socket, which never waits. It writes to the socket, and what that does not take (or all, where
// there is no socket) into memory that grows. So OpenSSL never has to repeat a write, and waits for input alone.
// A step that reads more often than this without coming to an end is a peer's that wants to keep the thread.
#define COPENSSL_READS 1024

struct copenssl_pipe {
    int fd;           // the socket, for the time of a call; -1: none
    int is_drained;   // the socket has just given less than it was asked for (1), or nothing (2)
    int is_at_end;    // no more input will come
    int is_held;      // somebody is sending `output`: what is written now goes behind it
    int is_full;      // the socket has just taken less than it was given: asking again at once is in vain
    int is_corked;    // what is written now waits in `output`, so that a flight is sent as one
    int reads_left;   // how many reads a step may still do; -1: too many of them gave no content
    int read_error;   // errno of the last failed read, 0: none
    int write_error;  // errno of the first failed write, 0: none; then everything written is thrown away
    int alert_sent;   // description of the last alert, with 0x100 when it was fatal; -1: none
    int alert_received;
    size_t record;    // size of the last record, header included
    const unsigned char *lent;
    size_t lent_count;
    unsigned char *rest;
    size_t rest_start, rest_count, rest_capacity;
    unsigned char *output;
    size_t output_start, output_count, output_capacity;
};

static inline int copenssl_append(
    unsigned char **memory, size_t *start, size_t *count, size_t *capacity, const void *bytes, size_t added) {
    if (added == 0) return 1;
    if (*count == 0) *start = 0;
    if (*capacity - *start - *count < added) {
        if (*start > 0) memmove(*memory, *memory + *start, *count), *start = 0;
        if (*capacity - *count < added) {
            // What grows to some size will grow further.
            size_t wanted = *count + added < 4096 ? 4096 : *count + added;
            if (*capacity >= 32768 && wanted < *capacity * 2) wanted = *capacity * 2;
            unsigned char *larger = (unsigned char *)realloc(*memory, wanted);
            if (larger == NULL) return 0;
            *memory = larger, *capacity = wanted;
        }
    }
    memcpy(*memory + *start + *count, bytes, added);
    *count += added;
    return 1;
}

// Puts what is left of lent memory behind the rest, so that the memory can be taken back; 0: out of memory.
static inline int copenssl_pipe_keep(struct copenssl_pipe *pipe) {
    int result = copenssl_append(
        &pipe->rest, &pipe->rest_start, &pipe->rest_count, &pipe->rest_capacity, pipe->lent, pipe->lent_count);
    pipe->lent = NULL, pipe->lent_count = 0;
    return result;
}

static inline size_t copenssl_pipe_take_rest(struct copenssl_pipe *pipe, unsigned char *bytes, size_t count) {
    size_t taken = count < pipe->rest_count ? count : pipe->rest_count;
    if (taken == 0) return 0;
    memcpy(bytes, pipe->rest + pipe->rest_start, taken);
    pipe->rest_start += taken, pipe->rest_count -= taken;
    // An idle connection keeps no memory for it.
    if (pipe->rest_count == 0) free(pipe->rest), pipe->rest = NULL, pipe->rest_capacity = 0, pipe->rest_start = 0;
    return taken;
}

// Takes so many bytes from the front of what waits to be sent.
static inline void copenssl_pipe_sent(struct copenssl_pipe *pipe, size_t count) {
    if (count > pipe->output_count) count = pipe->output_count;
    pipe->output_start += count, pipe->output_count -= count;
    if (pipe->output_count == 0) {
        free(pipe->output);
        pipe->output = NULL, pipe->output_capacity = 0, pipe->output_start = 0;
        pipe->is_full = 0;
    }
}

// Sends what the socket takes at once of what waits to be sent, unless somebody else is sending it.
static inline void copenssl_pipe_flush(struct copenssl_pipe *pipe, int fd) {
    if (pipe->is_held || pipe->output_count == 0 || fd < 0) return;
    ssize_t result;
    do result = send(fd, pipe->output + pipe->output_start, pipe->output_count, MSG_DONTWAIT | MSG_NOSIGNAL);
    while (result < 0 && errno == EINTR);
    if (result > 0) copenssl_pipe_sent(pipe, (size_t)result);
    else if (result < 0 && errno != EAGAIN && errno != EWOULDBLOCK) pipe->write_error = errno;
}

static inline int copenssl_pipe_read(BIO *bio, char *bytes, int count) {
    struct copenssl_pipe *pipe = (struct copenssl_pipe *)BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    if (pipe == NULL || count <= 0) return 0;
    if (pipe->reads_left > 0) pipe->reads_left--;
    else pipe->reads_left = -1;
    if (pipe->reads_left < 0) return -1;
    size_t wanted = (size_t)count;
    if (pipe->rest_count > 0) return (int)copenssl_pipe_take_rest(pipe, (unsigned char *)bytes, wanted);
    if (pipe->lent_count > 0) {
        size_t taken = wanted < pipe->lent_count ? wanted : pipe->lent_count;
        memcpy(bytes, pipe->lent, taken);
        pipe->lent += taken, pipe->lent_count -= taken;
        return (int)taken;
    }
    if (pipe->is_at_end) return 0;
    if (pipe->fd >= 0 && !pipe->is_drained) {
        ssize_t result;
        do result = recv(pipe->fd, bytes, wanted, MSG_DONTWAIT);
        while (result < 0 && errno == EINTR);
        if (result > 0) {
            pipe->is_drained = (size_t)result < wanted;
            return (int)result;
        }
        if (result == 0) {
            pipe->is_at_end = 1;
            return 0;
        }
        if (errno != EAGAIN && errno != EWOULDBLOCK) {
            pipe->read_error = errno;
            return -1;
        }
        pipe->is_drained = 2;
    }
    BIO_set_retry_read(bio);
    return -1;
}

static inline int copenssl_pipe_write(BIO *bio, const char *bytes, int count) {
    struct copenssl_pipe *pipe = (struct copenssl_pipe *)BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    if (pipe == NULL || count <= 0) return 0;
    // The reader must be able to go on when the peer does not listen any more: the error is for the writer.
    if (pipe->write_error != 0) return count;
    size_t sent = 0;
    if (pipe->fd >= 0 && pipe->output_count == 0 && !pipe->is_held && !pipe->is_corked) {
        ssize_t result;
        do result = send(pipe->fd, bytes, (size_t)count, MSG_DONTWAIT | MSG_NOSIGNAL);
        while (result < 0 && errno == EINTR);
        if (result < 0 && errno != EAGAIN && errno != EWOULDBLOCK) {
            pipe->write_error = errno;
            return count;
        }
        if (result > 0) sent = (size_t)result;
        pipe->is_full = sent < (size_t)count;
    }
    if (!copenssl_append(
            &pipe->output, &pipe->output_start, &pipe->output_count, &pipe->output_capacity, bytes + sent,
            (size_t)count - sent)) {
        pipe->write_error = ENOMEM;
    }
    return count;
}

static inline long copenssl_pipe_ctrl(BIO *bio, int command, long number, void *pointer) {
    struct copenssl_pipe *pipe = (struct copenssl_pipe *)BIO_get_data(bio);
    (void)number, (void)pointer;
    switch (command) {
    case BIO_CTRL_FLUSH: return 1;
    case BIO_CTRL_EOF: return pipe != NULL && pipe->is_at_end && pipe->rest_count == 0 && pipe->lent_count == 0;
    default: return 0;
    }
}

static inline int copenssl_pipe_create(BIO *bio) {
    BIO_set_init(bio, 1);
    return 1;
}

static inline BIO_METHOD *copenssl_pipe_method(void) {
    static BIO_METHOD *method;
    BIO_METHOD *made = __atomic_load_n(&method, __ATOMIC_ACQUIRE);
    if (made != NULL) return made;
    made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "swift-sockets");
    if (made == NULL) return NULL;
    BIO_meth_set_read(made, copenssl_pipe_read);
    BIO_meth_set_write(made, copenssl_pipe_write);
    BIO_meth_set_ctrl(made, copenssl_pipe_ctrl);
    BIO_meth_set_create(made, copenssl_pipe_create);
    BIO_METHOD *expected = NULL;
    if (!__atomic_compare_exchange_n(&method, &expected, made, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
        BIO_meth_free(made);
        return expected;
    }
    return made;
}

// Notes alerts; the owner of the connection is its application data, the pipe the data of its BIO.
static inline void copenssl_note(const SSL *ssl, int where, int value) {
    if (!(where & SSL_CB_ALERT)) return;
    struct copenssl_pipe *pipe = (struct copenssl_pipe *)BIO_get_data(SSL_get_rbio(ssl));
    if (pipe == NULL) return;
    int alert = (value & 0xFF) | ((value >> 8) == SSL3_AL_FATAL ? 0x100 : 0);
    if (where & SSL_CB_READ) pipe->alert_received = alert;
    else pipe->alert_sent = alert;
}

// Gives the connection a pipe; 0: out of memory.
static inline int copenssl_pipe_attach(SSL *ssl, struct copenssl_pipe *pipe) {
    memset(pipe, 0, sizeof *pipe);
    pipe->fd = -1, pipe->alert_sent = -1, pipe->alert_received = -1;
    BIO_METHOD *method = copenssl_pipe_method();
    BIO *bio = method == NULL ? NULL : BIO_new(method);
    if (bio == NULL) return 0;
    BIO_set_data(bio, pipe);
    SSL_set_bio(ssl, bio, bio);
    SSL_set_info_callback(ssl, copenssl_note);
    return 1;
}

static inline void copenssl_pipe_free(struct copenssl_pipe *pipe) {
    free(pipe->rest);
    free(pipe->output);
    pipe->rest = pipe->output = NULL;
}

// MARK: Memory that OpenSSL made

// Bytes for the caller, who frees them with copenssl_free; NULL: none.
struct copenssl_bytes {
    unsigned char *bytes;
    size_t count;
};

// It may be a secret.
static inline void copenssl_free(void *memory, size_t count) { OPENSSL_clear_free(memory, count); }

// Takes the content of a memory BIO, and frees the BIO.
static inline struct copenssl_bytes copenssl_take(BIO *bio) {
    struct copenssl_bytes result = {NULL, 0};
    char *memory = NULL;
    long count = bio == NULL ? 0 : BIO_get_mem_data(bio, &memory);
    if (count > 0 && memory != NULL) {
        result.bytes = (unsigned char *)OPENSSL_memdup(memory, (size_t)count);
        if (result.bytes != NULL) result.count = (size_t)count;
    }
    BIO_free(bio);
    return result;
}

// MARK: Constants that are expressions

static const uint64_t copenssl_op_cipher_server_preference = SSL_OP_CIPHER_SERVER_PREFERENCE;
static const uint64_t copenssl_op_enable_ktls = SSL_OP_ENABLE_KTLS;
static const uint64_t copenssl_op_ignore_unexpected_eof = SSL_OP_IGNORE_UNEXPECTED_EOF;
static const uint64_t copenssl_op_legacy_server_connect = SSL_OP_LEGACY_SERVER_CONNECT;
static const uint64_t copenssl_op_no_compression = SSL_OP_NO_COMPRESSION;
static const uint64_t copenssl_op_no_renegotiation = SSL_OP_NO_RENEGOTIATION;
static const uint64_t copenssl_op_no_ticket = SSL_OP_NO_TICKET;
static const uint64_t copenssl_op_prioritize_chacha = SSL_OP_PRIORITIZE_CHACHA;

// MARK: Contexts

static inline long copenssl_set_min_version(SSL_CTX *context, int version) {
    return SSL_CTX_set_min_proto_version(context, version);
}
static inline long copenssl_set_max_version(SSL_CTX *context, int version) {
    return SSL_CTX_set_max_proto_version(context, version);
}
static inline long copenssl_set_mode(SSL_CTX *context, long mode) { return SSL_CTX_set_mode(context, mode); }
static inline long copenssl_set_session_cache_mode(SSL_CTX *context, long mode) {
    return SSL_CTX_set_session_cache_mode(context, mode);
}
static inline long copenssl_set_versions(SSL *ssl, long least, long most) {
    return SSL_set_min_proto_version(ssl, least) && SSL_set_max_proto_version(ssl, most);
}
static inline long copenssl_set_connection_groups(SSL *ssl, const char *names) {
    return SSL_set1_groups_list(ssl, names);
}
static inline long copenssl_set_groups(SSL_CTX *context, const char *names) {
    return SSL_CTX_set1_groups_list(context, names);
}
static inline long copenssl_set_signature_algorithms(SSL_CTX *context, const char *names) {
    return SSL_CTX_set1_sigalgs_list(context, names);
}
static inline long copenssl_set_client_signature_algorithms(SSL_CTX *context, const char *names) {
    return SSL_CTX_set1_client_sigalgs_list(context, names);
}
static inline long copenssl_set_server_name_callback(
    SSL_CTX *context, int (*callback)(SSL *, int *, void *), void *argument) {
    SSL_CTX_set_tlsext_servername_arg(context, argument);
    return SSL_CTX_callback_ctrl(
        context, SSL_CTRL_SET_TLSEXT_SERVERNAME_CB, (void (*)(void))callback);
}
static inline long copenssl_set_status_callback(SSL_CTX *context, int (*callback)(SSL *, void *), void *argument) {
    SSL_CTX_set_tlsext_status_arg(context, argument);
    return SSL_CTX_set_tlsext_status_cb(context, callback);
}
static inline long copenssl_get_ticket_keys(SSL_CTX *context, void *keys, size_t count) {
    return SSL_CTX_get_tlsext_ticket_keys(context, keys, (long)count);
}
static inline long copenssl_set_ticket_keys(SSL_CTX *context, const void *keys, size_t count) {
    return SSL_CTX_set_tlsext_ticket_keys(context, (void *)keys, (long)count);
}

// Adds the revocation lists of a PEM text, and nothing else that is in it; how many, or -1: one of them is broken.
static inline int copenssl_add_lists(X509_STORE *store, const void *bytes, int count) {
    BIO *bio = BIO_new_mem_buf(bytes, count);
    if (bio == NULL) return -1;
    int added = 0;
    X509_CRL *list;
    while ((list = PEM_read_bio_X509_CRL(bio, NULL, NULL, NULL)) != NULL) {
        int result = X509_STORE_add_crl(store, list);
        X509_CRL_free(list);
        if (!result) {
            BIO_free(bio);
            return -1;
        }
        added++;
    }
    BIO_free(bio);
    unsigned long error = ERR_peek_last_error();
    int is_end = ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
    if (is_end) ERR_clear_error();
    return is_end ? added : -1;
}

// MARK: Connections

static inline long copenssl_set_server_name(SSL *ssl, const char *name) { return SSL_set_tlsext_host_name(ssl, name); }
static inline void copenssl_set_owner(SSL *ssl, void *owner) { SSL_set_app_data(ssl, (char *)owner); }
static inline void *copenssl_owner(const SSL *ssl) { return SSL_get_app_data(ssl); }
static inline SSL *copenssl_connection(X509_STORE_CTX *verification) {
    return (SSL *)X509_STORE_CTX_get_ex_data(verification, SSL_get_ex_data_X509_STORE_CTX_idx());
}
static inline const char *copenssl_group(SSL *ssl) {
    int group = (int)SSL_get_negotiated_group(ssl);
    return group > 0 ? SSL_group_to_name(ssl, group) : NULL;
}
static inline const char *copenssl_peer_signature(SSL *ssl) {
    int number = 0;
    if (SSL_get_peer_signature_type_nid(ssl, &number) != 1) return NULL;
    return OBJ_nid2sn(number);
}
static inline long copenssl_ask_for_status(SSL *ssl) {
    return SSL_set_tlsext_status_type(ssl, TLSEXT_STATUSTYPE_ocsp);
}
static inline long copenssl_status(SSL *ssl, const unsigned char **bytes) {
    return SSL_get_tlsext_status_ocsp_resp(ssl, bytes);
}
// Copies the response; OpenSSL frees the copy.
static inline int copenssl_set_status(SSL *ssl, const void *bytes, size_t count) {
    void *copy = OPENSSL_memdup(bytes, count);
    if (copy == NULL) return 0;
    return (int)SSL_set_tlsext_status_ocsp_resp(ssl, copy, (long)count);
}
// Whether this library was built to let the kernel encrypt (bit 0), and the directions in which it does (bits 1 and 2).
static inline int copenssl_kernel_directions(SSL *ssl) {
#ifdef OPENSSL_NO_KTLS
    (void)ssl;
    return 0;
#else
    if (ssl == NULL) return 1;
    return 1 | (BIO_get_ktls_send(SSL_get_wbio(ssl)) ? 2 : 0) | (BIO_get_ktls_recv(SSL_get_rbio(ssl)) ? 4 : 0);
#endif
}
// Whether the kernel can encrypt: it knows the protocol, or can load it. It says so to a socket without a connection.
static inline int copenssl_kernel_encrypts(void) {
    int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return 0;
    int result = setsockopt(fd, IPPROTO_TCP, TCP_ULP, "tls", sizeof "tls");
    int encrypts = result == 0 || errno == ENOTCONN;
    close(fd);
    return encrypts;
}
static inline int copenssl_has_extended_secret(SSL *ssl) { return (int)SSL_get_extms_support(ssl); }

// MARK: Certificates

static inline int copenssl_stack_count(const STACK_OF(X509) *stack) { return stack == NULL ? 0 : sk_X509_num(stack); }
static inline X509 *copenssl_stack_item(const STACK_OF(X509) *stack, int index) { return sk_X509_value(stack, index); }
static inline STACK_OF(X509) *copenssl_stack_new(void) { return sk_X509_new_null(); }
// Adds a reference of its own; 0: out of memory.
static inline int copenssl_stack_push(STACK_OF(X509) *stack, X509 *certificate) {
    return X509_add_cert(stack, certificate, X509_ADD_FLAG_UP_REF);
}
static inline void copenssl_stack_free(STACK_OF(X509) *stack) { sk_X509_pop_free(stack, X509_free); }

static inline struct copenssl_bytes copenssl_der(X509 *certificate) {
    struct copenssl_bytes result = {NULL, 0};
    int count = i2d_X509(certificate, &result.bytes);
    if (count > 0) result.count = (size_t)count;
    return result;
}
static inline struct copenssl_bytes copenssl_public_key(X509 *certificate) {
    struct copenssl_bytes result = {NULL, 0};
    int count = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &result.bytes);
    if (count > 0) result.count = (size_t)count;
    return result;
}
static inline struct copenssl_bytes copenssl_pem(X509 *certificate) {
    BIO *bio = BIO_new(BIO_s_mem());
    if (bio != NULL) PEM_write_bio_X509(bio, certificate);
    return copenssl_take(bio);
}
static inline struct copenssl_bytes copenssl_name(const X509_NAME *name) {
    BIO *bio = BIO_new(BIO_s_mem());
    // The order of the certificate, UTF-8 as it is, control characters escaped.
    unsigned long flags = (XN_FLAG_ONELINE & ~ASN1_STRFLGS_ESC_MSB & ~XN_FLAG_SPC_EQ) | ASN1_STRFLGS_ESC_CTRL;
    if (bio != NULL) X509_NAME_print_ex(bio, name, 0, flags);
    return copenssl_take(bio);
}
static inline struct copenssl_bytes copenssl_common_name(const X509_NAME *name) {
    struct copenssl_bytes result = {NULL, 0};
    int index = X509_NAME_get_index_by_NID((X509_NAME *)name, NID_commonName, -1);
    if (index < 0) return result;
    unsigned char *text = NULL;
    int count = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry((X509_NAME *)name, index)));
    if (count > 0) result.bytes = text, result.count = (size_t)count;
    else OPENSSL_free(text);
    return result;
}
static inline struct copenssl_bytes copenssl_serial(X509 *certificate) {
    struct copenssl_bytes result = {NULL, 0};
    BIGNUM *number = ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), NULL);
    char *text = number == NULL ? NULL : BN_bn2hex(number);
    BN_free(number);
    if (text != NULL) result.bytes = (unsigned char *)text, result.count = strlen(text);
    return result;
}
// Seconds since the beginning of 1970; 0: the time cannot be read.
static inline int copenssl_seconds(const ASN1_TIME *time, int64_t *seconds) {
    int days = 0, rest = 0;
    ASN1_TIME *epoch = ASN1_TIME_set(NULL, 0);
    int result = epoch != NULL && time != NULL && ASN1_TIME_diff(&days, &rest, epoch, time);
    ASN1_TIME_free(epoch);
    *seconds = (int64_t)days * 86400 + rest;
    return result;
}
static inline const char *copenssl_signature_algorithm(X509 *certificate) {
    return OBJ_nid2ln(X509_get_signature_nid(certificate));
}

// The alternative names, all of them at once; NULL: none.
static inline GENERAL_NAMES *copenssl_alternative_names(X509 *certificate) {
    return (GENERAL_NAMES *)X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
}
static inline int copenssl_names_count(const GENERAL_NAMES *names) { return names == NULL ? 0 : sk_GENERAL_NAME_num(names); }
static inline void copenssl_names_free(GENERAL_NAMES *names) { GENERAL_NAMES_free(names); }
// The kind (GEN_DNS, …) and the bytes of a name, which belong to the names; -1: of a kind without bytes.
static inline int copenssl_names_item(
    const GENERAL_NAMES *names, int index, const unsigned char **bytes, size_t *count) {
    int kind = -1;
    GENERAL_NAME *name = sk_GENERAL_NAME_value(names, index);
    void *value = name == NULL ? NULL : GENERAL_NAME_get0_value(name, &kind);
    if (value == NULL) return -1;
    if (kind != GEN_DNS && kind != GEN_EMAIL && kind != GEN_URI && kind != GEN_IPADD) return -1;
    *bytes = ASN1_STRING_get0_data((const ASN1_STRING *)value);
    int length = ASN1_STRING_length((const ASN1_STRING *)value);
    *count = length > 0 ? (size_t)length : 0;
    return kind;
}

// MARK: Keys

// A password for reading a key: OpenSSL must never ask at the terminal.
struct copenssl_password {
    const char *text;  // NULL: none
    int was_asked;
};

static inline int copenssl_give_password(char *buffer, int size, int writing, void *argument) {
    struct copenssl_password *password = (struct copenssl_password *)argument;
    (void)writing;
    password->was_asked = 1;
    size_t count = password->text == NULL ? 0 : strlen(password->text);
    if (password->text == NULL || size < 0 || count > (size_t)size) return -1;
    memcpy(buffer, password->text, count);
    return (int)count;
}

static inline EVP_PKEY *copenssl_read_key(const void *bytes, int count, int is_der, struct copenssl_password *password) {
    BIO *bio = BIO_new_mem_buf(bytes, count);
    if (bio == NULL) return NULL;
    EVP_PKEY *key;
    if (!is_der) {
        key = PEM_read_bio_PrivateKey(bio, NULL, copenssl_give_password, password);
    } else {
        key = d2i_PrivateKey_bio(bio, NULL);
        if (key == NULL) {
            // PKCS#8 with a password.
            BIO_free(bio);
            bio = BIO_new_mem_buf(bytes, count);
            if (bio != NULL) key = d2i_PKCS8PrivateKey_bio(bio, NULL, copenssl_give_password, password);
        }
    }
    BIO_free(bio);
    return key;
}

static inline EVP_PKEY *copenssl_generate_key(const char *group) { return EVP_PKEY_Q_keygen(NULL, NULL, "EC", group); }

static inline struct copenssl_bytes copenssl_key_pem(EVP_PKEY *key) {
    BIO *bio = BIO_new(BIO_s_secmem());
    if (bio != NULL) PEM_write_bio_PKCS8PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL);
    return copenssl_take(bio);
}

static inline int copenssl_extend(X509 *certificate, X509V3_CTX *context, int kind, const char *value) {
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, context, kind, value);
    int result = extension != NULL && X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
    return result;
}

// A certificate that is signed by its own key, for these names ("DNS:localhost,IP:127.0.0.1"); NULL: failed.
static inline X509 *copenssl_self_signed(EVP_PKEY *key, const char *name, const char *names, long seconds) {
    X509 *made = X509_new();
    unsigned char serial[16];
    if (made == NULL || RAND_bytes(serial, sizeof serial) != 1) goto failed;
    serial[0] &= 0x7F;
    serial[0] |= 0x40;
    BIGNUM *number = BN_bin2bn(serial, sizeof serial, NULL);
    int is_set = number != NULL && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(made)) != NULL;
    BN_free(number);
    if (!is_set || !X509_set_version(made, X509_VERSION_3) || !X509_set_pubkey(made, key)) goto failed;
    // A clock that goes an hour behind shall not refuse it.
    if (X509_gmtime_adj(X509_getm_notBefore(made), -3600) == NULL) goto failed;
    if (X509_gmtime_adj(X509_getm_notAfter(made), seconds) == NULL) goto failed;
    X509_NAME *subject = X509_get_subject_name(made);
    if (!X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, (const unsigned char *)name, -1, -1, 0)) goto failed;
    if (!X509_set_issuer_name(made, subject)) goto failed;
    X509V3_CTX context;
    X509V3_set_ctx(&context, made, made, NULL, NULL, 0);
    if (!copenssl_extend(made, &context, NID_subject_key_identifier, "hash")
        || !copenssl_extend(made, &context, NID_authority_key_identifier, "keyid:always")
        || !copenssl_extend(made, &context, NID_basic_constraints, "critical,CA:FALSE")
        || !copenssl_extend(made, &context, NID_key_usage, "critical,digitalSignature")
        || !copenssl_extend(made, &context, NID_subject_alt_name, names)) goto failed;
    if (X509_sign(made, key, EVP_sha256()) <= 0) goto failed;
    return made;
failed:
    X509_free(made);
    return NULL;
}

static inline struct copenssl_bytes copenssl_key_der(EVP_PKEY *key) {
    struct copenssl_bytes result = {NULL, 0};
    int count = i2d_PUBKEY(key, &result.bytes);
    if (count > 0) result.count = (size_t)count;
    return result;
}

// MARK: Sessions

static inline struct copenssl_bytes copenssl_session_bytes(SSL_SESSION *session) {
    struct copenssl_bytes result = {NULL, 0};
    int count = i2d_SSL_SESSION(session, &result.bytes);
    if (count > 0) result.count = (size_t)count;
    return result;
}

// MARK: The surroundings

// A variable of the environment; none in programs that run with more rights than their user.
static inline const char *copenssl_variable(const char *name) { return getauxval(AT_SECURE) ? NULL : getenv(name); }

// Takes a lock before a moment of the monotonic clock; an errno where that passed.
static inline int copenssl_lock_until(pthread_mutex_t *lock, int64_t nanoseconds_left) {
    struct timespec end;
    clock_gettime(CLOCK_MONOTONIC, &end);
    int64_t sum = end.tv_nsec + nanoseconds_left % 1000000000;
    end.tv_sec += nanoseconds_left / 1000000000 + sum / 1000000000;
    end.tv_nsec = sum % 1000000000;
    return pthread_mutex_clocklock(lock, CLOCK_MONOTONIC, &end);
}

// MARK: Errors

static inline int copenssl_reason(unsigned long error) { return ERR_GET_REASON(error); }
static inline int copenssl_library(unsigned long error) { return ERR_GET_LIB(error); }

#endif
