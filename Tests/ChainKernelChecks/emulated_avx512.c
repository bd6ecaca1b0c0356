#define TOLL_EMULATION
#include "emulated_names.h"
#include "emulated_x86.h"

#include "../../Sources/CChainKernel/avx512.c"
