#include "textbook.h"

#include "../../../Sources/CChainKernel/sha256.h"

#include <string.h>

static uint32_t rotated(uint32_t x, unsigned bits) { return x >> bits | x << (32 - bits); }

void textbook_compress(uint32_t state[8], const uint8_t *block) {
    uint32_t w[64];
    for (unsigned t = 0; t < 16; t++) w[t] = toll_read_be32(block + 4 * t);
    for (unsigned t = 16; t < 64; t++) {
        const uint32_t s0 = rotated(w[t - 15], 7) ^ rotated(w[t - 15], 18) ^ w[t - 15] >> 3;
        const uint32_t s1 = rotated(w[t - 2], 17) ^ rotated(w[t - 2], 19) ^ w[t - 2] >> 10;
        w[t] = s1 + w[t - 7] + s0 + w[t - 16];
    }
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
    uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
    for (unsigned t = 0; t < 64; t++) {
        const uint32_t t1 = h + (rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)) +
                            ((e & f) ^ (~e & g)) + toll_round[t] + w[t];
        const uint32_t t2 = (rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)) +
                            ((a & b) ^ (a & c) ^ (b & c));
        h = g, g = f, f = e, e = d + t1, d = c, c = b, b = a, a = t1 + t2;
    }
    state[0] += a, state[1] += b, state[2] += c, state[3] += d;
    state[4] += e, state[5] += f, state[6] += g, state[7] += h;
}

void textbook_step(const uint8_t *key, uint32_t index, const uint8_t *payword, uint8_t *below) {
    uint8_t block[64] = {0};
    memcpy(block, key, 16);
    toll_write_be32(block + 16, index);
    memcpy(block + 20, payword, 32);
    block[52] = 0x80;
    toll_write_be32(block + 60, 52 * 8);
    uint32_t state[8];
    memcpy(state, toll_initial, sizeof state);
    textbook_compress(state, block);
    for (unsigned i = 0; i < 8; i++) toll_write_be32(below + 4 * i, state[i]);
}
