#include "limits.h"
#include "words.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define TARGET __attribute__((target("sha,sse4.1,ssse3")))
/* Before a loop: where it lies must not depend on luck, which is 5 % here. As in the kernels. */
#define ALIGNED [[clang::code_align(64)]]
#define EACH _Pragma("unroll") for (int i = 0; i < count; i++)

/* Four rounds. SHA256RNDS2 holds the state as F, E, B, A and H, G, D, C. */
#define ROUNDS(k, m)                                                                               \
    EACH {                                                                                         \
        const __m128i sum =                                                                        \
            _mm_add_epi32(m[i], _mm_load_si128((const __m128i *)(rounds + 4 * (k))));              \
        y[i] = _mm_sha256rnds2_epu32(y[i], x[i], sum);                                             \
        x[i] = _mm_sha256rnds2_epu32(x[i], y[i], _mm_shuffle_epi32(sum, 0x0e));                    \
    }
#define NEXT_ROUNDS(k, a, b, c, d)                                                                 \
    EACH {                                                                                         \
        const __m128i partial =                                                                    \
            _mm_add_epi32(_mm_sha256msg1_epu32(a[i], b[i]), _mm_alignr_epi8(d[i], c[i], 4));       \
        a[i] = _mm_sha256msg2_epu32(partial, d[i]);                                                \
    }                                                                                              \
    ROUNDS(k, a)
#define NEXT_16_ROUNDS(k)                                                                          \
    NEXT_ROUNDS(k, m0, m1, m2, m3)                                                                 \
    NEXT_ROUNDS(k + 1, m1, m2, m3, m0)                                                             \
    NEXT_ROUNDS(k + 2, m2, m3, m0, m1)                                                             \
    NEXT_ROUNDS(k + 3, m3, m0, m1, m2)

TARGET static inline __attribute__((always_inline)) void walk(
    const int count, struct limit_chain *chains, uint32_t index, uint32_t steps) {
    const __m128i x0 =
        _mm_set_epi32((int)initial[0], (int)initial[1], (int)initial[4], (int)initial[5]);
    const __m128i y0 =
        _mm_set_epi32((int)initial[2], (int)initial[3], (int)initial[6], (int)initial[7]);
    const __m128i padding = _mm_set_epi32(416, 0, (int)0x80000000, 0);
    __m128i key[4], m1[4], m2[4], m3[4];
    uint32_t words[16];
    EACH {
        read_block(chains[i].key, chains[i].payword, index, words);
        key[i] = _mm_loadu_si128((const __m128i *)words);
        m1[i] = _mm_loadu_si128((const __m128i *)(words + 4));
        m2[i] = _mm_loadu_si128((const __m128i *)(words + 8));
        m3[i] = _mm_loadu_si128((const __m128i *)(words + 12));
    }
    ALIGNED for (uint32_t step = 0; step < steps; step++) {
        __m128i x[4], y[4], m0[4];
        EACH x[i] = x0, y[i] = y0, m0[i] = key[i];
        ROUNDS(0, m0)
        ROUNDS(1, m1)
        ROUNDS(2, m2)
        ROUNDS(3, m3)
        NEXT_16_ROUNDS(4)
        NEXT_16_ROUNDS(8)
        NEXT_16_ROUNDS(12)
        EACH {
            x[i] = _mm_add_epi32(x[i], x0), y[i] = _mm_add_epi32(y[i], y0);
            const __m128i high = _mm_shuffle_epi32(_mm_unpackhi_epi64(y[i], x[i]), 0x1b);
            const __m128i low = _mm_shuffle_epi32(_mm_unpacklo_epi64(y[i], x[i]), 0x1b);
            m1[i] = _mm_insert_epi32(_mm_slli_si128(high, 4), (int)(index - step - 1), 0);
            m2[i] = _mm_alignr_epi8(low, high, 12);
            m3[i] = _mm_or_si128(_mm_srli_si128(low, 12), padding);
        }
    }
    EACH {
        _mm_storeu_si128((__m128i *)words, m1[i]);
        _mm_storeu_si128((__m128i *)(words + 4), m2[i]);
        _mm_storeu_si128((__m128i *)(words + 8), m3[i]);
        for (int word = 0; word < 8; word++) {
            write_word(chains[i].payword + 4 * word, words[1 + word]);
        }
    }
}

TARGET void limit_sha_ni_1(struct limit_chain *chains, uint32_t index, uint32_t steps) {
    walk(1, chains, index, steps);
}

TARGET void limit_sha_ni_2(struct limit_chain *chains, uint32_t index, uint32_t steps) {
    walk(2, chains, index, steps);
}

TARGET void limit_sha_ni_4(struct limit_chain *chains, uint32_t index, uint32_t steps) {
    walk(4, chains, index, steps);
}
#else
void limit_sha_ni_2(struct limit_chain *chains, uint32_t index, uint32_t steps) {}
void limit_sha_ni_1(struct limit_chain *chains, uint32_t index, uint32_t steps) {}
void limit_sha_ni_4(struct limit_chain *chains, uint32_t index, uint32_t steps) {}
#endif
