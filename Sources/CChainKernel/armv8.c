#include "kernel.h"
#include "sha256.h"

/* The SHA-2 instructions of ARMv8: four rounds in a pair, for several walks interleaved. */

#if defined(__aarch64__) || defined(TOLL_EMULATION)
#ifndef TOLL_EMULATION
#include <arm_neon.h>
#endif

#define TARGET TOLL_TARGET("+crypto")

#define EACH _Pragma("GCC unroll 4") for (unsigned i = 0; i < count; i++)
#define K(k) vld1q_u32(toll_round + 4 * (k))

/* Four rounds of one walk on the words `m`. */
#define ROUNDS(k, m)                                                                               \
    do {                                                                                           \
        const uint32x4_t sum_ = vaddq_u32(m[i], K(k)), before_ = x[i];                             \
        x[i] = vsha256hq_u32(x[i], y[i], sum_);                                                    \
        y[i] = vsha256h2q_u32(y[i], before_, sum_);                                                \
    } while (0)

/* The schedule's next four words, and their rounds. */
#define NEXT_ROUNDS(k, m0, m1, m2, m3)                                                             \
    EACH {                                                                                         \
        m0[i] = vsha256su1q_u32(vsha256su0q_u32(m0[i], m1[i]), m2[i], m3[i]);                      \
        ROUNDS(k, m0);                                                                             \
    }
#define NEXT_16_ROUNDS(k)                                                                          \
    NEXT_ROUNDS(k, m0, m1, m2, m3)                                                                 \
    NEXT_ROUNDS(k + 1, m1, m2, m3, m0)                                                             \
    NEXT_ROUNDS(k + 2, m2, m3, m0, m1)                                                             \
    NEXT_ROUNDS(k + 3, m3, m0, m1, m2)

TARGET TOLL_INLINE uint32x4_t words_at(const uint8_t *bytes) {
    return vreinterpretq_u32_u8(vrev32q_u8(vld1q_u8(bytes)));
}

TARGET TOLL_INLINE void put_words(uint8_t *bytes, uint32x4_t words) {
    vst1q_u8(bytes, vrev32q_u8(vreinterpretq_u8_u32(words)));
}

/* x holds A to D, and y holds E to H. */
TARGET TOLL_INLINE void interleaved(
    const unsigned count, struct toll_row *rows, const uint32_t steps) {
    static const uint32_t padding_words[4] = {TOLL_PADDING_BIT, 0, TOLL_LENGTH_BITS, 0};
    const uint32x4_t padding = vld1q_u32(padding_words), one = vdupq_n_u32(1);
    const uint32x4_t initial_x = vld1q_u32(toll_initial), initial_y = vld1q_u32(toll_initial + 4);
    uint32x4_t x[TOLL_ROWS_MAXIMUM], y[TOLL_ROWS_MAXIMUM];
    uint32x4_t m0[TOLL_ROWS_MAXIMUM], m1[TOLL_ROWS_MAXIMUM];
    uint32x4_t m2[TOLL_ROWS_MAXIMUM], m3[TOLL_ROWS_MAXIMUM];

    /* Once for all steps: the state after rounds 0 to 3. The index is in every word of `index`. */
    uint32x4_t key[TOLL_ROWS_MAXIMUM], index[TOLL_ROWS_MAXIMUM];
    uint32x4_t x4[TOLL_ROWS_MAXIMUM], y4[TOLL_ROWS_MAXIMUM];
    EACH {
        key[i] = words_at(rows[i].key);
        index[i] = vdupq_n_u32(rows[i].index);
        x[i] = initial_x, y[i] = initial_y;
        ROUNDS(0, key);
        x4[i] = x[i], y4[i] = y[i];
        x[i] = words_at(rows[i].payword);
        y[i] = words_at(rows[i].payword + 16);
    }

    for (uint32_t step = 0; step < steps; step++) {
        EACH {
            m0[i] = key[i];
            m1[i] = vextq_u32(index[i], x[i], 3);
            m2[i] = vextq_u32(x[i], y[i], 3);
            m3[i] = vextq_u32(y[i], padding, 3);
            x[i] = x4[i], y[i] = y4[i];
            ROUNDS(1, m1);
        }
        EACH ROUNDS(2, m2);
        EACH ROUNDS(3, m3);
        NEXT_16_ROUNDS(4)
        NEXT_16_ROUNDS(8)
        NEXT_16_ROUNDS(12)
        EACH {
            x[i] = vaddq_u32(x[i], initial_x);
            y[i] = vaddq_u32(y[i], initial_y);
            index[i] = vsubq_u32(index[i], one);
        }
    }

    EACH {
        put_words(rows[i].payword, x[i]);
        put_words(rows[i].payword + 16, y[i]);
        rows[i].index -= steps;
    }
}

TARGET void toll_run_armv8_1(union toll_lanes *lanes, uint32_t steps) {
    interleaved(1, lanes->rows, steps);
}

TARGET void toll_run_armv8_2(union toll_lanes *lanes, uint32_t steps) {
    interleaved(2, lanes->rows, steps);
}

TARGET void toll_run_armv8_4(union toll_lanes *lanes, uint32_t steps) {
    interleaved(4, lanes->rows, steps);
}
#endif
