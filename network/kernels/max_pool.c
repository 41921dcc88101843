/* max_pool.c - max pooling; the backward pass needs the positions of the maxima. */
#include "network/kernels/operation.h"

struct window {
    onednn_array input, output;
    struct onednn_window window;
};

static struct window describe(const struct kernel *kernel, const struct kernel_request *request)
{
    const struct layer *layer = request->layer;
    return (struct window){
        .input = engine_activation(kernel->engine, request->samples, request->input),
        .output = engine_activation(kernel->engine, request->samples, request->output),
        .window = {.size = {layer->window, layer->window},
                   .strides = {layer->stride, layer->stride},
                   .before = {layer->pad_before, layer->pad_before},
                   .after = {layer->pad_after, layer->pad_after}},
    };
}

/* The forward pass without a tape, or with one, which keeps a workspace. The caller destroys *descriptor, even after a
 * failure. */
static int create_forward(struct kernel *kernel, const struct window *pool, int tape, dnnl_primitive_desc_t *descriptor,
                          struct error *error)
{
    dnnl_primitive_attr_t attribute = call_attribute_create(NULL);
    dnnl_status_t status = onednn_max_pool_forward(descriptor, kernel->engine->engine,
                                                   tape ? dnnl_forward_training : dnnl_forward_inference, pool->input,
                                                   pool->output, &pool->window, attribute);
    dnnl_primitive_attr_destroy(attribute);
    if (status != dnnl_success) return onednn_failed(error, status, "max pooling");
    return call_create(&kernel->call[tape ? CALL_FORWARD : CALL_INFERENCE], kernel->engine, *descriptor,
                       (int[]){DNNL_ARG_SRC, DNNL_ARG_DST, DNNL_ARG_WORKSPACE}, tape ? 3 : 2, error);
}

static int create_backward(struct kernel *kernel, const struct window *pool, dnnl_primitive_desc_t hint,
                           struct error *error)
{
    dnnl_primitive_desc_t descriptor = NULL;
    dnnl_primitive_attr_t attribute = call_attribute_create(NULL);
    dnnl_status_t status = onednn_max_pool_backward(&descriptor, kernel->engine->engine, pool->input, pool->output,
                                                    &pool->window, hint, attribute);
    dnnl_primitive_attr_destroy(attribute);
    if (status != dnnl_success) return onednn_failed(error, status, "max pooling's gradient");
    int created = call_create(&kernel->call[CALL_BACKWARD], kernel->engine, descriptor,
                              (int[]){DNNL_ARG_DIFF_DST, DNNL_ARG_WORKSPACE, DNNL_ARG_DIFF_SRC}, 3, error);
    dnnl_primitive_desc_destroy(descriptor);
    return created;
}

/* What a tape adds: the workspace, and the backward pass if this kernel is trained. */
static int create_taped(struct kernel *kernel, const struct kernel_request *request, const struct window *pool,
                        struct error *error)
{
    dnnl_primitive_desc_t descriptor = NULL;
    int created = create_forward(kernel, pool, 1, &descriptor, error);
    if (created == 0)
        kernel->auxiliary_bytes =
            dnnl_memory_desc_get_size(dnnl_primitive_desc_query_md(descriptor, dnnl_query_workspace_md, 0));
    if (created == 0 && request->training) created = create_backward(kernel, pool, descriptor, error);
    if (descriptor) dnnl_primitive_desc_destroy(descriptor);
    return created;
}

static int max_pool_create(struct kernel *kernel, const struct kernel_request *request, struct error *error)
{
    struct window pool = describe(kernel, request);
    dnnl_primitive_desc_t descriptor = NULL;
    int created = create_forward(kernel, &pool, 0, &descriptor, error);
    if (descriptor) dnnl_primitive_desc_destroy(descriptor);
    return created == 0 && request->tape ? create_taped(kernel, request, &pool, error) : created;
}

static void max_pool_forward(const struct kernel *kernel, const struct kernel_forward *pass)
{
    if (pass->auxiliary && kernel_has(kernel, CALL_FORWARD))
        kernel_run(kernel, CALL_FORWARD, (const void *[]){pass->input, pass->output, pass->auxiliary, pass->scratch});
    else
        kernel_run(kernel, CALL_INFERENCE, (const void *[]){pass->input, pass->output, pass->scratch});
}

static void max_pool_backward(const struct kernel *kernel, const struct kernel_backward *pass)
{
    if (!pass->input_gradient) return;
    kernel_run(kernel, CALL_BACKWARD,
               (const void *[]){pass->output_gradient, pass->auxiliary, pass->input_gradient, pass->scratch});
}

const struct operation operation_max_pool = {
    .create = max_pool_create, .forward = max_pool_forward, .backward = max_pool_backward, .keeps_apart = 1};
