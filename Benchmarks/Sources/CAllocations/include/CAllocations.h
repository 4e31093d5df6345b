#ifndef CALLOCATIONS_H
#define CALLOCATIONS_H

/// How often this process has asked the C library for memory so far.
long allocations_so_far(void);

/// How many pieces of memory this process has asked for and not given back.
long allocations_alive(void);

#endif
