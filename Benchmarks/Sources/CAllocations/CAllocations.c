// Counts by standing in front of the C library's malloc, calloc, realloc, aligned_alloc, posix_memalign and free.
#include "CAllocations.h"

#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);
extern void __libc_free(void *);

static atomic_long count, freed;

long allocations_so_far(void) { return atomic_load(&count); }
long allocations_alive(void) { return atomic_load(&count) - atomic_load(&freed); }

static void counted(void) { atomic_fetch_add_explicit(&count, 1, memory_order_relaxed); }
static void uncounted(void) { atomic_fetch_add_explicit(&freed, 1, memory_order_relaxed); }

void *malloc(size_t size) { counted(); return __libc_malloc(size); }
void *calloc(size_t number, size_t size) { counted(); return __libc_calloc(number, size); }
void *realloc(void *memory, size_t size) {
    counted();
    if (memory) uncounted();
    return __libc_realloc(memory, size);
}
void free(void *memory) {
    if (memory) uncounted();
    __libc_free(memory);
}
void *aligned_alloc(size_t alignment, size_t size) { counted(); return __libc_memalign(alignment, size); }
int posix_memalign(void **memory, size_t alignment, size_t size) {
    counted();
    *memory = __libc_memalign(alignment, size);
    return *memory ? 0 : ENOMEM;
}
