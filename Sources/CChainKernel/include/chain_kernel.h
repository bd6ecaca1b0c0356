#ifndef TOLLCHAIN_CHAIN_KERNEL_H
#define TOLLCHAIN_CHAIN_KERNEL_H

#include <stdint.h>

/*
 * Walks down a hash chain:
 *
 *     w[i-1] = SHA-256(chain_key(16) || be32(i) || w[i](32)),   i = index, index - 1, ...
 *
 * The input is 52 bytes, so a step is exactly one SHA-256 compression (FIPS 180-4, section 6.2).
 *
 * chain_key  16 bytes
 * index      the index of `from`; at least `steps`
 * from       the payword at `index`, 32 bytes
 * steps      how many steps to walk; with 0, `out` becomes `from`
 * out        the payword at `index - steps`, 32 bytes; may be the same memory as `from`
 */
void toll_chain_walk(const uint8_t *chain_key, uint32_t index, const uint8_t *from, uint32_t steps,
                     uint8_t *out);

#endif
