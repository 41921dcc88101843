/* engine.c - see engine.h. */
#include "network/kernels/engine.h"

#include <stdio.h>
#include <stdlib.h>

#include "network/kernels/amx.h"
#include "network/kernels/elementwise.h"
#include "network/kernels/engine_parts.h"

struct array {
    struct array *next;
    dnnl_memory_desc_t own;
};

enum { ANY_CPU = 0 };

/* Fastest first: the ISA that a CPU must have, whether a row is for bf16 or f32, the arrangement that suits oneDNN's
 * kernels for it, and the fastest way to compute dense convolutions. */
static const struct {
    unsigned isa;
    int bf16;
    dnnl_format_tag_t layout;
    enum engine_convolution convolution;
} cpus[] = {
    {dnnl_cpu_isa_avx512_core_amx, 1, dnnl_nhwc, CONVOLUTION_TILES},
    {dnnl_cpu_isa_avx512_core_bf16, 1, dnnl_nChw16c, CONVOLUTION_ONEDNN},
    {dnnl_cpu_isa_avx512_core, 0, dnnl_nChw16c, CONVOLUTION_ONEDNN},
    {dnnl_cpu_isa_avx2, 0, dnnl_nChw8c, CONVOLUTION_ONEDNN},
    {ANY_CPU, 0, dnnl_nhwc, CONVOLUTION_ONEDNN}, /* ends the table */
};

/* The first row for this CPU and precision. oneDNN's ISA values are bit sets in which larger ones contain smaller
 * ones. */
static int cpu_row(int bf16)
{
    unsigned isa = (unsigned)dnnl_get_effective_cpu_isa();
    int row = 0;
    while ((isa & cpus[row].isa) != cpus[row].isa || (cpus[row].bf16 && !bf16)) row++;
    return row;
}

static dnnl_format_tag_t choose_layout(enum engine_layout wanted, int row)
{
    if (wanted == LAYOUT_CHANNELS_LAST) return dnnl_nhwc;
    if (wanted == LAYOUT_BLOCKED && cpus[row].layout == dnnl_nhwc) return dnnl_nChw16c;
    return cpus[row].layout;
}

static int have_tiles(void)
{
    return amx_kernels.available && amx_kernels.available();
}

static enum engine_convolution choose_convolution(enum engine_convolution wanted, const struct engine *engine, int row)
{
    if (wanted == CONVOLUTION_AUTO) wanted = cpus[row].convolution;
    if (engine->layout != dnnl_nhwc) return CONVOLUTION_ONEDNN;
    return wanted == CONVOLUTION_TILES && !have_tiles() ? CONVOLUTION_MATMUL : wanted;
}

int engine_create(struct engine **out, const struct engine_request *request, struct error *error)
{
    int row = cpu_row(request->bf16 != 0);
    *out = NULL;
    if (request->bf16 == 1 && !cpus[row].bf16)
        return error_set(error, "precision bf16: this CPU has no native bf16 arithmetic; use f32 or auto");
    struct engine *engine = calloc(1, sizeof *engine);
    if (!engine) return error_set(error, "out of memory");
    engine->type = cpus[row].bf16 ? dnnl_bf16 : dnnl_f32;
    engine->layout = choose_layout(request->layout, row);
    engine->pixels = engine->layout == dnnl_nhwc ? dnnl_nhwc : dnnl_nchw;
    engine->convolution = choose_convolution(request->convolution, engine, row);
    dnnl_status_t status = dnnl_engine_create(&engine->engine, dnnl_cpu, 0);
    if (status == dnnl_success) status = dnnl_stream_create(&engine->stream, engine->engine, dnnl_stream_default_flags);
    if (status != dnnl_success) {
        engine_free(engine);
        return onednn_failed(error, status, "an engine");
    }
    *out = engine;
    return 0;
}

void engine_free(struct engine *engine)
{
    if (!engine) return;
    for (struct array *array = engine->arrays, *next; array; array = next) {
        next = array->next;
        onednn_array_destroy(&array->own);
        free(array);
    }
    if (engine->stream) dnnl_stream_destroy(engine->stream);
    if (engine->engine) dnnl_engine_destroy(engine->engine);
    free(engine);
}

int engine_native_bf16(void)
{
    return cpus[cpu_row(1)].bf16;
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

onednn_array engine_keep(struct engine *engine, onednn_array wanted)
{
    for (struct array *array = engine->arrays; array; array = array->next)
        if (dnnl_memory_desc_equal(onednn_array_view(&array->own), wanted)) return onednn_array_view(&array->own);
    struct array *array = calloc(1, sizeof *array);
    if (!array || onednn_array_copy(&array->own, wanted) != dnnl_success) abort(); /* some hundred bytes */
    array->next = engine->arrays;
    engine->arrays = array;
    return onednn_array_view(&array->own);
}

onednn_array engine_array(struct engine *engine, int rank, const dnnl_dims_t shape, dnnl_data_type_t type,
                          dnnl_format_tag_t tag)
{
    dnnl_memory_desc_t made;
    if (onednn_array_create(&made, rank, shape, type, tag) != dnnl_success)
        abort(); /* shapes were inferred, so this is a bug */
    onednn_array kept = engine_keep(engine, onednn_array_view(&made));
    onednn_array_destroy(&made);
    return kept;
}

/* The image has an arrangement of its own: blocked ones would pad its three channels to 16. */
onednn_array engine_activation(struct engine *engine, int samples, struct tensor tensor)
{
    return engine_array(engine, 4, (dnnl_dims_t){samples, tensor.channels, tensor.size, tensor.size}, engine->type,
                        tensor.channels == 3 ? engine->pixels : engine->layout);
}

size_t engine_activation_bytes(const struct engine *engine, int samples, struct tensor tensor)
{
    int block = tensor.channels == 3 ? 1 : engine->layout == dnnl_nhwc ? 1 : engine->layout == dnnl_nChw8c ? 8 : 16;
    size_t channels = (size_t)((tensor.channels + block - 1) / block * block);
    size_t size = engine->type == dnnl_bf16 ? sizeof(uint16_t) : sizeof(float);
    return (size_t)samples * channels * (size_t)tensor.size * (size_t)tensor.size * size;
}

float engine_ceiling(enum activation activation)
{
    static const float ceilings[] = {[ACTIVATION_NONE] = 0, [ACTIVATION_RELU] = 3e38f, [ACTIVATION_RELU6] = 6};
    return ceilings[activation];
}

void engine_activate(const struct engine *engine, void *output, const void *residual, enum activation activation,
                     size_t bytes)
{
    if (!residual && activation == ACTIVATION_NONE) return;
    if (engine->type == dnnl_bf16)
        elementwise_activate_bf16(output, residual, engine_ceiling(activation), bytes / sizeof(uint16_t));
    else
        elementwise_activate_f32(output, residual, engine_ceiling(activation), bytes / sizeof(float));
}

void engine_combine_gradient(const struct engine *engine, void *gradient, const void *other, const void *output,
                             enum activation activation, size_t bytes)
{
    const void *mask = activation == ACTIVATION_NONE ? NULL : output;
    if (!other && !mask) return;
    if (engine->type == dnnl_bf16)
        elementwise_combine_bf16(gradient, other, mask, engine_ceiling(activation), bytes / sizeof(uint16_t));
    else
        elementwise_combine_f32(gradient, other, mask, engine_ceiling(activation), bytes / sizeof(float));
}

void engine_load_pixels(const struct engine *engine, const uint8_t *planes, int size, const float scale[3],
                        const float shift[3], int sample, void *activation)
{
    size_t plane = (size_t)size * (size_t)size, start = (size_t)sample * 3 * plane;
    int step = engine->pixels == dnnl_nhwc ? 3 : 1;
    for (int c = 0; c < 3; c++) {
        size_t first = start + (step == 3 ? (size_t)c : (size_t)c * plane);
        if (engine->type == dnnl_bf16)
            elementwise_pixels_bf16(planes + (size_t)c * plane, plane, scale[c], shift[c], step,
                                    (uint16_t *)activation + first);
        else
            elementwise_pixels_f32(planes + (size_t)c * plane, plane, scale[c], shift[c], step,
                                   (float *)activation + first);
    }
}
