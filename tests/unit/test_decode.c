/* test_decode.c - JPEG and PNG of every kind, and files that are damaged on purpose. */
#include "datasets/decode.h"

#include <math.h>

#include "datasets/orientation.h"
#include "tests/support/fixture.h"

static const struct decode_want whole = {.least = 0};

/* The value of a plane that lies under pixel (x, y), counted at the resolution of the first plane. */
static double value_at(const struct decoded *image, int c, int x, int y)
{
    const struct decoded_plane *first = &image->planes[0];
    const struct decoded_plane *plane = &image->planes[c < image->plane_count ? c : 0];
    int column = (int)(x * plane->across / first->across), row = (int)(y * plane->down / first->down);
    return plane->plane.pixels[(size_t)row * plane->plane.stride + (size_t)column];
}

/* Its colors, by JFIF's formulas where it holds brightness and color apart. */
static void color_at(const struct decoded *image, int x, int y, double color[3])
{
    for (int c = 0; c < 3; c++) color[c] = value_at(image, c, x, y);
    if (!image->is_ycc) return;
    double light = color[0], u = color[1] - 128, v = color[2] - 128;
    color[0] = light + 1.402 * v;
    color[1] = light - 0.344136 * u - 0.714136 * v;
    color[2] = light + 1.772 * u;
}

static void assert_color(const struct decoded *image, int x, int y, int red, int green, int blue, int tolerance)
{
    double expected[3] = {red, green, blue}, color[3];
    color_at(image, x, y, color);
    for (int c = 0; c < 3; c++)
        cr_assert_leq(fabs(color[c] - expected[c]), tolerance, "color %d at (%d, %d) is %g, not %g", c, x, y, color[c],
                      expected[c]);
}

/* Decodes and frees the file. */
static struct decoded decode(struct encoded file, int least)
{
    struct decoded image = {0};
    struct error error;
    cr_assert_eq(decode_image(&image, file.bytes, file.size, &(struct decode_want){.least = least}, &error), 0, "%s",
                 error.message);
    free(file.bytes);
    return image;
}

Test(decode, reads_jpeg_of_every_color_space)
{
    static const struct {
        struct jpeg_kind kind;
        unsigned char pixel[4], color[3];
    } cases[] = {
        {{JCS_RGB, 3, 0, 0}, {200, 100, 50}, {200, 100, 50}},
        {{JCS_RGB, 3, 1, 0}, {10, 220, 130}, {10, 220, 130}},
        {{JCS_GRAYSCALE, 1, 0, 0}, {77}, {77, 77, 77}},
        {{JCS_CMYK, 4, 0, 0}, {55, 155, 205, 102}, {120, 60, 30}}, /* (255 - ink)(255 - black) / 255 */
        {{JCS_CMYK, 4, 1, 1}, {200, 100, 50, 153}, {120, 60, 30}}, /* Adobe's complement */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        unsigned char *pixels = fixture_flat(33, 21, cases[i].kind.channels, cases[i].pixel);
        struct decoded image = decode(fixture_jpeg(pixels, 33, 21, cases[i].kind), 0);
        cr_assert_eq(image.planes[0].plane.width, 33);
        cr_assert_eq(image.planes[0].plane.height, 21);
        assert_color(&image, 0, 0, cases[i].color[0], cases[i].color[1], cases[i].color[2], 3);
        assert_color(&image, 32, 20, cases[i].color[0], cases[i].color[1], cases[i].color[2], 3);
        decoded_release(&image);
        free(pixels);
    }
}

Test(decode, keeps_places_apart)
{
    enum { WIDTH = 64, HEIGHT = 32 };
    unsigned char *pixels = fixture_flat(WIDTH, HEIGHT, 3, (unsigned char[]){250, 10, 10});
    for (int y = 0; y < HEIGHT; y++)
        for (int x = WIDTH / 2; x < WIDTH; x++) memcpy(pixels + 3 * (y * WIDTH + x), (unsigned char[]){10, 10, 250}, 3);
    struct decoded image = decode(fixture_jpeg(pixels, WIDTH, HEIGHT, (struct jpeg_kind){JCS_RGB, 3, 0, 0}), 0);
    assert_color(&image, 8, 8, 250, 10, 10, 6);
    assert_color(&image, 56, 8, 10, 10, 250, 6);
    decoded_release(&image);
    free(pixels);
}

Test(decode, shrinks_huge_jpeg_no_further_than_asked)
{
    static const struct {
        int least, width, height;
    } cases[] = {{0, 640, 400},   {401, 640, 400}, {200, 320, 200}, {199, 320, 200},
                 {100, 160, 100}, {50, 80, 50},    {1, 80, 50}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct decoded image = decode(fixture_flat_jpeg(640, 400, 30, 60, 90), cases[i].least);
        cr_assert_eq(image.width, 640);
        cr_assert_eq(image.height, 400);
        cr_assert_eq(image.planes[0].plane.width, cases[i].width);
        cr_assert_eq(image.planes[0].plane.height, cases[i].height);
        assert_color(&image, cases[i].width - 1, cases[i].height - 1, 30, 60, 90, 3);
        decoded_release(&image);
    }
}

Test(decode, reads_png_of_every_kind)
{
    static const unsigned char rgb[] = {1, 2, 3, 200, 100, 50}, rgba[] = {200, 100, 50, 255, 200, 100, 50, 0};
    static const unsigned char gray[] = {9, 99}, index[] = {0, 1}, palette[] = {5, 6, 7, 40, 50, 60};
    static const struct {
        const void *pixels, *palette;
        unsigned format;
        unsigned char left[3], right[3];
    } cases[] = {
        {rgb, NULL, PNG_FORMAT_RGB, {1, 2, 3}, {200, 100, 50}},
        {rgba, NULL, PNG_FORMAT_RGBA, {200, 100, 50}, {255, 255, 255}}, /* transparent: white shows */
        {gray, NULL, PNG_FORMAT_GRAY, {9, 9, 9}, {99, 99, 99}},
        {index, palette, PNG_FORMAT_RGB_COLORMAP, {5, 6, 7}, {40, 50, 60}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const unsigned char *left = cases[i].left, *right = cases[i].right;
        struct encoded png = fixture_png(cases[i].pixels, 2, 1, cases[i].format, cases[i].palette, 2);
        struct decoded image = decode(png, 0);
        assert_color(&image, 0, 0, left[0], left[1], left[2], 0);
        assert_color(&image, 1, 0, right[0], right[1], right[2], 0);
        decoded_release(&image);
    }
}

/* 2 x 1 pixels of 16 bits, without any word on gamma: 0x8000 and 0xffff. */
static const unsigned char png16[] = {
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52, 0x00, 0x00,
    0x00, 0x02, 0x00, 0x00, 0x00, 0x01, 0x10, 0x00, 0x00, 0x00, 0x00, 0x81, 0xd9, 0xfc, 0x15, 0x00, 0x00, 0x00,
    0x0d, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9c, 0x63, 0x68, 0x60, 0xf8, 0xff, 0x1f, 0x00, 0x05, 0x02, 0x02, 0x7f,
    0x16, 0x5e, 0xc4, 0x65, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82,
};

Test(decode, cuts_16_bits_to_8)
{
    struct decoded image = {0};
    struct error error;
    cr_assert_eq(decode_image(&image, png16, sizeof png16, &whole, &error), 0, "%s", error.message);
    assert_color(&image, 0, 0, 128, 128, 128, 1);
    assert_color(&image, 1, 0, 255, 255, 255, 0);
    decoded_release(&image);
}

Test(decode, reads_webp_of_every_kind)
{
    static const unsigned char rgba[] = {200, 100, 50, 255, 200, 100, 50, 0};
    for (int lossy = 0; lossy < 2; lossy++) {
        unsigned char *pixels = fixture_flat(21, 13, 3, (unsigned char[]){30, 140, 220});
        struct decoded image = decode(fixture_webp(pixels, 21, 13, lossy), 0);
        cr_assert_eq(image.width, 21);
        cr_assert_eq(image.planes[2].plane.height, 13);
        assert_color(&image, 20, 12, 30, 140, 220, lossy ? 4 : 0);
        decoded_release(&image);
        free(pixels);
    }
    struct encoded transparent = {0};
    transparent.size = WebPEncodeLosslessRGBA(rgba, 2, 1, sizeof rgba, &transparent.bytes);
    struct decoded image = decode(transparent, 0);
    assert_color(&image, 0, 0, 200, 100, 50, 0);
    assert_color(&image, 1, 0, 255, 255, 255, 0);
    decoded_release(&image);
}

Test(decode, tells_images_by_their_names)
{
    static const char *const images[] = {"a.jpg", "b/A.JPEG", "x.y.Png", ".webp"};
    static const char *const others[] = {"jpg", "a.gif", "a.jpg.txt", "a.jpg/", ""};
    for (size_t i = 0; i < sizeof images / sizeof *images; i++) cr_assert(decode_is_image_name(images[i]));
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) cr_assert_not(decode_is_image_name(others[i]));
}

/* Cuts a file at many lengths and breaks it at many places: it must be refused, or read to its claimed size. */
static void torment(struct encoded file, int cuts_must_fail)
{
    struct decoded image = {0};
    struct error error;
    for (size_t length = 0; length < file.size - 16; length += file.size / 40 + 1) {
        unsigned char *cut = malloc(length + 1); /* so that a sanitizer sees a step beyond */
        memcpy(cut, file.bytes, length);
        int status = decode_image(&image, cut, length, &whole, &error);
        cr_assert(status == -1 || !cuts_must_fail, "cut to %zu of %zu bytes", length, file.size);
        free(cut);
    }
    for (size_t at = 0; at < file.size; at += file.size / 300 + 1)
        for (int value = 0; value < 256; value += 51) {
            unsigned char kept = file.bytes[at];
            file.bytes[at] = (unsigned char)value;
            decode_image(&image, file.bytes, file.size, &(struct decode_want){.least = 64}, &error);
            file.bytes[at] = kept;
        }
    cr_assert_eq(decode_image(&image, file.bytes, file.size, &whole, &error), 0);
    decoded_release(&image);
    free(file.bytes);
}

/* Pixels with something everywhere. */
static unsigned char *noisy(int width, int height)
{
    unsigned char *pixels = malloc((size_t)(width * height * 3));
    for (int i = 0; i < width * height * 3; i++) pixels[i] = (unsigned char)(i * i / 7 + i % 13 * 11);
    return pixels;
}

Test(decode, refuses_damaged_files)
{
    unsigned char *pixels = noisy(70, 50);
    torment(fixture_jpeg(pixels, 70, 50, (struct jpeg_kind){JCS_RGB, 3, 0, 0}), 1);
    torment(fixture_jpeg(pixels, 70, 50, (struct jpeg_kind){JCS_RGB, 3, 1, 0}), 1);
    torment(fixture_png(pixels, 70, 50, PNG_FORMAT_RGB, NULL, 0), 1);
    torment(fixture_webp(pixels, 70, 50, 0), 1);
    torment(fixture_webp(pixels, 70, 50, 1), 1);
    free(pixels);
}

/* Writes other sides into a JPEG's frame header, which it finds by its marker FFC0 or FFC2. */
static void claim_sides(struct encoded *jpeg, int width, int height)
{
    const unsigned char sides[] = {(unsigned char)(height >> 8), (unsigned char)height, (unsigned char)(width >> 8),
                                   (unsigned char)width};
    for (size_t at = 0; at + 9 < jpeg->size; at++) /* marker, length, precision, height, width */
        if (jpeg->bytes[at] == 0xff && (jpeg->bytes[at + 1] == 0xc0 || jpeg->bytes[at + 1] == 0xc2))
            memcpy(jpeg->bytes + at + 5, sides, sizeof sides);
}

Test(decode, refuses_what_is_too_large_before_decoding)
{
    static const struct {
        int progressive, width, height, least, fits;
    } cases[] = {
        {0, 60000, 60000, 0, 0},    {0, 60000, 60000, 512, 1}, /* at an eighth */
        {0, 60000, 60000, 8000, 0}, {0, 9300, 9300, 0, 0},
        {0, 9000, 9000, 512, 1},    {1, 60000, 60000, 512, 0}, /* all coefficients would be held */
        {1, 9000, 9000, 512, 0},    {1, 3000, 3000, 512, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        unsigned char *pixels = fixture_flat(16, 16, 3, (unsigned char[]){1, 2, 3});
        struct encoded jpeg = fixture_jpeg(pixels, 16, 16, (struct jpeg_kind){JCS_RGB, 3, cases[i].progressive, 0});
        struct decode_want want = {.least = cases[i].least, .most = 1 << 20};
        struct decoded image = {0};
        struct error error;
        claim_sides(&jpeg, cases[i].width, cases[i].height);
        int status = decode_image(&image, jpeg.bytes, jpeg.size, &want, &error);
        cr_assert_eq(status, cases[i].fits ? DECODE_LARGE : -1, "case %zu", i);
        if (status < 0) cr_assert_not_null(strstr(error.message, "MB to decode; at most"), "%s", error.message);
        cr_assert_eq(image.capacity, 0);
        free(jpeg.bytes);
        free(pixels);
    }
}

Test(decode, refuses_what_is_no_image)
{
    struct decoded image = {0};
    struct error error;
    cr_assert_eq(decode_image(&image, (const unsigned char *)"GIF89a", 6, &whole, &error), -1);
    cr_assert_str_eq(error.message, "not a JPEG, PNG or WebP image, but a GIF");
    cr_assert_eq(decode_image(&image, (const unsigned char *)"", 0, &whole, &error), -1);
    cr_assert_str_eq(error.message, "not a JPEG, PNG or WebP image, but an empty file");
    cr_assert_eq(decode_image(&image, (const unsigned char *)"<html>", 6, &whole, &error), -1);
    cr_assert_str_eq(error.message, "not a JPEG, PNG or WebP image, but a web page");
    cr_assert_eq(decode_image(&image,
                              (const unsigned char *)"\0\0\0\x18"
                                                     "ftypavif",
                              12, &whole, &error),
                 -1);
    cr_assert_str_eq(error.message, "not a JPEG, PNG or WebP image, but an AVIF");
    cr_assert_eq(decode_image(&image, (const unsigned char *)"GIF", 3, &whole, &error), -1);
    cr_assert_str_eq(error.message, "not a JPEG, PNG or WebP image");
}

Test(decode, keeps_enough_of_the_part_that_is_wanted)
{
    struct encoded jpeg = fixture_flat_jpeg(640, 400, 1, 2, 3);
    static const struct {
        struct region part;
        int least, width;
    } cases[] = {
        {{0, 0, 0, 0}, 6, 80}, {{10, 10, 400, 50}, 6, 80}, {{10, 10, 49, 400}, 12, 160}, {{10, 10, 20, 20}, 12, 640}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct decoded image = {0};
        struct error error;
        struct decode_want want = {cases[i].part, cases[i].least, 0};
        cr_assert_eq(decode_image(&image, jpeg.bytes, jpeg.size, &want, &error), 0, "%s", error.message);
        cr_assert_eq(image.planes[0].plane.width, cases[i].width, "case %zu: %d", i, image.planes[0].plane.width);
        decoded_release(&image);
    }
    free(jpeg.bytes);
}

/* ---- orientation ---- */

Test(orientation, is_read_in_both_orders_of_bytes_and_1_where_it_is_damaged)
{
    unsigned char block[64];
    for (int big = 0; big < 2; big++)
        for (int orientation = 0; orientation < 10; orientation++) {
            size_t size = fixture_exif(block, orientation, big);
            int expected = orientation >= 1 && orientation <= 8 ? orientation : 1;
            cr_assert_eq(orientation_read(block, size), expected, "%d, big %d", orientation, big);
            for (size_t cut = 0; cut < size; cut++) {
                unsigned char *part = malloc(cut + 1); /* so that a sanitizer sees a step beyond */
                memcpy(part, block, cut);
                cr_assert_eq(orientation_read(part, cut), 1);
                free(part);
            }
            for (size_t at = 6; at < size; at++)
                for (int value = 0; value < 256; value += 17) {
                    unsigned char kept = block[at];
                    block[at] = (unsigned char)value;
                    int read = orientation_read(block, size);
                    cr_assert(read >= 1 && read <= 8);
                    block[at] = kept;
                }
        }
}

Test(orientation, is_applied_as_Exif_defines_it)
{
    /* Each row says what the 0th row and the 0th column of the stored image are: a b / c d upright. */
    static const char *const stored[] = {NULL, "abcd", "badc", "dcba", "cdab", "acbd", "bdac", "dbca", "cadb"};
    for (int orientation = 1; orientation <= 8; orientation++) {
        unsigned char planes[12], upright[12];
        for (int c = 0; c < 3; c++)
            for (int i = 0; i < 4; i++) planes[4 * c + i] = (unsigned char)(stored[orientation][i] + c);
        orientation_apply(orientation, planes, 2, upright);
        for (int c = 0; c < 3; c++)
            for (int i = 0; i < 4; i++) cr_assert_eq(upright[4 * c + i], "abcd"[i] + c, "orientation %d", orientation);
    }
}

Test(decode, tells_a_JPEGs_orientation)
{
    struct decoded image = decode(fixture_flat_jpeg(16, 16, 1, 2, 3), 0);
    cr_assert_eq(image.orientation, 1);
    decoded_release(&image);
    image = decode(fixture_turn(fixture_flat_jpeg(16, 16, 1, 2, 3), 6), 0);
    cr_assert_eq(image.orientation, 6);
    decoded_release(&image);
}
