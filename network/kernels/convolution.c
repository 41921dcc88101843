/* convolution.c - convolutions with bias, residual and activation, dense or grouped. A 1x1 convolution has two ways to
 * compute the gradient of its weights. */
#include "network/kernels/elementwise.h"
#include "network/kernels/operation.h"

/* (O, I / groups, window, window), or with groups (G, O / G, I / G, window, window): the same order in memory. */
static onednn_array weights_array(struct engine *engine, const struct kernel_request *request, dnnl_data_type_t type,
                                  int any)
{
    const struct layer *layer = request->layer;
    int64_t o = request->output.channels, i = request->input.channels, w = layer->window, g = layer->groups;
    if (g > 1)
        return engine_array(engine, 5, (dnnl_dims_t){g, o / g, i / g, w, w}, type,
                            any ? dnnl_format_tag_any : dnnl_goihw);
    return engine_array(engine, 4, (dnnl_dims_t){o, i, w, w}, type, any ? dnnl_format_tag_any : dnnl_oihw);
}

static struct onednn_convolution describe(struct engine *engine, const struct kernel_request *request)
{
    const struct layer *layer = request->layer;
    return (struct onednn_convolution){
        .input = engine_activation(engine, request->samples, request->input),
        .output = engine_activation(engine, request->samples, request->output),
        .weights = weights_array(engine, request, engine->type, 1),
        .bias = engine_array(engine, 1, (dnnl_dims_t){request->output.channels}, dnnl_f32, dnnl_a),
        .window = {.size = {layer->window, layer->window},
                   .strides = {layer->stride, layer->stride},
                   .before = {layer->pad_before, layer->pad_before},
                   .after = {layer->pad_after, layer->pad_after}},
    };
}

/* Makes a call from a new descriptor, and notes the arrangement that it chose for its weights. */
static int finish(struct kernel *kernel, enum kernel_call which, dnnl_status_t status, dnnl_primitive_desc_t descriptor,
                  const int *ids, int count, dnnl_query_t chosen, onednn_array *weights, struct error *error)
{
    if (status != dnnl_success) return onednn_failed(error, status, "a convolution");
    if (weights) *weights = engine_keep(kernel->engine, dnnl_primitive_desc_query_md(descriptor, chosen, 0));
    return call_create(&kernel->call[which], kernel->engine, descriptor, ids, count, error);
}

static int create_backward_data(struct kernel *kernel, const struct kernel_request *request,
                                struct onednn_convolution convolution, dnnl_primitive_desc_t hint, struct error *error)
{
    dnnl_primitive_desc_t descriptor = NULL;
    dnnl_primitive_attr_t attribute = call_attribute_create(NULL);
    convolution.weights = weights_array(kernel->engine, request, kernel->engine->type, 1);
    dnnl_status_t status =
        onednn_convolution_backward_data(&descriptor, kernel->engine->engine, &convolution, hint, attribute);
    dnnl_primitive_attr_destroy(attribute);
    int created = finish(kernel, CALL_BACKWARD, status, descriptor,
                         (int[]){DNNL_ARG_DIFF_DST, DNNL_ARG_WEIGHTS, DNNL_ARG_DIFF_SRC}, 3, dnnl_query_weights_md,
                         &kernel->backward_weights, error);
    if (descriptor) dnnl_primitive_desc_destroy(descriptor);
    return created;
}

static int create_backward_weights(struct kernel *kernel, const struct kernel_request *request,
                                   struct onednn_convolution convolution, dnnl_primitive_desc_t hint,
                                   struct error *error)
{
    dnnl_primitive_desc_t descriptor = NULL;
    dnnl_primitive_attr_t attribute = call_attribute_create(NULL);
    convolution.weights = weights_array(kernel->engine, request, dnnl_f32, 1);
    dnnl_status_t status =
        onednn_convolution_backward_weights(&descriptor, kernel->engine->engine, &convolution, hint, attribute);
    dnnl_primitive_attr_destroy(attribute);
    int created = finish(kernel, CALL_WEIGHTS, status, descriptor,
                         (int[]){DNNL_ARG_SRC, DNNL_ARG_DIFF_DST, DNNL_ARG_DIFF_WEIGHTS, DNNL_ARG_DIFF_BIAS}, 4,
                         dnnl_query_diff_weights_md, &kernel->gradient, error);
    if (descriptor) dnnl_primitive_desc_destroy(descriptor);
    return created;
}

/* dW (O, I) = dY^T (O, M) X (M, I), with a row for each of the M pixels. */
static int create_weights_matmul(struct kernel *kernel, const struct kernel_request *request, struct error *error)
{
    struct engine *engine = kernel->engine;
    int64_t pixels = (int64_t)request->samples * request->output.size * request->output.size;
    int64_t o = request->output.channels, i = request->input.channels;
    dnnl_primitive_desc_t descriptor = NULL;
    dnnl_primitive_attr_t attribute = call_attribute_create(NULL);
    dnnl_status_t status = onednn_matmul(&descriptor, engine->engine,
                                         engine_array(engine, 2, (dnnl_dims_t){o, pixels}, engine->type, dnnl_ba),
                                         engine_array(engine, 2, (dnnl_dims_t){pixels, i}, engine->type, dnnl_ab),
                                         engine_array(engine, 2, (dnnl_dims_t){o, i}, dnnl_f32, dnnl_ab), attribute);
    dnnl_primitive_attr_destroy(attribute);
    kernel->matmul_gradient = 1;
    kernel->gradient = weights_array(engine, request, dnnl_f32, 0);
    int created = finish(kernel, CALL_WEIGHTS, status, descriptor,
                         (int[]){DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST}, 3, dnnl_query_undef, NULL, error);
    if (descriptor) dnnl_primitive_desc_destroy(descriptor);
    return created;
}

static int create_weights_gradient(struct kernel *kernel, const struct kernel_request *request,
                                   struct onednn_convolution convolution, dnnl_primitive_desc_t hint,
                                   struct error *error)
{
    const struct layer *layer = request->layer;
    if (kernel->engine->convolution != CONVOLUTION_ONEDNN && layer->window == 1 && layer->stride == 1 &&
        layer->groups == 1)
        return create_weights_matmul(kernel, request, error);
    return create_backward_weights(kernel, request, convolution, hint, error);
}

static int create_passes(struct kernel *kernel, const struct kernel_request *request, struct error *error)
{
    struct onednn_convolution convolution = describe(kernel->engine, request);
    dnnl_primitive_desc_t forward = NULL;
    dnnl_primitive_attr_t attribute = call_attribute_create(request->layer);
    if (request->twin) convolution.weights = request->twin->weights;
    dnnl_status_t status = onednn_convolution_forward(&forward, kernel->engine->engine, &convolution, attribute);
    dnnl_primitive_attr_destroy(attribute);
    int created = finish(kernel, CALL_FORWARD, status, forward,
                         (int[]){DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_BIAS, DNNL_ARG_DST}, 4, dnnl_query_weights_md,
                         &kernel->weights, error);
    if (created == 0 && request->training && request->input_gradient)
        created = create_backward_data(kernel, request, convolution, forward, error);
    if (created == 0 && request->training)
        created = create_weights_gradient(kernel, request, convolution, forward, error);
    if (forward) dnnl_primitive_desc_destroy(forward);
    return created;
}

/* Reorders between plain f32 weights and the arrangements that oneDNN chose. */
static int create_reorders(struct kernel *kernel, const struct kernel_request *request, struct error *error)
{
    struct engine *engine = kernel->engine;
    onednn_array plain = weights_array(engine, request, dnnl_f32, 0);
    kernel->weights_bytes = dnnl_memory_desc_get_size(kernel->weights);
    if (call_create_reorder(&kernel->call[CALL_LOAD], engine, plain, kernel->weights, error) != 0) return -1;
    if (kernel->backward_weights && kernel->backward_weights != kernel->weights) {
        kernel->backward_weights_bytes = dnnl_memory_desc_get_size(kernel->backward_weights);
        if (call_create_reorder(&kernel->call[CALL_LOAD_BACKWARD], engine, plain, kernel->backward_weights, error) != 0)
            return -1;
    }
    if (!kernel->gradient || kernel->gradient == plain) return 0;
    kernel->gradient_bytes = dnnl_memory_desc_get_size(kernel->gradient);
    return call_create_reorder(&kernel->call[CALL_UNLOAD], engine, kernel->gradient, plain, error);
}

static int convolution_create(struct kernel *kernel, const struct kernel_request *request, struct error *error)
{
    return create_passes(kernel, request, error) == 0 ? create_reorders(kernel, request, error) : -1;
}

static void convolution_forward(const struct kernel *kernel, const struct kernel_forward *pass)
{
    if (pass->residual && pass->residual != pass->output)
        elementwise_copy(pass->output, pass->residual, kernel->output_bytes); /* the residual is added in place */
    kernel_run(kernel, CALL_FORWARD,
               (const void *[]){pass->input, pass->weights->forward, pass->weights->bias, pass->output, pass->scratch});
}

static void column_sums(const struct kernel *kernel, const void *matrix, float *sums)
{
    size_t columns = (size_t)kernel->output.channels;
    size_t rows = (size_t)kernel->samples * (size_t)kernel->output.size * (size_t)kernel->output.size;
    if (engine_bf16(kernel->engine))
        elementwise_column_sums_bf16(matrix, rows, columns, sums);
    else
        elementwise_column_sums_f32(matrix, rows, columns, sums);
}

static void backward_weights(const struct kernel *kernel, const struct kernel_backward *pass)
{
    if (kernel->matmul_gradient) {
        kernel_run(kernel, CALL_WEIGHTS,
                   (const void *[]){pass->output_gradient, pass->input, pass->gradient, pass->scratch});
        column_sums(kernel, pass->output_gradient, pass->bias_gradient);
    } else {
        kernel_run(
            kernel, CALL_WEIGHTS,
            (const void *[]){pass->input, pass->output_gradient, pass->gradient, pass->bias_gradient, pass->scratch});
    }
}

static void convolution_backward(const struct kernel *kernel, const struct kernel_backward *pass)
{
    backward_weights(kernel, pass);
    if (pass->input_gradient)
        kernel_run(
            kernel, CALL_BACKWARD,
            (const void *[]){pass->output_gradient, pass->weights->backward, pass->input_gradient, pass->scratch});
}

static void convolution_load(const struct kernel *kernel, const float *weights, const struct kernel_weights *loaded,
                             void *scratch)
{
    kernel_run(kernel, CALL_LOAD, (const void *[]){weights, loaded->forward, scratch});
    if (kernel_has(kernel, CALL_LOAD_BACKWARD))
        kernel_run(kernel, CALL_LOAD_BACKWARD, (const void *[]){weights, loaded->backward, scratch});
}

static void convolution_unload(const struct kernel *kernel, const float *gradient, float *weights, void *scratch)
{
    if (kernel_has(kernel, CALL_UNLOAD)) kernel_run(kernel, CALL_UNLOAD, (const void *[]){gradient, weights, scratch});
}

const struct operation operation_convolution = {.create = convolution_create,
                                                .forward = convolution_forward,
                                                .backward = convolution_backward,
                                                .load = convolution_load,
                                                .unload = convolution_unload};
