#include "kernel.h"
#include "sha256.h"

/*
 * The SHA extensions beside AVX-512, which has rotations for the vectors that they work on. The
 * rounds are left to the SHA extensions. Their schedule instructions are not used: each waits for
 * the one before it, longer than the rounds take, and all of them go through one port.
 */

#if defined(__x86_64__) || defined(TOLL_EMULATION)
#ifndef TOLL_EMULATION
#include <immintrin.h>
#endif

#define TARGET TOLL_TARGET("sha,sse4.1,ssse3,avx512f,avx512vl,avx512bw")
#define LOAD(p) _mm_loadu_si128((const __m128i *)(const void *)(p))
#define STORE(p, x) _mm_storeu_si128((__m128i *)(void *)(p), x)

/* The truth table of x ^ y ^ z, as vpternlogd takes it. */
enum { XOR_OF_3 = 0x96 };

TARGET TOLL_INLINE __m128i sigma_0(__m128i x) {
    return _mm_ternarylogic_epi32(_mm_ror_epi32(x, 7), _mm_ror_epi32(x, 18), _mm_srli_epi32(x, 3),
                                  XOR_OF_3);
}

TARGET TOLL_INLINE __m128i sigma_1(__m128i x) {
    return _mm_ternarylogic_epi32(_mm_ror_epi32(x, 17), _mm_ror_epi32(x, 19),
                                  _mm_srli_epi32(x, 10), XOR_OF_3);
}

/* The upper three words of `low` and the lowest of `high`. */
TARGET TOLL_INLINE __m128i shifted(__m128i high, __m128i low) {
#ifdef TOLL_EMULATION
    return _mm_alignr_epi8(high, low, 4);
#else
    /* Compilers take valignd, which has three times the latency. */
    __m128i words;
    __asm__("vpalignr $4, %2, %1, %0" : "=v"(words) : "v"(high), "v"(low));
    return words;
#endif
}

/*
 * W[t] and W[t+1] need s1 of W[t-2] and W[t-1], the upper half of m3; W[t+2] and W[t+3] need s1 of
 * the first two. `half` is what the first two were ready in, which is all that the next call reads
 * of them, and reads early.
 */
TARGET TOLL_INLINE __m128i schedule(__m128i sum, __m128i m2, __m128i m3, __m128i *half) {
    sum = _mm_add_epi32(sum, shifted(*half, m2));
    sum = _mm_add_epi32(sum, _mm_srli_si128(sigma_1(m3), 8));
    *half = sum;
    return _mm_add_epi32(sum, _mm_slli_si128(sigma_1(sum), 8));
}

#define EXPAND(m0, m1) _mm_add_epi32(m0, sigma_0(shifted(m1, m0)))
#define SCHEDULE(sum, m2, m3, half) schedule(sum, m2, m3, &half)
#define TOGETHER_FROM 1
#include "sha_ni.h"

TARGET void toll_run_avx512_sha_ni_1(union toll_lanes *lanes, uint32_t steps) {
    interleaved(1, lanes->rows, steps);
}

TARGET void toll_run_avx512_sha_ni_2(union toll_lanes *lanes, uint32_t steps) {
    interleaved(2, lanes->rows, steps);
}
#endif
