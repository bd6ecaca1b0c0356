/* As much of OpenSSL as the kernels use, where there is no libcrypto to run them with. */
#ifndef TOLLCHAIN_STAND_IN_SHA_H
#define TOLLCHAIN_STAND_IN_SHA_H

#include <stdint.h>

typedef struct { uint32_t h[8]; } SHA256_CTX;
int SHA256_Init(SHA256_CTX *context);
void SHA256_Transform(SHA256_CTX *context, const unsigned char *block);

#endif
