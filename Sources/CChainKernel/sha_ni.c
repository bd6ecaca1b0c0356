#include "kernel.h"
#include "sha256.h"

/*
 * The SHA extensions of Intel's and AMD's processors: instructions for two rounds and for the
 * message schedule.
 */

#if defined(__x86_64__) || defined(TOLL_EMULATION)
#ifndef TOLL_EMULATION
#include <immintrin.h>
#endif

#define TARGET TOLL_TARGET("sha,sse4.1,ssse3")
#define LOAD(p) _mm_loadu_si128((const __m128i *)(const void *)(p))
#define STORE(p, x) _mm_storeu_si128((__m128i *)(void *)(p), x)
#define EXPAND(m0, m1) _mm_sha256msg1_epu32(m0, m1)
#define SCHEDULE(sum, m2, m3, half)                                                                \
    ((void)(half), _mm_sha256msg2_epu32(_mm_add_epi32(sum, _mm_alignr_epi8(m3, m2, 4)), m3))
#define TOGETHER_FROM 2
#include "sha_ni.h"

TARGET void toll_run_sha_ni_1(union toll_lanes *lanes, uint32_t steps) {
    interleaved(1, lanes->rows, steps);
}

TARGET void toll_run_sha_ni_2(union toll_lanes *lanes, uint32_t steps) {
    interleaved(2, lanes->rows, steps);
}
#endif
