/* call.h - one oneDNN primitive with its arguments, ready to run on other arrays each time.
 *
 * Only the kernels include this. Descriptors of arrays belong to the engine, which keeps one of each kind: equal arrays
 * have equal pointers. */
#ifndef PARTGRAD_NETWORK_KERNELS_CALL_H
#define PARTGRAD_NETWORK_KERNELS_CALL_H

#include "network/kernels/engine.h"
#include "network/kernels/onednn.h"

struct engine {
    dnnl_engine_t engine;
    dnnl_stream_t stream;
    dnnl_data_type_t type;               /* of activations and weights */
    dnnl_format_tag_t layout;            /* of activations */
    dnnl_format_tag_t pixels;            /* of the image */
    enum engine_convolution convolution; /* what computes dense ones */
    struct array *arrays;                /* all descriptors that there are */
};

/* The one descriptor of such arrays; it lives as long as the engine. */
onednn_array engine_array(struct engine *, int rank, const dnnl_dims_t shape, dnnl_data_type_t, dnnl_format_tag_t);
/* An activation, (samples, channels, size, size) in the engine's arrangement. */
onednn_array engine_activation(struct engine *, int samples, struct tensor);
/* The engine's own copy of what a primitive chose. */
onednn_array engine_keep(struct engine *, onednn_array chosen);

enum { CALL_ARGUMENTS = 10 };

struct call {
    dnnl_primitive_t primitive;
    int count;
    dnnl_exec_arg_t argument[CALL_ARGUMENTS]; /* in the order call_run takes pointers; the scratchpad last */
    size_t scratch;
};

/* Makes the primitive and binds `ids` (count) in order. The descriptor stays the caller's. */
int call_create(struct call *, const struct engine *, dnnl_primitive_desc_t descriptor, const int *ids, int count,
                struct error *);
/* A copy from one arrangement to another. */
int call_create_reorder(struct call *, const struct engine *, onednn_array from, onednn_array to, struct error *);
void call_release(struct call *); /* safe on a zeroed call */

/* pointers: one for each argument in order, the scratchpad's last. */
void call_run(const struct call *, const struct engine *, const void *const *pointers);

/* An attribute that leaves scratchpads to the caller, to dnnl_primitive_attr_destroy; with a layer's residual and
 * activation as post-operations where one is given. */
dnnl_primitive_attr_t attribute_create(const struct layer *);

/* "oneDNN cannot create WHAT (status N)"; returns -1. */
int onednn_failed(struct error *, dnnl_status_t, const char *what);

#endif
