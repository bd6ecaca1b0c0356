#ifndef TOLLCHAIN_COUNTERS_H
#define TOLLCHAIN_COUNTERS_H

#include <stdbool.h>
#include <stdint.h>

/*
 * How often memory was allocated, by whatever language or library: malloc and its kin stand in this
 * executable in place of the C library's, which do the work.
 */

/* Whether this platform can count; glibc only. */
bool counter_can_count(void);
/* Counts from 0. */
void counter_start(void);
/* Counts no more, and tells how many there were. */
uint64_t counter_stop(void);

/* How many bytes the C library has given out and not got back; 0 where it cannot tell. */
uint64_t counter_bytes_in_use(void);

#endif
