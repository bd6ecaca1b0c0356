#ifndef TOLLCHAIN_STAND_IN_CRYPTO_H
#define TOLLCHAIN_STAND_IN_CRYPTO_H

#include <stddef.h>

void OPENSSL_cleanse(void *memory, size_t bytes);

#endif
