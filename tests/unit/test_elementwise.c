/* test_elementwise.c - loops over whole arrays, in f32 and bf16, against the same in double with a rounding of its own.
 *
 * No layer uses those of bf16 on a CPU without it, but they are plain C, so they are held to their numbers everywhere.
 */
#include <criterion/criterion.h>

#include <math.h>
#include <stdlib.h>

#include "base/random.h"
#include "network/kernels/bf16.h"
#include "network/kernels/elementwise.h"

enum { COUNT = (1 << 14) + 37 }; /* one whole block of the loops, and a part of one */
static const float ceilings[] = {0, 6};

/* The nearest number of 8 significant bits, of two equally near ones the even one; rint rounds like that. */
static double rounded(double value)
{
    int exponent;
    double fraction = frexp(value, &exponent);
    return ldexp(rint(ldexp(fraction, 8)), exponent - 8);
}

/* Arrays of COUNT, of which every third value of the first is 0; in bf16 and as what that holds. */
struct arrays {
    uint16_t bits[3][COUNT];
    double value[3][COUNT];
};

static struct arrays *make_arrays(void)
{
    struct arrays *arrays = malloc(sizeof *arrays);
    struct random random = random_stream(9, RANDOM_TEST, 0, 0);
    for (int a = 0; a < 3; a++)
        for (int i = 0; i < COUNT; i++) {
            arrays->bits[a][i] = bf16_narrow(a == 0 && i % 3 == 0 ? 0 : 4 * random_normal(&random));
            arrays->value[a][i] = bf16_widen(arrays->bits[a][i]);
        }
    return arrays;
}

Test(elementwise, bf16_is_rounded_to_the_nearest_and_of_two_to_the_even)
{
    struct random random = random_stream(2, RANDOM_TEST, 0, 0);
    const float exact[] = {0, 1, -2.5f, 0x1.01p0f, 0x1.03p0f, -0x1.01p5f, 0x1.010002p0f, 0x1.fep127f};
    for (size_t i = 0; i < sizeof exact / sizeof *exact; i++)
        cr_expect_eq(bf16_widen(bf16_narrow(exact[i])), rounded(exact[i]), "%a", exact[i]);
    for (int i = 0; i < 1000; i++) {
        float value = random_normal(&random);
        cr_assert_eq(bf16_widen(bf16_narrow(value)), rounded(value), "%a", value);
    }
}

Test(elementwise, pixels_are_scaled_shifted_and_spread)
{
    uint8_t pixels[256];
    float f32[3 * 256];
    uint16_t bf16[3 * 256];
    for (int i = 0; i < 256; i++) pixels[i] = (uint8_t)i;
    for (int step = 1; step <= 3; step += 2) {
        elementwise_pixels_f32(pixels, 256, 1 / 64.0f, -2, step, f32);
        elementwise_pixels_bf16(pixels, 256, 1 / 64.0f, -2, step, bf16);
        for (int i = 0; i < 256; i++) {
            double expected = i / 64.0 - 2;
            cr_assert_eq(f32[i * step], expected);
            cr_assert_eq(bf16_widen(bf16[i * step]), rounded(expected), "%d", i);
        }
    }
}

Test(elementwise, gradients_are_added_where_the_output_was_between_zero_and_the_ceiling)
{
    struct arrays *arrays = make_arrays();
    const double *gradient = arrays->value[0], *other = arrays->value[1], *output = arrays->value[2];
    for (int with = 0; with < 4; with++) {
        uint16_t *bits = malloc(COUNT * sizeof *bits);
        for (int i = 0; i < COUNT; i++) bits[i] = arrays->bits[0][i];
        elementwise_combine_bf16(bits, with & 1 ? arrays->bits[1] : NULL, with & 2 ? arrays->bits[2] : NULL, 6, COUNT);
        for (int i = 0; i < COUNT; i++) {
            double sum = rounded(gradient[i] + (with & 1 ? other[i] : 0));
            if (with & 2 && !(output[i] > 0 && output[i] < 6)) sum = 0;
            cr_assert_eq(bf16_widen(bits[i]), sum, "with %d: %d", with, i);
        }
        free(bits);
    }
    free(arrays);
}

Test(elementwise, activations_are_held_between_zero_and_the_ceiling_if_there_is_one)
{
    struct arrays *arrays = make_arrays();
    for (int with = 0; with < 4; with++) {
        uint16_t *bits = malloc(COUNT * sizeof *bits);
        float *f32 = malloc(COUNT * sizeof *f32), *residual = malloc(COUNT * sizeof *residual);
        float ceiling = ceilings[with / 2];
        for (int i = 0; i < COUNT; i++) bits[i] = arrays->bits[0][i];
        for (int i = 0; i < COUNT; i++) f32[i] = (float)arrays->value[0][i], residual[i] = (float)arrays->value[1][i];
        elementwise_activate_bf16(bits, with & 1 ? arrays->bits[1] : NULL, ceiling, COUNT);
        elementwise_activate_f32(f32, with & 1 ? residual : NULL, ceiling, COUNT);
        for (int i = 0; i < COUNT; i++) {
            double sum = arrays->value[0][i] + (with & 1 ? arrays->value[1][i] : 0);
            if (ceiling > 0) sum = fmin(fmax(sum, 0), ceiling);
            cr_assert_eq(bf16_widen(bits[i]), rounded(sum), "with %d: %d", with, i);
            cr_assert_float_eq(f32[i], sum, 1e-6, "with %d: %d", with, i);
        }
        free(bits);
        free(f32);
        free(residual);
    }
    free(arrays);
}

Test(elementwise, columns_are_summed)
{
    enum { ROWS = 71, COLUMNS = 45 };
    struct arrays *arrays = make_arrays();
    float f32[ROWS * COLUMNS], sums[2][COLUMNS];
    for (int i = 0; i < ROWS * COLUMNS; i++) f32[i] = (float)arrays->value[1][i];
    elementwise_column_sums_f32(f32, ROWS, COLUMNS, sums[0]);
    elementwise_column_sums_bf16(arrays->bits[1], ROWS, COLUMNS, sums[1]);
    for (int c = 0; c < COLUMNS; c++) {
        double expected = 0;
        for (int r = 0; r < ROWS; r++) expected += arrays->value[1][r * COLUMNS + c];
        for (int kind = 0; kind < 2; kind++) cr_expect_float_eq(sums[kind][c], expected, 1e-4, "%d of %d", c, kind);
    }
    free(arrays);
}
