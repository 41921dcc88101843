/* test_resize.c - scaling against Pillow's (tests/fixtures/resize.py), against the formula, and at the edges of what
 * can be asked. */
#include "datasets/resize.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "base/random.h"

enum { SIDE_MAX = 64, STRIDE = SIDE_MAX + 5 };

/* Pillow rounds between its two passes. */
enum { TOLERANCE = 1 };

static int pattern(int x, int y)
{
    return 64 + (x * x * 7 + y * 13 * x + y * 29) % 128;
}

/* Three planes with rows longer than the image: red the pattern, green its complement, blue 7. */
static struct planes make_source(unsigned char *pixels, int width, int height)
{
    size_t plane = (size_t)height * STRIDE;
    memset(pixels, 99, 3 * plane);
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            unsigned char *at = pixels + (size_t)y * STRIDE + x;
            at[0] = (unsigned char)pattern(x, y);
            at[plane] = (unsigned char)(255 - pattern(x, y));
            at[2 * plane] = 7;
        }
    return (struct planes){pixels, width, height, STRIDE};
}

Test(resize, gives_what_pillow_gives)
{
    static unsigned char pixels[3 * SIDE_MAX * STRIDE], scaled[3 * SIDE_MAX * SIDE_MAX];
    static const enum resize_filter filters[] = {RESIZE_TRIANGLE, RESIZE_CATMULL_ROM}; /* BILINEAR, BICUBIC */
    struct resizer resizer = {0};
    struct region box;
    struct error error;
    int width, height, size, filter, cases = 0;
    FILE *file = fopen("tests/fixtures/resize.txt", "r");
    cr_assert_not_null(file);
    while (fscanf(file, "%d %d %lf %lf %lf %lf %d %d", &width, &height, &box.x, &box.y, &box.width, &box.height, &size,
                  &filter) == 8) {
        struct planes source = make_source(pixels, width, height);
        resizer.filter = filters[filter];
        cr_assert_eq(resize_region(&resizer, &source, box, scaled, size, size, &error), 0, "%s", error.message);
        for (int i = 0; i < size * size; i++) {
            int expected;
            cr_assert_eq(fscanf(file, "%d", &expected), 1);
            cr_assert_eq(scaled[2 * size * size + i], 7);
            cr_assert_leq(abs(scaled[i] - expected), TOLERANCE, "case %d, %d: %d, not %d", cases, i, scaled[i],
                          expected);
            cr_assert_leq(abs(scaled[size * size + i] - (255 - expected)), TOLERANCE);
        }
        cases++;
    }
    fclose(file);
    resizer_release(&resizer);
    cr_assert_eq(cases, 12);
}

Test(resize, copies_at_scale_one)
{
    static unsigned char pixels[3 * SIDE_MAX * STRIDE], scaled[3 * 10 * 12];
    struct planes source = make_source(pixels, 30, 40);
    struct resizer resizer = {0};
    struct error error;
    cr_assert_eq(resize_region(&resizer, &source, (struct region){5, 6, 10, 12}, scaled, 10, 12, &error), 0);
    for (int y = 0; y < 12; y++)
        for (int x = 0; x < 10; x++) cr_assert_eq(scaled[y * 10 + x], pattern(x + 5, y + 6));
    resizer_release(&resizer);
}

Test(resize, clips_regions_and_refuses_empty_ones)
{
    static unsigned char pixels[3 * SIDE_MAX * STRIDE], scaled[3 * 8 * 8], whole[3 * 8 * 8];
    struct planes source = make_source(pixels, 20, 20);
    struct resizer resizer = {0};
    struct error error;
    cr_assert_eq(resize_region(&resizer, &source, (struct region){0, 0, 20, 20}, whole, 8, 8, &error), 0);
    cr_assert_eq(resize_region(&resizer, &source, (struct region){-5, -5, 90, 90}, scaled, 8, 8, &error), 0);
    cr_assert_arr_eq(scaled, whole, sizeof whole);
    cr_assert_eq(resize_region(&resizer, &source, (struct region){20, 0, 5, 5}, scaled, 8, 8, &error), -1);
    cr_assert_eq(resize_region(&resizer, &source, (struct region){3, 3, 0, 5}, scaled, 8, 8, &error), -1);
    resizer_release(&resizer);
}

Test(resize, takes_any_shape)
{
    static unsigned char pixels[3 * SIDE_MAX * STRIDE], scaled[3 * SIDE_MAX * SIDE_MAX];
    static const int sides[] = {1, 2, 3, 17, SIDE_MAX};
    struct resizer resizer = {0};
    struct error error;
    for (int w = 0; w < 5; w++)
        for (int h = 0; h < 5; h++)
            for (int s = 0; s < 5; s++) {
                struct planes source = make_source(pixels, sides[w], sides[h]);
                struct region all = {0, 0, sides[w], sides[h]}, speck = {sides[w] * 0.3, sides[h] * 0.4, 0.01, 0.02};
                cr_assert_eq(resize_region(&resizer, &source, all, scaled, sides[s], sides[s], &error), 0);
                cr_assert_eq(resize_region(&resizer, &source, speck, scaled, sides[s], sides[s], &error), 0);
                cr_assert_eq(scaled[2 * sides[s] * sides[s]], 7);
            }
    resizer_release(&resizer);
}

/* ---- against the formula ---- */

enum { FORMULA_SIZE_MAX = 256, SHRINK_MAX = 4, MARGIN = 20, PADDING = 70, ROWS_CHECKED = 8 };
enum { NOISE_SIDE_MAX = FORMULA_SIZE_MAX * SHRINK_MAX + MARGIN };

static const double tolerance = 0.501; /* the rounding to bytes, and a bit */

static double kernel(enum resize_filter filter, double x)
{
    x = fabs(x);
    if (filter == RESIZE_TRIANGLE) return fmax(1 - x, 0);
    if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
    return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
}

/* What one output looks at along one side. */
struct window {
    double center, scale;
    int first, last;
};

static struct window make_window(enum resize_filter filter, double start, double length, int size, int i)
{
    double step = length / size, scale = fmax(step, 1), center = start + (i + 0.5) * step;
    double reach = (filter == RESIZE_TRIANGLE ? 1 : 2) * scale;
    return (struct window){center, scale, (int)floor(center - reach), (int)ceil(center + reach)};
}

static double formula(enum resize_filter filter, const struct plane *source, const struct window *across,
                      const struct window *down)
{
    double sum = 0, weights = 0;
    for (int y = number_larger(down->first, 0); y <= number_smaller(down->last, source->height - 1); y++) {
        const unsigned char *row = source->pixels + (size_t)y * source->stride;
        double row_weight = kernel(filter, (y + 0.5 - down->center) / down->scale);
        for (int x = number_larger(across->first, 0); x <= number_smaller(across->last, source->width - 1); x++) {
            double weight = row_weight * kernel(filter, (x + 0.5 - across->center) / across->scale);
            sum += weight * row[x];
            weights += weight;
        }
    }
    return sum / weights;
}

/* Noise, within bounds that no overshoot leaves; valid until the next call. */
static struct plane make_noise(int width, int height, struct random *random)
{
    static unsigned char pixels[3 * NOISE_SIDE_MAX * (NOISE_SIDE_MAX + PADDING)];
    size_t stride = (size_t)width + random_below(random, PADDING);
    for (size_t i = 0; i < 3 * stride * (size_t)height; i++)
        pixels[i] = (unsigned char)(64 + random_below(random, 128));
    return (struct plane){pixels, width, height, stride};
}

/* Scales three planes, and compares some rows of the first. */
static void check_formula(struct resizer *resizer, const struct plane *source, struct region part, int size)
{
    static unsigned char bytes[3 * FORMULA_SIZE_MAX * FORMULA_SIZE_MAX];
    struct planes planes = {source->pixels, source->width, source->height, source->stride};
    struct error error;
    cr_assert_eq(resize_region(resizer, &planes, part, bytes, size, size, &error), 0, "%s", error.message);
    for (int y = 0; y < size; y += 1 + size / ROWS_CHECKED) {
        struct window down = make_window(resizer->filter, part.y, part.height, size, y);
        for (int x = 0; x < size; x++) {
            struct window across = make_window(resizer->filter, part.x, part.width, size, x);
            double expected = formula(resizer->filter, source, &across, &down);
            cr_assert_leq(fabs(bytes[y * size + x] - expected), tolerance,
                          "%d x %d, part %g, %g, %g x %g, to %d: at %d, %d %d, not %g", source->width, source->height,
                          part.x, part.y, part.width, part.height, size, x, y, bytes[y * size + x], expected);
        }
    }
}

/* One side of a part: all of it, or from one of its ends, or anywhere. */
static void draw_side(struct random *random, int limit, double *start, double *length)
{
    uint32_t kind = random_below(random, 5);
    *length = kind == 0 ? limit : limit * (0.001 + 0.999 * random_uniform(random));
    *start = kind == 1 ? 0 : (limit - *length) * (kind == 2 ? 1 : random_uniform(random));
}

/* Between 1 and most, small ones as often as large ones. */
static int draw_count(struct random *random, int most)
{
    return (int)pow(most + 0.99, random_uniform(random));
}

Test(resize, follows_the_formula_for_any_shape)
{
    struct resizer resizers[] = {{.filter = RESIZE_TRIANGLE}, {.filter = RESIZE_CATMULL_ROM}};
    for (uint64_t i = 0; i < 600; i++) {
        struct random random = random_stream(1, RANDOM_TEST, 0, i);
        int width = draw_count(&random, 300), height = draw_count(&random, 300), size = draw_count(&random, 64);
        struct plane source = make_noise(width, height, &random);
        struct region part;
        draw_side(&random, width, &part.x, &part.width);
        draw_side(&random, height, &part.y, &part.height);
        check_formula(&resizers[i % 2], &source, part, size);
    }
    for (int f = 0; f < 2; f++) resizer_release(&resizers[f]);
}

/* What packs are made of: shrunk by up to 4 where JPEG's decoder cannot halve once more. */
Test(resize, follows_the_formula_when_preparing)
{
    struct resizer resizer = {.filter = RESIZE_TRIANGLE};
    for (uint64_t i = 0; i < 60; i++) {
        struct random random = random_stream(1, RANDOM_TEST, 1, i);
        int size = 32 + (int)random_below(&random, FORMULA_SIZE_MAX - 31);
        double across = 0.5 + (SHRINK_MAX - 0.5) * random_uniform(&random),
               down = 0.5 + (SHRINK_MAX - 0.5) * random_uniform(&random);
        struct region part = {i % 2 ? MARGIN * random_uniform(&random) : 0, 0, size * across, size * down};
        struct plane source = make_noise((int)ceil(part.x + part.width), (int)ceil(part.height), &random);
        check_formula(&resizer, &source, part, size);
    }
    resizer_release(&resizer);
}

/* Whole pixels of a pack, as random crops are. */
Test(resize, follows_the_formula_when_training)
{
    struct resizer resizer = {.filter = RESIZE_CATMULL_ROM};
    for (uint64_t i = 0; i < 60; i++) {
        struct random random = random_stream(1, RANDOM_TEST, 2, i);
        uint32_t side = 160 + random_below(&random, 97), width = side / 3 + random_below(&random, side - side / 3 + 1),
                 height = side / 3 + random_below(&random, side - side / 3 + 1);
        struct plane source = make_noise((int)side, (int)side, &random);
        struct region part = {random_below(&random, side - width + 1), random_below(&random, side - height + 1), width,
                              height};
        check_formula(&resizer, &source, part, 64 + (int)random_below(&random, 161));
    }
    resizer_release(&resizer);
}

/* The middle of a pack's images, with fractions. */
Test(resize, follows_the_formula_when_evaluating)
{
    struct resizer resizer = {.filter = RESIZE_CATMULL_ROM};
    for (uint64_t i = 0; i < 60; i++) {
        struct random random = random_stream(1, RANDOM_TEST, 4, i);
        int side = 160 + (int)random_below(&random, 97), size = 64 + (int)random_below(&random, 161);
        double length = side * (0.7 + 0.3 * random_uniform(&random)), start = (side - length) / 2;
        struct plane source = make_noise(side, side, &random);
        check_formula(&resizer, &source, (struct region){start, start, length, length}, size);
    }
    resizer_release(&resizer);
}

/* A resizer remembers taps, for as long as they serve. */
Test(resize, does_not_depend_on_what_was_made_before)
{
    enum { SIZE = 20, ROUNDS = 20 };
    struct resizer used = {0};
    struct error error;
    for (int i = 0; i < ROUNDS; i++) {
        static unsigned char pixels[3 * SIDE_MAX * STRIDE];
        unsigned char first[3 * SIZE * SIZE], second[3 * SIZE * SIZE];
        struct planes source = make_source(pixels, 40, 50);
        struct region part = {i % 3, i % 7, 20 + i % 5, 20 + i % 11};
        struct resizer fresh = {0};
        cr_assert_eq(resize_region(&fresh, &source, part, first, SIZE, SIZE, &error), 0);
        cr_assert_eq(resize_region(&used, &source, part, second, SIZE, SIZE, &error), 0);
        cr_assert_arr_eq(first, second, sizeof first, "round %d", i);
        resizer_release(&fresh);
    }
    resizer_release(&used);
}

/* As JPEGs have them: brightness alone is what it is as a plane, since gray has no color. */
Test(resize, scales_planes_of_different_sides)
{
    enum { SIZE = 33 };
    static unsigned char pixels[3 * SIDE_MAX * STRIDE], gray[SIDE_MAX * STRIDE];
    unsigned char together[3 * SIZE * SIZE], alone[SIZE * SIZE];
    struct planes source = make_source(pixels, 40, 50);
    struct plane half = {gray, 20, 25, STRIDE};
    struct resize_part parts[] = {
        {{source.pixels, 40, 50, STRIDE}, {3, 4, 30, 44}}, {half, {1.5, 2, 15, 22}}, {half, {1.5, 2, 15, 22}}};
    struct resizer resizer = {0};
    struct error error;
    memset(gray, 128, sizeof gray);
    cr_assert_eq(resize_ycc(&resizer, parts, together, SIZE, SIZE, &error), 0);
    cr_assert_eq(resize_plane(&resizer, parts, alone, SIZE, SIZE, &error), 0);
    for (int c = 0; c < 3; c++) cr_assert_arr_eq(together + c * SIZE * SIZE, alone, SIZE * SIZE, "plane %d", c);
    resizer_release(&resizer);
}

/* Both sides are scaled, one after the other: what is made between is as wide as the source and as high as the result.
 */
Test(resize, refuses_shapes_that_take_too_much_memory)
{
    enum { WIDTH = 1 << 20, SIZE = 256 };
    unsigned char *pixels = calloc(WIDTH, 1), *bytes = malloc(SIZE * SIZE);
    struct resize_part wide = {{pixels, WIDTH, 1, WIDTH}, {0, 0, WIDTH, 1}}, narrow = wide;
    struct resizer resizer = {0};
    struct error error;
    narrow.region.width = 1;
    cr_assert_eq(resize_plane(&resizer, &wide, bytes, SIZE, SIZE, &error), -1);
    cr_assert_not_null(strstr(error.message, "1048576 x 1 pixels"), "%s", error.message);
    cr_assert_eq(resize_plane(&resizer, &narrow, bytes, SIZE, SIZE, &error), 0);
    resizer_release(&resizer);
    free(bytes);
    free(pixels);
}
