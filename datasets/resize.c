/* resize.c - see resize.h. */
#include "datasets/resize.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <zimg.h>

#include "base/file.h"

enum {
    PLANES = 3,
    NARROW = 64, /* pixels: more than a vector's 32 and what zimg leaves out beside them */
};

/* Whole pixels cut out of the source. */
struct crop {
    int x, y, width, height;
};

void resizer_release(struct resizer *resizer)
{
    for (int i = 0; i < RESIZE_GEOMETRIES; i++)
        if (resizer->graphs[i].filter) zimg_filter_graph_free(resizer->graphs[i].filter);
    free(resizer->memory);
    *resizer = (struct resizer){0};
}

size_t resize_align(size_t size)
{
    return (size + RESIZE_ALIGNMENT - 1) / RESIZE_ALIGNMENT * RESIZE_ALIGNMENT;
}

static int fail(struct error *error)
{
    char message[256];
    zimg_get_last_error(message, sizeof message);
    zimg_clear_last_error();
    return error_set(error, "cannot resize an image: %s", message);
}

/* ---- geometry ---- */

/* One side of a region, clipped to [0, limit), and the whole pixels under it and under the filter's reach around it. */
static int clip_side(double *start, double *length, int limit, int size, int radius, int *first, int *count)
{
    double low = fmax(*start, 0), high = fmin(*start + *length, limit);
    if (!(high > low)) return -1;
    double reach = radius * fmax((high - low) / size, 1);
    *first = (int)floor(fmax(low - reach, 0));
    *count = (int)ceil(fmin(high + reach, limit)) - *first;
    *start = low - *first;
    *length = high - low;
    return 0;
}

/* zimg's name for a filter, and how many source pixels it spans to each side at scale 1. */
static const struct {
    zimg_resample_filter_e name;
    double a, b;
    int radius;
} filters[] = {
    [RESIZE_TRIANGLE] = {ZIMG_RESIZE_BILINEAR, NAN, NAN, 1},
    [RESIZE_CATMULL_ROM] = {ZIMG_RESIZE_BICUBIC, 0, 0.5, 2},
};

/* The whole pixels to read for a region, and what their filter is built for. */
static int plan(const struct resizer *resizer, int source_width, int source_height, struct region region,
                struct crop *crop, struct resize_geometry *geometry, struct error *error)
{
    int radius = filters[resizer->filter].radius;
    if (clip_side(&region.x, &region.width, source_width, geometry->width, radius, &crop->x, &crop->width) != 0 ||
        clip_side(&region.y, &region.height, source_height, geometry->height, radius, &crop->y, &crop->height) != 0)
        return error_set(error, "cannot resize an image: the region lies outside of its %d x %d pixels", source_width,
                         source_height);
    geometry->crop_width = crop->width;
    geometry->crop_height = crop->height;
    geometry->inside = region;
    return 0;
}

static int same_geometry(const struct resize_geometry *a, const struct resize_geometry *b)
{
    return a->crop_width == b->crop_width && a->crop_height == b->crop_height && a->width == b->width &&
           a->height == b->height && a->words == b->words && a->inside.x == b->inside.x && a->inside.y == b->inside.y &&
           a->inside.width == b->inside.width && a->inside.height == b->inside.height;
}

/* ---- filters ---- */

/* To words, values are widened by a shift (what zimg calls limited range); to bytes, they keep their range. */
static zimg_image_format format(int width, int height, int is_word, int words)
{
    zimg_image_format format;
    zimg_image_format_default(&format, ZIMG_API_VERSION);
    format.width = (unsigned)width;
    format.height = (unsigned)height;
    format.pixel_type = is_word ? ZIMG_PIXEL_WORD : ZIMG_PIXEL_BYTE;
    format.color_family = ZIMG_COLOR_GREY;
    format.pixel_range = words ? ZIMG_RANGE_LIMITED : ZIMG_RANGE_FULL;
    return format;
}

/* The vectors of zimg 3.0.4 that compute what they should. Those of 64 bytes mistake pixels where 16 outputs begin 31
 * pixels apart, which takes shrinking by more than 2; all count twice some of a column's taps where those are more than
 * 16 and the row begins and ends within one vector. */
static zimg_cpu_type_e choose_vectors(const struct resize_geometry *geometry)
{
    if (geometry->crop_width < NARROW && geometry->inside.height > 4 * geometry->height) return ZIMG_CPU_NONE;
    return geometry->inside.width > 2 * geometry->width ? ZIMG_CPU_AUTO : ZIMG_CPU_AUTO_64B;
}

static int build(struct resize_graph *graph, enum resize_filter filter, const struct resize_geometry *geometry,
                 struct error *error)
{
    int words = geometry->words;
    zimg_image_format source = format(geometry->crop_width, geometry->crop_height, 0, words);
    zimg_image_format destination = format(geometry->width, geometry->height, words, words);
    source.active_region.left = geometry->inside.x;
    source.active_region.top = geometry->inside.y;
    source.active_region.width = geometry->inside.width;
    source.active_region.height = geometry->inside.height;
    zimg_graph_builder_params parameters;
    zimg_graph_builder_params_default(&parameters, ZIMG_API_VERSION);
    parameters.resample_filter = filters[filter].name;
    parameters.filter_param_a = filters[filter].a;
    parameters.filter_param_b = filters[filter].b;
    parameters.cpu_type = choose_vectors(geometry);
    *graph = (struct resize_graph){.geometry = *geometry};
    graph->filter = zimg_filter_graph_build(&source, &destination, &parameters);
    if (!graph->filter || zimg_filter_graph_get_tmp_size(graph->filter, &graph->temporary) != ZIMG_ERROR_SUCCESS)
        return fail(error);
    return 0;
}

/* The geometry's filter, to the front of those remembered; built in the oldest one's place where it is new. */
static int find_graph(struct resizer *resizer, const struct resize_geometry *geometry, struct error *error)
{
    struct resize_graph *graphs = resizer->graphs, found;
    int at = 0;
    while (at < RESIZE_GEOMETRIES - 1 && graphs[at].filter && !same_geometry(&graphs[at].geometry, geometry)) at++;
    found = graphs[at];
    memmove(graphs + 1, graphs, (size_t)at * sizeof *graphs);
    graphs[0] = found;
    if (found.filter && same_geometry(&found.geometry, geometry)) return 0;
    if (found.filter) zimg_filter_graph_free(found.filter);
    return build(&graphs[0], resizer->filter, geometry, error);
}

/* ---- running ---- */

/* Makes sure of `size` aligned bytes of scratch. */
static int reserve(struct resizer *resizer, size_t size, struct error *error)
{
    if (size <= resizer->capacity) return 0;
    free(resizer->memory);
    resizer->capacity = 0;
    resizer->memory = aligned_alloc(RESIZE_ALIGNMENT, resize_align(size));
    if (!resizer->memory) return error_set(error, "out of memory to resize an image");
    resizer->capacity = size;
    return 0;
}

static int is_aligned(const void *pixels, size_t stride)
{
    return (uintptr_t)pixels % RESIZE_ALIGNMENT == 0 && stride % RESIZE_ALIGNMENT == 0;
}

/* Runs the first graph from aligned rows to aligned rows. */
static int run(const struct resizer *resizer, const void *input, size_t input_stride, void *output,
               size_t output_stride, void *temporary, struct error *error)
{
    zimg_image_buffer_const source = {.version = ZIMG_API_VERSION};
    zimg_image_buffer destination = {.version = ZIMG_API_VERSION};
    source.plane[0].data = input;
    source.plane[0].stride = (ptrdiff_t)input_stride;
    source.plane[0].mask = ZIMG_BUFFER_MAX;
    destination.plane[0].data = output;
    destination.plane[0].stride = (ptrdiff_t)output_stride;
    destination.plane[0].mask = ZIMG_BUFFER_MAX;
    if (zimg_filter_graph_process(resizer->graphs[0].filter, &source, &destination, temporary, NULL, NULL, NULL,
                                  NULL) != ZIMG_ERROR_SUCCESS)
        return fail(error);
    return 0;
}

/* The crop's rows where they lie if they are aligned, else a copy of them at `rows`; *stride is theirs. */
static const unsigned char *align_crop(const struct plane *source, const struct crop *crop, unsigned char *rows,
                                       size_t *stride)
{
    const unsigned char *first = source->pixels + (size_t)crop->y * source->stride + crop->x;
    *stride = source->stride;
    if (is_aligned(first, *stride)) return first;
    *stride = resize_align((size_t)crop->width);
    for (int y = 0; y < crop->height; y++)
        memcpy(rows + (size_t)y * *stride, first + (size_t)y * source->stride, (size_t)crop->width);
    return rows;
}

/* Scales one plane to aligned rows; `spare` is where its crop may be copied to, before the graph's own scratch. */
static int scale(const struct resizer *resizer, const struct plane *source, const struct crop *crop, void *output,
                 size_t output_stride, unsigned char *spare, struct error *error)
{
    size_t stride;
    const unsigned char *input = align_crop(source, crop, spare, &stride);
    unsigned char *temporary = spare + resize_align((size_t)crop->width) * (size_t)crop->height;
    return run(resizer, input, stride, output, output_stride, temporary, error);
}

/* Finds the filter for a region and makes room for it, for a copy of the crop and for `extra` bytes before both. */
static int prepare(struct resizer *resizer, const struct plane *source, struct region region, size_t extra,
                   struct resize_geometry geometry, struct crop *crop, struct error *error)
{
    size_t copy;
    if (plan(resizer, source->width, source->height, region, crop, &geometry, error) != 0) return -1;
    if (find_graph(resizer, &geometry, error) != 0) return -1;
    if (size_multiply(resize_align((size_t)crop->width), (size_t)crop->height, &copy) != 0)
        return error_set(error, "cannot resize an image: it is too large");
    return reserve(resizer, extra + copy + resizer->graphs[0].temporary, error);
}

int resize_plane(struct resizer *resizer, const struct plane *source, struct region region, uint16_t *destination,
                 size_t stride, int width, int height, struct error *error)
{
    struct crop crop;
    struct resize_geometry geometry = {.width = width, .height = height, .words = 1};
    if (prepare(resizer, source, region, 0, geometry, &crop, error) != 0) return -1;
    return scale(resizer, source, &crop, destination, stride * sizeof *destination, resizer->memory, error);
}

int resize_region(struct resizer *resizer, const struct planes *source, struct region region,
                  unsigned char *destination, int width, int height, struct error *error)
{
    struct crop crop;
    struct resize_geometry geometry = {.width = width, .height = height};
    struct plane plane = {source->pixels, source->width, source->height, source->stride};
    size_t stride = resize_align((size_t)width), scaled = stride * (size_t)height;
    if (prepare(resizer, &plane, region, scaled, geometry, &crop, error) != 0) return -1;
    for (int c = 0; c < PLANES; c++) {
        if (scale(resizer, &plane, &crop, resizer->memory, stride, resizer->memory + scaled, error) != 0) return -1;
        for (int y = 0; y < height; y++, destination += width)
            memcpy(destination, resizer->memory + (size_t)y * stride, (size_t)width);
        plane.pixels += (size_t)source->height * source->stride;
    }
    return 0;
}
