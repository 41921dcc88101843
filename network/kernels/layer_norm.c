/* layer_norm.c - normalization of each sample over its channels, height and width, without parameters (Ba et al. 2016).
 */
#include "base/arena.h"
#include "network/kernels/operation.h"

static const float EPSILON = 1e-5f;

static int create_backward(struct kernel *kernel, onednn_array data, onednn_array statistics,
                           dnnl_primitive_desc_t hint, struct error *error)
{
    dnnl_primitive_desc_t descriptor = NULL;
    dnnl_primitive_attr_t attribute = call_attribute_create(NULL);
    dnnl_status_t status =
        onednn_layer_norm_backward(&descriptor, kernel->engine->engine, data, statistics, EPSILON, hint, attribute);
    dnnl_primitive_attr_destroy(attribute);
    if (status != dnnl_success) return onednn_failed(error, status, "a layer norm's gradient");
    int created = call_create(
        &kernel->call[CALL_BACKWARD], kernel->engine, descriptor,
        (int[]){DNNL_ARG_SRC, DNNL_ARG_DIFF_DST, DNNL_ARG_MEAN, DNNL_ARG_VARIANCE, DNNL_ARG_DIFF_SRC}, 5, error);
    dnnl_primitive_desc_destroy(descriptor);
    return created;
}

static int layer_norm_create(struct kernel *kernel, const struct kernel_request *request, struct error *error)
{
    struct engine *engine = kernel->engine;
    int64_t length = (int64_t)request->input.channels * request->input.size * request->input.size;
    onednn_array data = engine_array(engine, 2, (dnnl_dims_t){request->samples, length}, engine->type, dnnl_ab);
    onednn_array statistics = engine_array(engine, 1, (dnnl_dims_t){request->samples}, dnnl_f32, dnnl_a);
    dnnl_primitive_desc_t descriptor = NULL;
    dnnl_primitive_attr_t attribute = call_attribute_create(NULL);
    dnnl_status_t status = onednn_layer_norm_forward(&descriptor, engine->engine,
                                                     request->training ? dnnl_forward_training : dnnl_forward_inference,
                                                     data, statistics, EPSILON, attribute);
    dnnl_primitive_attr_destroy(attribute);
    if (status != dnnl_success) return onednn_failed(error, status, "a layer norm");
    if (request->training) {
        kernel->statistics_bytes = arena_round((size_t)request->samples * sizeof(float));
        kernel->auxiliary_bytes = 2 * kernel->statistics_bytes;
    }
    int created = call_create(&kernel->call[CALL_FORWARD], engine, descriptor,
                              (int[]){DNNL_ARG_SRC, DNNL_ARG_DST, DNNL_ARG_MEAN, DNNL_ARG_VARIANCE},
                              request->training ? 4 : 2, error);
    if (created == 0 && request->training) created = create_backward(kernel, data, statistics, descriptor, error);
    dnnl_primitive_desc_destroy(descriptor);
    return created;
}

static void layer_norm_forward(const struct kernel *kernel, const struct kernel_forward *pass)
{
    const char *mean = pass->auxiliary;
    const void *inference[] = {pass->input, pass->output, pass->scratch};
    if (!kernel->auxiliary_bytes) {
        kernel_run(kernel, CALL_FORWARD, inference);
        return;
    }
    kernel_run(kernel, CALL_FORWARD,
               (const void *[]){pass->input, pass->output, mean, mean + kernel->statistics_bytes, pass->scratch});
}

static void layer_norm_backward(const struct kernel *kernel, const struct kernel_backward *pass)
{
    if (!pass->input_gradient) return;
    const char *mean = pass->auxiliary;
    kernel_run(kernel, CALL_BACKWARD,
               (const void *[]){pass->input, pass->output_gradient, mean, mean + kernel->statistics_bytes,
                                pass->input_gradient, pass->scratch});
}

const struct operation operation_layer_norm = {
    .create = layer_norm_create, .forward = layer_norm_forward, .backward = layer_norm_backward};
