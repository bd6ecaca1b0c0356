#define TOLL_EMULATION
#include "emulated_names.h"
#include "emulated_arm.h"

#include "../../Sources/CChainKernel/armv8.c"
