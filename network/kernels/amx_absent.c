/* amx_absent.c - the table of kernels for AMX in a build without them: see amx.h. */
#include <stddef.h>

#include "network/kernels/amx.h"

const struct amx_kernels amx_kernels = {.available = NULL};
