/* call.h - one oneDNN primitive with its arguments, ready to run on other arrays each time.
 *
 * Only the kernels include this. Descriptors of arrays belong to the engine, which keeps one of each kind, so equal
 * arrays have equal pointers. */
#ifndef PARTGRAD_NETWORK_KERNELS_CALL_H
#define PARTGRAD_NETWORK_KERNELS_CALL_H

#include <stddef.h>

#include "base/error.h"
#include "network/kernels/engine_parts.h"

enum { CALL_ARGUMENTS = 10 };

struct call {
    dnnl_primitive_t primitive;
    int count;
    dnnl_exec_arg_t argument[CALL_ARGUMENTS]; /* in the order call_run takes pointers; the scratchpad last */
    size_t scratch;
};

/* Makes the primitive and binds `ids` (count) in order. The caller keeps the descriptor. */
int call_create(struct call *, const struct engine *, dnnl_primitive_desc_t descriptor, const int *ids, int count,
                struct error *);
/* A copy from one arrangement to another. */
int call_create_reorder(struct call *, const struct engine *, onednn_array from, onednn_array to, struct error *);
void call_release(struct call *); /* safe on a zeroed call */

/* pointers: one for each argument in order, the scratchpad's last. */
void call_run(const struct call *, const struct engine *, const void *const *pointers);

/* An attribute that leaves scratchpads to the caller, with the layer's residual and activation as post-operations
 * unless the layer is NULL. Free it with dnnl_primitive_attr_destroy. */
dnnl_primitive_attr_t call_attribute_create(const struct layer *);

#endif
