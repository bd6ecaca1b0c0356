#include "reference.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

uint64_t draw(uint64_t *state) {
    uint64_t x = *state += 0x9e3779b97f4a7c15;
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
    x = (x ^ x >> 27) * 0x94d049bb133111eb;
    return x ^ x >> 31;
}

uint32_t draw_below(uint64_t *state, uint32_t bound) { return (uint32_t)(draw(state) % bound); }

/* The first chain has its root below the longest walk; the next two begin at the largest index. */
static uint32_t top_of(unsigned chain, uint64_t *state) {
    switch (chain) {
    case 0: return LONGEST;
    case 1:
    case 2: return UINT32_MAX;
    default: return DEPTH + draw_below(state, UINT32_MAX - DEPTH);
    }
}

struct toll_reference *toll_reference_make(uint64_t seed, toll_reference_step *step) {
    struct toll_reference *reference = calloc(1, sizeof *reference);
    if (!reference) abort();
    reference->seed = seed;
    uint64_t state = seed;
    for (unsigned i = 0; i < CHAINS; i++) {
        struct reference_chain *chain = &reference->chains[i];
        for (unsigned byte = 0; byte < KEY; byte++) chain->key[byte] = (uint8_t)draw(&state);
        for (unsigned byte = 0; byte < PAYWORD; byte++) {
            chain->payword[0][byte] = (uint8_t)draw(&state);
        }
        chain->top = top_of(i, &state);
        for (uint32_t depth = 0; depth < DEPTH && depth < chain->top; depth++) {
            step(chain->key, chain->top - depth, chain->payword[depth], chain->payword[depth + 1]);
        }
    }
    return reference;
}

void toll_reference_free(struct toll_reference *reference) { free(reference); }

struct toll_walk walk_of(const struct reference_chain *chain, uint32_t depth, uint32_t steps) {
    struct toll_walk walk = {.index = chain->top - depth, .steps = steps};
    memcpy(walk.chain_key, chain->key, KEY);
    memcpy(walk.from, chain->payword[depth], PAYWORD);
    return walk;
}

struct toll_walk any_walk(const struct toll_reference *reference, uint64_t *state, uint32_t longest,
                          const uint8_t **result) {
    const struct reference_chain *chain = &reference->chains[draw_below(state, CHAINS)];
    const uint32_t steps = draw_below(state, longest + 1);
    const uint32_t deepest = chain->top < DEPTH ? chain->top : DEPTH;
    const uint32_t depth = draw_below(state, deepest - steps + 1);
    *result = chain->payword[depth + steps];
    return walk_of(chain, depth, steps);
}

bool fail(char fault[TOLL_FAULT_BYTES], const struct toll_reference *reference, const char *what,
          size_t count, size_t place) {
    snprintf(fault, TOLL_FAULT_BYTES, "%s: the %zu. of %zu is wrong, with seed %llu", what, place,
             count, (unsigned long long)reference->seed);
    return false;
}
