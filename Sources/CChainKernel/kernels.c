#include "kernel.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static bool always(void) { return true; }
#if defined(__x86_64__)
static bool has_avx512_and_sha_ni(void) { return toll_has_avx512() && toll_has_sha_ni(); }
#endif

/*
 * The kinds, each better than those before it where it can run. An engine's `worth` is the number
 * of walks from which one step of all its lanes costs less than as many steps of the next engine.
 * Measured: a step of 16 lanes of AVX-512 costs 1.4 times that of 8 lanes; that of 8 lanes as much
 * as 4.7 interleaved on SHA-NI, and as 0.9 to 1.3 by OpenSSL on a processor without SHA-NI; that of
 * 8 lanes of AVX2 as much as 1.8 by OpenSSL on such a processor.
 */
static const struct {
    struct toll_chain_kernel kernel;
    bool (*runs_here)(void);
} kinds[] = {
    {{"portable", {{toll_run_portable, 1, 1, false}}, 1}, always},
#if defined(__x86_64__)
    {{"avx2", {{toll_run_avx2_8, 8, 2, true}, {toll_run_portable, 1, 1, false}}, 2},
     toll_has_avx2},
    {{"avx512",
      {{toll_run_avx512_16, 16, 9, true},
       {toll_run_avx512_8, 8, 2, true},
       {toll_run_portable, 1, 1, false}},
      3},
     toll_has_avx512},
    {{"sha-ni", {{toll_run_sha_ni_2, 2, 2, false}, {toll_run_sha_ni_1, 1, 1, false}}, 2},
     toll_has_sha_ni},
    {{"avx512+sha-ni",
      {{toll_run_avx512_16, 16, 9, true},
       {toll_run_avx512_8, 8, 5, true},
       {toll_run_avx512_sha_ni_2, 2, 2, false},
       {toll_run_avx512_sha_ni_1, 1, 1, false}},
      4},
     has_avx512_and_sha_ni},
#elif defined(__aarch64__)
    {{"armv8",
      {{toll_run_armv8_4, 4, 3, false},
       {toll_run_armv8_2, 2, 2, false},
       {toll_run_armv8_1, 1, 1, false}},
      3},
     toll_has_armv8_sha2},
#endif
};

enum { KIND_COUNT = sizeof kinds / sizeof kinds[0] };

const struct toll_chain_kernel *toll_chain_kernel_at(size_t position) {
    for (size_t i = 0; i < KIND_COUNT; i++) {
        if (kinds[i].runs_here() && position-- == 0) return &kinds[i].kernel;
    }
    return NULL;
}

const struct toll_chain_kernel *toll_chain_kernel_named(const char *name) {
    for (size_t i = 0; i < KIND_COUNT; i++) {
        if (strcmp(kinds[i].kernel.name, name) == 0) {
            return kinds[i].runs_here() ? &kinds[i].kernel : NULL;
        }
    }
    return NULL;
}

const char *toll_chain_kernel_name(const struct toll_chain_kernel *kernel) { return kernel->name; }

static const struct toll_chain_kernel *choose(void) {
    const char *name = getenv("TOLLCHAIN_CHAIN_KERNEL");
    const struct toll_chain_kernel *kernel = name ? toll_chain_kernel_named(name) : NULL;
    if (kernel) return kernel;
#ifdef __OPTIMIZE__
    for (size_t i = KIND_COUNT; i > 0; i--) {
        if (kinds[i - 1].runs_here()) return &kinds[i - 1].kernel;
    }
#endif
    return &kinds[0].kernel;
}

const struct toll_chain_kernel *toll_chain_kernel_in_use(void) {
    /* Threads that come first at once find the same, so none need wait for another. */
    static _Atomic(const struct toll_chain_kernel *) chosen;
    const struct toll_chain_kernel *kernel = atomic_load_explicit(&chosen, memory_order_acquire);
    if (!kernel) {
        kernel = choose();
        atomic_store_explicit(&chosen, kernel, memory_order_release);
    }
    return kernel;
}
