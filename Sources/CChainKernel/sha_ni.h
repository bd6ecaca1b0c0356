/*
 * The body of the engines on the SHA extensions of x86: one to INTERLEAVED_MAXIMUM walks, whose
 * instructions are interleaved. The file that includes this defines
 *
 *     TARGET                        the target attribute of its functions
 *     SCHEDULE(m0, m1, m2, m3, half)   W[t..t+3] from W[t-16..t-13], …, W[t-4..t-1]; `half` is a
 *                                   vector that it may keep for the next call, m3 at first
 *     TOGETHER_FROM                 the least number of walks for which KEEP_TOGETHER gains time
 *     LOAD(p) STORE(p, x)           16 bytes, anywhere
 *
 * SHA256RNDS2 wants the state as two vectors, from the lowest word up: x = F, E, B, A and
 * y = H, G, D, C. It runs two rounds and returns the new x; the new y is the old x.
 */

enum { INTERLEAVED_MAXIMUM = 2 };

#define EACH _Pragma("GCC unroll 4") for (unsigned i = 0; i < count; i++)
#define K(k) LOAD(toll_round + 4 * (k))
#define VECTOR(a, b, c, d) _mm_set_epi32((int)(d), (int)(c), (int)(b), (int)(a))

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
#define NEXT_ROUNDS(k, m0, m1, m2, m3)                                                             \
    EACH {                                                                                         \
        m0[i] = SCHEDULE(m0[i], m1[i], m2[i], m3[i], half[i]);                                     \
        if (count >= TOGETHER_FROM) KEEP_TOGETHER(x[i], m0[i]);                                    \
        ROUNDS(_mm_add_epi32(m0[i], K(k)));                                                        \
    }
#define NEXT_16_ROUNDS(k)                                                                          \
    NEXT_ROUNDS(k, m0, m1, m2, m3)                                                                 \
    NEXT_ROUNDS(k + 1, m1, m2, m3, m0)                                                             \
    NEXT_ROUNDS(k + 2, m2, m3, m0, m1)                                                             \
    NEXT_ROUNDS(k + 3, m3, m0, m1, m2)

TARGET TOLL_INLINE void interleaved(
    const unsigned count, struct toll_row *rows, const uint32_t steps) {
    __m128i x[INTERLEAVED_MAXIMUM], y[INTERLEAVED_MAXIMUM], half[INTERLEAVED_MAXIMUM];
    __m128i m0[INTERLEAVED_MAXIMUM], m1[INTERLEAVED_MAXIMUM];
    __m128i m2[INTERLEAVED_MAXIMUM], m3[INTERLEAVED_MAXIMUM];

    /*
     * The message of a step is chain key; index, A, B, C; D, E, F, G; H and the padding, where A to
     * H are the last step's result. To move them there; -1 makes a zero.
     */
    const __m128i swap = _mm_set_epi8(12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3);
    const __m128i ab = _mm_set_epi8(-1, -1, -1, -1, 11, 10, 9, 8, 15, 14, 13, 12, -1, -1, -1, -1);
    const __m128i c = _mm_set_epi8(15, 14, 13, 12, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1);
    const __m128i ef = _mm_set_epi8(-1, -1, -1, -1, 3, 2, 1, 0, 7, 6, 5, 4, -1, -1, -1, -1);
    const __m128i dg = _mm_set_epi8(7, 6, 5, 4, -1, -1, -1, -1, -1, -1, -1, -1, 11, 10, 9, 8);
    const __m128i h = _mm_set_epi8(-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 3, 2, 1, 0);
    const uint32_t *const initial = toll_initial;
    const __m128i initial_abc = VECTOR(0, initial[0], initial[1], initial[2]);
    const __m128i initial_defg = VECTOR(initial[3], initial[4], initial[5], initial[6]);
    const __m128i initial_h = VECTOR(initial[7], TOLL_PADDING_BIT, 0, TOLL_LENGTH_BITS);
    const __m128i one_less = VECTOR(-1, 0, 0, 0);

    /* Once for all steps: the state after rounds 0 to 3. `sum1` is m1 + K. */
    __m128i key[INTERLEAVED_MAXIMUM], x4[INTERLEAVED_MAXIMUM], y4[INTERLEAVED_MAXIMUM];
    __m128i base1[INTERLEAVED_MAXIMUM], sum1[INTERLEAVED_MAXIMUM];
    EACH {
        key[i] = _mm_shuffle_epi8(LOAD(rows[i].key), swap);
        x[i] = VECTOR(initial[5], initial[4], initial[1], initial[0]);
        y[i] = VECTOR(initial[7], initial[6], initial[3], initial[2]);
        ROUNDS(_mm_add_epi32(key[i], K(0)));
        x4[i] = x[i], y4[i] = y[i];

        const __m128i low = _mm_shuffle_epi8(LOAD(rows[i].payword), swap);
        const __m128i high = _mm_shuffle_epi8(LOAD(rows[i].payword + 16), swap);
        const __m128i index = VECTOR(rows[i].index, 0, 0, 0);
        m1[i] = _mm_add_epi32(index, _mm_slli_si128(low, 4));
        m2[i] = _mm_alignr_epi8(high, low, 12);
        m3[i] = _mm_add_epi32(_mm_srli_si128(high, 12),
                              VECTOR(0, TOLL_PADDING_BIT, 0, TOLL_LENGTH_BITS));
        base1[i] = _mm_add_epi32(index, initial_abc);
        sum1[i] = _mm_add_epi32(m1[i], K(1));
    }

    for (uint32_t step = 0; step < steps; step++) {
        EACH {
            x[i] = x4[i], y[i] = y4[i], m0[i] = key[i], half[i] = m3[i];
            ROUNDS(sum1[i]);
        }
        EACH ROUNDS(_mm_add_epi32(m2[i], K(2)));
        EACH ROUNDS(_mm_add_epi32(m3[i], K(3)));
        NEXT_16_ROUNDS(4)
        NEXT_16_ROUNDS(8)
        NEXT_16_ROUNDS(12)
        /* y is there two rounds before x, so what comes of y and of constants is added first. */
        EACH {
            base1[i] = _mm_add_epi32(base1[i], one_less);
            const __m128i from_x = _mm_shuffle_epi8(x[i], ab);
            const __m128i rest = _mm_add_epi32(_mm_shuffle_epi8(y[i], c), base1[i]);
            sum1[i] = _mm_add_epi32(from_x, _mm_add_epi32(rest, K(1)));
            m1[i] = _mm_add_epi32(from_x, rest);
            m2[i] = _mm_add_epi32(_mm_shuffle_epi8(x[i], ef),
                                  _mm_add_epi32(_mm_shuffle_epi8(y[i], dg), initial_defg));
            m3[i] = _mm_add_epi32(_mm_shuffle_epi8(y[i], h), initial_h);
        }
    }

    EACH {
        const __m128i low = _mm_alignr_epi8(m2[i], m1[i], 4);
        const __m128i high = _mm_alignr_epi8(m3[i], m2[i], 4);
        STORE(rows[i].payword, _mm_shuffle_epi8(low, swap));
        STORE(rows[i].payword + 16, _mm_shuffle_epi8(high, swap));
        rows[i].index -= steps;
    }
}
