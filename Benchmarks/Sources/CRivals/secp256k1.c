#include "rivals.h"

#include <openssl/rand.h>
#include <secp256k1.h>
#include <secp256k1_recovery.h>
#include <stdlib.h>
#include <string.h>

struct rival_secp256k1 {
    secp256k1_context *context;
    uint8_t secret[32];
    uint8_t payer[65];
};

static bool serialize(const struct rival_secp256k1 *rival, const secp256k1_pubkey *key,
                      uint8_t out[65]) {
    size_t length = 65;
    return secp256k1_ec_pubkey_serialize(
        rival->context, out, &length, key, SECP256K1_EC_UNCOMPRESSED);
}

struct rival_secp256k1 *rival_secp256k1_new(void) {
    struct rival_secp256k1 *rival = malloc(sizeof *rival);
    secp256k1_pubkey key;
    if (!rival) return NULL;
    rival->context = secp256k1_context_create(SECP256K1_CONTEXT_SIGN | SECP256K1_CONTEXT_VERIFY);
    do {
        if (RAND_bytes(rival->secret, 32) != 1) return NULL;
    } while (!secp256k1_ec_pubkey_create(rival->context, &key, rival->secret));
    return serialize(rival, &key, rival->payer) ? rival : NULL;
}

bool rival_secp256k1_sign(struct rival_secp256k1 *rival, const uint8_t digest[32],
                          uint8_t signature[65]) {
    secp256k1_ecdsa_recoverable_signature made;
    int recovery;
    if (!secp256k1_ecdsa_sign_recoverable(
            rival->context, &made, digest, rival->secret, NULL, NULL)) {
        return false;
    }
    secp256k1_ecdsa_recoverable_signature_serialize_compact(
        rival->context, signature, &recovery, &made);
    signature[64] = (uint8_t)recovery;
    return true;
}

bool rival_secp256k1_recover(struct rival_secp256k1 *rival, const uint8_t digest[32],
                             const uint8_t signature[65]) {
    secp256k1_ecdsa_recoverable_signature read;
    secp256k1_pubkey key;
    uint8_t payer[65];
    return secp256k1_ecdsa_recoverable_signature_parse_compact(
               rival->context, &read, signature, signature[64])
        && secp256k1_ecdsa_recover(rival->context, &key, &read, digest)
        && serialize(rival, &key, payer) && memcmp(payer, rival->payer, sizeof payer) == 0;
}
