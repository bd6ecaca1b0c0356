#include "limits.h"

#if defined(__x86_64__)
#include <cpuid.h>

bool limit_has_sha_ni(void) {
    unsigned a, b, c, d;
    return __builtin_cpu_supports("sse4.1") && __builtin_cpu_supports("ssse3")
        && __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & 1u << 29);
}
bool limit_has_avx2(void) { return __builtin_cpu_supports("avx2"); }
bool limit_has_avx512(void) { return __builtin_cpu_supports("avx512f"); }
#else
bool limit_has_sha_ni(void) { return false; }
bool limit_has_avx2(void) { return false; }
bool limit_has_avx512(void) { return false; }
#endif

#if defined(__aarch64__) && defined(__linux__)
#include <sys/auxv.h>

bool limit_has_armv8(void) { return getauxval(AT_HWCAP) & 1 << 6; }
#elif defined(__aarch64__)
bool limit_has_armv8(void) { return true; }
#else
bool limit_has_armv8(void) { return false; }
#endif
