/*
 * The body of the engines on the SHA extensions of x86: one to INTERLEAVED_MAXIMUM walks, whose
 * instructions are interleaved. The file that includes this defines
 *
 *     TARGET                     the target attribute of its functions
 *     EXPAND(m0, m1)             the terms of W[t..t+3] that read W[t-16..t-9] = m0, m1
 *     SCHEDULE(sum, m2, m3, half)   W[t..t+3], given EXPAND's sum and W[t-8..t-1] = m2, m3; `half`
 *                                is a vector that it may keep for the next call, m3 at first
 *     TOGETHER_FROM              the least number of walks for which KEEP_TOGETHER gains time
 *     LOAD(p) STORE(p, x)        16 bytes, anywhere
 *
 * SHA256RNDS2 wants the state as two vectors, from the lowest word up: x = F, E, B, A and
 * y = H, G, D, C. It runs two rounds and returns the new x; the new y is the old x.
 */

enum { INTERLEAVED_MAXIMUM = 2 };

#define EACH _Pragma("GCC unroll 4") for (unsigned i = 0; i < count; i++)
#define K(k) LOAD(toll_round + 4 * (k))
/* Of two vectors that have no word in common. */
#define MERGE(p, q) _mm_or_si128(p, q)
#define VECTOR(a, b, c, d) _mm_set_epi32((int)(d), (int)(c), (int)(b), (int)(a))
#define SIGMA_0_OF(word) VECTOR(0, 0, 0, TOLL_SIGMA_0(word))

/* Four rounds of one walk, with K + W given. */
#define ROUNDS(sum)                                                                                \
    do {                                                                                           \
        const __m128i sum_ = (sum);                                                                \
        y[i] = _mm_sha256rnds2_epu32(y[i], x[i], sum_);                                            \
        x[i] = _mm_sha256rnds2_epu32(x[i], y[i], _mm_shuffle_epi32(sum_, 0x0e));                   \
    } while (0)

/*
 * The compiler moves the schedule ahead of the rounds. With a long schedule, the rounds then find
 * no room in the processor's window. An empty instruction that both pass through keeps them
 * together.
 */
#ifdef TOLL_EMULATION
#define KEEP_TOGETHER(x, m) (void)0
#else
#define KEEP_TOGETHER(x, m) __asm__ volatile("" : "+x"(x), "+x"(m))
#endif

/* The schedule's next four words, and their rounds. */
#define SCHEDULE_ROUNDS(k, sum, m0, m2, m3)                                                        \
    EACH {                                                                                         \
        m0[i] = SCHEDULE(sum, m2[i], m3[i], half[i]);                                              \
        if (count >= TOGETHER_FROM) KEEP_TOGETHER(x[i], m0[i]);                                    \
        ROUNDS(_mm_add_epi32(m0[i], K(k)));                                                        \
    }
#define NEXT_ROUNDS(k, m0, m1, m2, m3) SCHEDULE_ROUNDS(k, EXPAND(m0[i], m1[i]), m0, m2, m3)
#define NEXT_12_ROUNDS(k)                                                                          \
    NEXT_ROUNDS(k, m1, m2, m3, m0)                                                                 \
    NEXT_ROUNDS(k + 1, m2, m3, m0, m1)                                                             \
    NEXT_ROUNDS(k + 2, m3, m0, m1, m2)
#define NEXT_16_ROUNDS(k) NEXT_ROUNDS(k, m0, m1, m2, m3) NEXT_12_ROUNDS(k + 1)

TARGET TOLL_INLINE void interleaved(
    const unsigned count, struct toll_row *rows, const uint32_t steps) {
    __m128i x[INTERLEAVED_MAXIMUM], y[INTERLEAVED_MAXIMUM], half[INTERLEAVED_MAXIMUM];
    __m128i m0[INTERLEAVED_MAXIMUM], m1[INTERLEAVED_MAXIMUM];
    __m128i m2[INTERLEAVED_MAXIMUM], m3[INTERLEAVED_MAXIMUM];

    const __m128i swap = _mm_set_epi8(12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3);
    const uint32_t *const initial = toll_initial;
    const __m128i initial_x = VECTOR(initial[5], initial[4], initial[1], initial[0]);
    const __m128i initial_y = VECTOR(initial[7], initial[6], initial[3], initial[2]);
    const __m128i padding = VECTOR(0, TOLL_PADDING_BIT, 0, TOLL_LENGTH_BITS);
    const __m128i one_less = VECTOR(-1, 0, 0, 0);

    /*
     * Once for all steps: the state after rounds 0 to 3, and W[16..19] but for the terms that read
     * the index or the payword.
     */
    __m128i low[INTERLEAVED_MAXIMUM], high[INTERLEAVED_MAXIMUM];
    __m128i index[INTERLEAVED_MAXIMUM], expanded[INTERLEAVED_MAXIMUM];
    __m128i x4[INTERLEAVED_MAXIMUM], y4[INTERLEAVED_MAXIMUM];
    EACH {
        const __m128i key = _mm_shuffle_epi8(LOAD(rows[i].key), swap);
        expanded[i] = EXPAND(key, VECTOR(0, 0, 0, 0));
        x[i] = initial_x, y[i] = initial_y;
        ROUNDS(_mm_add_epi32(key, K(0)));
        x4[i] = x[i], y4[i] = y[i];

        low[i] = _mm_shuffle_epi8(LOAD(rows[i].payword), swap);
        high[i] = _mm_shuffle_epi8(LOAD(rows[i].payword + 16), swap);
        index[i] = VECTOR(rows[i].index, 0, 0, 0);
    }

    TOLL_ALIGNED for (uint32_t step = 0; step < steps; step++) {
        /* W[4..15]: index, A, B, C; D, E, F, G; H and the padding, A to H being the payword. */
        EACH {
            m1[i] = MERGE(index[i], _mm_slli_si128(low[i], 4));
            m2[i] = _mm_alignr_epi8(high[i], low[i], 12);
            m3[i] = MERGE(padding, _mm_srli_si128(high[i], 12));
            x[i] = x4[i], y[i] = y4[i], half[i] = m3[i];
            ROUNDS(_mm_add_epi32(m1[i], K(1)));
        }
        EACH ROUNDS(_mm_add_epi32(m2[i], K(2)));
        EACH ROUNDS(_mm_add_epi32(m3[i], K(3)));
        /* Of W[1..4] the index alone changes, so its term is made apart from the vectors. */
        SCHEDULE_ROUNDS(4, _mm_add_epi32(expanded[i], SIGMA_0_OF(rows[i].index - step)), m0, m2, m3)
        NEXT_12_ROUNDS(5)
        NEXT_16_ROUNDS(8)
        NEXT_16_ROUNDS(12)
        EACH {
            x[i] = _mm_add_epi32(x[i], initial_x);
            y[i] = _mm_add_epi32(y[i], initial_y);
            low[i] = _mm_shuffle_epi32(_mm_unpackhi_epi64(y[i], x[i]), 0x1b);
            high[i] = _mm_shuffle_epi32(_mm_unpacklo_epi64(y[i], x[i]), 0x1b);
            index[i] = _mm_add_epi32(index[i], one_less);
        }
    }

    EACH {
        STORE(rows[i].payword, _mm_shuffle_epi8(low[i], swap));
        STORE(rows[i].payword + 16, _mm_shuffle_epi8(high[i], swap));
        rows[i].index -= steps;
    }
}
