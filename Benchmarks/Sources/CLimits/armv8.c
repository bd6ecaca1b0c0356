#include "limits.h"
#include "words.h"

#if defined(__aarch64__)
#include <arm_neon.h>

#define TARGET __attribute__((target("+crypto")))
#define EACH _Pragma("unroll") for (int i = 0; i < count; i++)

/* Four rounds. SHA256H and SHA256H2 hold the state as A, B, C, D and E, F, G, H. */
#define ROUNDS(k, m)                                                                               \
    EACH {                                                                                         \
        const uint32x4_t sum = vaddq_u32(m[i], vld1q_u32(rounds + 4 * (k)));                       \
        const uint32x4_t before = abcd[i];                                                         \
        abcd[i] = vsha256hq_u32(abcd[i], efgh[i], sum);                                            \
        efgh[i] = vsha256h2q_u32(efgh[i], before, sum);                                            \
    }
#define NEXT_ROUNDS(k, a, b, c, d)                                                                 \
    EACH a[i] = vsha256su1q_u32(vsha256su0q_u32(a[i], b[i]), c[i], d[i]);                          \
    ROUNDS(k, a)
#define NEXT_16_ROUNDS(k)                                                                          \
    NEXT_ROUNDS(k, m0, m1, m2, m3)                                                                 \
    NEXT_ROUNDS(k + 1, m1, m2, m3, m0)                                                             \
    NEXT_ROUNDS(k + 2, m2, m3, m0, m1)                                                             \
    NEXT_ROUNDS(k + 3, m3, m0, m1, m2)

TARGET static inline __attribute__((always_inline)) void walk(
    const int count, struct limit_chain *chains, uint32_t index, uint32_t steps) {
    const uint32x4_t abcd0 = vld1q_u32(initial), efgh0 = vld1q_u32(initial + 4);
    const uint32_t after[4] = {0, 0x80000000, 0, 416};
    const uint32x4_t padding = vld1q_u32(after);
    uint32x4_t key[4], m1[4], m2[4], m3[4];
    uint32_t words[16];
    EACH {
        read_block(chains[i].key, chains[i].payword, index, words);
        key[i] = vld1q_u32(words);
        m1[i] = vld1q_u32(words + 4), m2[i] = vld1q_u32(words + 8), m3[i] = vld1q_u32(words + 12);
    }
    for (uint32_t step = 0; step < steps; step++) {
        uint32x4_t abcd[4], efgh[4], m0[4];
        EACH abcd[i] = abcd0, efgh[i] = efgh0, m0[i] = key[i];
        ROUNDS(0, m0)
        ROUNDS(1, m1)
        ROUNDS(2, m2)
        ROUNDS(3, m3)
        NEXT_16_ROUNDS(4)
        NEXT_16_ROUNDS(8)
        NEXT_16_ROUNDS(12)
        EACH {
            const uint32x4_t high = vaddq_u32(abcd[i], abcd0), low = vaddq_u32(efgh[i], efgh0);
            m1[i] = vextq_u32(vdupq_n_u32(index - step - 1), high, 3);
            m2[i] = vextq_u32(high, low, 3);
            m3[i] = vcopyq_laneq_u32(padding, 0, low, 3);
        }
    }
    EACH {
        vst1q_u32(words, m1[i]), vst1q_u32(words + 4, m2[i]), vst1q_u32(words + 8, m3[i]);
        for (int word = 0; word < 8; word++) {
            write_word(chains[i].payword + 4 * word, words[1 + word]);
        }
    }
}

TARGET void limit_armv8_1(struct limit_chain *chains, uint32_t index, uint32_t steps) {
    walk(1, chains, index, steps);
}

TARGET void limit_armv8_4(struct limit_chain *chains, uint32_t index, uint32_t steps) {
    walk(4, chains, index, steps);
}
#else
void limit_armv8_1(struct limit_chain *chains, uint32_t index, uint32_t steps) {}
void limit_armv8_4(struct limit_chain *chains, uint32_t index, uint32_t steps) {}
#endif
