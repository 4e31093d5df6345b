// To be loaded before a program: counts what each of its threads allocates between two marks, which are calls of access()
// with a path under /mark/, and prints the count with the name of the mark that ends it.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static __thread long count __attribute__((tls_model("initial-exec")));

void *malloc(size_t size) { count++; return __libc_malloc(size); }
void *calloc(size_t number, size_t size) { count++; return __libc_calloc(number, size); }
void *realloc(void *memory, size_t size) { count++; return __libc_realloc(memory, size); }
void *memalign(size_t alignment, size_t size) { count++; return __libc_memalign(alignment, size); }
void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }
int posix_memalign(void **memory, size_t alignment, size_t size) {
    *memory = memalign(alignment, size);
    return *memory ? 0 : ENOMEM;
}

int access(const char *path, int mode) {
    if (strncmp(path, "/mark/", 6) != 0) return (int)syscall(SYS_faccessat, AT_FDCWD, path, mode);
    char line[100];
    int length = snprintf(line, sizeof line, "%s %ld\n", path + 6, count);
    if (write(1, line, (size_t)length) != length) _exit(3);
    count = 0;
    errno = ENOENT;
    return -1;
}
