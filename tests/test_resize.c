/* test_resize.c - scaling against Pillow's (tests/fixtures/resize.py), and at the edges of what can be asked. */
#include "datasets/resize.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIDE_MAX = 64, STRIDE = SIDE_MAX + 5 };

/* Pillow rounds between its two passes and zimg does not. */
enum { TOLERANCE = 1 };

static int pattern(int x, int y)
{
    return (x * x * 7 + y * 13 * x + y * 29) % 256;
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

/* At the image's own border zimg mirrors the image, and Pillow cuts the filter. */
static int is_border(int i, int size)
{
    int x = i % size, y = i / size;
    return x == 0 || y == 0 || x == size - 1 || y == size - 1;
}

Test(resize, gives_what_pillow_gives)
{
    static unsigned char pixels[3 * SIDE_MAX * STRIDE], scaled[3 * SIDE_MAX * SIDE_MAX];
    struct resizer resizer = {0};
    struct region box;
    struct error error;
    int width, height, size, cases = 0;
    FILE *file = fopen("tests/fixtures/resize.txt", "r");
    cr_assert_not_null(file);
    while (fscanf(file, "%d %d %lf %lf %lf %lf %d", &width, &height, &box.x, &box.y, &box.width, &box.height, &size) ==
           7) {
        struct planes source = make_source(pixels, width, height);
        cr_assert_eq(resize_region(&resizer, &source, box, scaled, size, size, &error), 0, "%s", error.message);
        for (int i = 0; i < size * size; i++) {
            int expected;
            cr_assert_eq(fscanf(file, "%d", &expected), 1);
            cr_assert_eq(scaled[2 * size * size + i], 7);
            if (is_border(i, size)) continue;
            cr_assert_leq(abs(scaled[i] - expected), TOLERANCE, "case %d, %d: %d, not %d", cases, i, scaled[i],
                          expected);
            cr_assert_leq(abs(scaled[size * size + i] - (255 - expected)), TOLERANCE);
        }
        cases++;
    }
    fclose(file);
    resizer_release(&resizer);
    cr_assert_eq(cases, 6);
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
