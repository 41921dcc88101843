/* kernel.c - see kernel.h. */
#include "network/kernel.h"

#include <stdlib.h>

#include "network/operation.h"

static const struct operation *const operations[LAYER_KINDS] = {
    [LAYER_CONVOLUTION] = &operation_convolution,
    [LAYER_MAX_POOL] = &operation_max_pool,
    [LAYER_NORM] = &operation_layer_norm,
    [LAYER_BATCH_NORM] = &operation_batch_norm,
};

int kernel_create(struct kernel **out, struct engine *engine, const struct kernel_request *request, struct error *error)
{
    *out = NULL;
    struct kernel *kernel = calloc(1, sizeof *kernel);
    if (!kernel) return error_set(error, "out of memory");
    kernel->engine = engine;
    kernel->operation = operations[request->layer->kind];
    kernel->layer = *request->layer;
    kernel->output = request->output;
    kernel->samples = request->samples;
    kernel->output_bytes = engine_activation_bytes(engine, request->samples, request->output);
    if (kernel->operation->create(kernel, request, error) != 0) {
        kernel_free(kernel);
        return error_context(error, "layer %s", request->layer->name);
    }
    *out = kernel;
    return 0;
}

void kernel_free(struct kernel *kernel)
{
    if (!kernel) return;
    for (int i = 0; i < KERNEL_CALLS; i++) call_release(&kernel->call[i]);
    free(kernel);
}

struct kernel_bytes kernel_bytes(const struct kernel *kernel)
{
    struct kernel_bytes bytes = {
        .weights = kernel->weights_bytes,
        .backward_weights = kernel->backward_weights_bytes,
        .gradient = kernel->gradient_bytes,
        .auxiliary = kernel->auxiliary_bytes,
    };
    if (kernel->gradient_by == GRADIENT_TILES) bytes.scratch = tile_gradient_scratch_bytes(&kernel->tiles);
    for (int i = 0; i < KERNEL_CALLS; i++)
        if (kernel->call[i].scratch > bytes.scratch) bytes.scratch = kernel->call[i].scratch;
    bytes.scratch += 2 * kernel->statistics_bytes; /* where no tape keeps them */
    return bytes;
}

void kernel_load_weights(const struct kernel *kernel, const float *weights, const struct kernel_weights *loaded,
                         void *scratch)
{
    if (kernel_has(kernel, CALL_LOAD))
        kernel_run(kernel, CALL_LOAD, (const void *[]){weights, loaded->forward, scratch});
    if (kernel_has(kernel, CALL_LOAD_BACKWARD))
        kernel_run(kernel, CALL_LOAD_BACKWARD, (const void *[]){weights, loaded->backward, scratch});
}

void kernel_unload_gradient(const struct kernel *kernel, const float *gradient, float *weights, void *scratch)
{
    if (kernel->gradient_by == GRADIENT_TILES) tile_gradient_unload(&kernel->tiles, gradient, weights);
    if (kernel_has(kernel, CALL_UNLOAD)) kernel_run(kernel, CALL_UNLOAD, (const void *[]){gradient, weights, scratch});
}

int kernel_accumulates(const struct kernel *kernel)
{
    return kernel->gradient_by == GRADIENT_TILES;
}

void kernel_forward(const struct kernel *kernel, const struct kernel_forward *pass)
{
    kernel->operation->forward(kernel, pass);
}

void kernel_backward(const struct kernel *kernel, const struct kernel_backward *pass)
{
    kernel->operation->backward(kernel, pass);
}
