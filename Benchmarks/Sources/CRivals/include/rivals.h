#ifndef TOLLCHAIN_RIVALS_H
#define TOLLCHAIN_RIVALS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What other schemes do for one payment, with the fastest library for it that a distribution ships,
 * and in their favour: keys and contexts are made once, nothing is looked up, nothing is stored.
 */

/* A voucher signed with Ed25519, by OpenSSL. */
struct rival_ed25519;
struct rival_ed25519 *rival_ed25519_new(void);
bool rival_ed25519_sign(struct rival_ed25519 *rival, const uint8_t *message, size_t length,
                        uint8_t signature[64]);
bool rival_ed25519_verify(struct rival_ed25519 *rival, const uint8_t *message, size_t length,
                          const uint8_t signature[64]);

/*
 * A voucher signed on secp256k1, from whose signature the payer is recovered, as contracts of
 * Ethereum do it; by libsecp256k1. Hashing the voucher is left out.
 */
struct rival_secp256k1;
struct rival_secp256k1 *rival_secp256k1_new(void);
bool rival_secp256k1_sign(struct rival_secp256k1 *rival, const uint8_t digest[32],
                          uint8_t signature[65]);
bool rival_secp256k1_recover(struct rival_secp256k1 *rival, const uint8_t digest[32],
                             const uint8_t signature[65]);

/*
 * An L402 token: a macaroon with two caveats, checked by its chain of HMAC-SHA-256, and the preimage
 * of a payment. (It is paid for once, and shown with every request.)
 */
struct rival_l402;
struct rival_l402 *rival_l402_new(void);
bool rival_l402_check(struct rival_l402 *rival);

#endif
