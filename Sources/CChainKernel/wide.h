/*
 * The body of an engine with vectors across walks: lane i of every vector belongs to walk i. The
 * file that includes this defines
 *
 *     ENGINE           the name of the function to define
 *     TARGET           its target attribute
 *     LANES, VECTOR    how many words a vector has, and its type
 *     LOAD(p) STORE(p, x) SPREAD(word)
 *     ADD(x, y) SHIFT(x, bits) ROTATE(x, bits) XOR3(x, y, z) CHOOSE(x, y, z) MAJORITY(x, y, z)
 *
 * SHIFT and ROTATE go to the right. All are undefined again at the end of this file.
 */

#define BIG_0(x) XOR3(ROTATE(x, 2), ROTATE(x, 13), ROTATE(x, 22))
#define BIG_1(x) XOR3(ROTATE(x, 6), ROTATE(x, 11), ROTATE(x, 25))
#define SMALL_0(x) XOR3(ROTATE(x, 7), ROTATE(x, 18), SHIFT(x, 3))
#define SMALL_1(x) XOR3(ROTATE(x, 17), ROTATE(x, 19), SHIFT(x, 10))

/* The j-th of a to h at the start of round i; the first round that is run in full is round 5. */
#define S(i, j) s[((j) + 69 - (i)) & 7]
#define W(i) w[(i) & 15]

/* A round, with h + K[i] + W[i] given. */
#define ROUND_SUM(i, sum)                                                                          \
    t = ADD(sum, ADD(BIG_1(S(i, 4)), CHOOSE(S(i, 4), S(i, 5), S(i, 6))));                          \
    S(i, 3) = ADD(S(i, 3), t);                                                                     \
    S(i, 7) = ADD(t, ADD(BIG_0(S(i, 0)), MAJORITY(S(i, 0), S(i, 1), S(i, 2))));
#define ROUND(i) ROUND_SUM(i, ADD(S(i, 7), ADD(W(i), SPREAD(k[i]))))
/* A round whose W[i] is a constant. */
#define ROUND_CONSTANT(i, word) ROUND_SUM(i, ADD(S(i, 7), SPREAD(toll_round[i] + (word))))

#define NEXT(i) W(i) = ADD(ADD(W(i), SMALL_0(W(i - 15))), ADD(W(i - 7), SMALL_1(W(i - 2))));
#define NEXT_ROUND(i) NEXT(i) ROUND(i)
#define NEXT_ROUNDS_4(i) NEXT_ROUND(i) NEXT_ROUND(i + 1) NEXT_ROUND(i + 2) NEXT_ROUND(i + 3)

TARGET void ENGINE(union toll_lanes *lanes, uint32_t steps) {
    VECTOR s[8], w[16], t;
    for (unsigned i = 0; i < 8; i++) s[i] = SPREAD(toll_initial[i]);
    for (unsigned i = 0; i < 13; i++) w[i] = LOAD(lanes->columns.word[i]);

    /*
     * Once for all steps: rounds 0 to 3, and round 4 but for the index, which only adds to its a
     * and its e. Rounds 5 to 7 find words of that state as their h, to which K is added here.
     */
    for (unsigned i = 0; i < 4; i++) {
        t = ADD(ADD(s[7], ADD(w[i], SPREAD(toll_round[i]))),
                ADD(BIG_1(s[4]), CHOOSE(s[4], s[5], s[6])));
        VECTOR a = ADD(t, ADD(BIG_0(s[0]), MAJORITY(s[0], s[1], s[2])));
        VECTOR e = ADD(s[3], t);
        s[7] = s[6], s[6] = s[5], s[5] = s[4], s[4] = e;
        s[3] = s[2], s[2] = s[1], s[1] = s[0], s[0] = a;
    }
    t = ADD(ADD(s[7], SPREAD(toll_round[4])), ADD(BIG_1(s[4]), CHOOSE(s[4], s[5], s[6])));
    const VECTOR a5 = ADD(t, ADD(BIG_0(s[0]), MAJORITY(s[0], s[1], s[2])));
    const VECTOR e5 = ADD(s[3], t);
    const VECTOR b5 = s[0], c5 = s[1], d5 = s[2], f5 = s[4], g5 = s[5];
    const VECTOR sum5 = ADD(s[6], SPREAD(toll_round[5]));
    const VECTOR sum6 = ADD(s[5], SPREAD(toll_round[6]));
    const VECTOR sum7 = ADD(s[4], SPREAD(toll_round[7]));
    /* W[16] to W[19] but for the terms that read the index or the payword. */
    const VECTOR w16 = ADD(w[0], SMALL_0(w[1]));
    const VECTOR w17 = ADD(ADD(w[1], SMALL_0(w[2])), SPREAD(TOLL_SIGMA_1(TOLL_LENGTH_BITS)));
    const VECTOR w18 = ADD(w[2], SMALL_0(w[3]));
    const VECTOR w19 = w[3];
    const VECTOR one_less = SPREAD(UINT32_MAX);
    VECTOR index = w[4];

    while (steps-- > 0) {
        const uint32_t *k = toll_round;
        s[0] = ADD(a5, index), s[1] = b5, s[2] = c5, s[3] = d5;
        s[4] = ADD(e5, index), s[5] = f5, s[6] = g5;
        ROUND_SUM(5, ADD(sum5, W(5)))
        ROUND_SUM(6, ADD(sum6, W(6)))
        ROUND_SUM(7, ADD(sum7, W(7)))
        ROUND(8)
        ROUND(9)
        ROUND(10)
        ROUND(11)
        ROUND(12)
        ROUND_CONSTANT(13, TOLL_PADDING_BIT)
        ROUND_CONSTANT(14, 0)
        ROUND_CONSTANT(15, TOLL_LENGTH_BITS)

        W(16) = ADD(w16, W(9));
        ROUND(16)
        W(17) = ADD(w17, W(10));
        ROUND(17)
        W(18) = ADD(ADD(w18, W(11)), SMALL_1(W(16)));
        ROUND(18)
        W(19) = ADD(ADD(w19, SMALL_0(index)), ADD(W(12), SMALL_1(W(17))));
        ROUND(19)
        W(20) = ADD(ADD(index, SPREAD(TOLL_PADDING_BIT)), ADD(SMALL_0(W(5)), SMALL_1(W(18))));
        ROUND(20)
        W(21) = ADD(W(5), ADD(SMALL_0(W(6)), SMALL_1(W(19))));
        ROUND(21)
        W(22) = ADD(ADD(W(6), SPREAD(TOLL_LENGTH_BITS)), ADD(SMALL_0(W(7)), SMALL_1(W(20))));
        ROUND(22)
        W(23) = ADD(ADD(W(7), SMALL_0(W(8))), ADD(W(16), SMALL_1(W(21))));
        ROUND(23)
        NEXT_ROUNDS_4(24)
        W(28) = ADD(ADD(W(12), SPREAD(TOLL_SIGMA_0(TOLL_PADDING_BIT))),
                    ADD(W(21), SMALL_1(W(26))));
        ROUND(28)
        W(29) = ADD(SPREAD(TOLL_PADDING_BIT), ADD(W(22), SMALL_1(W(27))));
        ROUND(29)
        W(30) = ADD(SPREAD(TOLL_SIGMA_0(TOLL_LENGTH_BITS)), ADD(W(23), SMALL_1(W(28))));
        ROUND(30)
        W(31) = ADD(ADD(SPREAD(TOLL_LENGTH_BITS), SMALL_0(W(16))), ADD(W(24), SMALL_1(W(29))));
        ROUND(31)
        for (const uint32_t *const end = k + 32; k < end; k += 16) {
            NEXT_ROUNDS_4(32)
            NEXT_ROUNDS_4(36)
            NEXT_ROUNDS_4(40)
            NEXT_ROUNDS_4(44)
        }

        W(5) = ADD(S(64, 0), SPREAD(toll_initial[0]));
        W(6) = ADD(S(64, 1), SPREAD(toll_initial[1]));
        W(7) = ADD(S(64, 2), SPREAD(toll_initial[2]));
        W(8) = ADD(S(64, 3), SPREAD(toll_initial[3]));
        W(9) = ADD(S(64, 4), SPREAD(toll_initial[4]));
        W(10) = ADD(S(64, 5), SPREAD(toll_initial[5]));
        W(11) = ADD(S(64, 6), SPREAD(toll_initial[6]));
        W(12) = ADD(S(64, 7), SPREAD(toll_initial[7]));
        index = ADD(index, one_less);
    }

    STORE(lanes->columns.word[4], index);
    for (unsigned i = 5; i < 13; i++) STORE(lanes->columns.word[i], w[i]);
}

#undef BIG_0
#undef BIG_1
#undef SMALL_0
#undef SMALL_1
#undef S
#undef W
#undef ROUND_SUM
#undef ROUND
#undef ROUND_CONSTANT
#undef NEXT
#undef NEXT_ROUND
#undef NEXT_ROUNDS_4
#undef ENGINE
#undef TARGET
#undef LANES
#undef VECTOR
#undef LOAD
#undef STORE
#undef SPREAD
#undef ADD
#undef SHIFT
#undef ROTATE
#undef XOR3
#undef CHOOSE
#undef MAJORITY
