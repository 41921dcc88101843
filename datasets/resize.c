/* resize.c - see resize.h. Whole rows are combined and the result is transposed (datasets/rows.h). Doing that twice
 * scales both sides and restores the orientation. */
#include "datasets/resize.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/number.h"
#include "datasets/color.h"
#include "datasets/rows.h"

enum { SCRATCH_BYTES_MAX = 240 << 20 };

/* Source pixels [first, end). */
struct span {
    int first, end;
};

/* The scaling of one plane. */
struct scaling {
    struct plane source;
    const struct taps *across, *down;
    struct span columns; /* of the source that are read */
    size_t stride;       /* of rows of those columns */
    float *turned;       /* (source's columns, height): scaled in height */
};

/* The planes of one image, and what they share. Strides are whole cache lines. */
struct resizing {
    int width, height, plane_count;
    void (*finish)(const float *const values[], size_t count, unsigned char *const bytes[]);
    size_t stride; /* of columns of the scaled height */
    struct scaling plane[RESIZE_PLANES];
    float *rows;                         /* of a source, for one band */
    float *band[RESIZE_PLANES];          /* (ROWS_BAND, the larger of a plane's stride and this) */
    unsigned char *bytes[RESIZE_PLANES]; /* (ROWS_BAND, stride) */
};

void resizer_release(struct resizer *resizer)
{
    for (int i = 0; i < RESIZE_PLANES; i++) {
        taps_release(&resizer->across[i]);
        taps_release(&resizer->down[i]);
    }
    free(resizer->memory);
    *resizer = (struct resizer){0};
}

/* ---- planning ---- */

/* The taps of a plane's side, clipped to the source's [0, limit): an earlier plane's, this plane's last ones, or new
 * ones. NULL with the error set on failure. */
static const struct taps *find_taps(struct taps *taps, int plane, struct taps_request request, struct error *error)
{
    double low = fmax(request.start, 0), high = fmin(request.start + request.length, request.limit);
    request.start = low;
    request.length = high - low;
    if (!(high > low)) {
        error_set(error, "cannot resize an image: the region lies outside of its pixels, %d on one side",
                  request.limit);
        return NULL;
    }
    for (int i = 0; i <= plane; i++)
        if (taps_serve(&taps[i], &request)) return &taps[i];
    taps_release(&taps[plane]);
    return taps_init(&taps[plane], &request, error) == 0 ? &taps[plane] : NULL;
}

/* What the taps of scaled pixels [from, to) read. */
static struct span taps_span(const struct taps *taps, int from, int to)
{
    return (struct span){taps->first[from], taps->first[to - 1] + taps->count};
}

static struct span band_span(const struct taps *taps, int from)
{
    return taps_span(taps, from, number_smaller(from + ROWS_BAND, taps->request.size));
}

/* An odd number of cache lines, so that the lines of a column do not map to the same cache set. */
static size_t choose_stride(int count)
{
    size_t line = ARENA_ALIGNMENT / sizeof(float);
    return (((size_t)count + line - 1) / line | 1) * line;
}

static int plan_plane(struct scaling *s, struct resizer *resizer, const struct resize_part *part, int plane, int width,
                      int height, struct error *error)
{
    const struct region *region = &part->region;
    struct taps_request across = {resizer->filter, part->plane.width, width, region->x, region->width};
    struct taps_request down = {resizer->filter, part->plane.height, height, region->y, region->height};
    s->source = part->plane;
    s->across = find_taps(resizer->across, plane, across, error);
    s->down = find_taps(resizer->down, plane, down, error);
    if (!s->across || !s->down) return -1;
    s->columns = taps_span(s->across, 0, width);
    s->stride = choose_stride(s->columns.end - s->columns.first);
    return 0;
}

static void carve(struct resizing *r, struct arena *arena)
{
    size_t rows = 0, stride = r->stride;
    for (int i = 0; i < r->plane_count; i++) {
        struct scaling *s = &r->plane[i];
        for (int y = 0; y < r->height; y += ROWS_BAND) {
            struct span span = band_span(s->down, y);
            rows = number_larger_size(rows, (size_t)(span.end - span.first) * s->stride);
        }
        stride = number_larger_size(stride, s->stride);
        s->turned = arena_take(arena, (size_t)(s->columns.end - s->columns.first) * r->stride, sizeof(float));
    }
    r->rows = arena_take(arena, rows, sizeof(float));
    for (int i = 0; i < r->plane_count; i++) {
        r->band[i] = arena_take(arena, ROWS_BAND * stride, sizeof(float));
        r->bytes[i] = arena_take(arena, ROWS_BAND * r->stride, 1);
    }
}

/* Makes sure of `size` aligned bytes of scratch memory. They are zeroed, so that the padding of strides holds no
 * denormals, which are slow. */
static int reserve(struct resizer *resizer, size_t size, struct error *error)
{
    if (size <= resizer->capacity) return 0;
    free(resizer->memory);
    resizer->capacity = 0;
    resizer->memory = aligned_alloc(ARENA_ALIGNMENT, arena_round(size));
    if (!resizer->memory) return error_set(error, "out of memory to resize an image");
    memset(resizer->memory, 0, size);
    resizer->capacity = size;
    return 0;
}

static int plan(struct resizing *r, struct resizer *resizer, const struct resize_part *parts, struct error *error)
{
    struct arena arena = arena_measure();
    r->stride = choose_stride(r->height);
    for (int i = 0; i < r->plane_count; i++)
        if (plan_plane(&r->plane[i], resizer, &parts[i], i, r->width, r->height, error) != 0) return -1;
    carve(r, &arena);
    if (arena.peak > SCRATCH_BYTES_MAX)
        return error_set(error, "cannot resize an image of %d x %d pixels: it takes %zu MB; at most %d are allowed",
                         parts->plane.width, parts->plane.height, arena.peak >> 20, SCRATCH_BYTES_MAX >> 20);
    if (reserve(resizer, arena.peak, error) != 0) return -1;
    arena = (struct arena){.memory = resizer->memory, .capacity = resizer->capacity};
    carve(r, &arena);
    return 0;
}

/* ---- the two turns ---- */

/* Scales a plane's height: the source's columns become rows of `turned`. */
static void scale_down(const struct resizing *r, const struct scaling *s)
{
    size_t width = (size_t)(s->columns.end - s->columns.first);
    for (int y = 0; y < r->height; y += ROWS_BAND) {
        struct span rows = band_span(s->down, y);
        for (int i = rows.first; i < rows.end; i++)
            rows_widen(s->source.pixels + (size_t)i * s->source.stride + s->columns.first, width,
                       r->rows + (size_t)(i - rows.first) * s->stride);
        rows_combine(s->down, y, r->rows, rows.first, s->stride, r->band[0]);
        rows_turn(r->band[0], s->stride, width, s->turned + y, r->stride);
    }
}

/* Converts one row of the band to bytes, without the padding of its stride. */
static void finish_row(const struct resizing *r, size_t row)
{
    const float *values[RESIZE_PLANES];
    unsigned char *bytes[RESIZE_PLANES];
    for (int i = 0; i < r->plane_count; i++) {
        values[i] = r->band[i] + row * r->stride;
        bytes[i] = r->bytes[i] + row * r->stride;
    }
    r->finish(values, (size_t)r->height, bytes);
}

/* Scales ROWS_BAND columns of the destination from `x` on: they are rows of `turned`, and become bytes before they are
 * turned. */
static void scale_across(const struct resizing *r, int x, unsigned char *destination)
{
    int count = number_smaller(ROWS_BAND, r->width - x);
    for (int i = 0; i < r->plane_count; i++) {
        const struct scaling *s = &r->plane[i];
        rows_combine(s->across, x, s->turned, s->columns.first, r->stride, r->band[i]);
    }
    for (int row = 0; row < count; row++) finish_row(r, (size_t)row);
    for (int i = 0; i < r->plane_count; i++)
        rows_turn_bytes(r->bytes[i], r->stride, (size_t)r->height, (size_t)count,
                        destination + (size_t)i * (size_t)r->height * (size_t)r->width + x, (size_t)r->width);
}

/* ---- all of it ---- */

static int run(struct resizing *r, struct resizer *resizer, const struct resize_part *parts, unsigned char *destination,
               struct error *error)
{
    if (plan(r, resizer, parts, error) != 0) return -1;
    for (int i = 0; i < r->plane_count; i++) scale_down(r, &r->plane[i]);
    for (int x = 0; x < r->width; x += ROWS_BAND) scale_across(r, x, destination);
    return 0;
}

int resize_plane(struct resizer *resizer, const struct resize_part *part, unsigned char *destination, int width,
                 int height, struct error *error)
{
    struct resizing r = {.width = width, .height = height, .plane_count = 1, .finish = color_round};
    return run(&r, resizer, part, destination, error);
}

int resize_ycc(struct resizer *resizer, const struct resize_part parts[RESIZE_PLANES], unsigned char *destination,
               int width, int height, struct error *error)
{
    struct resizing r = {.width = width, .height = height, .plane_count = RESIZE_PLANES, .finish = color_from_ycc};
    return run(&r, resizer, parts, destination, error);
}

int resize_region(struct resizer *resizer, const struct planes *source, struct region region,
                  unsigned char *destination, int width, int height, struct error *error)
{
    struct resize_part part = {{source->pixels, source->width, source->height, source->stride}, region};
    for (int i = 0; i < RESIZE_PLANES; i++, destination += (size_t)height * (size_t)width) {
        if (resize_plane(resizer, &part, destination, width, height, error) != 0) return -1;
        part.plane.pixels += (size_t)source->height * source->stride;
    }
    return 0;
}
