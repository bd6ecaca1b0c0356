#ifndef TOLLCHAIN_CHAIN_KERNEL_CHECKS_H
#define TOLLCHAIN_CHAIN_KERNEL_CHECKS_H

#include "chain_kernel.h"

#include <stdbool.h>

/*
 * Checks of a kind of kernel against a step that someone else computes. They are in C so that the
 * test suite, a sanitizer's build and an emulated ARM processor run the same ones.
 *
 * A check returns whether all was right. If not, `fault` says what was wrong.
 */

/* One step: below = SHA-256(key || be32(index) || payword). */
typedef void toll_reference_step(const uint8_t *key, uint32_t index, const uint8_t *payword,
                                 uint8_t *below);

/* Chains as the reference walks them, with keys, tips and some indexes drawn from a seed. */
struct toll_reference;
struct toll_reference *toll_reference_make(uint64_t seed, toll_reference_step *step);
void toll_reference_free(struct toll_reference *reference);

enum { TOLL_FAULT_BYTES = 200 };

typedef bool toll_check(const struct toll_chain_kernel *kernel,
                        const struct toll_reference *reference, char fault[TOLL_FAULT_BYTES]);

/* One walk of every length from 0 to 300, some of them into their own memory. */
toll_check toll_check_single_walks;
/* Every length from 0 to 300 at once, in no order. */
toll_check toll_check_all_lengths_at_once;
/* 1 to 40 walks of random lengths, of one length, and of a few long ones among many short. */
toll_check toll_check_mixes;
/* Paywords kept on the way: of one walk and of many, wanted well and badly. */
toll_check toll_check_marks;
/* Everything that is read or written at the very beginning and end of readable memory. */
toll_check toll_check_edges_of_memory;
/* Bytes at all places of a 16-byte part. */
toll_check toll_check_unaligned_bytes;

/* The engines of processors that this machine may not have, on emulated intrinsics; NULL past the
 * last. */
const struct toll_chain_kernel *toll_emulated_kernel_at(size_t position);

#endif
