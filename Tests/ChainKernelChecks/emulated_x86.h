/*
 * The intrinsics that the x86 engines use, in plain C and by their names, as Intel's manual defines
 * each. Vectors are arrays of 32-bit words, the lowest first; bytes are little-endian.
 */
#ifndef TOLLCHAIN_EMULATED_X86_H
#define TOLLCHAIN_EMULATED_X86_H

#include <stdint.h>
#include <string.h>

/* Words that the compiler adds and shifts as one, with whatever the processor has. */
typedef struct { uint32_t word __attribute__((vector_size(16))); } __m128i;
typedef struct { uint32_t word __attribute__((vector_size(32))); } __m256i;
typedef struct { uint32_t word __attribute__((vector_size(64))); } __m512i;

/* Not inlined: an engine calls them more than a thousand times. */
#define EMULATED __attribute__((noinline, unused)) static

/* The three inputs select a row of the truth table. */
#define EMULATED_ROW(table, row, x, y, z) ((table) >> (row) & 1 ? (x) & (y) & (z) : (x) ^ (x))
#define EMULATED_TERNARY(t, x, y, z)                                                               \
    (EMULATED_ROW(t, 0, ~x, ~y, ~z) | EMULATED_ROW(t, 1, ~x, ~y, z) |                              \
     EMULATED_ROW(t, 2, ~x, y, ~z) | EMULATED_ROW(t, 3, ~x, y, z) |                                \
     EMULATED_ROW(t, 4, x, ~y, ~z) | EMULATED_ROW(t, 5, x, ~y, z) |                                \
     EMULATED_ROW(t, 6, x, y, ~z) | EMULATED_ROW(t, 7, x, y, z))
#define EMULATED_ROR(x, bits) ((x) >> (bits) | (x) << (32 - (bits)))

/* What all widths have: an operation on each word. */
#define EMULATED_WIDTH(type, prefix, suffix)                                                       \
    EMULATED type prefix##_loadu_##suffix(const void *from) {                                      \
        type x;                                                                                    \
        memcpy(&x, from, sizeof x);                                                                \
        return x;                                                                                  \
    }                                                                                              \
    EMULATED void prefix##_storeu_##suffix(void *to, type x) { memcpy(to, &x, sizeof x); }         \
    EMULATED type prefix##_set1_epi32(int word) {                                                  \
        type x;                                                                                    \
        for (unsigned i = 0; i < sizeof x / 4; i++) x.word[i] = (uint32_t)word;                    \
        return x;                                                                                  \
    }                                                                                              \
    EMULATED type prefix##_add_epi32(type x, type y) { return (type){x.word + y.word}; }           \
    EMULATED type prefix##_and_##suffix(type x, type y) { return (type){x.word & y.word}; }        \
    EMULATED type prefix##_xor_##suffix(type x, type y) { return (type){x.word ^ y.word}; }        \
    EMULATED type prefix##_srli_epi32(type x, unsigned bits) { return (type){x.word >> bits}; }    \
    EMULATED type prefix##_slli_epi32(type x, unsigned bits) { return (type){x.word << bits}; }    \
    EMULATED type prefix##_ror_epi32(type x, unsigned bits) {                                      \
        return (type){EMULATED_ROR(x.word, bits)};                                                 \
    }                                                                                              \
    EMULATED type prefix##_ternarylogic_epi32(type x, type y, type z, unsigned table) {            \
        return (type){EMULATED_TERNARY(table, x.word, y.word, z.word)};                            \
    }

EMULATED_WIDTH(__m128i, _mm, si128)
EMULATED_WIDTH(__m256i, _mm256, si256)
EMULATED_WIDTH(__m512i, _mm512, si512)

EMULATED __m128i _mm_set_epi32(int d, int c, int b, int a) {
    return (__m128i){{(uint32_t)a, (uint32_t)b, (uint32_t)c, (uint32_t)d}};
}

EMULATED uint8_t emulated_byte(__m128i x, unsigned i) {
    return (uint8_t)(x.word[i / 4] >> 8 * (i % 4));
}

EMULATED __m128i emulated_bytes(const uint8_t byte[16]) {
    __m128i result = {{0, 0, 0, 0}};
    for (unsigned i = 0; i < 16; i++) result.word[i / 4] |= (uint32_t)byte[i] << 8 * (i % 4);
    return result;
}

/* The first argument is the highest byte. */
#define _mm_set_epi8(p, o, n, m, l, k, j, i, h, g, f, e, d, c, b, a)                               \
    emulated_bytes((const uint8_t[16]){                                                            \
        (uint8_t)(a), (uint8_t)(b), (uint8_t)(c), (uint8_t)(d), (uint8_t)(e), (uint8_t)(f),        \
        (uint8_t)(g), (uint8_t)(h), (uint8_t)(i), (uint8_t)(j), (uint8_t)(k), (uint8_t)(l),        \
        (uint8_t)(m), (uint8_t)(n), (uint8_t)(o), (uint8_t)(p)})

EMULATED __m128i _mm_shuffle_epi8(__m128i x, __m128i from) {
    uint8_t byte[16];
    for (unsigned i = 0; i < 16; i++) {
        const uint8_t place = emulated_byte(from, i);
        byte[i] = place & 0x80 ? 0 : emulated_byte(x, place & 15);
    }
    return emulated_bytes(byte);
}

EMULATED __m128i _mm_or_si128(__m128i x, __m128i y) { return (__m128i){x.word | y.word}; }

EMULATED __m128i _mm_unpacklo_epi64(__m128i x, __m128i y) {
    return (__m128i){{x.word[0], x.word[1], y.word[0], y.word[1]}};
}

EMULATED __m128i _mm_unpackhi_epi64(__m128i x, __m128i y) {
    return (__m128i){{x.word[2], x.word[3], y.word[2], y.word[3]}};
}

EMULATED __m128i _mm_shuffle_epi32(__m128i x, unsigned from) {
    __m128i result;
    for (unsigned i = 0; i < 4; i++) result.word[i] = x.word[from >> 2 * i & 3];
    return result;
}

/* Sixteen bytes of the 32 that `high` and `low` are together, from byte `start` on. */
EMULATED __m128i _mm_alignr_epi8(__m128i high, __m128i low, unsigned start) {
    uint8_t byte[16];
    for (unsigned i = 0; i < 16; i++) {
        const unsigned place = start + i;
        byte[i] = place < 16   ? emulated_byte(low, place)
                  : place < 32 ? emulated_byte(high, place - 16)
                               : 0;
    }
    return emulated_bytes(byte);
}

EMULATED __m128i _mm_srli_si128(__m128i x, unsigned bytes) {
    return _mm_alignr_epi8((__m128i){{0, 0, 0, 0}}, x, bytes);
}

EMULATED __m128i _mm_slli_si128(__m128i x, unsigned bytes) {
    return _mm_alignr_epi8(x, (__m128i){{0, 0, 0, 0}}, 16 - bytes);
}

EMULATED uint32_t emulated_sigma(uint32_t x, unsigned a, unsigned b, unsigned shift) {
    return EMULATED_ROR(x, a) ^ EMULATED_ROR(x, b) ^ x >> shift;
}

/* SHA256RNDS2: `cdgh` and `abef` from the lowest word up are H, G, D, C and F, E, B, A. */
EMULATED __m128i _mm_sha256rnds2_epu32(__m128i cdgh, __m128i abef, __m128i sum) {
    uint32_t a = abef.word[3], b = abef.word[2], e = abef.word[1], f = abef.word[0];
    uint32_t c = cdgh.word[3], d = cdgh.word[2], g = cdgh.word[1], h = cdgh.word[0];
    for (unsigned round = 0; round < 2; round++) {
        const uint32_t t = h + sum.word[round] + ((e & f) ^ (~e & g)) +
                           (EMULATED_ROR(e, 6) ^ EMULATED_ROR(e, 11) ^ EMULATED_ROR(e, 25));
        const uint32_t s = ((a & b) ^ (a & c) ^ (b & c)) +
                           (EMULATED_ROR(a, 2) ^ EMULATED_ROR(a, 13) ^ EMULATED_ROR(a, 22));
        h = g, g = f, f = e, e = d + t, d = c, c = b, b = a, a = t + s;
    }
    return (__m128i){{f, e, b, a}};
}

EMULATED __m128i _mm_sha256msg1_epu32(__m128i x, __m128i y) {
    __m128i result;
    for (unsigned i = 0; i < 4; i++) {
        result.word[i] = x.word[i] + emulated_sigma(i < 3 ? x.word[i + 1] : y.word[0], 7, 18, 3);
    }
    return result;
}

EMULATED __m128i _mm_sha256msg2_epu32(__m128i x, __m128i y) {
    __m128i result;
    for (unsigned i = 0; i < 4; i++) {
        const uint32_t two_before = i < 2 ? y.word[i + 2] : result.word[i - 2];
        result.word[i] = x.word[i] + emulated_sigma(two_before, 17, 19, 10);
    }
    return result;
}

#endif
