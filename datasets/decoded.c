/* decoded.c - see decoded.h. */
#include "datasets/decoded.h"

#include <stdlib.h>

#include "base/arena.h"

void decoded_release(struct decoded *decoded)
{
    free(decoded->memory);
    *decoded = (struct decoded){0};
}

void decoded_drop_pixels(struct decoded *decoded)
{
    free(decoded->memory);
    decoded->memory = NULL;
    decoded->capacity = 0;
}

int decoded_check(const struct decode_want *want, unsigned width, unsigned height, double bytes, struct error *error)
{
    if (width == 0 || height == 0 || bytes > DECODED_BYTES_MAX)
        return error_set(error, "%u x %u pixels take %.0f MB to decode; at most %d are allowed", width, height,
                         bytes / (1 << 20), DECODED_BYTES_MAX >> 20);
    return want->most > 0 && bytes > (double)want->most ? DECODE_LARGE : 0;
}

static int reserve(struct decoded *decoded, size_t size, struct error *error)
{
    if (size <= decoded->capacity) return 0;
    free(decoded->memory);
    decoded->capacity = 0;
    decoded->memory = aligned_alloc(ARENA_ALIGNMENT, arena_round(size));
    if (!decoded->memory)
        return error_set(error, "out of memory for an image of %d x %d pixels", decoded->width, decoded->height);
    decoded->capacity = size;
    return 0;
}

int decoded_place(struct decoded *decoded, size_t extra_bytes, unsigned char **extra, struct error *error)
{
    size_t at[DECODED_PLANES + 1] = {0};
    for (int c = 0; c < decoded->plane_count; c++) {
        struct plane *plane = &decoded->planes[c].plane;
        plane->stride = arena_round((size_t)plane->width);
        at[c + 1] = at[c] + plane->stride * (size_t)plane->height;
    }
    if (reserve(decoded, at[decoded->plane_count] + extra_bytes, error) != 0) return -1;
    for (int c = 0; c < decoded->plane_count; c++) decoded->planes[c].plane.pixels = decoded->memory + at[c];
    if (extra) *extra = decoded->memory + at[decoded->plane_count];
    return 0;
}

int decoded_place_rgb(struct decoded *decoded, int width, int height, double scale, size_t extra_bytes,
                      unsigned char **extra, struct error *error)
{
    decoded->plane_count = DECODED_PLANES;
    decoded->is_ycc = 0;
    for (int c = 0; c < DECODED_PLANES; c++)
        decoded->planes[c] = (struct decoded_plane){{NULL, width, height, 0}, scale, scale};
    return decoded_place(decoded, extra_bytes, extra, error);
}

unsigned char *decoded_row(const struct decoded *decoded, int plane, int y)
{
    const struct plane *at = &decoded->planes[plane].plane;
    return decoded->memory + (at->pixels - decoded->memory) + (size_t)y * at->stride;
}
