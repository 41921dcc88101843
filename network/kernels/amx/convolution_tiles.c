/* convolution_tiles.c - dense convolutions on AMX tiles: forward, backward and weight gradient without oneDNN. */
#include <stdlib.h>

#include "base/parallel.h"
#include "network/kernels/operation.h"
#include "network/kernels/amx/tile.h"
#include "network/kernels/amx/tile_convolution.h"
#include "network/kernels/amx/tile_gradient.h"

struct tiles {
    struct tile_convolution forward, backward;
    struct tile_gradient gradient;
};

static struct tile_shape shape_of(const struct kernel_request *request)
{
    const struct layer *layer = request->layer;
    return (struct tile_shape){
        .samples = request->samples,
        .input_channels = request->input.channels,
        .input_size = request->input.size,
        .output_channels = request->output.channels,
        .output_size = request->output.size,
        .window = layer->window,
        .stride = layer->stride,
        .pad_before = layer->pad_before,
    };
}

static int convolution_tiles_serves(const struct engine *engine, const struct kernel_request *request)
{
    struct tile_shape shape = shape_of(request);
    struct tile_convolution plan;
    return engine->convolution == CONVOLUTION_TILES && request->layer->groups == 1 &&
           tile_convolution_plan(&plan, &shape, 0, parallel_threads()) == 0 &&
           (!request->input_gradient || tile_convolution_plan(&plan, &shape, 1, parallel_threads()) == 0);
}

static void take_scratch(struct kernel *kernel, size_t bytes)
{
    if (bytes > kernel->scratch_bytes) kernel->scratch_bytes = bytes;
}

static int convolution_tiles_create(struct kernel *kernel, const struct kernel_request *request, struct error *error)
{
    struct tile_shape shape = shape_of(request);
    struct tiles *tiles = calloc(1, sizeof *tiles);
    int threads = parallel_threads();
    if (!tiles) return error_set(error, "out of memory");
    kernel->own = tiles;
    tile_convolution_plan(&tiles->forward, &shape, 0, threads);
    kernel->weights_bytes = tile_convolution_weights_bytes(&tiles->forward);
    take_scratch(kernel, tile_convolution_scratch_bytes(&tiles->forward));
    if (!request->training) return 0;
    tile_gradient_plan(&tiles->gradient, &shape, threads);
    kernel->gradient_bytes = tile_gradient_sum_bytes(&tiles->gradient);
    take_scratch(kernel, tile_gradient_scratch_bytes(&tiles->gradient));
    if (!request->input_gradient) return 0;
    tile_convolution_plan(&tiles->backward, &shape, 1, threads);
    kernel->backward_weights_bytes = tile_convolution_weights_bytes(&tiles->backward);
    take_scratch(kernel, tile_convolution_scratch_bytes(&tiles->backward));
    return 0;
}

static void convolution_tiles_forward(const struct kernel *kernel, const struct kernel_forward *pass)
{
    const struct tiles *tiles = kernel->own;
    struct tile_epilogue epilogue = {
        .bias = pass->weights->bias,
        .sum = pass->residual,
        .activate = kernel->layer.activation != ACTIVATION_NONE,
        .ceiling = engine_ceiling(kernel->layer.activation),
    };
    tile_convolution_run(&tiles->forward, pass->input, pass->weights->forward, &epilogue, pass->output, pass->scratch);
}

static void convolution_tiles_backward(const struct kernel *kernel, const struct kernel_backward *pass)
{
    const struct tiles *tiles = kernel->own;
    tile_gradient_run(&tiles->gradient, pass->input, pass->output_gradient, pass->gradient, pass->bias_gradient,
                      !pass->accumulate, pass->scratch);
    if (!pass->input_gradient) return;
    struct tile_epilogue epilogue = {
        .sum = pass->add ? pass->input_gradient : NULL,
        .slope_of = pass->activation == ACTIVATION_NONE ? NULL : pass->input,
        .ceiling = engine_ceiling(pass->activation),
    };
    tile_convolution_run(&tiles->backward, pass->output_gradient, pass->weights->backward, &epilogue,
                         pass->input_gradient, pass->scratch);
}

static void convolution_tiles_load(const struct kernel *kernel, const float *weights,
                                   const struct kernel_weights *loaded, void *scratch)
{
    const struct tiles *tiles = kernel->own;
    (void)scratch;
    tile_convolution_load(&tiles->forward, weights, loaded->forward);
    if (kernel->backward_weights_bytes) tile_convolution_load(&tiles->backward, weights, loaded->backward);
}

static void convolution_tiles_unload(const struct kernel *kernel, const float *gradient, float *weights, void *scratch)
{
    const struct tiles *tiles = kernel->own;
    (void)scratch;
    tile_gradient_unload(&tiles->gradient, gradient, weights);
}

const struct operation operation_convolution_tiles = {
    .create = convolution_tiles_create,
    .serves = convolution_tiles_serves,
    .forward = convolution_tiles_forward,
    .backward = convolution_tiles_backward,
    .load = convolution_tiles_load,
    .unload = convolution_tiles_unload,
    .accumulates = 1,
    .completes = 1,
};
