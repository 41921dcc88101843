/* test_thumbnail.c - what becomes of an image file: scaled colors beside those that libjpeg decodes whole. */
#include "datasets/thumbnail.h"

#include <math.h>

#include "datasets/color.h"
#include "tests/support/fixture.h"

enum { SIZE = 24 };

/* A thumbnail's worth of scaled planes, all of brightness, blueness and redness in steps, and what JFIF says of them.
 */
Test(color, follows_the_formulas_of_JFIF)
{
    enum { COUNT = 86 * 86 };
    static float y[COUNT], cb[COUNT], cr[COUNT];
    static unsigned char red[COUNT], green[COUNT], blue[COUNT];
    for (int light = 0; light <= 255; light += 15) {
        for (int i = 0; i < COUNT; i++) {
            y[i] = (float)light;
            cb[i] = (float)(i % 86 * 3);
            cr[i] = (float)(i / 86 * 3);
        }
        color_from_ycc((const float *const[]){y, cb, cr}, COUNT, (unsigned char *const[]){red, green, blue});
        for (int i = 0; i < COUNT; i++) {
            double u = cb[i] - 128, v = cr[i] - 128;
            cr_assert_leq(fabs(red[i] - fmin(fmax(light + 1.402 * v, 0), 255)), 0.501);
            cr_assert_leq(fabs(green[i] - fmin(fmax(light - 0.344136 * u - 0.714136 * v, 0), 255)), 0.501);
            cr_assert_leq(fabs(blue[i] - fmin(fmax(light + 1.772 * u, 0), 255)), 0.501);
        }
    }
}

Test(color, rounds_to_the_nearest_byte)
{
    enum { COUNT = 7 };
    const float values[COUNT] = {-300, 0, 0.49f, 0.5f, 254.49f, 254.5f, 600};
    unsigned char bytes[COUNT];
    color_round((const float *const[]){values}, COUNT, (unsigned char *const[]){bytes});
    cr_assert_arr_eq(bytes, ((unsigned char[]){0, 0, 0, 1, 254, 255, 255}), COUNT);
}

/* A soft picture that differs everywhere: colors at half resolution lose little of it. */
static unsigned char *soft(int width, int height)
{
    unsigned char *pixels = malloc((size_t)(3 * width * height));
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            unsigned char *pixel = pixels + 3 * (y * width + x);
            pixel[0] = (unsigned char)(40 + 170 * x / width);
            pixel[1] = (unsigned char)(200 - 150 * y / height);
            pixel[2] = (unsigned char)(60 + 70 * (x + y) / (width + height));
        }
    return pixels;
}

/* A JPEG whose brightness is sampled across x down times as finely as its colors. */
static struct encoded sampled_jpeg(const unsigned char *pixels, int width, int height, int across, int down)
{
    struct jpeg_compress_struct compress;
    struct jpeg_error_mgr handler;
    struct encoded jpeg = {0};
    unsigned long size = 0;
    compress.err = jpeg_std_error(&handler);
    jpeg_create_compress(&compress);
    jpeg_mem_dest(&compress, &jpeg.bytes, &size);
    compress.image_width = (JDIMENSION)width;
    compress.image_height = (JDIMENSION)height;
    compress.input_components = 3;
    compress.in_color_space = JCS_RGB;
    jpeg_set_defaults(&compress);
    jpeg_set_quality(&compress, 98, TRUE);
    compress.comp_info[0].h_samp_factor = across;
    compress.comp_info[0].v_samp_factor = down;
    jpeg_start_compress(&compress, TRUE);
    while (compress.next_scanline < compress.image_height) {
        JSAMPROW row = (JSAMPROW)pixels + compress.next_scanline * (JDIMENSION)(width * 3);
        jpeg_write_scanlines(&compress, &row, 1);
    }
    jpeg_finish_compress(&compress);
    jpeg_destroy_compress(&compress);
    jpeg.size = size;
    return jpeg;
}

/* The picture itself, cut and scaled as a thumbnail is. */
static void expect(const unsigned char *pixels, int width, int height, unsigned char *planes)
{
    unsigned char *spread = malloc((size_t)(3 * width * height));
    struct resizer resizer = {0};
    struct error error;
    for (int c = 0; c < 3; c++)
        for (int i = 0; i < width * height; i++) spread[c * width * height + i] = pixels[3 * i + c];
    struct planes source = {spread, width, height, (size_t)width};
    double side = width < height ? width : height;
    struct region middle = {(width - side) / 2, (height - side) / 2, side, side};
    cr_assert_eq(resize_region(&resizer, &source, middle, planes, SIZE, SIZE, &error), 0, "%s", error.message);
    resizer_release(&resizer);
    free(spread);
}

Test(thumbnail, is_the_picture_however_finely_its_colors_are_sampled)
{
    static const int samplings[][2] = {{1, 1}, {2, 2}, {2, 1}, {1, 2}, {4, 1}};
    static const int sides[][2] = {{64, 64}, {61, 83}, {47, 33}, {35, 37}};
    struct thumbnail_kind kind = {.size = SIZE, .large = PTHREAD_MUTEX_INITIALIZER};
    struct thumbnail thumbnail;
    struct region all = {0};
    struct error error;
    cr_assert_eq(thumbnail_init(&thumbnail, &kind, &error), 0);
    for (size_t s = 0; s < sizeof samplings / sizeof *samplings; s++)
        for (size_t i = 0; i < sizeof sides / sizeof *sides; i++) {
            int width = sides[i][0], height = sides[i][1];
            unsigned char *pixels = soft(width, height), expected[3 * SIZE * SIZE], planes[3 * SIZE * SIZE];
            struct encoded jpeg = sampled_jpeg(pixels, width, height, samplings[s][0], samplings[s][1]);
            expect(pixels, width, height, expected);
            cr_assert_eq(thumbnail_make(&thumbnail, jpeg.bytes, jpeg.size, &all, planes, &error), 0, "%s",
                         error.message);
            for (int p = 0; p < 3 * SIZE * SIZE; p++)
                cr_assert_leq(abs(planes[p] - expected[p]), 7, "sampling %zu, sides %zu, value %d: %d, not %d", s, i, p,
                              planes[p], expected[p]);
            free(jpeg.bytes);
            free(pixels);
        }
    thumbnail_release(&thumbnail);
}

Test(thumbnail, does_not_depend_on_what_was_made_before)
{
    struct thumbnail_kind kind = {.size = SIZE, .large = PTHREAD_MUTEX_INITIALIZER};
    struct thumbnail fresh, used;
    struct region all = {0};
    struct error error;
    cr_assert_eq(thumbnail_init(&used, &kind, &error), 0);
    for (int side = 20; side < 40; side++) {
        unsigned char *pixels = soft(side, 40);
        unsigned char first[3 * SIZE * SIZE], second[3 * SIZE * SIZE];
        struct encoded jpeg = sampled_jpeg(pixels, side, 40, 2, 2);
        cr_assert_eq(thumbnail_init(&fresh, &kind, &error), 0);
        cr_assert_eq(thumbnail_make(&fresh, jpeg.bytes, jpeg.size, &all, first, &error), 0);
        cr_assert_eq(thumbnail_make(&used, jpeg.bytes, jpeg.size, &all, second, &error), 0);
        cr_assert_arr_eq(first, second, 3 * SIZE * SIZE);
        thumbnail_release(&fresh);
        free(jpeg.bytes);
        free(pixels);
    }
    thumbnail_release(&used);
}

Test(thumbnail, leaves_no_memory_behind_of_what_took_much)
{
    enum { SIDE = 1800 }; /* 19 MB as planes and rows */
    struct thumbnail_kind kind = {.size = SIZE, .large = PTHREAD_MUTEX_INITIALIZER};
    struct thumbnail thumbnail;
    struct region all = {0};
    struct error error;
    unsigned char planes[3 * SIZE * SIZE];
    unsigned char *pixels = fixture_flat(SIDE, SIDE, 3, (unsigned char[]){10, 120, 230});
    struct encoded png = fixture_png(pixels, SIDE, SIDE, PNG_FORMAT_RGB, NULL, 0);
    cr_assert_eq(thumbnail_init(&thumbnail, &kind, &error), 0);
    cr_assert_eq(thumbnail_make(&thumbnail, png.bytes, png.size, &all, planes, &error), 0, "%s", error.message);
    for (int i = 0; i < SIZE * SIZE; i++) {
        cr_assert_eq(planes[i], 10);
        cr_assert_eq(planes[SIZE * SIZE + i], 120);
        cr_assert_eq(planes[2 * SIZE * SIZE + i], 230);
    }
    cr_assert_eq(thumbnail.decoded.capacity, 0);
    cr_assert_eq(thumbnail.resizer.capacity, 0);
    thumbnail_release(&thumbnail);
    free(png.bytes);
    free(pixels);
}
