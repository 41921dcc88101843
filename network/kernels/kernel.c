/* kernel.c - see kernel.h. */
#include "network/kernels/kernel.h"

#include <stdlib.h>

#include "network/kernels/amx.h"
#include "network/kernels/operation.h"

/* What computes each kind of layer unless amx_kernels has a way. */
static const struct operation *const operations[LAYER_KINDS] = {
    [LAYER_CONVOLUTION] = &operation_convolution,
    [LAYER_MAX_POOL] = &operation_max_pool,
    [LAYER_NORM] = &operation_layer_norm,
    [LAYER_BATCH_NORM] = &operation_batch_norm,
};

static const struct operation *choose_operation(const struct engine *engine, const struct kernel_request *request)
{
    enum layer_kind kind = request->layer->kind;
    for (int way = 0; way < AMX_WAYS && amx_kernels.operations[kind][way]; way++)
        if (amx_kernels.operations[kind][way]->serves(engine, request)) return amx_kernels.operations[kind][way];
    return operations[kind];
}

int kernel_create(struct kernel **out, struct engine *engine, const struct kernel_request *request, struct error *error)
{
    *out = NULL;
    struct kernel *kernel = calloc(1, sizeof *kernel);
    if (!kernel) return error_set(error, "out of memory");
    kernel->engine = engine;
    kernel->operation = choose_operation(engine, request);
    kernel->layer = *request->layer;
    kernel->output = request->output;
    kernel->input_size = request->input.size;
    kernel->samples = request->samples;
    kernel->input_bytes = engine_activation_bytes(engine, request->samples, request->input);
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
    free(kernel->own);
    free(kernel);
}

struct kernel_bytes kernel_bytes(const struct kernel *kernel)
{
    struct kernel_bytes bytes = {
        .weights = kernel->weights_bytes,
        .backward_weights = kernel->backward_weights_bytes,
        .gradient = kernel->gradient_bytes,
        .auxiliary = kernel->auxiliary_bytes,
        .scratch = kernel->scratch_bytes,
    };
    for (int i = 0; i < KERNEL_CALLS; i++)
        if (kernel->call[i].scratch > bytes.scratch) bytes.scratch = kernel->call[i].scratch;
    bytes.scratch += 2 * kernel->statistics_bytes; /* if no tape keeps them */
    return bytes;
}

void kernel_load_weights(const struct kernel *kernel, const float *weights, const struct kernel_weights *loaded,
                         void *scratch)
{
    if (kernel->operation->load) kernel->operation->load(kernel, weights, loaded, scratch);
}

void kernel_unload_gradient(const struct kernel *kernel, const float *gradient, float *weights, void *scratch)
{
    if (kernel->operation->unload) kernel->operation->unload(kernel, gradient, weights, scratch);
}

int kernel_completes(const struct kernel *kernel)
{
    return kernel->operation->completes;
}

int kernel_keeps_apart(const struct kernel *kernel)
{
    return kernel->operation->keeps_apart || kernel->auxiliary_bytes == 0;
}

int kernel_accumulates(const struct kernel *kernel)
{
    return kernel->operation->accumulates;
}

void kernel_forward(const struct kernel *kernel, const struct kernel_forward *pass)
{
    kernel->operation->forward(kernel, pass);
}

void kernel_backward(const struct kernel *kernel, const struct kernel_backward *pass)
{
    struct kernel_backward alone = *pass;
    if (!kernel->operation->completes && pass->input_gradient && pass->add) alone.input_gradient = pass->spare;
    kernel->operation->backward(kernel, &alone);
    if (kernel->operation->completes || !pass->input_gradient) return;
    engine_combine_gradient(kernel->engine, pass->input_gradient, pass->add ? pass->spare : NULL, pass->input,
                            pass->activation, kernel->input_bytes);
}
