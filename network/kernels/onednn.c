/* onednn.c - see onednn.h. Version 2 makes a primitive descriptor from an operation's descriptor; version 3 does both
 * in one call. */
#include "network/kernels/onednn.h"

static const dnnl_dims_t no_dilation;

int onednn_failed(struct error *error, dnnl_status_t status, const char *what)
{
    return error_set(error, "oneDNN cannot create %s (status %d)", what, (int)status);
}

#if DNNL_VERSION_MAJOR >= 3

dnnl_status_t onednn_array_create(dnnl_memory_desc_t *array, int rank, const dnnl_dims_t shape, dnnl_data_type_t type,
                                  dnnl_format_tag_t tag)
{
    return dnnl_memory_desc_create_with_tag(array, rank, shape, type, tag);
}

dnnl_status_t onednn_array_copy(dnnl_memory_desc_t *array, onednn_array from)
{
    return dnnl_memory_desc_clone(array, from);
}

void onednn_array_destroy(dnnl_memory_desc_t *array)
{
    dnnl_memory_desc_destroy(*array);
}

onednn_array onednn_array_view(const dnnl_memory_desc_t *array)
{
    return *array;
}

void onednn_append_sum(dnnl_post_ops_t operations)
{
    dnnl_post_ops_append_sum(operations, 1, 0, dnnl_data_type_undef);
}

void onednn_append_activation(dnnl_post_ops_t operations, dnnl_alg_kind_t kind, float alpha, float beta)
{
    dnnl_post_ops_append_eltwise(operations, kind, alpha, beta);
}

dnnl_status_t onednn_convolution_forward(dnnl_primitive_desc_t *made, dnnl_engine_t engine,
                                         const struct onednn_convolution *c, dnnl_primitive_attr_t attribute)
{
    return dnnl_convolution_forward_primitive_desc_create(made, engine, dnnl_forward_training, dnnl_convolution_direct,
                                                          c->input, c->weights, c->bias, c->output, c->window.strides,
                                                          no_dilation, c->window.before, c->window.after, attribute);
}

dnnl_status_t onednn_convolution_backward_data(dnnl_primitive_desc_t *made, dnnl_engine_t engine,
                                               const struct onednn_convolution *c, dnnl_primitive_desc_t hint,
                                               dnnl_primitive_attr_t attribute)
{
    return dnnl_convolution_backward_data_primitive_desc_create(made, engine, dnnl_convolution_direct, c->input,
                                                                c->weights, c->output, c->window.strides, no_dilation,
                                                                c->window.before, c->window.after, hint, attribute);
}

dnnl_status_t onednn_convolution_backward_weights(dnnl_primitive_desc_t *made, dnnl_engine_t engine,
                                                  const struct onednn_convolution *c, dnnl_primitive_desc_t hint,
                                                  dnnl_primitive_attr_t attribute)
{
    return dnnl_convolution_backward_weights_primitive_desc_create(
        made, engine, dnnl_convolution_direct, c->input, c->weights, c->bias, c->output, c->window.strides, no_dilation,
        c->window.before, c->window.after, hint, attribute);
}

dnnl_status_t onednn_max_pool_forward(dnnl_primitive_desc_t *made, dnnl_engine_t engine, dnnl_prop_kind_t kind,
                                      onednn_array input, onednn_array output, const struct onednn_window *w,
                                      dnnl_primitive_attr_t attribute)
{
    return dnnl_pooling_forward_primitive_desc_create(made, engine, kind, dnnl_pooling_max, input, output, w->strides,
                                                      w->size, no_dilation, w->before, w->after, attribute);
}

dnnl_status_t onednn_max_pool_backward(dnnl_primitive_desc_t *made, dnnl_engine_t engine, onednn_array input,
                                       onednn_array output, const struct onednn_window *w, dnnl_primitive_desc_t hint,
                                       dnnl_primitive_attr_t attribute)
{
    return dnnl_pooling_backward_primitive_desc_create(made, engine, dnnl_pooling_max, input, output, w->strides,
                                                       w->size, no_dilation, w->before, w->after, hint, attribute);
}

dnnl_status_t onednn_layer_norm_forward(dnnl_primitive_desc_t *made, dnnl_engine_t engine, dnnl_prop_kind_t kind,
                                        onednn_array data, onednn_array statistics, float epsilon,
                                        dnnl_primitive_attr_t attribute)
{
    return dnnl_layer_normalization_forward_primitive_desc_create(made, engine, kind, data, data, statistics, epsilon,
                                                                  0, attribute);
}

dnnl_status_t onednn_layer_norm_backward(dnnl_primitive_desc_t *made, dnnl_engine_t engine, onednn_array data,
                                         onednn_array statistics, float epsilon, dnnl_primitive_desc_t hint,
                                         dnnl_primitive_attr_t attribute)
{
    return dnnl_layer_normalization_backward_primitive_desc_create(made, engine, dnnl_backward_data, data, data, data,
                                                                   statistics, epsilon, 0, hint, attribute);
}

dnnl_status_t onednn_batch_norm_forward(dnnl_primitive_desc_t *made, dnnl_engine_t engine, dnnl_prop_kind_t kind,
                                        onednn_array data, float epsilon, unsigned flags,
                                        dnnl_primitive_attr_t attribute)
{
    return dnnl_batch_normalization_forward_primitive_desc_create(made, engine, kind, data, data, epsilon, flags,
                                                                  attribute);
}

dnnl_status_t onednn_batch_norm_backward(dnnl_primitive_desc_t *made, dnnl_engine_t engine, onednn_array data,
                                         float epsilon, unsigned flags, dnnl_primitive_desc_t hint,
                                         dnnl_primitive_attr_t attribute)
{
    return dnnl_batch_normalization_backward_primitive_desc_create(made, engine, dnnl_backward, data, data, data,
                                                                   epsilon, flags, hint, attribute);
}

dnnl_status_t onednn_matmul(dnnl_primitive_desc_t *made, dnnl_engine_t engine, onednn_array left, onednn_array right,
                            onednn_array product, dnnl_primitive_attr_t attribute)
{
    return dnnl_matmul_primitive_desc_create(made, engine, left, right, NULL, product, attribute);
}

#else

dnnl_status_t onednn_array_create(dnnl_memory_desc_t *array, int rank, const dnnl_dims_t shape, dnnl_data_type_t type,
                                  dnnl_format_tag_t tag)
{
    return dnnl_memory_desc_init_by_tag(array, rank, shape, type, tag);
}

dnnl_status_t onednn_array_copy(dnnl_memory_desc_t *array, onednn_array from)
{
    *array = *from;
    return dnnl_success;
}

void onednn_array_destroy(dnnl_memory_desc_t *array)
{
    (void)array;
}

onednn_array onednn_array_view(const dnnl_memory_desc_t *array)
{
    return array;
}

void onednn_append_sum(dnnl_post_ops_t operations)
{
    dnnl_post_ops_append_sum(operations, 1);
}

void onednn_append_activation(dnnl_post_ops_t operations, dnnl_alg_kind_t kind, float alpha, float beta)
{
    dnnl_post_ops_append_eltwise(operations, 1, kind, alpha, beta);
}

/* `status` is the result of making the operation's descriptor. */
static dnnl_status_t descriptor(dnnl_primitive_desc_t *made, dnnl_engine_t engine, dnnl_status_t status,
                                const void *operation, dnnl_primitive_desc_t hint, dnnl_primitive_attr_t attribute)
{
    return status == dnnl_success ? dnnl_primitive_desc_create(made, operation, attribute, engine, hint) : status;
}

dnnl_status_t onednn_convolution_forward(dnnl_primitive_desc_t *made, dnnl_engine_t engine,
                                         const struct onednn_convolution *c, dnnl_primitive_attr_t attribute)
{
    dnnl_convolution_desc_t operation;
    dnnl_status_t status = dnnl_dilated_convolution_forward_desc_init(
        &operation, dnnl_forward_training, dnnl_convolution_direct, c->input, c->weights, c->bias, c->output,
        c->window.strides, no_dilation, c->window.before, c->window.after);
    return descriptor(made, engine, status, &operation, NULL, attribute);
}

dnnl_status_t onednn_convolution_backward_data(dnnl_primitive_desc_t *made, dnnl_engine_t engine,
                                               const struct onednn_convolution *c, dnnl_primitive_desc_t hint,
                                               dnnl_primitive_attr_t attribute)
{
    dnnl_convolution_desc_t operation;
    dnnl_status_t status = dnnl_dilated_convolution_backward_data_desc_init(
        &operation, dnnl_convolution_direct, c->input, c->weights, c->output, c->window.strides, no_dilation,
        c->window.before, c->window.after);
    return descriptor(made, engine, status, &operation, hint, attribute);
}

dnnl_status_t onednn_convolution_backward_weights(dnnl_primitive_desc_t *made, dnnl_engine_t engine,
                                                  const struct onednn_convolution *c, dnnl_primitive_desc_t hint,
                                                  dnnl_primitive_attr_t attribute)
{
    dnnl_convolution_desc_t operation;
    dnnl_status_t status = dnnl_dilated_convolution_backward_weights_desc_init(
        &operation, dnnl_convolution_direct, c->input, c->weights, c->bias, c->output, c->window.strides, no_dilation,
        c->window.before, c->window.after);
    return descriptor(made, engine, status, &operation, hint, attribute);
}

dnnl_status_t onednn_max_pool_forward(dnnl_primitive_desc_t *made, dnnl_engine_t engine, dnnl_prop_kind_t kind,
                                      onednn_array input, onednn_array output, const struct onednn_window *w,
                                      dnnl_primitive_attr_t attribute)
{
    dnnl_pooling_desc_t operation;
    dnnl_status_t status = dnnl_pooling_forward_desc_init(&operation, kind, dnnl_pooling_max, input, output, w->strides,
                                                          w->size, w->before, w->after);
    return descriptor(made, engine, status, &operation, NULL, attribute);
}

dnnl_status_t onednn_max_pool_backward(dnnl_primitive_desc_t *made, dnnl_engine_t engine, onednn_array input,
                                       onednn_array output, const struct onednn_window *w, dnnl_primitive_desc_t hint,
                                       dnnl_primitive_attr_t attribute)
{
    dnnl_pooling_desc_t operation;
    dnnl_status_t status = dnnl_pooling_backward_desc_init(&operation, dnnl_pooling_max, input, output, w->strides,
                                                           w->size, w->before, w->after);
    return descriptor(made, engine, status, &operation, hint, attribute);
}

dnnl_status_t onednn_layer_norm_forward(dnnl_primitive_desc_t *made, dnnl_engine_t engine, dnnl_prop_kind_t kind,
                                        onednn_array data, onednn_array statistics, float epsilon,
                                        dnnl_primitive_attr_t attribute)
{
    dnnl_layer_normalization_desc_t operation;
    dnnl_status_t status = dnnl_layer_normalization_forward_desc_init(&operation, kind, data, statistics, epsilon, 0);
    return descriptor(made, engine, status, &operation, NULL, attribute);
}

dnnl_status_t onednn_layer_norm_backward(dnnl_primitive_desc_t *made, dnnl_engine_t engine, onednn_array data,
                                         onednn_array statistics, float epsilon, dnnl_primitive_desc_t hint,
                                         dnnl_primitive_attr_t attribute)
{
    dnnl_layer_normalization_desc_t operation;
    dnnl_status_t status =
        dnnl_layer_normalization_backward_desc_init(&operation, dnnl_backward_data, data, data, statistics, epsilon, 0);
    return descriptor(made, engine, status, &operation, hint, attribute);
}

dnnl_status_t onednn_batch_norm_forward(dnnl_primitive_desc_t *made, dnnl_engine_t engine, dnnl_prop_kind_t kind,
                                        onednn_array data, float epsilon, unsigned flags,
                                        dnnl_primitive_attr_t attribute)
{
    dnnl_batch_normalization_desc_t operation;
    dnnl_status_t status = dnnl_batch_normalization_forward_desc_init(&operation, kind, data, epsilon, flags);
    return descriptor(made, engine, status, &operation, NULL, attribute);
}

dnnl_status_t onednn_batch_norm_backward(dnnl_primitive_desc_t *made, dnnl_engine_t engine, onednn_array data,
                                         float epsilon, unsigned flags, dnnl_primitive_desc_t hint,
                                         dnnl_primitive_attr_t attribute)
{
    dnnl_batch_normalization_desc_t operation;
    dnnl_status_t status =
        dnnl_batch_normalization_backward_desc_init(&operation, dnnl_backward, data, data, epsilon, flags);
    return descriptor(made, engine, status, &operation, hint, attribute);
}

dnnl_status_t onednn_matmul(dnnl_primitive_desc_t *made, dnnl_engine_t engine, onednn_array left, onednn_array right,
                            onednn_array product, dnnl_primitive_attr_t attribute)
{
    dnnl_matmul_desc_t operation;
    dnnl_status_t status = dnnl_matmul_desc_init(&operation, left, right, NULL, product);
    return descriptor(made, engine, status, &operation, NULL, attribute);
}

#endif
