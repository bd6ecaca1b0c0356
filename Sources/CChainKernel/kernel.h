#ifndef TOLLCHAIN_KERNEL_H
#define TOLLCHAIN_KERNEL_H

#include "chain_kernel.h"

#include <stdbool.h>

/*
 * How the kinds are made. An engine advances a fixed number of walks by the same number of steps; a
 * kernel is the engines of one kind of processor, widest first, the last of them for one walk
 * alone. What ends when, and which engine is worth its cost, is the business of schedule.c.
 */

enum { TOLL_KEY_BYTES = 16, TOLL_PAYWORD_BYTES = 32, TOLL_INPUT_BYTES = 52, TOLL_BLOCK_BYTES = 64 };

/*
 * The processor features that a function is compiled for, whatever the build is for. The tests
 * compile each kind once more, with its few intrinsics emulated (TOLL_EMULATION), to run it where
 * the processor lacks them.
 */
#ifdef TOLL_EMULATION
#define TOLL_TARGET(features)
#else
#define TOLL_TARGET(features) __attribute__((target(features)))
#endif
#define TOLL_INLINE static inline __attribute__((always_inline))

/*
 * Before a loop: it begins where a line of the cache does. Where a short loop lies otherwise depends
 * on the code before it, and can cost 5 %.
 */
#if defined(__clang__) && !defined(TOLL_EMULATION)
#define TOLL_ALIGNED [[clang::code_align(64)]]
#else
#define TOLL_ALIGNED
#endif

/* The most walks that an engine takes side by side: in vectors across walks, and by rows. */
enum { TOLL_LANES_MAXIMUM = 16, TOLL_ROWS_MAXIMUM = 4 };

/*
 * A walk under way as bytes stand on the wire; `index` is that of `payword`. Its parts lie at
 * 16-byte places, for one vector load each.
 */
struct toll_row {
    _Alignas(16) uint8_t key[TOLL_KEY_BYTES];
    uint8_t payword[TOLL_PAYWORD_BYTES];
    uint32_t index;
};

/*
 * Walks as engines with vectors across walks hold them: the words W[0] to W[12] of the block that
 * is compressed next (chain key, index, payword), each a row of one word a lane.
 */
struct toll_columns {
    _Alignas(64) uint32_t word[13][TOLL_LANES_MAXIMUM];
};

/* One row, and where the portable engine hashes it: here, so that whoever wipes finds it. */
struct toll_portable {
    struct toll_row row;
    uint8_t block[TOLL_BLOCK_BYTES];
    uint32_t context[32];
};

union toll_lanes {
    struct toll_row rows[TOLL_ROWS_MAXIMUM];
    struct toll_columns columns;
    struct toll_portable portable;
};

struct toll_engine {
    /* Advances all lanes by `steps`, whether they hold a walk or what is left of one. */
    void (*run)(union toll_lanes *lanes, uint32_t steps);
    /* How many walks it takes side by side. */
    unsigned lanes;
    /* With fewer walks left than this, the kernel's next engine ends them sooner. */
    unsigned worth;
    /* Whether it holds its walks as columns; else as rows. */
    bool columns;
};

enum { TOLL_ENGINES_MAXIMUM = 4 };

struct toll_chain_kernel {
    const char *name;
    /* Widest first. The last has one lane, which is worth it for one walk. */
    struct toll_engine engines[TOLL_ENGINES_MAXIMUM];
    unsigned engine_count;
};

/* The engines' functions, each in the file of its kind. */
void toll_run_portable(union toll_lanes *lanes, uint32_t steps);
void toll_run_sha_ni_1(union toll_lanes *lanes, uint32_t steps);
void toll_run_sha_ni_2(union toll_lanes *lanes, uint32_t steps);
void toll_run_avx2_8(union toll_lanes *lanes, uint32_t steps);
void toll_run_avx512_8(union toll_lanes *lanes, uint32_t steps);
void toll_run_avx512_16(union toll_lanes *lanes, uint32_t steps);
void toll_run_avx512_sha_ni_1(union toll_lanes *lanes, uint32_t steps);
void toll_run_avx512_sha_ni_2(union toll_lanes *lanes, uint32_t steps);
void toll_run_armv8_1(union toll_lanes *lanes, uint32_t steps);
void toll_run_armv8_2(union toll_lanes *lanes, uint32_t steps);
void toll_run_armv8_4(union toll_lanes *lanes, uint32_t steps);

/* What a processor can run, its operating system willing. */
bool toll_has_sha_ni(void);
bool toll_has_avx2(void);
bool toll_has_avx512(void);
bool toll_has_armv8_sha2(void);

/* All walks of this module, with `marks` NULL if none has any; wipes if `secret`. */
void toll_schedule(const struct toll_chain_kernel *kernel, const struct toll_walk *walks,
                   const struct toll_marks *marks, size_t count, uint32_t *scratch, bool secret,
                   uint8_t *out);

#endif
