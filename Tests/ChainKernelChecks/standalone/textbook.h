#ifndef TOLLCHAIN_TEXTBOOK_H
#define TOLLCHAIN_TEXTBOOK_H

#include <stdint.h>

/* SHA-256's compression as FIPS 180-4, section 6.2.2, words it, of one block of 64 bytes. */
void textbook_compress(uint32_t state[8], const uint8_t *block);

/* One step of a chain by it. */
void textbook_step(const uint8_t *key, uint32_t index, const uint8_t *payword, uint8_t *below);

#endif
