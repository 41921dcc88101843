/* max_pool.c - max pooling; the backward pass needs the positions of the maxima. */
#include "network/operation.h"

static int create_backward(struct kernel *kernel, onednn_array input, onednn_array output,
                           const struct onednn_window *window, dnnl_primitive_desc_t hint, struct error *error)
{
    dnnl_primitive_desc_t descriptor = NULL;
    dnnl_primitive_attr_t attribute = attribute_create(NULL);
    dnnl_status_t status =
        onednn_max_pool_backward(&descriptor, kernel->engine->engine, input, output, window, hint, attribute);
    dnnl_primitive_attr_destroy(attribute);
    if (status != dnnl_success) return onednn_failed(error, status, "max pooling's gradient");
    int created = call_create(&kernel->call[CALL_BACKWARD], kernel->engine, descriptor,
                              (int[]){DNNL_ARG_DIFF_DST, DNNL_ARG_WORKSPACE, DNNL_ARG_DIFF_SRC}, 3, error);
    dnnl_primitive_desc_destroy(descriptor);
    return created;
}

static int create(struct kernel *kernel, const struct kernel_request *request, struct error *error)
{
    const struct layer *layer = request->layer;
    onednn_array input = engine_activation(kernel->engine, request->samples, request->input);
    onednn_array output = engine_activation(kernel->engine, request->samples, request->output);
    struct onednn_window window = {.size = {layer->window, layer->window},
                                   .strides = {layer->stride, layer->stride},
                                   .before = {layer->pad_before, layer->pad_before},
                                   .after = {layer->pad_after, layer->pad_after}};
    dnnl_primitive_desc_t descriptor = NULL;
    dnnl_primitive_attr_t attribute = attribute_create(NULL);
    dnnl_status_t status = onednn_max_pool_forward(&descriptor, kernel->engine->engine,
                                                   request->training ? dnnl_forward_training : dnnl_forward_inference,
                                                   input, output, &window, attribute);
    dnnl_primitive_attr_destroy(attribute);
    if (status != dnnl_success) return onednn_failed(error, status, "max pooling");
    if (request->training)
        kernel->auxiliary_bytes =
            dnnl_memory_desc_get_size(dnnl_primitive_desc_query_md(descriptor, dnnl_query_workspace_md, 0));
    int created =
        call_create(&kernel->call[CALL_FORWARD], kernel->engine, descriptor,
                    (int[]){DNNL_ARG_SRC, DNNL_ARG_DST, DNNL_ARG_WORKSPACE}, request->training ? 3 : 2, error);
    if (created == 0 && request->training) created = create_backward(kernel, input, output, &window, descriptor, error);
    dnnl_primitive_desc_destroy(descriptor);
    return created;
}

static void forward(const struct kernel *kernel, const struct kernel_forward *pass)
{
    const void *training[] = {pass->input, pass->output, pass->auxiliary, pass->scratch};
    const void *inference[] = {pass->input, pass->output, pass->scratch};
    kernel_run(kernel, CALL_FORWARD, kernel->auxiliary_bytes ? training : inference);
}

static void backward(const struct kernel *kernel, const struct kernel_backward *pass)
{
    if (!pass->input_gradient) return;
    kernel_run(kernel, CALL_BACKWARD,
               (const void *[]){pass->output_gradient, pass->auxiliary, pass->input_gradient, pass->scratch});
}

const struct operation operation_max_pool = {.create = create, .forward = forward, .backward = backward};
