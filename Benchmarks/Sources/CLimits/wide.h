/*
 * The body of a loop with vectors across chains. The file that includes this defines LOOP, TARGET,
 * LANES, VECTOR, LOAD, STORE, SPREAD, ADD, SHIFT, ROTATE, XOR3, CHOOSE and MAJORITY.
 */
#define BIG_0(x) XOR3(ROTATE(x, 2), ROTATE(x, 13), ROTATE(x, 22))
#define BIG_1(x) XOR3(ROTATE(x, 6), ROTATE(x, 11), ROTATE(x, 25))
#define SMALL_0(x) XOR3(ROTATE(x, 7), ROTATE(x, 18), SHIFT(x, 3))
#define SMALL_1(x) XOR3(ROTATE(x, 17), ROTATE(x, 19), SHIFT(x, 10))

TARGET void LOOP(struct limit_chain *chains, uint32_t index, uint32_t steps) {
    _Alignas(64) uint32_t columns[16][LANES];
    for (int lane = 0; lane < LANES; lane++) {
        uint32_t words[16];
        read_block(chains[lane].key, chains[lane].payword, index, words);
        for (int i = 0; i < 16; i++) columns[i][lane] = words[i];
    }
    VECTOR block[16];
    _Pragma("unroll") for (int i = 0; i < 16; i++) block[i] = LOAD(columns[i]);
    for (uint32_t step = 0; step < steps; step++) {
        VECTOR w[16];
        _Pragma("unroll") for (int i = 0; i < 16; i++) w[i] = block[i];
        w[4] = SPREAD(index - step);
        VECTOR a = SPREAD(initial[0]), b = SPREAD(initial[1]);
        VECTOR c = SPREAD(initial[2]), d = SPREAD(initial[3]);
        VECTOR e = SPREAD(initial[4]), f = SPREAD(initial[5]);
        VECTOR g = SPREAD(initial[6]), h = SPREAD(initial[7]);
        _Pragma("unroll") for (int i = 0; i < 64; i++) {
            if (i >= 16) {
                w[i & 15] = ADD(ADD(w[i & 15], SMALL_0(w[(i - 15) & 15])),
                                ADD(w[(i - 7) & 15], SMALL_1(w[(i - 2) & 15])));
            }
            const VECTOR t1 = ADD(ADD(h, ADD(w[i & 15], SPREAD(rounds[i]))),
                                  ADD(BIG_1(e), CHOOSE(e, f, g)));
            const VECTOR t2 = ADD(BIG_0(a), MAJORITY(a, b, c));
            h = g, g = f, f = e, e = ADD(d, t1);
            d = c, c = b, b = a, a = ADD(t1, t2);
        }
        block[5] = ADD(a, SPREAD(initial[0])), block[6] = ADD(b, SPREAD(initial[1]));
        block[7] = ADD(c, SPREAD(initial[2])), block[8] = ADD(d, SPREAD(initial[3]));
        block[9] = ADD(e, SPREAD(initial[4])), block[10] = ADD(f, SPREAD(initial[5]));
        block[11] = ADD(g, SPREAD(initial[6])), block[12] = ADD(h, SPREAD(initial[7]));
    }
    _Pragma("unroll") for (int i = 5; i < 13; i++) STORE(columns[i], block[i]);
    for (int lane = 0; lane < LANES; lane++) {
        for (int i = 0; i < 8; i++) {
            write_word(chains[lane].payword + 4 * i, columns[5 + i][lane]);
        }
    }
}
