/* thumbnail.c - see thumbnail.h. A JPEG's planes are scaled as they are stored and become RGB at their final size: less
 * work than the other way round, and no rounding between. */
#include "datasets/thumbnail.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/colour.h"
#include "datasets/orientation.h"

enum { PLANES = DECODED_PLANES, LARGE_BYTES = 16 << 20 };

int thumbnail_init(struct thumbnail *thumbnail, struct thumbnail_kind *kind, struct error *error)
{
    size_t size = (size_t)kind->size, stride = resize_align(size * sizeof(uint16_t)) / sizeof(uint16_t);
    *thumbnail = (struct thumbnail){
        .kind = kind,
        .words = aligned_alloc(RESIZE_ALIGNMENT, PLANES * size * stride * sizeof(uint16_t)),
        .stride = stride,
        .stored = malloc(PLANES * size * size),
    };
    if (thumbnail->words && thumbnail->stored) return 0;
    thumbnail_release(thumbnail);
    return error_set(error, "out of memory for images of %d pixels", kind->size);
}

void thumbnail_release(struct thumbnail *thumbnail)
{
    decoded_release(&thumbnail->decoded);
    resizer_release(&thumbnail->resizer);
    free(thumbnail->words);
    free(thumbnail->stored);
    *thumbnail = (struct thumbnail){0};
}

/* The part of a width x height image that fills the square. */
static struct region choose_region(const struct region *box, int width, int height, enum thumbnail_fit fit)
{
    struct region region = {0, 0, width, height};
    if (box->width > 0 && box->height > 0) {
        double right = fmin(box->x + box->width, width), bottom = fmin(box->y + box->height, height);
        region = (struct region){fmax(box->x, 0), fmax(box->y, 0), 0, 0};
        region.width = right - region.x;
        region.height = bottom - region.y;
    }
    if (fit == THUMBNAIL_STRETCH) return region;
    double side = fmin(region.width, region.height);
    return (struct region){region.x + (region.width - side) / 2, region.y + (region.height - side) / 2, side, side};
}

static uint16_t *words_of(const struct thumbnail *thumbnail, int plane)
{
    return thumbnail->words + (size_t)plane * (size_t)thumbnail->kind->size * thumbnail->stride;
}

/* Cuts and scales each decoded plane. */
static int scale_planes(struct thumbnail *thumbnail, const struct region *box, struct error *error)
{
    const struct decoded *decoded = &thumbnail->decoded;
    int size = thumbnail->kind->size;
    struct region region = choose_region(box, decoded->width, decoded->height, thumbnail->kind->fit);
    for (int c = 0; c < decoded->plane_count; c++) {
        double across = decoded->planes[c].across, down = decoded->planes[c].down;
        struct region part = {region.x * across, region.y * down, region.width * across, region.height * down};
        if (resize_plane(&thumbnail->resizer, &decoded->planes[c].plane, part, words_of(thumbnail, c),
                         thumbnail->stride, size, size, error) != 0)
            return -1;
    }
    return 0;
}

/* Scaled planes to RGB. */
static void colour_planes(const struct thumbnail *thumbnail, unsigned char *planes)
{
    const struct decoded *decoded = &thumbnail->decoded;
    size_t size = (size_t)thumbnail->kind->size, plane = size * size;
    for (size_t y = 0; y < size; y++) {
        const uint16_t *words[PLANES];
        unsigned char *row = planes + y * size;
        for (int c = 0; c < PLANES; c++)
            words[c] = words_of(thumbnail, c < decoded->plane_count ? c : 0) + y * thumbnail->stride;
        if (decoded->is_ycc)
            colour_from_ycc(words[0], words[1], words[2], (int)size, row, row + plane, row + 2 * plane);
        else
            for (size_t c = 0; c < PLANES; c++) colour_round(words[c], (int)size, row + c * plane);
    }
}

/* Decodes at least twice the pixels that are needed, so that scaling has something to work on. */
static int decode_and_scale(struct thumbnail *thumbnail, const unsigned char *bytes, size_t size,
                            const struct region *box, size_t most, struct error *error)
{
    struct decode_want want = {.part = *box, .least = 2 * thumbnail->kind->size, .most = most};
    int status = decode_image(&thumbnail->decoded, bytes, size, &want, error);
    return status == 0 ? scale_planes(thumbnail, box, error) : status;
}

/* Images that take much memory wait for one another and leave none behind. */
static int decode_large(struct thumbnail *thumbnail, const unsigned char *bytes, size_t size, const struct region *box,
                        struct error *error)
{
    pthread_mutex_lock(&thumbnail->kind->large);
    int status = decode_and_scale(thumbnail, bytes, size, box, 0, error);
    decoded_drop_pixels(&thumbnail->decoded);
    resizer_release(&thumbnail->resizer);
    pthread_mutex_unlock(&thumbnail->kind->large);
    return status;
}

int thumbnail_make(struct thumbnail *thumbnail, const unsigned char *bytes, size_t size, const struct region *box,
                   unsigned char *planes, struct error *error)
{
    int status = decode_and_scale(thumbnail, bytes, size, box, LARGE_BYTES, error);
    if (status == DECODE_LARGE) status = decode_large(thumbnail, bytes, size, box, error);
    if (status != 0) return -1;
    int is_upright = thumbnail->decoded.orientation <= 1;
    colour_planes(thumbnail, is_upright ? planes : thumbnail->stored);
    if (!is_upright)
        orientation_apply(thumbnail->decoded.orientation, thumbnail->stored, thumbnail->kind->size, planes);
    return 0;
}
