#include "chain_kernel.h"

#include <openssl/sha.h>
#include <string.h>

enum { KEY_BYTES = 16, PAYWORD_BYTES = 32, INPUT_BYTES = 52, BLOCK_BYTES = 64 };

static void put_be32(uint8_t *to, uint32_t value) {
    to[0] = (uint8_t)(value >> 24);
    to[1] = (uint8_t)(value >> 16);
    to[2] = (uint8_t)(value >> 8);
    to[3] = (uint8_t)value;
}

/*
 * SHA256_Transform is the one function of OpenSSL that compresses a block without padding it again:
 * the padding of a 52-byte message never changes, so it is written once. It is deprecated in name
 * only; no EVP call does the same work without several times its cost.
 */
void toll_chain_walk(const uint8_t *chain_key, uint32_t index, const uint8_t *from, uint32_t steps,
                     uint8_t *out) {
    uint8_t block[BLOCK_BYTES] = {0};
    memcpy(block, chain_key, KEY_BYTES);
    memcpy(block + KEY_BYTES + 4, from, PAYWORD_BYTES);
    block[INPUT_BYTES] = 0x80;
    put_be32(block + BLOCK_BYTES - 4, INPUT_BYTES * 8);

    SHA256_CTX initial;
    SHA256_Init(&initial);
    for (uint32_t step = 0; step < steps; step++) {
        SHA256_CTX context = initial;
        put_be32(block + KEY_BYTES, index - step);
        SHA256_Transform(&context, block);
        for (int word = 0; word < 8; word++) {
            put_be32(block + KEY_BYTES + 4 + 4 * word, context.h[word]);
        }
    }
    memcpy(out, block + KEY_BYTES + 4, PAYWORD_BYTES);
}
