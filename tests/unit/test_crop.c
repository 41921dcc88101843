/* test_crop.c - the part of an image that the network sees, in training and in evaluation. */
#include <criterion/criterion.h>

#include <math.h>
#include <string.h>

#include "harness/training/crop.h"

enum { DRAWS = 20000, SIZE = 256 };

static void is_within(struct region region, double size)
{
    cr_assert(region.x >= 0 && region.y >= 0 && region.width >= 1 && region.height >= 1);
    cr_assert(region.x + region.width <= size + 1e-9 && region.y + region.height <= size + 1e-9,
              "%g %g %g %g does not lie in %g", region.x, region.y, region.width, region.height, size);
}

static double area_of(struct region region)
{
    return region.width * region.height / ((double)SIZE * SIZE);
}

Test(crop, random_crops_lie_inside_with_the_area_and_aspect_asked_for)
{
    struct random random = random_stream(1, RANDOM_TEST, 0, 0);
    for (int i = 0; i < DRAWS; i++) {
        struct region region = crop_random(&random, SIZE, 0.15625);
        double aspect = region.width / region.height;
        is_within(region, SIZE);
        cr_assert(area_of(region) >= 0.15625 * 0.98 && area_of(region) <= 1);
        cr_assert(aspect >= 0.75 * 0.98 && aspect <= 4.0 / 3 * 1.02);
    }
}

Test(crop, random_crops_are_spread_evenly)
{
    struct random random = random_stream(2, RANDOM_TEST, 0, 0);
    double area = 0, aspect = 0, x = 0, y = 0;
    for (int i = 0; i < DRAWS; i++) { /* up to half the area all crops fit at once, so that nothing is drawn again */
        struct region region = crop_random(&random, SIZE, 0.1);
        area += area_of(region) / DRAWS;
        aspect += log(region.width / region.height) / DRAWS;
        if (region.width < SIZE) x += region.x / (SIZE - region.width) / DRAWS;
        if (region.height < SIZE) y += region.y / (SIZE - region.height) / DRAWS;
    }
    cr_assert(area > 0.48 && area < 0.56, "%g", area); /* 0.55, less what large ones lose by not fitting */
    cr_assert_lt(fabs(aspect), 0.01);
    cr_assert(fabs(x - 0.5) < 0.02 && fabs(y - 0.5) < 0.02, "%g %g", x, y);
}

Test(crop, the_whole_image_is_what_no_draw_fits)
{
    struct random random = random_stream(3, RANDOM_TEST, 0, 0);
    int whole = 0;
    for (int i = 0; i < 1000; i++) {
        struct region region = crop_random(&random, SIZE, 1);
        is_within(region, SIZE);
        whole += region.width == SIZE && region.height == SIZE;
    }
    cr_assert_eq(whole, 1000); /* an area of 1 fits only as the square itself */
}

Test(crop, crops_of_tiny_images_have_pixels)
{
    struct random random = random_stream(4, RANDOM_TEST, 0, 0);
    for (int size = 1; size < 5; size++)
        for (int i = 0; i < 200; i++) is_within(crop_random(&random, size, 0.0001), size);
}

Test(crop, the_same_stream_gives_the_same_crop)
{
    struct random a = random_stream(5, RANDOM_AUGMENT, 2, 3), b = a, c = random_stream(5, RANDOM_AUGMENT, 2, 4);
    struct region one = crop_random(&a, SIZE, 0.1), same = crop_random(&b, SIZE, 0.1),
                  other = crop_random(&c, SIZE, 0.1);
    cr_assert_eq(memcmp(&one, &same, sizeof one), 0);
    cr_assert_neq(memcmp(&one, &other, sizeof one), 0);
}

Test(crop, the_center_is_what_resizing_and_cutting_leave)
{
    struct region region = crop_centre(256, 224, 0.875); /* resized to 256, which it is: 16 pixels off each side */
    cr_assert(region.x == 16 && region.y == 16 && region.width == 224 && region.height == 224);
    region = crop_centre(512, 224, 0.875); /* every pixel is two */
    cr_assert(region.x == 32 && region.y == 32 && region.width == 448 && region.height == 448);
    region = crop_centre(256, 128, 1); /* all of it */
    cr_assert(region.x == 0 && region.y == 0 && region.width == 256 && region.height == 256);
}

Test(crop, the_center_of_a_small_image_is_enlarged_no_more_than_it_must_be)
{
    struct region region = crop_centre(240, 224, 0.875); /* 256 would enlarge: cut from the 240 there are */
    cr_assert(region.x == 8 && region.width == 224);
    region = crop_centre(200, 224, 0.875); /* 200 pixels must become 224 */
    cr_assert(region.x == 0 && region.width == 200 && region.height == 200);
}

Test(crop, the_center_lies_inside_for_all_sizes)
{
    for (int size = 8; size < 80; size += 3)
        for (int image_size = 8; image_size < 80; image_size += 5)
            for (double share = 0.1; share <= 1; share += 0.15) {
                struct region region = crop_centre(size, image_size, share);
                is_within(region, size);
                cr_assert_float_eq(region.x * 2 + region.width, size, 1e-9); /* in the middle */
            }
}

Test(crop, flipping_mirrors_each_row_of_each_plane)
{
    unsigned char planes[3 * 3 * 3], before[sizeof planes];
    for (size_t i = 0; i < sizeof planes; i++) before[i] = planes[i] = (unsigned char)i;
    crop_flip(planes, 3);
    for (int row = 0; row < 9; row++)
        for (int column = 0; column < 3; column++) cr_assert_eq(planes[row * 3 + column], before[row * 3 + 2 - column]);
    crop_flip(planes, 3);
    cr_assert_eq(memcmp(planes, before, sizeof planes), 0);
}
