#include "kernel.h"

#include <openssl/crypto.h>
#include <string.h>

static const struct toll_engine *single(const struct toll_chain_kernel *kernel) {
    return &kernel->engines[kernel->engine_count - 1];
}

void toll_chain_walk_by(const struct toll_chain_kernel *kernel, const uint8_t *chain_key,
                        uint32_t index, const uint8_t *from, uint32_t steps, uint8_t *out) {
    union toll_lanes lanes;
    memcpy(lanes.rows[0].key, chain_key, TOLL_KEY_BYTES);
    memcpy(lanes.rows[0].payword, from, TOLL_PAYWORD_BYTES);
    lanes.rows[0].index = index;
    single(kernel)->run(&lanes, steps);
    memcpy(out, lanes.rows[0].payword, TOLL_PAYWORD_BYTES);
}

void toll_chain_walk_many_by(const struct toll_chain_kernel *kernel, const struct toll_walk *walks,
                             size_t count, uint32_t *scratch, uint8_t *out) {
    toll_schedule(kernel, walks, NULL, count, scratch, false, out);
}

void toll_chain_walk_marking_by(const struct toll_chain_kernel *kernel, const uint8_t *chain_key,
                                uint32_t index, const uint8_t *from, uint32_t steps,
                                const struct toll_marks *marks, uint8_t *out) {
    struct toll_walk walk = {.index = index, .steps = steps};
    memcpy(walk.chain_key, chain_key, TOLL_KEY_BYTES);
    memcpy(walk.from, from, TOLL_PAYWORD_BYTES);
    uint32_t scratch;
    toll_schedule(kernel, &walk, marks, 1, &scratch, true, out);
    OPENSSL_cleanse(&walk, sizeof walk);
}

void toll_chain_walk_many_marking_by(const struct toll_chain_kernel *kernel,
                                     const struct toll_walk *walks, const struct toll_marks *marks,
                                     size_t count, uint32_t *scratch, uint8_t *out) {
    toll_schedule(kernel, walks, marks, count, scratch, true, out);
}

void toll_chain_walk(const uint8_t *chain_key, uint32_t index, const uint8_t *from, uint32_t steps,
                     uint8_t *out) {
    toll_chain_walk_by(toll_chain_kernel_in_use(), chain_key, index, from, steps, out);
}

void toll_chain_walk_many(const struct toll_walk *walks, size_t count, uint32_t *scratch,
                          uint8_t *out) {
    toll_chain_walk_many_by(toll_chain_kernel_in_use(), walks, count, scratch, out);
}

void toll_chain_walk_marking(const uint8_t *chain_key, uint32_t index, const uint8_t *from,
                             uint32_t steps, const struct toll_marks *marks, uint8_t *out) {
    toll_chain_walk_marking_by(toll_chain_kernel_in_use(), chain_key, index, from, steps, marks,
                               out);
}

void toll_chain_walk_many_marking(const struct toll_walk *walks, const struct toll_marks *marks,
                                  size_t count, uint32_t *scratch, uint8_t *out) {
    toll_chain_walk_many_marking_by(toll_chain_kernel_in_use(), walks, marks, count, scratch, out);
}
