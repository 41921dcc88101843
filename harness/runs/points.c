/* points.c - see points.h. */
#include "harness/runs/points.h"

#include <string.h>

/* The axes that change fastest, slowest of them first; the others come before them in the order of the columns. */
static const char *const fast_axes[] = {"portion",          "strategy", "gradient_scale", "backprop", "accumulate",
                                        "memory_bank_size", "seed"};

static int speed(const struct axis *axis)
{
    int count = (int)(sizeof fast_axes / sizeof *fast_axes);
    for (int i = 0; i < count; i++)
        if (strcmp(axis->column, fast_axes[i]) == 0) return i + 1;
    return 0;
}

/* Orders the variant's factors, slowest first. */
static void order_factors(const struct experiment *experiment, const struct variant *variant, struct point *point)
{
    point->count = variant->count;
    for (int f = 0; f < variant->count; f++) {
        const struct factor *factor = &variant->factors[f];
        int own = speed(&experiment->axes.axis[factor->axis]), at = f;
        for (; at > 0; at--) {
            const struct factor *other = point->factors[at - 1];
            int before = speed(&experiment->axes.axis[other->axis]);
            if (before < own || (before == own && other->axis < factor->axis)) break;
            point->factors[at] = other;
        }
        point->factors[at] = factor;
    }
}

static void set_text(const struct experiment *experiment, struct settings *settings, int axis, const char *text)
{
    struct error ignored;
    const struct axis *set = &experiment->axes.axis[axis];
    option_parse(set->field, (char *)settings + set->block->offset, text, &ignored);
}

void points_set(const struct experiment *experiment, struct settings *settings, int axis, const struct value *value)
{
    const struct axis *set = &experiment->axes.axis[axis];
    if (set->field)
        set_text(experiment, settings, axis, value->text);
    else
        *(struct choice *)((char *)settings + set->kind->offset) = value->choice;
    for (int o = 0; o < value->override_count; o++)
        set_text(experiment, settings, value->override[o].axis, value->override[o].text);
}

int points_each(const struct experiment *experiment, const struct variant *variant, points_visit *visit, void *context,
                struct error *error)
{
    struct point point = {0};
    order_factors(experiment, variant, &point);
    for (;;) {
        point.asked = variant->settings;
        for (int f = 0; f < point.count; f++)
            points_set(experiment, &point.asked, point.factors[f]->axis, &point.factors[f]->values[point.at[f]]);
        int status = visit(context, &point, error);
        if (status != 0) return status;
        int f = point.count - 1; /* like an odometer, the last one fastest */
        while (f >= 0 && ++point.at[f] == point.factors[f]->count) point.at[f--] = 0;
        if (f < 0) return 0;
    }
}

size_t points_count(const struct experiment *experiment, size_t most)
{
    size_t all = 0;
    for (int v = 0; v < experiment->variant_count && all <= most; v++) {
        size_t count = 1;
        for (int f = 0; f < experiment->variants[v].count && count <= most; f++)
            count *= (size_t)experiment->variants[v].factors[f].count;
        all += count;
    }
    return all;
}
