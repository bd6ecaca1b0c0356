#include "kernel.h"
#include "sha256.h"

/*
 * AVX-512: 16 walks in 512-bit vectors, 8 in 256-bit ones. It has a rotation and any function of
 * three words as one instruction each, and room for the state and the whole schedule in registers.
 */

#if defined(__x86_64__) || defined(TOLL_EMULATION)
#ifndef TOLL_EMULATION
#include <immintrin.h>
#endif

/* Truth tables of three inputs, as vpternlogd takes them. */
enum { XOR_OF_3 = 0x96, CHOICE = 0xca, MAJORITY_OF_3 = 0xe8 };

#define ENGINE toll_run_avx512_16
#define TARGET TOLL_TARGET("avx512f")
#define LANES 16
#define VECTOR __m512i
#define LOAD(p) _mm512_loadu_si512(p)
#define STORE(p, x) _mm512_storeu_si512(p, x)
#define SPREAD(word) _mm512_set1_epi32((int)(word))
#define ADD(x, y) _mm512_add_epi32(x, y)
#define SHIFT(x, bits) _mm512_srli_epi32(x, bits)
#define ROTATE(x, bits) _mm512_ror_epi32(x, bits)
#define XOR3(x, y, z) _mm512_ternarylogic_epi32(x, y, z, XOR_OF_3)
#define CHOOSE(x, y, z) _mm512_ternarylogic_epi32(x, y, z, CHOICE)
#define MAJORITY(x, y, z) _mm512_ternarylogic_epi32(x, y, z, MAJORITY_OF_3)
#include "wide.h"

#define ENGINE toll_run_avx512_8
#define TARGET TOLL_TARGET("avx512f,avx512vl")
#define LANES 8
#define VECTOR __m256i
#define LOAD(p) _mm256_loadu_si256((const __m256i *)(const void *)(p))
#define STORE(p, x) _mm256_storeu_si256((__m256i *)(void *)(p), x)
#define SPREAD(word) _mm256_set1_epi32((int)(word))
#define ADD(x, y) _mm256_add_epi32(x, y)
#define SHIFT(x, bits) _mm256_srli_epi32(x, bits)
#define ROTATE(x, bits) _mm256_ror_epi32(x, bits)
#define XOR3(x, y, z) _mm256_ternarylogic_epi32(x, y, z, XOR_OF_3)
#define CHOOSE(x, y, z) _mm256_ternarylogic_epi32(x, y, z, CHOICE)
#define MAJORITY(x, y, z) _mm256_ternarylogic_epi32(x, y, z, MAJORITY_OF_3)
#include "wide.h"
#endif
