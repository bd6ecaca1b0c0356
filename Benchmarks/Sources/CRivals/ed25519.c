#include "rivals.h"

#include <openssl/evp.h>
#include <stdlib.h>

struct rival_ed25519 {
    EVP_PKEY *pair;
    EVP_PKEY *public_key;
    EVP_MD_CTX *context;
};

struct rival_ed25519 *rival_ed25519_new(void) {
    uint8_t raw[32];
    size_t length = sizeof raw;
    EVP_PKEY *pair = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    struct rival_ed25519 *rival = malloc(sizeof *rival);
    if (!rival || !pair || !EVP_PKEY_get_raw_public_key(pair, raw, &length)) return NULL;
    rival->pair = pair;
    rival->public_key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, raw, length);
    rival->context = EVP_MD_CTX_new();
    return rival->public_key && rival->context ? rival : NULL;
}

bool rival_ed25519_sign(struct rival_ed25519 *rival, const uint8_t *message, size_t length,
                        uint8_t signature[64]) {
    size_t written = 64;
    EVP_MD_CTX_reset(rival->context);
    return EVP_DigestSignInit(rival->context, NULL, NULL, NULL, rival->pair) == 1
        && EVP_DigestSign(rival->context, signature, &written, message, length) == 1;
}

bool rival_ed25519_verify(struct rival_ed25519 *rival, const uint8_t *message, size_t length,
                          const uint8_t signature[64]) {
    EVP_MD_CTX_reset(rival->context);
    return EVP_DigestVerifyInit(rival->context, NULL, NULL, NULL, rival->public_key) == 1
        && EVP_DigestVerify(rival->context, signature, 64, message, length) == 1;
}
