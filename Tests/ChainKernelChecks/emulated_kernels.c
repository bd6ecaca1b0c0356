#include "include/chain_kernel_checks.h"

#include "emulated_names.h"

#include "../../Sources/CChainKernel/kernel.h"

/*
 * As in kernels.c, but for an `avx512+sha-ni` whose engines each take a share of any mix: the tests
 * have few walks, and the thresholds that pay off would leave some engines out.
 */
static const struct toll_chain_kernel kernels[] = {
    {"sha-ni, emulated", {{toll_run_sha_ni_2, 2, 2, false}, {toll_run_sha_ni_1, 1, 1, false}}, 2},
    {"avx2, emulated", {{toll_run_avx2_8, 8, 2, true}, {toll_run_portable, 1, 1, false}}, 2},
    {"avx512, emulated",
     {{toll_run_avx512_16, 16, 9, true},
      {toll_run_avx512_8, 8, 2, true},
      {toll_run_portable, 1, 1, false}},
     3},
    {"avx512+sha-ni, emulated",
     {{toll_run_avx512_16, 16, 12, true},
      {toll_run_avx512_8, 8, 5, true},
      {toll_run_avx512_sha_ni_2, 2, 2, false},
      {toll_run_avx512_sha_ni_1, 1, 1, false}},
     4},
    {"armv8, emulated",
     {{toll_run_armv8_4, 4, 3, false},
      {toll_run_armv8_2, 2, 2, false},
      {toll_run_armv8_1, 1, 1, false}},
     3},
};

const struct toll_chain_kernel *toll_emulated_kernel_at(size_t position) {
    return position < sizeof kernels / sizeof kernels[0] ? &kernels[position] : NULL;
}
