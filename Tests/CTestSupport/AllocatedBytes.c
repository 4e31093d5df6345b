#include "CTestSupport.h"

#include <malloc.h>

// The sanitizers bring an allocator of their own, which counts by this function; a process has it only then.
extern size_t __sanitizer_get_current_allocated_bytes(void) __attribute__((weak));

size_t allocated_bytes(void) {
    if (__sanitizer_get_current_allocated_bytes) return __sanitizer_get_current_allocated_bytes();
    struct mallinfo2 facts = mallinfo2();
    return facts.uordblks + facts.hblkhd;
}
