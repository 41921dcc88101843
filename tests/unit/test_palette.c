/* test_palette.c - colors and marks: what readers see who see colors differently, or none. */
#include "harness/reports/plots/palette.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "strategies/strategy.h"

/* What eyes make of linear RGB; the last three: Machado, Oliveira & Fernandes 2009, severity 1. */
static const double eyes[][3][3] = {
    {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
    {{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}},
    {{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}},
    {{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}},
};
static const char *const eyes_names[] = {"usual", "protan", "deutan", "tritan"};
enum { EYES = sizeof eyes / sizeof *eyes };

static void multiply(const double matrix[3][3], const double in[3], double out[3])
{
    for (int i = 0; i < 3; i++) out[i] = matrix[i][0] * in[0] + matrix[i][1] * in[1] + matrix[i][2] * in[2];
}

static void linear(const char *color, double rgb[3])
{
    long value = strtol(color + 1, NULL, 16);
    for (int c = 0; c < 3; c++) {
        double v = (double)(value >> (16 - 8 * c) & 0xff) / 255;
        rgb[c] = v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
    }
}

/* Ottosson's OKLab (2020), in which distances are those that are seen. */
static void seen(const char *color, int eye, double lab[3])
{
    static const double to_cones[3][3] = {{0.4122214708, 0.5363325363, 0.0514459929},
                                          {0.2119034982, 0.6806995451, 0.1073969566},
                                          {0.0883024619, 0.2817188376, 0.6299787005}};
    static const double to_lab[3][3] = {{0.2104542553, 0.7936177850, -0.0040720468},
                                        {1.9779984951, -2.4285922050, 0.4505937099},
                                        {0.0259040371, 0.7827717662, -0.8086757660}};
    double rgb[3], turned[3], cones[3];
    linear(color, rgb);
    multiply(eyes[eye], rgb, turned);
    for (int c = 0; c < 3; c++) turned[c] = fmin(fmax(turned[c], 0), 1);
    multiply(to_cones, turned, cones);
    for (int c = 0; c < 3; c++) cones[c] = cbrt(cones[c]);
    multiply(to_lab, cones, lab);
}

static double distance(const char *a, const char *b, int eye)
{
    double left[3], right[3];
    seen(a, eye, left);
    seen(b, eye, right);
    return sqrt(pow(left[0] - right[0], 2) + pow(left[1] - right[1], 2) + pow(left[2] - right[2], 2));
}

static double brightness(const char *color)
{
    double lab[3];
    seen(color, 0, lab);
    return lab[0];
}

/* WCAG 2's contrast ratio. */
static double contrast(const char *a, const char *b)
{
    static const double weight[3] = {0.2126, 0.7152, 0.0722};
    double left[3], right[3], luminance[2] = {0.05, 0.05};
    linear(a, left);
    linear(b, right);
    for (int c = 0; c < 3; c++) luminance[0] += weight[c] * left[c];
    for (int c = 0; c < 3; c++) luminance[1] += weight[c] * right[c];
    return fmax(luminance[0], luminance[1]) / fmin(luminance[0], luminance[1]);
}

static const char *color_on(int role, int dark)
{
    return dark ? palette_colors[role].dark : palette_colors[role].light;
}

/* 0.02 is what is just noticed of two large fields side by side. */
Test(palette, has_colors_that_color_blind_readers_tell_apart)
{
    for (int dark = 0; dark < 2; dark++)
        for (int eye = 0; eye < EYES; eye++)
            for (int a = PALETTE_FULL; a < PALETTE_ROLES; a++)
                for (int b = PALETTE_FULL; b < a; b++) {
                    double apart = distance(color_on(a, dark), color_on(b, dark), eye);
                    cr_expect(apart >= 0.1, "%s and %s are %.3f apart to %s eyes, dark %d", palette_colors[a].name,
                              palette_colors[b].name, apart, eyes_names[eye], dark);
                }
}

Test(palette, has_neighbors_that_differ_in_brightness)
{
    for (int dark = 0; dark < 2; dark++)
        for (int h = 0; h < PALETTE_HUES; h++) {
            int a = PALETTE_OTHERS + h, b = PALETTE_OTHERS + (h + 1) % PALETTE_HUES;
            double apart = fabs(brightness(color_on(a, dark)) - brightness(color_on(b, dark)));
            cr_expect(apart >= 0.08, "%s and %s are %.3f apart in gray, dark %d", palette_colors[a].name,
                      palette_colors[b].name, apart, dark);
        }
}

Test(palette, stands_out_from_the_paper)
{
    for (int dark = 0; dark < 2; dark++)
        for (int role = PALETTE_INK; role < PALETTE_ROLES; role++) {
            if (role == PALETTE_GRID || role == PALETTE_PALE) continue;
            double least = role == PALETTE_INK || role == PALETTE_FAINT ? 4.5 : 3; /* WCAG 2: letters, and all else */
            double found = contrast(color_on(role, dark), color_on(PALETTE_PAPER, dark));
            cr_expect(found >= least, "%s has a contrast of %.2f, dark %d", palette_colors[role].name, found, dark);
        }
}

/* Dark colors are found by the light ones. */
Test(palette, has_each_light_color_once)
{
    for (int a = 0; a < PALETTE_ROLES; a++)
        for (int b = 0; b < a; b++) cr_expect_str_neq(palette_colors[a].light, palette_colors[b].light);
}

static int same_look(struct look a, struct look b)
{
    return a.color == b.color && a.mark == b.mark;
}

Test(palette, gives_every_strategy_a_look_of_its_own)
{
    for (int a = 0; strategy_registry[a]; a++)
        for (int b = 0; b < a; b++)
            cr_expect(!same_look(palette_of_strategy(strategy_registry[a]->name),
                                 palette_of_strategy(strategy_registry[b]->name)),
                      "%s and %s look alike", strategy_registry[a]->name, strategy_registry[b]->name);
}

Test(palette, gives_the_first_strategies_marks_that_tell_them_apart_in_grey)
{
    for (int a = 0; strategy_registry[a] && a < PALETTE_MARKS; a++)
        for (int b = 0; b < a; b++)
            cr_expect_neq(palette_of_strategy(strategy_registry[a]->name).mark,
                          palette_of_strategy(strategy_registry[b]->name).mark, "%s and %s have one mark",
                          strategy_registry[a]->name, strategy_registry[b]->name);
}

Test(palette, keeps_full_and_random_apart_from_all_else)
{
    struct look full = palette_of_strategy("full"), random = palette_of_strategy("random");
    cr_expect_eq(full.color, PALETTE_FULL);
    cr_expect_eq(random.color, PALETTE_RANDOM);
    for (int order = 0; order < 100; order++) {
        struct look other = palette_of_order(order);
        cr_expect(other.color >= PALETTE_OTHERS && other.color < PALETTE_ROLES);
        cr_expect(other.mark != full.mark && other.mark != random.mark);
    }
}

Test(palette, gives_unknown_strategies_the_same_look_every_time)
{
    struct look look = palette_of_strategy("of another program");
    cr_expect(same_look(look, palette_of_strategy("of another program")));
    cr_expect(look.color >= PALETTE_OTHERS && look.color < PALETTE_ROLES);
}

Test(palette, shades_from_light_to_dark)
{
    char text[8];
    double before = 2;
    for (int step = 0; step <= 10; step++) {
        palette_shade(step / 10.0, text);
        cr_expect_lt(brightness(text), before);
        before = brightness(text);
        cr_expect_geq(contrast(text, palette_is_light(text) ? "#000000" : "#FFFFFF"), 4.5, "letters on %s", text);
    }
}
