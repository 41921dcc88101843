/* amx.h - the one table by which kernels/ reaches amx/: ways to compute layers that are written for CPUs with AMX.
 *
 * `make AMX=0`, and machines that are not x86-64, build without that folder; amx_absent.c stands in for it then. */
#ifndef PARTGRAD_NETWORK_KERNELS_AMX_H
#define PARTGRAD_NETWORK_KERNELS_AMX_H

#include "network/kernels/layer.h"

struct operation;

enum { AMX_WAYS = 2 };

struct amx_kernels {
    int (*available)(void); /* whether the CPU has AMX and this process may use it; NULL: built without */
    const struct operation *operations[LAYER_KINDS][AMX_WAYS]; /* tried in order before all others, up to a NULL */
};
extern const struct amx_kernels amx_kernels;

#endif
