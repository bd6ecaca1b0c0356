#include "../textbook.h"

#include "../../../../Sources/CChainKernel/sha256.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <string.h>

int SHA256_Init(SHA256_CTX *context) {
    memcpy(context->h, toll_initial, sizeof context->h);
    return 1;
}

void SHA256_Transform(SHA256_CTX *context, const unsigned char *block) {
    textbook_compress(context->h, block);
}

void OPENSSL_cleanse(void *memory, size_t bytes) { memset(memory, 0, bytes); }
