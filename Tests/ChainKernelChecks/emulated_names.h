/*
 * The emulated copies of the engines beside the real ones: the same source, other names. To be
 * included before kernel.h.
 */
#define toll_run_sha_ni_1 toll_emulated_sha_ni_1
#define toll_run_sha_ni_2 toll_emulated_sha_ni_2
#define toll_run_avx2_8 toll_emulated_avx2_8
#define toll_run_avx512_8 toll_emulated_avx512_8
#define toll_run_avx512_16 toll_emulated_avx512_16
#define toll_run_avx512_sha_ni_1 toll_emulated_avx512_sha_ni_1
#define toll_run_avx512_sha_ni_2 toll_emulated_avx512_sha_ni_2
#define toll_run_armv8_1 toll_emulated_armv8_1
#define toll_run_armv8_2 toll_emulated_armv8_2
#define toll_run_armv8_4 toll_emulated_armv8_4
