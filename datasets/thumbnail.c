/* thumbnail.c - see thumbnail.h. A JPEG's planes are scaled as stored and converted to RGB at their final size: less
 * work than the other way round, and no rounding in between. */
#include "datasets/thumbnail.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/orientation.h"

enum { LARGE_BYTES = 16 << 20 };

int thumbnail_init(struct thumbnail *thumbnail, struct thumbnail_kind *kind, struct error *error)
{
    size_t size = (size_t)kind->size;
    *thumbnail = (struct thumbnail){.kind = kind, .stored = malloc(DECODED_PLANES * size * size)};
    if (thumbnail->stored) return 0;
    thumbnail_release(thumbnail);
    return error_set(error, "out of memory for images of %d pixels", kind->size);
}

void thumbnail_release(struct thumbnail *thumbnail)
{
    decoded_release(&thumbnail->decoded);
    resizer_release(&thumbnail->resizer);
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

/* The region's part of a decoded plane. */
static struct resize_part choose_part(const struct decoded_plane *plane, const struct region *region)
{
    return (struct resize_part){plane->plane,
                                {region->x * plane->across, region->y * plane->down, region->width * plane->across,
                                 region->height * plane->down}};
}

/* Crops, scales and converts the decoded image to planes (3, size, size), still in the stored orientation. */
static int scale_planes(struct thumbnail *thumbnail, const struct region *box, unsigned char *planes,
                        struct error *error)
{
    const struct decoded *decoded = &thumbnail->decoded;
    int size = thumbnail->kind->size;
    size_t plane = (size_t)size * (size_t)size;
    struct region region = choose_region(box, decoded->width, decoded->height, thumbnail->kind->fit);
    struct resize_part parts[DECODED_PLANES];
    for (int c = 0; c < decoded->plane_count; c++) parts[c] = choose_part(&decoded->planes[c], &region);
    if (decoded->is_ycc) return resize_ycc(&thumbnail->resizer, parts, planes, size, size, error);
    for (int c = 0; c < decoded->plane_count; c++)
        if (resize_plane(&thumbnail->resizer, &parts[c], planes + (size_t)c * plane, size, size, error) != 0) return -1;
    for (int c = decoded->plane_count; c < DECODED_PLANES; c++) memcpy(planes + (size_t)c * plane, planes, plane);
    return 0;
}

static int is_upright(const struct thumbnail *thumbnail)
{
    return thumbnail->decoded.orientation <= 1;
}

/* Decodes to at least twice the needed size, so that scaling has detail to work on. Images that must be turned go to
 * `stored`. */
static int decode_and_scale(struct thumbnail *thumbnail, const unsigned char *bytes, size_t size,
                            const struct region *box, size_t most, unsigned char *planes, struct error *error)
{
    struct decode_want want = {.part = *box, .least = 2 * thumbnail->kind->size, .most = most};
    int status = decode_image(&thumbnail->decoded, bytes, size, &want, error);
    if (status != 0) return status;
    return scale_planes(thumbnail, box, is_upright(thumbnail) ? planes : thumbnail->stored, error);
}

/* Images that need much memory are decoded one at a time, and their memory is freed afterwards. */
static int decode_large(struct thumbnail *thumbnail, const unsigned char *bytes, size_t size, const struct region *box,
                        unsigned char *planes, struct error *error)
{
    pthread_mutex_lock(&thumbnail->kind->large);
    int status = decode_and_scale(thumbnail, bytes, size, box, 0, planes, error);
    decoded_drop_pixels(&thumbnail->decoded);
    resizer_release(&thumbnail->resizer);
    pthread_mutex_unlock(&thumbnail->kind->large);
    return status;
}

int thumbnail_make(struct thumbnail *thumbnail, const unsigned char *bytes, size_t size, const struct region *box,
                   unsigned char *planes, struct error *error)
{
    int status = decode_and_scale(thumbnail, bytes, size, box, LARGE_BYTES, planes, error);
    if (status == DECODE_LARGE) status = decode_large(thumbnail, bytes, size, box, planes, error);
    if (status != 0) return -1;
    if (!is_upright(thumbnail))
        orientation_apply(thumbnail->decoded.orientation, thumbnail->stored, thumbnail->kind->size, planes);
    return 0;
}
