#include "reference.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* A readable page between two that are not. */
struct guarded {
    uint8_t *page;
    size_t bytes;
};

static struct guarded guarded_make(void) {
    const size_t bytes = (size_t)sysconf(_SC_PAGESIZE);
    uint8_t *all = mmap(NULL, 3 * bytes, PROT_NONE, MAP_PRIVATE | MAP_ANON, -1, 0);
    if (all == MAP_FAILED || mprotect(all + bytes, bytes, PROT_READ | PROT_WRITE) != 0) abort();
    return (struct guarded){all + bytes, bytes};
}

static void guarded_free(struct guarded *guarded) {
    munmap(guarded->page - guarded->bytes, 3 * guarded->bytes);
}

/* Room for so many bytes at one end of the page. */
static void *room(struct guarded *guarded, size_t bytes, bool at_end) {
    return at_end ? guarded->page + guarded->bytes - bytes : guarded->page;
}

enum { WALKS = 40, BUFFERS = 5 };

static bool single_at_edge(const struct toll_chain_kernel *kernel,
                           const struct toll_reference *reference, struct guarded *pages,
                           bool at_end, char fault[TOLL_FAULT_BYTES]) {
    uint8_t *key = room(&pages[0], KEY, at_end), *from = room(&pages[1], PAYWORD, at_end);
    uint8_t *out = room(&pages[2], PAYWORD, at_end);
    for (uint32_t steps = 0; steps < 20; steps++) {
        const struct reference_chain *chain = &reference->chains[steps % CHAINS];
        memcpy(key, chain->key, KEY);
        memcpy(from, chain->payword[0], PAYWORD);
        toll_chain_walk_by(kernel, key, chain->top, from, steps, out);
        if (memcmp(out, chain->payword[steps], PAYWORD) != 0) {
            return fail(fault, reference, "walk at an edge of memory", 20, steps);
        }
    }
    return true;
}

static bool many_at_edge(const struct toll_chain_kernel *kernel,
                         const struct toll_reference *reference, struct guarded *pages,
                         size_t count, bool at_end, uint64_t *state,
                         char fault[TOLL_FAULT_BYTES]) {
    struct toll_walk *walks = room(&pages[0], count * sizeof *walks, at_end);
    uint32_t *scratch = room(&pages[1], count * sizeof *scratch, at_end);
    uint8_t *out = room(&pages[2], count * PAYWORD, at_end);
    uint8_t *values = room(&pages[3], count * PAYWORD, at_end);
    uint32_t *indexes = room(&pages[4], count * sizeof *indexes, at_end);
    struct toll_marks marks[WALKS];
    const uint8_t *results[WALKS];
    for (size_t i = 0; i < count; i++) {
        walks[i] = any_walk(reference, state, 12, &results[i]);
        indexes[i] = walks[i].index - walks[i].steps;
        marks[i] = (struct toll_marks){&indexes[i], 1, values + i * PAYWORD};
    }
    toll_chain_walk_many_by(kernel, walks, count, scratch, out);
    for (size_t i = 0; i < count; i++) {
        if (memcmp(out + i * PAYWORD, results[i], PAYWORD) != 0) {
            return fail(fault, reference, "many walks at an edge of memory", count, i);
        }
    }
    toll_chain_walk_many_marking_by(kernel, walks, marks, count, scratch, out);
    for (size_t i = 0; i < count; i++) {
        if (memcmp(values + i * PAYWORD, results[i], PAYWORD) != 0) {
            return fail(fault, reference, "marks at an edge of memory", count, i);
        }
    }
    return true;
}

bool toll_check_edges_of_memory(const struct toll_chain_kernel *kernel,
                                const struct toll_reference *reference,
                                char fault[TOLL_FAULT_BYTES]) {
    struct guarded pages[BUFFERS];
    for (unsigned i = 0; i < BUFFERS; i++) pages[i] = guarded_make();
    uint64_t state = reference->seed ^ 4;
    bool right = single_at_edge(kernel, reference, pages, false, fault) &&
                 single_at_edge(kernel, reference, pages, true, fault);
    for (size_t count = 1; right && count <= WALKS; count++) {
        right = many_at_edge(kernel, reference, pages, count, count % 2 == 0, &state, fault) &&
                many_at_edge(kernel, reference, pages, count, count % 2 != 0, &state, fault);
    }
    for (unsigned i = 0; i < BUFFERS; i++) guarded_free(&pages[i]);
    return right;
}

bool toll_check_unaligned_bytes(const struct toll_chain_kernel *kernel,
                                const struct toll_reference *reference,
                                char fault[TOLL_FAULT_BYTES]) {
    enum { PART = 16, COUNT = 19 };
    uint8_t key[KEY + PART], from[PAYWORD + PART], out[COUNT * PAYWORD + PART];
    uint64_t state = reference->seed ^ 5;
    for (size_t place = 0; place < PART; place++) {
        const struct reference_chain *chain = &reference->chains[place % CHAINS];
        memcpy(key + place, chain->key, KEY);
        memcpy(from + place, chain->payword[0], PAYWORD);
        toll_chain_walk_by(kernel, key + place, chain->top, from + place, 5, out + place);
        if (memcmp(out + place, chain->payword[5], PAYWORD) != 0) {
            return fail(fault, reference, "unaligned walk", PART, place);
        }
        struct toll_walk walks[COUNT];
        const uint8_t *results[COUNT];
        uint32_t scratch[COUNT];
        for (size_t i = 0; i < COUNT; i++) walks[i] = any_walk(reference, &state, 5, &results[i]);
        toll_chain_walk_many_by(kernel, walks, COUNT, scratch, out + place);
        for (size_t i = 0; i < COUNT; i++) {
            if (memcmp(out + place + i * PAYWORD, results[i], PAYWORD) != 0) {
                return fail(fault, reference, "unaligned results", PART, place);
            }
        }
    }
    return true;
}
