#ifndef TOLLCHAIN_LIMITS_H
#define TOLLCHAIN_LIMITS_H

#include <stdbool.h>
#include <stdint.h>

/*
 * What a chain step costs at least, on each kind of processor: bare loops, written apart from the
 * kernels that are measured against them and compiled with the same flags. They do what anyone
 * would write who wants one compression of SHA-256 a step and nothing else: no scheduling, no
 * refilling, all lanes of one length.
 */

/* One chain; a loop leaves in `payword` what its steps lead down to. */
struct limit_chain {
    uint8_t key[16];
    uint8_t payword[32];
};

/*
 * All walk down `steps` from `index`, as many chains at once as the name says. A loop may be called
 * only where its limit_has_… says so.
 */

/* OpenSSL's block function on a block that is padded once. */
void limit_transform(struct limit_chain *chains, uint32_t index, uint32_t steps);
/* OpenSSL's EVP interface, the algorithm fetched once and the context used again. */
void limit_evp(struct limit_chain *chains, uint32_t index, uint32_t steps);
/*
 * x86's SHA extensions: one chain, and two and four interleaved. Which of those is faster depends on
 * the processor; the limit is that which is.
 */
void limit_sha_ni_1(struct limit_chain *chains, uint32_t index, uint32_t steps);
void limit_sha_ni_2(struct limit_chain *chains, uint32_t index, uint32_t steps);
void limit_sha_ni_4(struct limit_chain *chains, uint32_t index, uint32_t steps);
/* Vectors across chains. */
void limit_avx2_8(struct limit_chain *chains, uint32_t index, uint32_t steps);
void limit_avx512_16(struct limit_chain *chains, uint32_t index, uint32_t steps);
/* ARMv8's SHA-2 instructions, one chain and four interleaved. */
void limit_armv8_1(struct limit_chain *chains, uint32_t index, uint32_t steps);
void limit_armv8_4(struct limit_chain *chains, uint32_t index, uint32_t steps);

bool limit_has_sha_ni(void);
bool limit_has_avx2(void);
bool limit_has_avx512(void);
bool limit_has_armv8(void);

#endif
