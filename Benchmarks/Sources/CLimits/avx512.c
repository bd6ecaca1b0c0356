#include "limits.h"
#include "words.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define LOOP limit_avx512_16
#define TARGET __attribute__((target("avx512f")))
#define LANES 16
#define VECTOR __m512i
#define LOAD(p) _mm512_load_si512(p)
#define STORE(p, x) _mm512_store_si512(p, x)
#define SPREAD(word) _mm512_set1_epi32((int)(word))
#define ADD _mm512_add_epi32
#define SHIFT _mm512_srli_epi32
#define ROTATE _mm512_ror_epi32
#define XOR3(x, y, z) _mm512_ternarylogic_epi32(x, y, z, 0x96)
#define CHOOSE(x, y, z) _mm512_ternarylogic_epi32(x, y, z, 0xca)
#define MAJORITY(x, y, z) _mm512_ternarylogic_epi32(x, y, z, 0xe8)
#include "wide.h"
#else
void limit_avx512_16(struct limit_chain *chains, uint32_t index, uint32_t steps) {}
#endif
