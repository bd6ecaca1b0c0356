#ifndef TOLLCHAIN_CHAIN_KERNEL_H
#define TOLLCHAIN_CHAIN_KERNEL_H

#include <stddef.h>
#include <stdint.h>

/*
 * Walks down hash chains:
 *
 *     w[i-1] = SHA-256(chain_key(16) || be32(i) || w[i](32)),   i = index, index - 1, ...
 *
 * The input is 52 bytes, so a step is exactly one SHA-256 compression (FIPS 180-4, section 6.2).
 *
 * What all functions have in common: bytes need no alignment; nothing is allocated; nothing is read
 * or written beyond what is named; `steps` is at most `index`; with 0 steps, the payword that is
 * reached is the one that was given. All may be called from several threads at once.
 */

/*
 * A kind of processor's way to walk. Every kind gives the same bytes.
 *
 *     portable          OpenSSL's block function, one walk at a time
 *     sha-ni            x86 SHA extensions, two walks interleaved
 *     avx2              8 walks side by side; fewer than pay off, as portable
 *     avx512            16 and 8 walks side by side; fewer than pay off, as portable
 *     avx512+sha-ni     16 and 8 walks side by side; fewer than pay off, on SHA extensions
 *     armv8             ARMv8 SHA-2 instructions, four and two walks interleaved
 */
struct toll_chain_kernel;

/*
 * The kind in use: the last of the table above that this processor and its operating system can
 * run, or the one that the environment variable TOLLCHAIN_CHAIN_KERNEL names. A name that is
 * unknown, or of a kind that cannot run here, is as if the variable were not set. It is read once,
 * at the first walk. A build without optimisation uses portable unless told otherwise: the other
 * kinds would be slower than OpenSSL's own, which is always optimised.
 */
const struct toll_chain_kernel *toll_chain_kernel_in_use(void);

/* The kind of that name; NULL if there is none, or if it cannot run here. */
const struct toll_chain_kernel *toll_chain_kernel_named(const char *name);

/* The kinds that can run here, from 0; NULL past the last. The first is portable. */
const struct toll_chain_kernel *toll_chain_kernel_at(size_t position);

/* Its name, as in the table above. */
const char *toll_chain_kernel_name(const struct toll_chain_kernel *kernel);

/*
 * Walks down one chain.
 *
 * chain_key  16 bytes
 * index      the index of `from`; at least `steps`
 * from       the payword at `index`, 32 bytes
 * steps      how many steps to walk
 * out        the payword at `index - steps`, 32 bytes; may be the same memory as `from`
 */
void toll_chain_walk(const uint8_t *chain_key, uint32_t index, const uint8_t *from, uint32_t steps,
                     uint8_t *out);

/* One of many walks, as for toll_chain_walk: 56 bytes without gaps. */
struct toll_walk {
    uint8_t chain_key[16];
    uint8_t from[32];
    uint32_t index;
    uint32_t steps;
};

/*
 * Walks down many chains, several side by side. The longest walks begin first, so that they end
 * with the rest; lengths need not be alike. For at most 2^32 - 1 walks.
 *
 * walks      `count` walks, read only
 * scratch    room for `count` words: the order of the walks; what was in it does not matter
 * out        `count` paywords of 32 bytes, in the order of `walks`; no part of `walks` or `scratch`
 */
void toll_chain_walk_many(const struct toll_walk *walks, size_t count, uint32_t *scratch,
                          uint8_t *out);

/*
 * Which paywords on the way a walk is to keep.
 *
 * indexes    `count` indexes, highest first. One that the walk does not pass (above its index,
 *            below its end, or above the index before it) is skipped: its value is not written
 * values     room for `count` paywords of 32 bytes, in the order of `indexes`
 */
struct toll_marks {
    const uint32_t *indexes;
    size_t count;
    uint8_t *values;
};

/*
 * The same walks for a payer, who keeps paywords on the way down from a tip: one pass in all. The
 * many have one `marks` each.
 *
 * What lies above a revealed payword is secret, so what these functions hold of it in memory of
 * their own is wiped before they return. Not wiped are processor registers, what the compiler or
 * OpenSSL's block function spilled from them to the stack, and what the caller gave and gets.
 */
void toll_chain_walk_marking(const uint8_t *chain_key, uint32_t index, const uint8_t *from,
                             uint32_t steps, const struct toll_marks *marks, uint8_t *out);
void toll_chain_walk_many_marking(const struct toll_walk *walks, const struct toll_marks *marks,
                                  size_t count, uint32_t *scratch, uint8_t *out);

/* The four walks by a kind of the caller's choice, for tests and benchmarks. */
void toll_chain_walk_by(const struct toll_chain_kernel *kernel, const uint8_t *chain_key,
                        uint32_t index, const uint8_t *from, uint32_t steps, uint8_t *out);
void toll_chain_walk_many_by(const struct toll_chain_kernel *kernel, const struct toll_walk *walks,
                             size_t count, uint32_t *scratch, uint8_t *out);
void toll_chain_walk_marking_by(const struct toll_chain_kernel *kernel, const uint8_t *chain_key,
                                uint32_t index, const uint8_t *from, uint32_t steps,
                                const struct toll_marks *marks, uint8_t *out);
void toll_chain_walk_many_marking_by(const struct toll_chain_kernel *kernel,
                                     const struct toll_walk *walks, const struct toll_marks *marks,
                                     size_t count, uint32_t *scratch, uint8_t *out);

#endif
