#include "rivals.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>

static const char *const caveats[2] = {
    "services=weather:0", "weather_valid_until=1800086400",
};

struct rival_l402 {
    EVP_MAC_CTX *mac;
    EVP_MD *hash;
    EVP_MD_CTX *hashing;
    uint8_t root_key[32];
    /* Version, hash of the payment, and the token's own id. */
    uint8_t identifier[66];
    uint8_t preimage[32];
    uint8_t signature[32];
};

static bool hmac(struct rival_l402 *rival, const uint8_t *key, size_t key_length,
                 const void *message, size_t length, uint8_t out[32]) {
    size_t written;
    return EVP_MAC_init(rival->mac, key, key_length, NULL)
        && EVP_MAC_update(rival->mac, message, length)
        && EVP_MAC_final(rival->mac, out, &written, 32);
}

static bool sign(struct rival_l402 *rival, uint8_t signature[32]) {
    static const uint8_t generator[32] = "macaroons-key-generator";
    bool done = hmac(rival, generator, sizeof generator, rival->root_key, 32, signature)
        && hmac(rival, signature, 32, rival->identifier, sizeof rival->identifier, signature);
    for (size_t i = 0; i < 2 && done; i++) {
        done = hmac(rival, signature, 32, caveats[i], strlen(caveats[i]), signature);
    }
    return done;
}

static bool hash_preimage(struct rival_l402 *rival, uint8_t out[32]) {
    return EVP_DigestInit_ex2(rival->hashing, rival->hash, NULL)
        && EVP_DigestUpdate(rival->hashing, rival->preimage, 32)
        && EVP_DigestFinal_ex(rival->hashing, out, NULL);
}

struct rival_l402 *rival_l402_new(void) {
    struct rival_l402 *rival = calloc(1, sizeof *rival);
    EVP_MAC *algorithm = EVP_MAC_fetch(NULL, "HMAC", NULL);
    if (!rival || !algorithm) return NULL;
    OSSL_PARAM parameters[2] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, "SHA256", 0),
        OSSL_PARAM_construct_end(),
    };
    rival->mac = EVP_MAC_CTX_new(algorithm);
    rival->hash = EVP_MD_fetch(NULL, "SHA256", NULL);
    rival->hashing = EVP_MD_CTX_new();
    const bool made = rival->mac && rival->hash && rival->hashing
        && EVP_MAC_CTX_set_params(rival->mac, parameters) && RAND_bytes(rival->root_key, 32) == 1
        && RAND_bytes(rival->preimage, 32) == 1
        && RAND_bytes(rival->identifier, sizeof rival->identifier) == 1
        && hash_preimage(rival, rival->identifier + 2) && sign(rival, rival->signature);
    return made ? rival : NULL;
}

bool rival_l402_check(struct rival_l402 *rival) {
    uint8_t signature[32], hash[32];
    return sign(rival, signature) && CRYPTO_memcmp(signature, rival->signature, 32) == 0
        && hash_preimage(rival, hash) && CRYPTO_memcmp(hash, rival->identifier + 2, 32) == 0;
}
