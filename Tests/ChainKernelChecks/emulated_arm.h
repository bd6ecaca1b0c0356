/* The intrinsics that the ARMv8 engines use, in plain C and by their names, as ARM defines each. */
#ifndef TOLLCHAIN_EMULATED_ARM_H
#define TOLLCHAIN_EMULATED_ARM_H

#include <stdint.h>
#include <string.h>

/* Not inlined: an engine calls them hundreds of times. */
#define EMULATED __attribute__((noinline, unused)) static

typedef struct { uint32_t word[4]; } uint32x4_t;
typedef struct { uint8_t byte[16]; } uint8x16_t;

EMULATED uint32x4_t vld1q_u32(const uint32_t *from) {
    uint32x4_t x;
    memcpy(&x, from, sizeof x);
    return x;
}

EMULATED uint8x16_t vld1q_u8(const uint8_t *from) {
    uint8x16_t x;
    memcpy(&x, from, sizeof x);
    return x;
}

EMULATED void vst1q_u8(uint8_t *to, uint8x16_t x) { memcpy(to, &x, sizeof x); }

EMULATED uint32x4_t vdupq_n_u32(uint32_t x) { return (uint32x4_t){{x, x, x, x}}; }

EMULATED uint32x4_t vreinterpretq_u32_u8(uint8x16_t x) {
    uint32x4_t words;
    for (unsigned i = 0; i < 4; i++) {
        const uint8_t *b = x.byte + 4 * i;
        words.word[i] = b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
    }
    return words;
}

EMULATED uint8x16_t vreinterpretq_u8_u32(uint32x4_t x) {
    uint8x16_t bytes;
    for (unsigned i = 0; i < 16; i++) bytes.byte[i] = (uint8_t)(x.word[i / 4] >> 8 * (i % 4));
    return bytes;
}

/* The bytes of every word the other way round. */
EMULATED uint8x16_t vrev32q_u8(uint8x16_t x) {
    uint8x16_t result;
    for (unsigned i = 0; i < 16; i++) result.byte[i] = x.byte[i ^ 3];
    return result;
}

EMULATED uint32x4_t vaddq_u32(uint32x4_t x, uint32x4_t y) {
    for (unsigned i = 0; i < 4; i++) x.word[i] += y.word[i];
    return x;
}

EMULATED uint32x4_t vsubq_u32(uint32x4_t x, uint32x4_t y) {
    for (unsigned i = 0; i < 4; i++) x.word[i] -= y.word[i];
    return x;
}

/* Four words of the eight that x and then y are, from word `start` on. */
EMULATED uint32x4_t vextq_u32(uint32x4_t x, uint32x4_t y, unsigned start) {
    uint32x4_t result;
    for (unsigned i = 0; i < 4; i++) {
        result.word[i] = start + i < 4 ? x.word[start + i] : y.word[start + i - 4];
    }
    return result;
}

EMULATED uint32_t emulated_ror(uint32_t x, unsigned bits) {
    return x >> bits | x << (32 - bits);
}

/* Four rounds of x = A to D and y = E to H. */
EMULATED void emulated_rounds(uint32x4_t *x, uint32x4_t *y, uint32x4_t sum) {
    for (unsigned round = 0; round < 4; round++) {
        const uint32_t a = x->word[0], b = x->word[1], c = x->word[2], d = x->word[3];
        const uint32_t e = y->word[0], f = y->word[1], g = y->word[2], h = y->word[3];
        const uint32_t t = h + sum.word[round] + ((e & f) ^ (~e & g)) +
                           (emulated_ror(e, 6) ^ emulated_ror(e, 11) ^ emulated_ror(e, 25));
        const uint32_t s = ((a & b) ^ (a & c) ^ (b & c)) +
                           (emulated_ror(a, 2) ^ emulated_ror(a, 13) ^ emulated_ror(a, 22));
        *x = (uint32x4_t){{t + s, a, b, c}};
        *y = (uint32x4_t){{d + t, e, f, g}};
    }
}

EMULATED uint32x4_t vsha256hq_u32(uint32x4_t x, uint32x4_t y, uint32x4_t sum) {
    emulated_rounds(&x, &y, sum);
    return x;
}

EMULATED uint32x4_t vsha256h2q_u32(uint32x4_t y, uint32x4_t x, uint32x4_t sum) {
    emulated_rounds(&x, &y, sum);
    return y;
}

EMULATED uint32x4_t vsha256su0q_u32(uint32x4_t x, uint32x4_t y) {
    uint32x4_t result;
    for (unsigned i = 0; i < 4; i++) {
        const uint32_t next = i < 3 ? x.word[i + 1] : y.word[0];
        result.word[i] =
            x.word[i] + (emulated_ror(next, 7) ^ emulated_ror(next, 18) ^ next >> 3);
    }
    return result;
}

EMULATED uint32x4_t vsha256su1q_u32(uint32x4_t x, uint32x4_t y, uint32x4_t z) {
    uint32x4_t result;
    for (unsigned i = 0; i < 4; i++) {
        const uint32_t before = i < 2 ? z.word[i + 2] : result.word[i - 2];
        result.word[i] = x.word[i] + (i < 3 ? y.word[i + 1] : z.word[0]) +
                         (emulated_ror(before, 17) ^ emulated_ror(before, 19) ^ before >> 10);
    }
    return result;
}

#endif
