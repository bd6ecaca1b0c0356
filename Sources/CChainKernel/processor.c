#include "kernel.h"

/* A kind that is not of this architecture is never there. */

#if defined(__x86_64__)
#include <cpuid.h>

/* Leaf 1, ecx. */
enum { SSSE3 = 1 << 9, SSE41 = 1 << 19, OSXSAVE = 1 << 27 };
/* Leaf 7, ebx. */
#define AVX2 (1u << 5)
#define AVX512F (1u << 16)
#define SHA_NI (1u << 29)
#define AVX512BW (1u << 30)
#define AVX512VL (1u << 31)
/* What the operating system keeps of a thread: the low 128 bits, all 256, and all 512 bits. */
enum { SAVES_YMM = 0x06, SAVES_ZMM = 0xe6 };

static unsigned leaf_1_ecx(void) {
    unsigned a, b, c, d;
    return __get_cpuid(1, &a, &b, &c, &d) ? c : 0;
}

static bool has_leaf_7(unsigned wanted) {
    unsigned a, b, c, d;
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & wanted) == wanted;
}

static bool saves(unsigned wanted) {
    if (!(leaf_1_ecx() & OSXSAVE)) return false;
    unsigned low, high;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return (low & wanted) == wanted;
}

bool toll_has_sha_ni(void) {
    const unsigned wanted = SSSE3 | SSE41;
    return (leaf_1_ecx() & wanted) == wanted && has_leaf_7(SHA_NI);
}
bool toll_has_avx2(void) { return saves(SAVES_YMM) && has_leaf_7(AVX2); }
bool toll_has_avx512(void) {
    return saves(SAVES_ZMM) && has_leaf_7(AVX512F | AVX512BW | AVX512VL);
}
#else
bool toll_has_sha_ni(void) { return false; }
bool toll_has_avx2(void) { return false; }
bool toll_has_avx512(void) { return false; }
#endif

#if defined(__aarch64__) && defined(__linux__)
#include <sys/auxv.h>

enum { SHA2_IN_HWCAP = 1 << 6 };
bool toll_has_armv8_sha2(void) { return getauxval(AT_HWCAP) & SHA2_IN_HWCAP; }
#elif defined(__aarch64__) && defined(__APPLE__)
/* Every 64-bit processor of Apple's has them. */
bool toll_has_armv8_sha2(void) { return true; }
#else
bool toll_has_armv8_sha2(void) { return false; }
#endif
