#include "CLibFuzzer.h"

/*
 * libFuzzer's own `main` asks for this one. It is never called, since toll-fuzz has a `main` that
 * hands in its callback; but debug builds rename that, and the linker then takes in both.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    (void)data;
    (void)size;
    return 0;
}
