#ifndef TOLLCHAIN_CHECK_REFERENCE_H
#define TOLLCHAIN_CHECK_REFERENCE_H

#include "include/chain_kernel_checks.h"

enum { CHAINS = 6, DEPTH = 600, LONGEST = 300, KEY = 16, PAYWORD = 32 };

/* A chain from its top down: payword[d] stands at index top - d. */
struct reference_chain {
    uint8_t key[KEY];
    uint32_t top;
    uint8_t payword[DEPTH + 1][PAYWORD];
};

struct toll_reference {
    uint64_t seed;
    struct reference_chain chains[CHAINS];
};

/* A generator whose draws follow from its seed (SplitMix64). */
uint64_t draw(uint64_t *state);
uint32_t draw_below(uint64_t *state, uint32_t bound);

/* A walk of `steps` from `depth` below the top of a chain, and where it leads. */
struct toll_walk walk_of(const struct reference_chain *chain, uint32_t depth, uint32_t steps);

/* A walk of at most `longest` steps from anywhere in any chain; where it leads goes to `result`. */
struct toll_walk any_walk(const struct toll_reference *reference, uint64_t *state, uint32_t longest,
                          const uint8_t **result);

bool fail(char fault[TOLL_FAULT_BYTES], const struct toll_reference *reference, const char *what,
          size_t count, size_t place);

#endif
