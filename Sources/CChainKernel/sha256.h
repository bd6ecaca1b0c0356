#ifndef TOLLCHAIN_SHA256_H
#define TOLLCHAIN_SHA256_H

#include <stdint.h>

/*
 * SHA-256 (FIPS 180-4) as far as all engines share it.
 *
 * The block of a step is W[0..3] = chain key, W[4] = index, W[5..12] = payword and W[13..15] =
 * padding. What follows from that is used by every engine but the portable one:
 *
 * - The state after rounds 0 to 3 depends on the chain key alone: it is made once a walk.
 * - The digest's words are W[5..12] of the next step: nothing changes its byte order in between.
 * - W[13..15] are constants, and so are the terms of the message schedule that read them alone.
 */

/* W[13] and W[15]: the bit after the message, and the message's length in bits. W[14] is zero. */
#define TOLL_PADDING_BIT 0x80000000u
#define TOLL_LENGTH_BITS 416u

/* H(0), section 5.3.3. */
static const uint32_t toll_initial[8] = {
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
};

/* K, section 4.2.2. */
_Alignas(64) static const uint32_t toll_round[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

/* The small sigmas of a constant, for terms that are folded at compile time. */
#define TOLL_ROTATED(x, bits) ((x) >> (bits) | (x) << (32 - (bits)))
#define TOLL_SIGMA_0(x) (TOLL_ROTATED(x, 7) ^ TOLL_ROTATED(x, 18) ^ (x) >> 3)
#define TOLL_SIGMA_1(x) (TOLL_ROTATED(x, 17) ^ TOLL_ROTATED(x, 19) ^ (x) >> 10)

static inline uint32_t toll_read_be32(const uint8_t *from) {
    return (uint32_t)from[0] << 24 | (uint32_t)from[1] << 16 | (uint32_t)from[2] << 8 | from[3];
}

static inline void toll_write_be32(uint8_t *to, uint32_t value) {
    to[0] = (uint8_t)(value >> 24);
    to[1] = (uint8_t)(value >> 16);
    to[2] = (uint8_t)(value >> 8);
    to[3] = (uint8_t)value;
}

#endif
