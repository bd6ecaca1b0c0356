#include "limits.h"
#include "words.h"

#include <openssl/evp.h>
#include <openssl/sha.h>
#include <string.h>

void limit_transform(struct limit_chain *chains, uint32_t index, uint32_t steps) {
    uint8_t block[64] = {0};
    memcpy(block, chains->key, 16);
    memcpy(block + 20, chains->payword, 32);
    block[52] = 0x80;
    write_word(block + 60, 416);
    SHA256_CTX start;
    SHA256_Init(&start);
    for (uint32_t step = 0; step < steps; step++) {
        SHA256_CTX context = start;
        write_word(block + 16, index - step);
        SHA256_Transform(&context, block);
        for (int i = 0; i < 8; i++) write_word(block + 20 + 4 * i, context.h[i]);
    }
    memcpy(chains->payword, block + 20, 32);
}

void limit_evp(struct limit_chain *chains, uint32_t index, uint32_t steps) {
    static EVP_MD *algorithm;
    static EVP_MD_CTX *context;
    if (!algorithm) {
        algorithm = EVP_MD_fetch(NULL, "SHA256", NULL);
        context = EVP_MD_CTX_new();
    }
    uint8_t input[52];
    memcpy(input, chains->key, 16);
    memcpy(input + 20, chains->payword, 32);
    for (uint32_t step = 0; step < steps; step++) {
        write_word(input + 16, index - step);
        EVP_DigestInit_ex2(context, algorithm, NULL);
        EVP_DigestUpdate(context, input, sizeof input);
        EVP_DigestFinal_ex(context, input + 20, NULL);
    }
    memcpy(chains->payword, input + 20, 32);
}
