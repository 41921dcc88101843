/* resize.c - see resize.h. */
#include "datasets/resize.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <zimg.h>

#include "base/file.h"

enum { ALIGNMENT = 64, PLANES = 3 };

/* Whole pixels cut out of the source. */
struct crop {
    int x, y, width, height;
};

void resizer_release(struct resizer *resizer)
{
    if (resizer->graph) zimg_filter_graph_free(resizer->graph);
    free(resizer->memory);
    *resizer = (struct resizer){0};
}

static size_t align(size_t size)
{
    return (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

static int fail(struct error *error)
{
    char message[256];
    zimg_get_last_error(message, sizeof message);
    zimg_clear_last_error();
    return error_set(error, "cannot resize an image: %s", message);
}

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

static int same_geometry(const struct resizer *resizer, const struct crop *crop, const struct region *inside, int width,
                         int height)
{
    return resizer->graph && resizer->crop_width == crop->width && resizer->crop_height == crop->height &&
           resizer->width == width && resizer->height == height && resizer->inside.x == inside->x &&
           resizer->inside.y == inside->y && resizer->inside.width == inside->width &&
           resizer->inside.height == inside->height;
}

static zimg_image_format format(int width, int height)
{
    zimg_image_format format;
    zimg_image_format_default(&format, ZIMG_API_VERSION);
    format.width = (unsigned)width;
    format.height = (unsigned)height;
    format.pixel_type = ZIMG_PIXEL_BYTE;
    format.color_family = ZIMG_COLOR_RGB;
    format.pixel_range = ZIMG_RANGE_FULL;
    return format;
}

/* Builds the filter graph for a geometry, unless it is the last one. */
static int set_geometry(struct resizer *resizer, const struct crop *crop, const struct region *inside, int width,
                        int height, struct error *error)
{
    if (same_geometry(resizer, crop, inside, width, height)) return 0;
    if (resizer->graph) zimg_filter_graph_free(resizer->graph);
    zimg_image_format source = format(crop->width, crop->height), destination = format(width, height);
    source.active_region.left = inside->x;
    source.active_region.top = inside->y;
    source.active_region.width = inside->width;
    source.active_region.height = inside->height;
    zimg_graph_builder_params parameters;
    zimg_graph_builder_params_default(&parameters, ZIMG_API_VERSION);
    parameters.resample_filter = filters[resizer->filter].name;
    parameters.filter_param_a = filters[resizer->filter].a;
    parameters.filter_param_b = filters[resizer->filter].b;
    parameters.cpu_type = ZIMG_CPU_AUTO_64B;
    resizer->graph = zimg_filter_graph_build(&source, &destination, &parameters);
    if (!resizer->graph) return fail(error);
    if (zimg_filter_graph_get_tmp_size(resizer->graph, &resizer->temporary) != ZIMG_ERROR_SUCCESS) return fail(error);
    resizer->crop_width = crop->width;
    resizer->crop_height = crop->height;
    resizer->inside = *inside;
    resizer->width = width;
    resizer->height = height;
    return 0;
}

/* Makes sure of `size` aligned bytes of scratch. */
static int reserve(struct resizer *resizer, size_t size, struct error *error)
{
    if (size <= resizer->capacity) return 0;
    free(resizer->memory);
    resizer->capacity = 0;
    resizer->memory = aligned_alloc(ALIGNMENT, align(size));
    if (!resizer->memory) return error_set(error, "out of memory to resize an image");
    resizer->capacity = size;
    return 0;
}

/* Copies a crop of the source into aligned rows. */
static void copy_crop(const struct planes *source, const struct crop *crop, unsigned char *rows, size_t stride)
{
    for (int plane = 0; plane < PLANES; plane++)
        for (int y = 0; y < crop->height; y++) {
            size_t row = (size_t)plane * (size_t)source->height + (size_t)(crop->y + y);
            memcpy(rows, source->pixels + row * source->stride + crop->x, (size_t)crop->width);
            rows += stride;
        }
}

/* Runs the graph from aligned rows to aligned rows. */
static int run(const struct resizer *resizer, const unsigned char *input, size_t input_stride, unsigned char *output,
               size_t output_stride, void *temporary, struct error *error)
{
    zimg_image_buffer_const source = {.version = ZIMG_API_VERSION};
    zimg_image_buffer destination = {.version = ZIMG_API_VERSION};
    for (int plane = 0; plane < PLANES; plane++) {
        source.plane[plane].data = input + (size_t)plane * (size_t)resizer->crop_height * input_stride;
        source.plane[plane].stride = (ptrdiff_t)input_stride;
        source.plane[plane].mask = ZIMG_BUFFER_MAX;
        destination.plane[plane].data = output + (size_t)plane * (size_t)resizer->height * output_stride;
        destination.plane[plane].stride = (ptrdiff_t)output_stride;
        destination.plane[plane].mask = ZIMG_BUFFER_MAX;
    }
    if (zimg_filter_graph_process(resizer->graph, &source, &destination, temporary, NULL, NULL, NULL, NULL) !=
        ZIMG_ERROR_SUCCESS)
        return fail(error);
    return 0;
}

int resize_region(struct resizer *resizer, const struct planes *source, struct region region,
                  unsigned char *destination, int width, int height, struct error *error)
{
    struct crop crop;
    int radius = filters[resizer->filter].radius;
    if (clip_side(&region.x, &region.width, source->width, width, radius, &crop.x, &crop.width) != 0 ||
        clip_side(&region.y, &region.height, source->height, height, radius, &crop.y, &crop.height) != 0)
        return error_set(error, "cannot resize an image: the region lies outside of its %d x %d pixels", source->width,
                         source->height);
    if (set_geometry(resizer, &crop, &region, width, height, error) != 0) return -1;

    size_t input_stride = align((size_t)crop.width), output_stride = align((size_t)width), input, output;
    if (size_multiply(PLANES * input_stride, (size_t)crop.height, &input) != 0 ||
        size_multiply(PLANES * output_stride, (size_t)height, &output) != 0)
        return error_set(error, "cannot resize an image: it is too large");
    if (reserve(resizer, input + output + resizer->temporary, error) != 0) return -1;
    unsigned char *rows = resizer->memory, *scaled = rows + input;
    copy_crop(source, &crop, rows, input_stride);
    if (run(resizer, rows, input_stride, scaled, output_stride, scaled + output, error) != 0) return -1;
    for (size_t row = 0; row < PLANES * (size_t)height; row++)
        memcpy(destination + row * (size_t)width, scaled + row * output_stride, (size_t)width);
    return 0;
}
