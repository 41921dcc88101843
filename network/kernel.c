/* kernel.c - see kernel.h. The only file that includes oneDNN. */
#include "network/kernel.h"

#include <assert.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include <oneapi/dnnl/dnnl.h>

#include "network/elementwise.h"

struct engine {
    dnnl_engine_t engine;
    dnnl_stream_t stream;
    dnnl_data_type_t type;    /* of activations and weights */
    dnnl_format_tag_t layout; /* of activations */
    dnnl_format_tag_t pixels; /* of the image */
};

/* Fastest first: the ISA a CPU must have, and the layout that oneDNN's kernels for it want. */
static const struct {
    dnnl_cpu_isa_t isa;
    int bf16;
    dnnl_format_tag_t layout, pixels;
} layouts[] = {
    {dnnl_cpu_isa_avx512_core_amx, 1, dnnl_nhwc, dnnl_nhwc},
    {dnnl_cpu_isa_avx512_core_bf16, 1, dnnl_nChw16c, dnnl_nchw},
    {dnnl_cpu_isa_avx512_core, 0, dnnl_nChw16c, dnnl_nchw},
    {dnnl_cpu_isa_avx2, 0, dnnl_nChw8c, dnnl_nchw},
    {dnnl_cpu_isa_all, 0, dnnl_nhwc, dnnl_nhwc}, /* any other CPU; ends the table */
};

/* oneDNN's ISA values are bit sets, larger ones containing smaller ones. */
static int cpu_layout(void)
{
    unsigned isa = (unsigned)dnnl_get_effective_cpu_isa();
    int row = 0;
    while (layouts[row].isa != dnnl_cpu_isa_all && (isa & layouts[row].isa) != (unsigned)layouts[row].isa) row++;
    return row;
}

static int failed(struct error *error, dnnl_status_t status, const char *what)
{
    return error_set(error, "oneDNN cannot create %s (status %d)", what, (int)status);
}

int engine_create(struct engine **out, int bf16, struct error *error)
{
    int row = cpu_layout();
    *out = NULL;
    if (bf16 == 1 && !layouts[row].bf16)
        return error_set(error, "precision bf16: this CPU has no native bf16 arithmetic; use f32 or auto");
    struct engine *engine = calloc(1, sizeof *engine);
    if (!engine) return error_set(error, "out of memory");
    engine->type = bf16 && layouts[row].bf16 ? dnnl_bf16 : dnnl_f32;
    engine->layout = layouts[row].layout;
    engine->pixels = layouts[row].pixels;
    dnnl_status_t status = dnnl_engine_create(&engine->engine, dnnl_cpu, 0);
    if (status == dnnl_success) status = dnnl_stream_create(&engine->stream, engine->engine, dnnl_stream_default_flags);
    if (status != dnnl_success) {
        engine_free(engine);
        return failed(error, status, "an engine");
    }
    *out = engine;
    return 0;
}

void engine_free(struct engine *engine)
{
    if (!engine) return;
    if (engine->stream) dnnl_stream_destroy(engine->stream);
    if (engine->engine) dnnl_engine_destroy(engine->engine);
    free(engine);
}

int engine_bf16(const struct engine *engine)
{
    return engine->type == dnnl_bf16;
}

void engine_describe(char *text, size_t size)
{
    const dnnl_version_t *version = dnnl_version();
    snprintf(text, size, "oneDNN %d.%d.%d, ISA 0x%x", version->major, version->minor, version->patch,
             (unsigned)dnnl_get_effective_cpu_isa());
}

static dnnl_memory_desc_t describe(int rank, const int64_t *shape, dnnl_data_type_t type, dnnl_format_tag_t tag)
{
    dnnl_memory_desc_t description;
    dnnl_status_t status = dnnl_memory_desc_init_by_tag(&description, rank, shape, type, tag);
    assert(status == dnnl_success);
    (void)status;
    return description;
}

static dnnl_memory_desc_t describe_map(int samples, struct tensor tensor, dnnl_data_type_t type, dnnl_format_tag_t tag)
{
    return describe(4, (dnnl_dims_t){samples, tensor.channels, tensor.size, tensor.size}, type, tag);
}

/* The image has three channels, which blocked layouts would pad to sixteen. */
static dnnl_memory_desc_t describe_activation(const struct engine *engine, int samples, struct tensor tensor)
{
    return describe_map(samples, tensor, engine->type, tensor.channels == 3 ? engine->pixels : engine->layout);
}

size_t engine_activation_bytes(const struct engine *engine, int samples, struct tensor tensor)
{
    dnnl_memory_desc_t description = describe_activation(engine, samples, tensor);
    return dnnl_memory_desc_get_size(&description);
}

enum { CALL_ARGUMENTS = 6 };

/* One primitive and its arguments, whose data pointers are set anew at each run. */
struct call {
    dnnl_primitive_t primitive;
    int count;
    dnnl_exec_arg_t argument[CALL_ARGUMENTS]; /* in the order call_run takes pointers; the scratchpad last */
    size_t scratch;
};

static void call_release(struct call *call)
{
    for (int i = 0; i < call->count; i++) dnnl_memory_destroy(call->argument[i].memory);
    if (call->primitive) dnnl_primitive_destroy(call->primitive);
    *call = (struct call){0};
}

static int call_argument(struct call *call, const struct engine *engine, const dnnl_memory_desc_t *description, int id)
{
    dnnl_exec_arg_t *argument = &call->argument[call->count];
    argument->arg = id;
    if (dnnl_memory_create(&argument->memory, description, engine->engine, DNNL_MEMORY_NONE) != dnnl_success) return -1;
    call->count++;
    return 0;
}

/* Makes the primitive and binds `ids` (count) in order. Takes the descriptor over. */
static int call_create(struct call *call, const struct engine *engine, dnnl_primitive_desc_t descriptor, const int *ids,
                       int count, struct error *error)
{
    dnnl_status_t status = dnnl_primitive_create(&call->primitive, descriptor);
    for (int i = 0; i < count && status == dnnl_success; i++)
        if (call_argument(call, engine, dnnl_primitive_desc_query_md(descriptor, dnnl_query_exec_arg_md, ids[i]),
                          ids[i]))
            status = dnnl_out_of_memory;
    const dnnl_memory_desc_t *scratch = dnnl_primitive_desc_query_md(descriptor, dnnl_query_scratchpad_md, 0);
    call->scratch = dnnl_memory_desc_get_size(scratch);
    if (status == dnnl_success && call_argument(call, engine, scratch, DNNL_ARG_SCRATCHPAD))
        status = dnnl_out_of_memory;
    dnnl_primitive_desc_destroy(descriptor);
    return status == dnnl_success ? 0 : failed(error, status, "a primitive");
}

/* pointers: one for each argument in order, the scratchpad's last. */
static void call_run(const struct call *call, const struct engine *engine, const void *const *pointers)
{
    for (int i = 0; i < call->count; i++) dnnl_memory_set_data_handle(call->argument[i].memory, (void *)pointers[i]);
    dnnl_status_t status = dnnl_primitive_execute(call->primitive, engine->stream, call->count, call->argument);
    if (status == dnnl_success) status = dnnl_stream_wait(engine->stream);
    if (status != dnnl_success) abort(); /* everything was planned: a bug here or there */
}

struct kernel {
    struct engine *engine;
    struct layer layer;
    struct call forward, backward_data, backward_weights;
    struct call load, load_backward, unload;        /* reorders of weights and their gradient */
    dnnl_memory_desc_t weights, backward, gradient; /* layouts that oneDNN chose */
    size_t auxiliary, auxiliary_half;
};

/* An attribute that leaves scratchpads to us; with a layer's residual and activation as post-ops where given. */
static dnnl_primitive_attr_t attribute_create(const struct layer *layer)
{
    dnnl_primitive_attr_t attribute;
    dnnl_post_ops_t operations;
    if (dnnl_primitive_attr_create(&attribute) != dnnl_success) abort();
    dnnl_primitive_attr_set_scratchpad_mode(attribute, dnnl_scratchpad_mode_user);
    if (!layer) return attribute;
    if (dnnl_post_ops_create(&operations) != dnnl_success) abort();
    if (layer->residual >= 0) dnnl_post_ops_append_sum(operations, 1);
    if (layer->activation == ACTIVATION_RELU) dnnl_post_ops_append_eltwise(operations, 1, dnnl_eltwise_relu, 0, 0);
    if (layer->activation == ACTIVATION_RELU6) dnnl_post_ops_append_eltwise(operations, 1, dnnl_eltwise_clip, 0, 6);
    dnnl_primitive_attr_set_post_ops(attribute, operations);
    dnnl_post_ops_destroy(operations);
    return attribute;
}

/* A descriptor of `operation` with user scratchpads; hint: the forward descriptor, for backward passes. */
static dnnl_status_t descriptor_create(dnnl_primitive_desc_t *descriptor, const struct engine *engine,
                                       const void *operation, const struct layer *layer, dnnl_primitive_desc_t hint)
{
    dnnl_primitive_attr_t attribute = attribute_create(layer);
    dnnl_status_t status = dnnl_primitive_desc_create(descriptor, operation, attribute, engine->engine, hint);
    dnnl_primitive_attr_destroy(attribute);
    return status;
}

static int reorder_create(struct call *call, const struct engine *engine, const dnnl_memory_desc_t *from,
                          const dnnl_memory_desc_t *to, struct error *error)
{
    dnnl_primitive_desc_t descriptor;
    dnnl_primitive_attr_t attribute = attribute_create(NULL);
    dnnl_status_t status =
        dnnl_reorder_primitive_desc_create(&descriptor, from, engine->engine, to, engine->engine, attribute);
    dnnl_primitive_attr_destroy(attribute);
    if (status != dnnl_success) return failed(error, status, "a reorder");
    return call_create(call, engine, descriptor, (int[]){DNNL_ARG_FROM, DNNL_ARG_TO}, 2, error);
}

/* (O, I / groups, window, window), or with groups (G, O / G, I / G, window, window): the same order in memory. */
static dnnl_memory_desc_t describe_weights(const struct kernel_request *request, dnnl_data_type_t type,
                                           dnnl_format_tag_t plain_or_any)
{
    const struct layer *layer = request->layer;
    int64_t o = request->output.channels, i = request->input.channels, w = layer->window, g = layer->groups;
    int any = plain_or_any == dnnl_format_tag_any;
    if (g > 1) return describe(5, (dnnl_dims_t){g, o / g, i / g, w, w}, type, any ? dnnl_format_tag_any : dnnl_goihw);
    return describe(4, (dnnl_dims_t){o, i, w, w}, type, any ? dnnl_format_tag_any : dnnl_oihw);
}

/* What the three passes of a convolution share. */
struct convolution_shapes {
    dnnl_memory_desc_t input, output, weights, bias;
    dnnl_dims_t strides, dilates, before, after;
};

static struct convolution_shapes convolution_shapes(const struct engine *engine, const struct kernel_request *request)
{
    const struct layer *layer = request->layer;
    struct convolution_shapes shapes = {
        .input = describe_activation(engine, request->samples, request->input),
        .output = describe_activation(engine, request->samples, request->output),
        .weights = describe_weights(request, engine->type, dnnl_format_tag_any),
        .bias = describe(1, (dnnl_dims_t){request->output.channels}, dnnl_f32, dnnl_a),
        .strides = {layer->stride, layer->stride},
        .before = {layer->pad_before, layer->pad_before},
        .after = {layer->pad_after, layer->pad_after},
    };
    if (request->twin) shapes.weights = request->twin->weights;
    return shapes;
}

static int convolution_forward_create(struct kernel *kernel, const struct kernel_request *request,
                                      struct convolution_shapes *s, dnnl_primitive_desc_t *hint, struct error *error)
{
    const struct engine *engine = kernel->engine;
    dnnl_convolution_desc_t operation;
    dnnl_primitive_desc_t descriptor, copy;
    dnnl_status_t status = dnnl_dilated_convolution_forward_desc_init(
        &operation, dnnl_forward_training, dnnl_convolution_direct, &s->input, &s->weights, &s->bias, &s->output,
        s->strides, s->dilates, s->before, s->after);
    if (status == dnnl_success) status = descriptor_create(&descriptor, engine, &operation, request->layer, NULL);
    if (status != dnnl_success) return failed(error, status, "a convolution");
    kernel->weights = *dnnl_primitive_desc_query_md(descriptor, dnnl_query_weights_md, 0);
    if (dnnl_primitive_desc_clone(&copy, descriptor) != dnnl_success) abort();
    *hint = copy;
    return call_create(&kernel->forward, engine, descriptor,
                       (int[]){DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_BIAS, DNNL_ARG_DST}, 4, error);
}

static int convolution_backward_create(struct kernel *kernel, const struct kernel_request *request,
                                       struct convolution_shapes *s, dnnl_primitive_desc_t hint, struct error *error)
{
    const struct engine *engine = kernel->engine;
    dnnl_convolution_desc_t operation;
    dnnl_primitive_desc_t descriptor;
    dnnl_memory_desc_t any = describe_weights(request, engine->type, dnnl_format_tag_any);
    dnnl_memory_desc_t any_f32 = describe_weights(request, dnnl_f32, dnnl_format_tag_any);
    dnnl_status_t status;
    if (request->layer->input != 0) { /* the image needs no gradient */
        status =
            dnnl_dilated_convolution_backward_data_desc_init(&operation, dnnl_convolution_direct, &s->input, &any,
                                                             &s->output, s->strides, s->dilates, s->before, s->after);
        if (status == dnnl_success) status = descriptor_create(&descriptor, engine, &operation, NULL, hint);
        if (status != dnnl_success) return failed(error, status, "a convolution's data gradient");
        kernel->backward = *dnnl_primitive_desc_query_md(descriptor, dnnl_query_weights_md, 0);
        if (call_create(&kernel->backward_data, engine, descriptor,
                        (int[]){DNNL_ARG_DIFF_DST, DNNL_ARG_WEIGHTS, DNNL_ARG_DIFF_SRC}, 3, error) != 0)
            return -1;
    }
    status = dnnl_dilated_convolution_backward_weights_desc_init(&operation, dnnl_convolution_direct, &s->input,
                                                                 &any_f32, &s->bias, &s->output, s->strides, s->dilates,
                                                                 s->before, s->after);
    if (status == dnnl_success) status = descriptor_create(&descriptor, engine, &operation, NULL, hint);
    if (status != dnnl_success) return failed(error, status, "a convolution's weight gradient");
    kernel->gradient = *dnnl_primitive_desc_query_md(descriptor, dnnl_query_diff_weights_md, 0);
    return call_create(&kernel->backward_weights, engine, descriptor,
                       (int[]){DNNL_ARG_SRC, DNNL_ARG_DIFF_DST, DNNL_ARG_DIFF_WEIGHTS, DNNL_ARG_DIFF_BIAS}, 4, error);
}

/* Reorders between plain f32 weights and the layouts that oneDNN chose. */
static int convolution_reorders_create(struct kernel *kernel, const struct kernel_request *request, struct error *error)
{
    const struct engine *engine = kernel->engine;
    dnnl_memory_desc_t plain = describe_weights(request, dnnl_f32, dnnl_oihw);
    if (reorder_create(&kernel->load, engine, &plain, &kernel->weights, error) != 0) return -1;
    if (!request->training) return 0;
    if (kernel->backward_data.primitive && !dnnl_memory_desc_equal(&kernel->backward, &kernel->weights) &&
        reorder_create(&kernel->load_backward, engine, &plain, &kernel->backward, error) != 0)
        return -1;
    return reorder_create(&kernel->unload, engine, &kernel->gradient, &plain, error);
}

static int convolution_create(struct kernel *kernel, const struct kernel_request *request, struct error *error)
{
    struct convolution_shapes shapes = convolution_shapes(kernel->engine, request);
    dnnl_primitive_desc_t hint = NULL;
    int status = convolution_forward_create(kernel, request, &shapes, &hint, error);
    if (status == 0 && request->training) status = convolution_backward_create(kernel, request, &shapes, hint, error);
    if (hint) dnnl_primitive_desc_destroy(hint);
    return status == 0 ? convolution_reorders_create(kernel, request, error) : -1;
}

static int pool_create(struct kernel *kernel, const struct kernel_request *request, struct error *error)
{
    const struct engine *engine = kernel->engine;
    const struct layer *layer = request->layer;
    dnnl_memory_desc_t input = describe_activation(engine, request->samples, request->input);
    dnnl_memory_desc_t output = describe_activation(engine, request->samples, request->output);
    dnnl_dims_t strides = {layer->stride, layer->stride}, window = {layer->window, layer->window};
    dnnl_dims_t before = {layer->pad_before, layer->pad_before}, after = {layer->pad_after, layer->pad_after};
    dnnl_pooling_desc_t operation;
    dnnl_primitive_desc_t descriptor, hint = NULL, backward;
    dnnl_prop_kind_t kind = request->training ? dnnl_forward_training : dnnl_forward_inference;
    dnnl_status_t status = dnnl_pooling_forward_desc_init(&operation, kind, dnnl_pooling_max, &input, &output, strides,
                                                          window, before, after);
    if (status == dnnl_success) status = descriptor_create(&descriptor, engine, &operation, NULL, NULL);
    if (status != dnnl_success) return failed(error, status, "max pooling");
    if (!request->training)
        return call_create(&kernel->forward, engine, descriptor, (int[]){DNNL_ARG_SRC, DNNL_ARG_DST}, 2, error);
    kernel->auxiliary = dnnl_memory_desc_get_size(dnnl_primitive_desc_query_md(descriptor, dnnl_query_workspace_md, 0));
    status =
        dnnl_pooling_backward_desc_init(&operation, dnnl_pooling_max, &input, &output, strides, window, before, after);
    if (status == dnnl_success) status = dnnl_primitive_desc_clone(&hint, descriptor);
    if (status == dnnl_success) status = descriptor_create(&backward, engine, &operation, NULL, hint);
    if (hint) dnnl_primitive_desc_destroy(hint);
    int done = call_create(&kernel->forward, engine, descriptor,
                           (int[]){DNNL_ARG_SRC, DNNL_ARG_DST, DNNL_ARG_WORKSPACE}, 3, error);
    if (status != dnnl_success) return failed(error, status, "max pooling's gradient");
    if (call_create(&kernel->backward_data, engine, backward,
                    (int[]){DNNL_ARG_DIFF_DST, DNNL_ARG_WORKSPACE, DNNL_ARG_DIFF_SRC}, 3, error) != 0)
        return -1;
    return done;
}

static int norm_create(struct kernel *kernel, const struct kernel_request *request, struct error *error)
{
    const struct engine *engine = kernel->engine;
    int64_t length = (int64_t)request->input.channels * request->input.size * request->input.size;
    dnnl_memory_desc_t data = describe(2, (dnnl_dims_t){request->samples, length}, engine->type, dnnl_ab);
    dnnl_memory_desc_t statistics = describe(1, (dnnl_dims_t){request->samples}, dnnl_f32, dnnl_a);
    const float epsilon = 1e-5f;
    dnnl_prop_kind_t kind = request->training ? dnnl_forward_training : dnnl_forward_inference;
    dnnl_primitive_desc_t descriptor, hint = NULL, backward;
    dnnl_layer_normalization_desc_t operation;
    dnnl_status_t status = dnnl_layer_normalization_forward_desc_init(&operation, kind, &data, &statistics, epsilon, 0);
    if (status == dnnl_success) status = descriptor_create(&descriptor, engine, &operation, NULL, NULL);
    if (status != dnnl_success) return failed(error, status, "a layer norm");
    if (!request->training)
        return call_create(&kernel->forward, engine, descriptor, (int[]){DNNL_ARG_SRC, DNNL_ARG_DST}, 2, error);
    kernel->auxiliary_half = ((size_t)request->samples * sizeof(float) + 63) / 64 * 64;
    kernel->auxiliary = 2 * kernel->auxiliary_half;
    status = dnnl_layer_normalization_backward_desc_init(&operation, dnnl_backward_data, &data, &data, &statistics,
                                                         epsilon, 0);
    if (status == dnnl_success) status = dnnl_primitive_desc_clone(&hint, descriptor);
    if (status == dnnl_success) status = descriptor_create(&backward, engine, &operation, NULL, hint);
    if (hint) dnnl_primitive_desc_destroy(hint);
    int done = call_create(&kernel->forward, engine, descriptor,
                           (int[]){DNNL_ARG_SRC, DNNL_ARG_DST, DNNL_ARG_MEAN, DNNL_ARG_VARIANCE}, 4, error);
    if (status != dnnl_success) return failed(error, status, "a layer norm's gradient");
    if (call_create(&kernel->backward_data, engine, backward,
                    (int[]){DNNL_ARG_SRC, DNNL_ARG_DIFF_DST, DNNL_ARG_MEAN, DNNL_ARG_VARIANCE, DNNL_ARG_DIFF_SRC}, 5,
                    error) != 0)
        return -1;
    return done;
}

static int (*const creators[LAYER_KINDS])(struct kernel *, const struct kernel_request *, struct error *) = {
    [LAYER_CONVOLUTION] = convolution_create,
    [LAYER_MAX_POOL] = pool_create,
    [LAYER_NORM] = norm_create,
};

int kernel_create(struct kernel **out, struct engine *engine, const struct kernel_request *request, struct error *error)
{
    *out = NULL;
    struct kernel *kernel = calloc(1, sizeof *kernel);
    if (!kernel) return error_set(error, "out of memory");
    kernel->engine = engine;
    kernel->layer = *request->layer;
    if (creators[request->layer->kind](kernel, request, error) != 0) {
        kernel_free(kernel);
        return error_context(error, "layer %s", request->layer->name);
    }
    *out = kernel;
    return 0;
}

void kernel_free(struct kernel *kernel)
{
    if (!kernel) return;
    struct call *calls[] = {&kernel->forward, &kernel->backward_data, &kernel->backward_weights,
                            &kernel->load,    &kernel->load_backward, &kernel->unload};
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) call_release(calls[i]);
    free(kernel);
}

struct kernel_bytes kernel_bytes(const struct kernel *kernel)
{
    const struct call *calls[] = {&kernel->forward, &kernel->backward_data, &kernel->backward_weights,
                                  &kernel->load,    &kernel->load_backward, &kernel->unload};
    struct kernel_bytes bytes = {.auxiliary = kernel->auxiliary};
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
        if (calls[i]->scratch > bytes.scratch) bytes.scratch = calls[i]->scratch;
    if (kernel->layer.kind != LAYER_CONVOLUTION) return bytes;
    bytes.weights = dnnl_memory_desc_get_size(&kernel->weights);
    if (kernel->load_backward.primitive) bytes.backward_weights = dnnl_memory_desc_get_size(&kernel->backward);
    if (kernel->backward_weights.primitive) bytes.gradient = dnnl_memory_desc_get_size(&kernel->gradient);
    return bytes;
}

void kernel_load_weights(struct kernel *kernel, const float *weights, const struct kernel_weights *loaded,
                         void *scratch)
{
    call_run(&kernel->load, kernel->engine, (const void *[]){weights, loaded->forward, scratch});
    if (kernel->load_backward.primitive)
        call_run(&kernel->load_backward, kernel->engine, (const void *[]){weights, loaded->backward, scratch});
}

void kernel_unload_gradient(struct kernel *kernel, const float *gradient, float *weights, void *scratch)
{
    call_run(&kernel->unload, kernel->engine, (const void *[]){gradient, weights, scratch});
}

/* The second half of a norm's auxiliary array holds the variances. */
static void *second_half(const struct kernel *kernel, void *auxiliary)
{
    return auxiliary ? (char *)auxiliary + kernel->auxiliary_half : NULL;
}

void kernel_forward(struct kernel *kernel, const void *input, void *output, const struct kernel_weights *weights,
                    void *auxiliary, void *scratch)
{
    const void *convolution[] = {input, weights->forward, weights->bias, output, scratch};
    const void *pool[] = {input, output, auxiliary, scratch};
    const void *norm[] = {input, output, auxiliary, second_half(kernel, auxiliary), scratch};
    const void *inference[] = {input, output, scratch}; /* pooling and norms keep nothing */
    const void *const *arguments[LAYER_KINDS] = {
        [LAYER_CONVOLUTION] = convolution,
        [LAYER_MAX_POOL] = kernel->auxiliary ? pool : inference,
        [LAYER_NORM] = kernel->auxiliary ? norm : inference,
    };
    call_run(&kernel->forward, kernel->engine, arguments[kernel->layer.kind]);
}

void kernel_backward_data(struct kernel *kernel, const void *input, const void *output_gradient, void *input_gradient,
                          const struct kernel_weights *weights, void *auxiliary, void *scratch)
{
    const void *convolution[] = {output_gradient, weights->backward, input_gradient, scratch};
    const void *pool[] = {output_gradient, auxiliary, input_gradient, scratch};
    const void *norm[] = {input, output_gradient, auxiliary, second_half(kernel, auxiliary), input_gradient, scratch};
    const void *const *arguments[LAYER_KINDS] = {
        [LAYER_CONVOLUTION] = convolution,
        [LAYER_MAX_POOL] = pool,
        [LAYER_NORM] = norm,
    };
    call_run(&kernel->backward_data, kernel->engine, arguments[kernel->layer.kind]);
}

void kernel_backward_weights(struct kernel *kernel, const void *input, const void *output_gradient, float *gradient,
                             float *bias_gradient, void *scratch)
{
    call_run(&kernel->backward_weights, kernel->engine,
             (const void *[]){input, output_gradient, gradient, bias_gradient, scratch});
}

struct boundary {
    struct engine *engine;
    struct call unload, load;
};

int boundary_create(struct boundary **out, struct engine *engine, int samples, struct tensor features,
                    struct error *error)
{
    *out = NULL;
    struct boundary *boundary = calloc(1, sizeof *boundary);
    if (!boundary) return error_set(error, "out of memory");
    boundary->engine = engine;
    dnnl_memory_desc_t inner = describe_activation(engine, samples, features);
    dnnl_memory_desc_t plain = describe_map(samples, features, dnnl_f32, dnnl_nchw);
    if (reorder_create(&boundary->unload, engine, &inner, &plain, error) != 0 ||
        reorder_create(&boundary->load, engine, &plain, &inner, error) != 0) {
        boundary_free(boundary);
        return -1;
    }
    *out = boundary;
    return 0;
}

void boundary_free(struct boundary *boundary)
{
    if (!boundary) return;
    call_release(&boundary->unload);
    call_release(&boundary->load);
    free(boundary);
}

size_t boundary_scratch_bytes(const struct boundary *boundary)
{
    return boundary->unload.scratch > boundary->load.scratch ? boundary->unload.scratch : boundary->load.scratch;
}

void boundary_load_pixels(const struct engine *engine, const uint8_t *planes, int size, const float scale[3],
                          const float shift[3], int sample, void *activation)
{
    size_t plane = (size_t)size * size, start = (size_t)sample * 3 * plane;
    int step = engine->pixels == dnnl_nhwc ? 3 : 1;
    for (int c = 0; c < 3; c++) {
        size_t first = start + (step == 3 ? (size_t)c : c * plane);
        if (engine->type == dnnl_bf16)
            elementwise_pixels_bf16(planes + c * plane, plane, scale[c], shift[c], step,
                                    (uint16_t *)activation + first);
        else
            elementwise_pixels_f32(planes + c * plane, plane, scale[c], shift[c], step, (float *)activation + first);
    }
}

void boundary_unload_features(struct boundary *boundary, const void *activation, float *features, void *scratch)
{
    call_run(&boundary->unload, boundary->engine, (const void *[]){activation, features, scratch});
}

void boundary_load_gradient(struct boundary *boundary, const float *features, void *activation, void *scratch)
{
    call_run(&boundary->load, boundary->engine, (const void *[]){features, activation, scratch});
}

void engine_combine_gradient(const struct engine *engine, void *gradient, const void *other, const void *output,
                             enum activation activation, size_t bytes)
{
    static const float ceilings[] = {[ACTIVATION_NONE] = 0, [ACTIVATION_RELU] = 3e38f, [ACTIVATION_RELU6] = 6};
    const void *mask = activation == ACTIVATION_NONE ? NULL : output;
    if (!other && !mask) return;
    if (engine->type == dnnl_bf16)
        elementwise_combine_bf16(gradient, other, mask, ceilings[activation], bytes / sizeof(uint16_t));
    else
        elementwise_combine_f32(gradient, other, mask, ceilings[activation], bytes / sizeof(float));
}
