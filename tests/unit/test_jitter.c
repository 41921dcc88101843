/* test_jitter.c - other light and colors for training images. */
#include <criterion/criterion.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "harness/training/jitter.h"

enum { VALUES = 3 * 4 * 4 };

static void read_planes(FILE *file, unsigned char *planes)
{
    for (int i = 0; i < VALUES; i++) cr_assert_eq(fscanf(file, "%hhu", &planes[i]), 1);
}

Test(jitter, has_the_numbers_of_an_independent_computation)
{
    FILE *file = fopen("tests/fixtures/jitter.txt", "r");
    cr_assert_not_null(file, "run the tests from the root of the project");
    int cases = 0, kind, size;
    float factor;
    for (; fscanf(file, "%d %f %d", &kind, &factor, &size) == 3; cases++) {
        unsigned char planes[VALUES], expected[VALUES];
        cr_assert_eq(size, 4);
        read_planes(file, planes);
        read_planes(file, expected);
        jitter_apply(planes, size, (enum jitter)kind, factor);
        cr_expect_arr_eq(planes, expected, VALUES, "kind %d by %g", kind, factor);
    }
    cr_assert_eq(cases, 12);
    fclose(file);
}

/* The mean gray of many changes of one image is its own, as far as no pixel is cut off. */
Test(jitter, is_as_likely_to_brighten_as_to_darken)
{
    double sum = 0;
    struct random random = random_stream(0, RANDOM_TEST, 0, 0);
    for (int n = 0; n < 4000; n++) {
        unsigned char planes[VALUES];
        for (int i = 0; i < VALUES; i++) planes[i] = (unsigned char)(60 + i);
        jitter_colors(&random, planes, 4, 0.4);
        for (int i = 0; i < VALUES; i++) sum += planes[i] / (4000.0 * VALUES);
    }
    cr_expect_lt(fabs(sum - 83.5), 1.5, "%g", sum); /* three standard errors: 83.5 0.4 / sqrt(3) / sqrt(4000) 3 = 0.9 */
}

Test(jitter, of_no_strength_changes_nothing)
{
    unsigned char planes[VALUES], before[VALUES];
    struct random random = random_stream(0, RANDOM_TEST, 0, 0);
    for (int i = 0; i < VALUES; i++) before[i] = planes[i] = (unsigned char)(5 * i);
    jitter_colors(&random, planes, 4, 0);
    cr_expect_arr_eq(planes, before, VALUES);
}
