#ifndef CTESTSUPPORT_H
#define CTESTSUPPORT_H

#include <stddef.h>

/// The bytes that this process has allocated and not freed.
///
/// Not its resident memory: the address sanitizer keeps what was freed for a while, and the allocator keeps pages.
size_t allocated_bytes(void);

#endif
