/* batch_norm.c - batch norm by the statistics of the samples that run together (Ioffe & Szegedy 2015), with running
 * averages for inference as in PyTorch: momentum 0.1, unbiased variance. Frozen batch norm is not computed here: it is
 * folded into the convolution before it (parameter.h). */
#include "base/arena.h"
#include "network/kernels/operation.h"

static const float EPSILON = 1e-5f, MOMENTUM = 0.1f;

enum { FLAGS = dnnl_use_scale | dnnl_use_shift };

static int create_inference(struct kernel *kernel, onednn_array data, struct error *error)
{
    dnnl_primitive_desc_t descriptor = NULL;
    dnnl_primitive_attr_t attribute = call_attribute_create(NULL);
    dnnl_status_t status = onednn_batch_norm_forward(&descriptor, kernel->engine->engine, dnnl_forward_inference, data,
                                                     EPSILON, FLAGS | dnnl_use_global_stats, attribute);
    dnnl_primitive_attr_destroy(attribute);
    if (status != dnnl_success) return onednn_failed(error, status, "a batch norm for inference");
    int created = call_create(
        &kernel->call[CALL_INFERENCE], kernel->engine, descriptor,
        (int[]){DNNL_ARG_SRC, DNNL_ARG_SCALE, DNNL_ARG_SHIFT, DNNL_ARG_MEAN, DNNL_ARG_VARIANCE, DNNL_ARG_DST}, 6,
        error);
    dnnl_primitive_desc_destroy(descriptor);
    return created;
}

static int create_backward(struct kernel *kernel, onednn_array data, dnnl_primitive_desc_t hint, struct error *error)
{
    dnnl_primitive_desc_t descriptor = NULL;
    dnnl_primitive_attr_t attribute = call_attribute_create(NULL);
    dnnl_status_t status =
        onednn_batch_norm_backward(&descriptor, kernel->engine->engine, data, EPSILON, FLAGS, hint, attribute);
    dnnl_primitive_attr_destroy(attribute);
    if (status != dnnl_success) return onednn_failed(error, status, "a batch norm's gradient");
    const int ids[] = {DNNL_ARG_SRC,        DNNL_ARG_SCALE,      DNNL_ARG_MEAN,
                       DNNL_ARG_VARIANCE,   DNNL_ARG_DIFF_DST,   DNNL_ARG_DIFF_SRC,
                       DNNL_ARG_DIFF_SCALE, DNNL_ARG_DIFF_SHIFT, DNNL_ARG_SHIFT};
    int created = call_create(&kernel->call[CALL_BACKWARD], kernel->engine, descriptor, ids,
                              ONEDNN_BATCH_NORM_BACKWARD_READS_SHIFT ? 9 : 8, error);
    dnnl_primitive_desc_destroy(descriptor);
    return created;
}

static int batch_norm_create(struct kernel *kernel, const struct kernel_request *request, struct error *error)
{
    onednn_array data = engine_activation(kernel->engine, request->samples, request->output);
    dnnl_primitive_desc_t descriptor = NULL;
    dnnl_primitive_attr_t attribute = call_attribute_create(NULL);
    dnnl_status_t status = onednn_batch_norm_forward(&descriptor, kernel->engine->engine, dnnl_forward_training, data,
                                                     EPSILON, FLAGS, attribute);
    dnnl_primitive_attr_destroy(attribute);
    if (status != dnnl_success) return onednn_failed(error, status, "a batch norm");
    kernel->statistics_bytes = arena_round((size_t)request->output.channels * sizeof(float));
    if (request->training) kernel->auxiliary_bytes = 2 * kernel->statistics_bytes;
    int created = call_create(
        &kernel->call[CALL_FORWARD], kernel->engine, descriptor,
        (int[]){DNNL_ARG_SRC, DNNL_ARG_SCALE, DNNL_ARG_SHIFT, DNNL_ARG_MEAN, DNNL_ARG_VARIANCE, DNNL_ARG_DST}, 6,
        error);
    if (created == 0) created = create_inference(kernel, data, error);
    if (created == 0 && request->training) created = create_backward(kernel, data, descriptor, error);
    dnnl_primitive_desc_destroy(descriptor);
    return created;
}

static void update_running(const struct kernel *kernel, const struct kernel_weights *weights, const float *mean,
                           const float *variance)
{
    double count = (double)kernel->samples * kernel->output.size * kernel->output.size;
    float unbiased = count > 1 ? (float)(count / (count - 1)) : 1;
    for (int c = 0; c < kernel->output.channels; c++) {
        weights->mean[c] += MOMENTUM * (mean[c] - weights->mean[c]);
        weights->variance[c] += MOMENTUM * (unbiased * variance[c] - weights->variance[c]);
    }
}

static void batch_norm_forward(const struct kernel *kernel, const struct kernel_forward *pass)
{
    const struct kernel_weights *w = pass->weights;
    /* Without a tape the statistics stay at the beginning of the scratch array, before the primitive's own part. */
    char *statistics = pass->mode == KERNEL_TAPE ? pass->auxiliary : pass->scratch;
    float *mean = (float *)statistics, *variance = (float *)(statistics + kernel->statistics_bytes);
    char *scratch = (char *)pass->scratch + 2 * kernel->statistics_bytes;
    if (pass->mode == KERNEL_INFERENCE)
        kernel_run(kernel, CALL_INFERENCE,
                   (const void *[]){pass->input, w->scale, w->bias, w->mean, w->variance, pass->output, scratch});
    else
        kernel_run(kernel, CALL_FORWARD,
                   (const void *[]){pass->input, w->scale, w->bias, mean, variance, pass->output, scratch});
    if (pass->mode == KERNEL_TAPE) update_running(kernel, w, mean, variance);
    engine_activate(kernel->engine, pass->output, pass->residual, kernel->layer.activation, kernel->output_bytes);
}

static void batch_norm_backward(const struct kernel *kernel, const struct kernel_backward *pass)
{
    const char *mean = pass->auxiliary, *variance = mean + kernel->statistics_bytes;
    const void *scratch = pass->scratch, *shift = pass->weights->bias;
    kernel_run(kernel, CALL_BACKWARD,
               (const void *[]){pass->input, pass->weights->scale, mean, variance, pass->output_gradient,
                                pass->input_gradient, pass->gradient, pass->bias_gradient,
                                ONEDNN_BATCH_NORM_BACKWARD_READS_SHIFT ? shift : scratch, scratch});
}

const struct operation operation_batch_norm = {
    .create = batch_norm_create, .forward = batch_norm_forward, .backward = batch_norm_backward};
