#include "kernel.h"
#include "sha256.h"

/* AVX2: 8 walks in 256-bit vectors. A rotation is two shifts. */

#if defined(__x86_64__) || defined(TOLL_EMULATION)
#ifndef TOLL_EMULATION
#include <immintrin.h>
#endif

#define ENGINE toll_run_avx2_8
#define TARGET TOLL_TARGET("avx2")
#define LANES 8
#define VECTOR __m256i
#define LOAD(p) _mm256_loadu_si256((const __m256i *)(const void *)(p))
#define STORE(p, x) _mm256_storeu_si256((__m256i *)(void *)(p), x)
#define SPREAD(word) _mm256_set1_epi32((int)(word))
#define ADD(x, y) _mm256_add_epi32(x, y)
#define XOR(x, y) _mm256_xor_si256(x, y)
#define AND(x, y) _mm256_and_si256(x, y)
#define SHIFT(x, bits) _mm256_srli_epi32(x, bits)
#define ROTATE(x, bits) XOR(_mm256_srli_epi32(x, bits), _mm256_slli_epi32(x, 32 - (bits)))
#define XOR3(x, y, z) XOR(XOR(x, y), z)
#define CHOOSE(x, y, z) XOR(z, AND(x, XOR(y, z)))
/* What is x ^ y here is y ^ z in the next round, where the compiler finds it again. */
#define MAJORITY(x, y, z) XOR(y, AND(XOR(x, y), XOR(y, z)))
#include "wide.h"
#endif
