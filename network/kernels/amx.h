/* amx.h - the one table through which kernels/ uses amx/, which computes layers with code written for CPUs with AMX.
 *
 * `make AMX=0`, and machines other than x86-64, build without that folder; amx_absent.c then takes its place. */
#ifndef PARTGRAD_NETWORK_KERNELS_AMX_H
#define PARTGRAD_NETWORK_KERNELS_AMX_H

#include "network/kernels/layer.h"

struct operation;

enum { AMX_WAYS = 2 };

struct amx_kernels {
    int (*available)(void); /* whether the CPU has AMX and this process may use it; NULL: built without */
    const struct operation *operations[LAYER_KINDS][AMX_WAYS]; /* tried in order before oneDNN's, up to a NULL */
};
extern const struct amx_kernels amx_kernels;

#endif
