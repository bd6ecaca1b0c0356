#include "reference.h"

#include <stdlib.h>
#include <string.h>

enum { WALKS = 39, MARKS = 24 };

/* What a walk's marks should give: the chain's payword, or nothing. */
struct expected {
    const uint8_t *payword[MARKS];
};

static int highest_first(const void *left, const void *right) {
    const uint32_t l = *(const uint32_t *)left, r = *(const uint32_t *)right;
    return l < r ? 1 : l > r ? -1 : 0;
}

/*
 * Marks on and around the way of a walk: most downwards, some drawn without order. By the header, a
 * mark counts if the walk has not passed it when its turn comes.
 */
static size_t any_marks(const struct reference_chain *chain, const struct toll_walk *walk,
                        uint64_t *state, uint32_t *indexes, struct expected *expected) {
    const size_t count = draw_below(state, MARKS + 1);
    const uint32_t end = walk->index - walk->steps;
    for (size_t i = 0; i < count; i++) {
        switch (draw_below(state, 8)) {
        case 0: indexes[i] = walk->index; break;
        case 1: indexes[i] = end; break;
        case 2: indexes[i] = (uint32_t)draw(state); break;
        default: indexes[i] = end + draw_below(state, walk->steps + 1);
        }
    }
    if (draw_below(state, 4) > 0) qsort(indexes, count, sizeof *indexes, highest_first);
    uint32_t lowest = walk->index;
    for (size_t i = 0; i < count; i++) {
        const bool passed = indexes[i] <= lowest && indexes[i] >= end;
        expected->payword[i] = passed ? chain->payword[chain->top - indexes[i]] : NULL;
        if (indexes[i] < lowest) lowest = indexes[i];
    }
    return count;
}

static bool values_are(const uint8_t *values, const struct expected *expected, size_t count) {
    static const uint8_t untouched[PAYWORD] = {0};
    for (size_t i = 0; i < count; i++) {
        const uint8_t *payword = expected->payword[i] ? expected->payword[i] : untouched;
        if (memcmp(values + i * PAYWORD, payword, PAYWORD) != 0) return false;
    }
    return true;
}

bool toll_check_marks(const struct toll_chain_kernel *kernel,
                      const struct toll_reference *reference, char fault[TOLL_FAULT_BYTES]) {
    uint64_t state = reference->seed ^ 3;
    for (size_t count = 0; count <= WALKS; count += 3) {
        struct toll_walk walks[WALKS];
        struct toll_marks marks[WALKS];
        struct expected expected[WALKS];
        const uint8_t *results[WALKS];
        uint32_t indexes[WALKS][MARKS], scratch[WALKS];
        uint8_t values[WALKS][MARKS][PAYWORD], out[WALKS][PAYWORD];
        memset(values, 0, sizeof values);
        for (size_t i = 0; i < count; i++) {
            const struct reference_chain *chain = &reference->chains[draw_below(&state, CHAINS)];
            const uint32_t steps = draw_below(&state, 60);
            walks[i] = walk_of(chain, draw_below(&state, LONGEST - steps), steps);
            results[i] = chain->payword[chain->top - walks[i].index + steps];
            marks[i].count = any_marks(chain, &walks[i], &state, indexes[i], &expected[i]);
            marks[i].indexes = indexes[i];
            marks[i].values = values[i][0];
        }
        toll_chain_walk_many_marking_by(kernel, walks, marks, count, scratch, out[0]);
        for (size_t i = 0; i < count; i++) {
            if (memcmp(out[i], results[i], PAYWORD) != 0 ||
                !values_are(values[i][0], &expected[i], marks[i].count)) {
                return fail(fault, reference, "many walks with marks", count, i);
            }
        }
        for (size_t i = 0; i < count; i++) {
            memset(values[i], 0, sizeof values[i]);
            toll_chain_walk_marking_by(kernel, walks[i].chain_key, walks[i].index, walks[i].from,
                                       walks[i].steps, &marks[i], out[i]);
            if (memcmp(out[i], results[i], PAYWORD) != 0 ||
                !values_are(values[i][0], &expected[i], marks[i].count)) {
                return fail(fault, reference, "one walk with marks", count, i);
            }
        }
    }
    return true;
}
