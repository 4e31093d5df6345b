#ifndef CTESTSUPPORT_H
#define CTESTSUPPORT_H

#include <stddef.h>

/// The bytes that this process has allocated and not freed.
///
/// Not its resident memory: the address sanitizer keeps what was freed for a while, and the allocator keeps pages.
size_t allocated_bytes(void);

// Programs of the kernel's own machine (eBPF). Each function returns a descriptor or the negative errno.

/// A socket filter that keeps packets whose byte at `offset` is `value`, and drops the others.
int kernel_filter(int offset, int value);

/// A socket filter that answers with the byte at `offset`, less `first`.
int kernel_chooser(int offset, int first);

/// Gives every packet that leaves by an interface the second of its time to leave as its mark, until the descriptor is
/// closed.
int kernel_marks_by_time(unsigned int interface);

#endif
