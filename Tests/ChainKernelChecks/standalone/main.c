#include "../include/chain_kernel_checks.h"
#include "textbook.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * The checks without Swift, for sanitizers and for emulated processors.
 *
 *     check SEED    checks every kind that there is, and every emulated one
 *     check kinds   prints the kinds that there are
 *     check         prints the kind in use
 */

static const struct {
    const char *name;
    toll_check *run;
} checks[] = {
    {"single walks", toll_check_single_walks},
    {"all lengths at once", toll_check_all_lengths_at_once},
    {"mixes", toll_check_mixes},
    {"marks", toll_check_marks},
    {"edges of memory", toll_check_edges_of_memory},
    {"unaligned bytes", toll_check_unaligned_bytes},
};

static bool check(const struct toll_chain_kernel *kernel, const struct toll_reference *reference) {
    bool right = true;
    for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++) {
        char fault[TOLL_FAULT_BYTES] = "";
        if (checks[i].run(kernel, reference, fault)) continue;
        printf("  %s: %s: %s\n", toll_chain_kernel_name(kernel), checks[i].name, fault);
        right = false;
    }
    if (right) printf("  %s: ok\n", toll_chain_kernel_name(kernel));
    return right;
}

int main(int count, char **arguments) {
    if (count < 2) {
        puts(toll_chain_kernel_name(toll_chain_kernel_in_use()));
        return 0;
    }
    const struct toll_chain_kernel *kernel;
    if (strcmp(arguments[1], "kinds") == 0) {
        for (size_t i = 0; (kernel = toll_chain_kernel_at(i)); i++) {
            puts(toll_chain_kernel_name(kernel));
        }
        return 0;
    }
    struct toll_reference *reference =
        toll_reference_make(strtoull(arguments[1], NULL, 10), textbook_step);
    bool right = true;
    for (size_t i = 0; (kernel = toll_chain_kernel_at(i)); i++) right &= check(kernel, reference);
    for (size_t i = 0; (kernel = toll_emulated_kernel_at(i)); i++) {
        right &= check(kernel, reference);
    }
    toll_reference_free(reference);
    return right ? 0 : 1;
}
