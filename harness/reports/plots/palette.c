/* palette.c - see palette.h. The hues were found by a search: color-blind readers can distinguish any two, each has a
 * contrast of 3 with its page, and neighbors in the table differ in brightness. */
#include "harness/reports/plots/palette.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "harness/tables/settings.h"

const struct palette_color palette_colors[PALETTE_ROLES + 1] = {
    [PALETTE_PAPER] = {"paper", "#FFFFFF", "#16181C"},
    [PALETTE_INK] = {"ink", "#1B1B1B", "#E6E6E6"},
    [PALETTE_FAINT] = {"faint", "#5C5C5C", "#A8A8A8"},
    [PALETTE_BORDER] = {"border", "#777777", "#8A8A8A"},
    [PALETTE_GRID] = {"grid_color", "#E3E3E3", "#2E3238"},
    [PALETTE_PALE] = {"pale", "#CDCDCD", "#474C54"},
    [PALETTE_FULL] = {"full", "#000000", "#F4F4F4"},
    [PALETTE_RANDOM] = {"random", "#3390FF", "#4A86FF"},
    [PALETTE_OTHERS] = {"ochre", "#C28700", "#FFD024"},
    {"rust", "#AE4B08", "#EE5545"},
    {"petrol", "#165769", "#3EDDAA"},
    {"pink", "#F01CB0", "#B058A0"},
    {"violet", "#361968", "#ADA6F4"},
    {0},
};

/* gnuplot's point types. No two neighbors have the same outline. */
enum { MARK_CIRCLE = 7, MARK_SQUARE = 5 };
static const int marks[] = {9, 13, 4, 11, 15, 6, 8, 2, 12, 14, 10, 1, 3};
enum { OTHER_MARKS = sizeof marks / sizeof *marks };

struct look palette_of_order(int order)
{
    return (struct look){PALETTE_OTHERS + order % PALETTE_HUES, marks[order % OTHER_MARKS], 1};
}

static const struct plugin *const *strategies(void)
{
    for (const struct settings_block *block = settings_blocks; block->summary; block++)
        if (block->kind && strcmp(block->kind->name, "strategy") == 0) return block->kind->registry;
    return NULL;
}

static int is_fixed(const char *name)
{
    return strcmp(name, "full") == 0 || strcmp(name, "random") == 0;
}

/* FNV-1a, so that a name has the same number on every machine. */
static int order_of_unknown(const char *name)
{
    uint32_t hash = 2166136261u;
    for (; *name; name++) hash = (hash ^ (unsigned char)*name) * 16777619u;
    return (int)(hash % (PALETTE_HUES * OTHER_MARKS));
}

struct look palette_of_strategy(const char *name)
{
    int order = 0;
    if (strcmp(name, "full") == 0) return (struct look){PALETTE_FULL, MARK_CIRCLE, 1};
    if (strcmp(name, "random") == 0) return (struct look){PALETTE_RANDOM, MARK_SQUARE, 1};
    for (const struct plugin *const *row = strategies(); row && *row; row++) {
        if (is_fixed((*row)->name)) continue;
        if (strcmp((*row)->name, name) == 0) return palette_of_order(order);
        order++;
    }
    return palette_of_order(order_of_unknown(name));
}

/* ---- shades ---- */

static void parse(const char *color, int rgb[3])
{
    unsigned long value = strtoul(color + 1, NULL, 16);
    for (int c = 0; c < 3; c++) rgb[c] = (int)(value >> (16 - 8 * c) & 0xff);
}

void palette_shade(double share, char text[8])
{
    static const int light[3] = {0xE4, 0xEE, 0xF9}, dark[3] = {0x0B, 0x3A, 0x75};
    int rgb[3];
    for (int c = 0; c < 3; c++) rgb[c] = (int)lround(light[c] + fmin(fmax(share, 0), 1) * (dark[c] - light[c]));
    snprintf(text, 8, "#%02X%02X%02X", rgb[0] & 0xff, rgb[1] & 0xff, rgb[2] & 0xff);
}

int palette_is_light(const char *color)
{
    static const double weight[3] = {0.2126, 0.7152, 0.0722};
    double luminance = 0;
    int rgb[3];
    parse(color, rgb);
    for (int c = 0; c < 3; c++) luminance += weight[c] * pow(rgb[c] / 255.0, 2.2);
    return luminance > 0.18; /* there, black and white have equal contrast by WCAG 2 */
}

void palette_print_dark(FILE *stream)
{
    for (const struct palette_color *color = palette_colors; color->name; color++)
        fprintf(stream, "[fill=\"%s\"]{fill:%s}[stroke=\"%s\"]{stroke:%s}[color=\"%s\"]{color:%s}", color->light,
                color->dark, color->light, color->dark, color->light, color->dark);
}
