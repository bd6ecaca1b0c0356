#include "limits.h"
#include "words.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define LOOP limit_avx2_8
#define TARGET __attribute__((target("avx2")))
#define LANES 8
#define VECTOR __m256i
#define LOAD(p) _mm256_load_si256((const __m256i *)(p))
#define STORE(p, x) _mm256_store_si256((__m256i *)(p), x)
#define SPREAD(word) _mm256_set1_epi32((int)(word))
#define ADD _mm256_add_epi32
#define SHIFT _mm256_srli_epi32
#define ROTATE(x, bits)                                                                            \
    _mm256_or_si256(_mm256_srli_epi32(x, bits), _mm256_slli_epi32(x, 32 - (bits)))
#define XOR3(x, y, z) _mm256_xor_si256(_mm256_xor_si256(x, y), z)
#define CHOOSE(x, y, z) _mm256_xor_si256(z, _mm256_and_si256(x, _mm256_xor_si256(y, z)))
#define MAJORITY(x, y, z)                                                                          \
    _mm256_or_si256(_mm256_and_si256(x, y), _mm256_and_si256(z, _mm256_or_si256(x, y)))
#include "wide.h"
#else
void limit_avx2_8(struct limit_chain *chains, uint32_t index, uint32_t steps) {}
#endif
