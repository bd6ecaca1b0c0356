#include "kernel.h"
#include "sha256.h"

#include <openssl/sha.h>
#include <string.h>

/*
 * SHA256_Transform is the one function of OpenSSL that compresses a block without padding it again:
 * the padding of a 52-byte message never changes, so it is written once. It is deprecated in name
 * only; no EVP call does the same work without several times its cost.
 */
void toll_run_portable(union toll_lanes *lanes, uint32_t steps) {
    struct toll_row *const row = &lanes->portable.row;
    uint8_t *const block = lanes->portable.block;
    uint8_t *const index = block + TOLL_KEY_BYTES, *const payword = index + 4;
    _Static_assert(sizeof(SHA256_CTX) <= sizeof lanes->portable.context, "room for the context");
    SHA256_CTX *const context = (SHA256_CTX *)(void *)lanes->portable.context;
    SHA256_CTX initial;
    SHA256_Init(&initial);

    memset(block, 0, TOLL_BLOCK_BYTES);
    memcpy(block, row->key, TOLL_KEY_BYTES);
    memcpy(payword, row->payword, TOLL_PAYWORD_BYTES);
    block[TOLL_INPUT_BYTES] = 0x80;
    toll_write_be32(block + TOLL_BLOCK_BYTES - 4, TOLL_LENGTH_BITS);
    for (; steps > 0; steps--) {
        memcpy(context->h, initial.h, sizeof initial.h);
        toll_write_be32(index, row->index--);
        SHA256_Transform(context, block);
        for (int word = 0; word < 8; word++) {
            toll_write_be32(payword + 4 * word, context->h[word]);
        }
    }
    memcpy(row->payword, payword, TOLL_PAYWORD_BYTES);
}
