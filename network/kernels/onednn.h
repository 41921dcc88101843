/* onednn.h - one set of functions for what differs between oneDNN 2 and 3; the rest of its C API is the same in both.
 * The functions follow version 3, which makes a primitive descriptor in one call. */
#ifndef PARTGRAD_NETWORK_KERNELS_ONEDNN_H
#define PARTGRAD_NETWORK_KERNELS_ONEDNN_H

#include <oneapi/dnnl/dnnl.h>

#include "base/error.h"

/* A memory descriptor to read: version 2 hands out pointers to structs, version 3 handles. */
#if DNNL_VERSION_MAJOR >= 3
typedef const_dnnl_memory_desc_t onednn_array;
#else
typedef const dnnl_memory_desc_t *onednn_array;
#endif

/* Descriptors that the caller owns, until onednn_array_destroy. */
dnnl_status_t onednn_array_create(dnnl_memory_desc_t *, int rank, const dnnl_dims_t, dnnl_data_type_t,
                                  dnnl_format_tag_t);
dnnl_status_t onednn_array_copy(dnnl_memory_desc_t *, onednn_array);
void onednn_array_destroy(dnnl_memory_desc_t *);
onednn_array onednn_array_view(const dnnl_memory_desc_t *);

void onednn_append_sum(dnnl_post_ops_t);
void onednn_append_activation(dnnl_post_ops_t, dnnl_alg_kind_t, float alpha, float beta);

/* A window that moves over maps: strides, and padding at the top and left, bottom and right. */
struct onednn_window {
    dnnl_dims_t size, strides, before, after;
};

struct onednn_convolution {
    onednn_array input, weights, bias, output;
    struct onednn_window window;
};
dnnl_status_t onednn_convolution_forward(dnnl_primitive_desc_t *, dnnl_engine_t, const struct onednn_convolution *,
                                         dnnl_primitive_attr_t);
/* hint: the forward pass's descriptor. `weights` is the gradient's array in the last. */
dnnl_status_t onednn_convolution_backward_data(dnnl_primitive_desc_t *, dnnl_engine_t,
                                               const struct onednn_convolution *, dnnl_primitive_desc_t hint,
                                               dnnl_primitive_attr_t);
dnnl_status_t onednn_convolution_backward_weights(dnnl_primitive_desc_t *, dnnl_engine_t,
                                                  const struct onednn_convolution *, dnnl_primitive_desc_t hint,
                                                  dnnl_primitive_attr_t);

dnnl_status_t onednn_max_pool_forward(dnnl_primitive_desc_t *, dnnl_engine_t, dnnl_prop_kind_t, onednn_array input,
                                      onednn_array output, const struct onednn_window *, dnnl_primitive_attr_t);
dnnl_status_t onednn_max_pool_backward(dnnl_primitive_desc_t *, dnnl_engine_t, onednn_array input, onednn_array output,
                                       const struct onednn_window *, dnnl_primitive_desc_t hint, dnnl_primitive_attr_t);

/* Input, output and their gradients are all arranged as `data` is. */
dnnl_status_t onednn_layer_norm_forward(dnnl_primitive_desc_t *, dnnl_engine_t, dnnl_prop_kind_t, onednn_array data,
                                        onednn_array statistics, float epsilon, dnnl_primitive_attr_t);
dnnl_status_t onednn_layer_norm_backward(dnnl_primitive_desc_t *, dnnl_engine_t, onednn_array data,
                                         onednn_array statistics, float epsilon, dnnl_primitive_desc_t hint,
                                         dnnl_primitive_attr_t);
/* In version 2 the gradient of a batch norm reads the shift too. */
enum { ONEDNN_BATCH_NORM_BACKWARD_READS_SHIFT = DNNL_VERSION_MAJOR < 3 };
/* flags: dnnl_normalization_flags_t. */
dnnl_status_t onednn_batch_norm_forward(dnnl_primitive_desc_t *, dnnl_engine_t, dnnl_prop_kind_t, onednn_array data,
                                        float epsilon, unsigned flags, dnnl_primitive_attr_t);
dnnl_status_t onednn_batch_norm_backward(dnnl_primitive_desc_t *, dnnl_engine_t, onednn_array data, float epsilon,
                                         unsigned flags, dnnl_primitive_desc_t hint, dnnl_primitive_attr_t);

/* product = left right. */
dnnl_status_t onednn_matmul(dnnl_primitive_desc_t *, dnnl_engine_t, onednn_array left, onednn_array right,
                            onednn_array product, dnnl_primitive_attr_t);

/* "oneDNN cannot create WHAT (status N)"; returns -1. */
int onednn_failed(struct error *, dnnl_status_t, const char *what);

#endif
