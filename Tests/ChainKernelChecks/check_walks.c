#include "reference.h"

#include <string.h>

enum { MOST = 400 };

static bool same(const uint8_t *left, const uint8_t *right) {
    return memcmp(left, right, PAYWORD) == 0;
}

bool toll_check_single_walks(const struct toll_chain_kernel *kernel,
                             const struct toll_reference *reference, char fault[TOLL_FAULT_BYTES]) {
    for (uint32_t steps = 0; steps <= LONGEST; steps++) {
        const struct reference_chain *chain = &reference->chains[steps % CHAINS];
        uint8_t out[PAYWORD];
        toll_chain_walk_by(kernel, chain->key, chain->top, chain->payword[0], steps, out);
        if (!same(out, chain->payword[steps])) {
            return fail(fault, reference, "single walk", LONGEST, steps);
        }
        if (steps % 5 != 0) continue;
        memcpy(out, chain->payword[0], PAYWORD);
        toll_chain_walk_by(kernel, chain->key, chain->top, out, steps, out);
        if (!same(out, chain->payword[steps])) {
            return fail(fault, reference, "walk in place", LONGEST, steps);
        }
    }
    return true;
}

/* Walks all and compares; what lies behind the results must stay as it was. */
static bool take(const struct toll_chain_kernel *kernel, const struct toll_reference *reference,
                 const struct toll_walk *walks, const uint8_t *const *results, size_t count,
                 const char *what, char fault[TOLL_FAULT_BYTES]) {
    uint32_t scratch[MOST];
    uint8_t out[MOST + 1][PAYWORD];
    memset(out, 0xa5, sizeof out);
    toll_chain_walk_many_by(kernel, walks, count, scratch, out[0]);
    for (size_t i = 0; i < count; i++) {
        if (!same(out[i], results[i])) return fail(fault, reference, what, count, i);
    }
    for (unsigned byte = 0; byte < PAYWORD; byte++) {
        if (out[count][byte] != 0xa5) return fail(fault, reference, what, count, count);
    }
    return true;
}

bool toll_check_all_lengths_at_once(const struct toll_chain_kernel *kernel,
                                    const struct toll_reference *reference,
                                    char fault[TOLL_FAULT_BYTES]) {
    struct toll_walk walks[MOST];
    const uint8_t *results[MOST];
    uint64_t state = reference->seed ^ 1;
    for (uint32_t i = 0; i <= LONGEST; i++) {
        const struct reference_chain *chain = &reference->chains[i % CHAINS];
        walks[i] = walk_of(chain, 0, i);
        results[i] = chain->payword[i];
    }
    for (uint32_t i = LONGEST; i > 0; i--) {
        const uint32_t other = draw_below(&state, i + 1);
        const struct toll_walk walk = walks[i];
        const uint8_t *const result = results[i];
        walks[i] = walks[other], results[i] = results[other];
        walks[other] = walk, results[other] = result;
    }
    return take(kernel, reference, walks, results, LONGEST + 1, "all lengths at once", fault);
}

bool toll_check_mixes(const struct toll_chain_kernel *kernel,
                      const struct toll_reference *reference, char fault[TOLL_FAULT_BYTES]) {
    struct toll_walk walks[MOST];
    const uint8_t *results[MOST];
    uint64_t state = reference->seed ^ 2;
    for (size_t count = 0; count <= 40; count++) {
        for (size_t i = 0; i < count; i++) walks[i] = any_walk(reference, &state, 40, &results[i]);
        if (!take(kernel, reference, walks, results, count, "random lengths", fault)) return false;

        const uint32_t steps = draw_below(&state, 20);
        for (size_t i = 0; i < count; i++) {
            const struct reference_chain *chain = &reference->chains[i % CHAINS];
            walks[i] = walk_of(chain, (uint32_t)i, steps);
            results[i] = chain->payword[i + steps];
        }
        if (!take(kernel, reference, walks, results, count, "one length", fault)) return false;

        for (size_t i = 0; i < count; i++) {
            const uint32_t longest = draw_below(&state, 10) == 0 ? 200 : 2;
            walks[i] = any_walk(reference, &state, longest, &results[i]);
        }
        if (!take(kernel, reference, walks, results, count, "few long ones", fault)) return false;
    }
    return true;
}
