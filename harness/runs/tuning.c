/* tuning.c - see tuning.h. */
#include "harness/runs/tuning.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/runs/cell_name.h"
#include "harness/runs/points.h"
#include "harness/training/resolve.h"

const char wave_trial[] = "trial", wave_final[] = "final", wave_both[] = "both";

/* ---- variants ---- */

static void set_factor(struct variant *variant, const struct factor *factor)
{
    variant_drop_factor(variant, factor->axis);
    variant->factors[variant->count++] = *factor;
}

static void drop(const struct experiment *experiment, struct variant *variant, const char *column)
{
    variant_drop_factor(variant, axes_find(&experiment->axes, column));
}

void tuning_set_share(const struct experiment *experiment, struct variant *variant)
{
    static const double usual = 0.25;
    int share = axes_find(&experiment->axes, "validation_share"),
        classes = axes_find(&experiment->axes, "validation_classes");
    if (!variant_find_factor(variant, share) && !variant_find_factor(variant, classes))
        variant->settings.validation.share = usual;
}

void tuning_trials(const struct experiment *experiment, const struct variant *variant, const struct factor *lists,
                   struct variant *trials)
{
    *trials = *variant;
    drop(experiment, trials, "seed");
    tuning_set_share(experiment, trials);
    for (int t = 0; t < experiment->tuning.count; t++) set_factor(trials, &lists[t]);
    set_factor(trials, &experiment->tuning.repeats);
}

void tuning_points(const struct experiment *experiment, const struct variant *variant, struct variant *points)
{
    static const char *const dropped[] = {"seed", "validation_share", "validation_classes", "validation_fold"};
    *points = *variant;
    for (size_t d = 0; d < sizeof dropped / sizeof *dropped; d++) drop(experiment, points, dropped[d]);
}

void tuning_finals(const struct experiment *experiment, const struct variant *variant, const struct settings *asked,
                   const struct factor *lists, const int *chosen, struct variant *finals)
{
    const struct factor *seeds = variant_find_factor(variant, axes_find(&experiment->axes, "seed"));
    *finals = (struct variant){.settings = *asked};
    if (seeds) set_factor(finals, seeds);
    for (int t = 0; t < experiment->tuning.count; t++)
        set_factor(finals, &(struct factor){lists[t].axis, 1, &lists[t].values[chosen[t]]});
    for (int f = 0; f < experiment->tuning.final_count; f++) set_factor(finals, &experiment->tuning.finals[f]);
}

void tuning_neutral(const struct experiment *experiment, const struct settings *asked, struct settings *resolved,
                    struct settings *named)
{
    struct error ignored;
    *named = *asked;
    for (int t = 0; t < experiment->tuning.count; t++)
        points_set(experiment, named, experiment->tuning.lists[t].axis, &experiment->tuning.lists[t].values[0]);
    named->seed = 0;
    named->validation = (struct validation){0};
    *resolved = *named;
    if (settings_resolve(resolved, &ignored) == 0)
        cell_name_settle(named, resolved);
    else
        *resolved = *named;
}

/* ---- values ---- */

int tuning_value_count(const struct experiment *experiment, const struct factor *lists)
{
    int count = 1;
    for (int t = 0; t < experiment->tuning.count; t++) count *= lists[t].count;
    return count;
}

int tuning_value(const struct experiment *experiment, const struct factor *lists, const int *at)
{
    int value = 0;
    for (int t = 0; t < experiment->tuning.count; t++) value = value * lists[t].count + at[t];
    return value;
}

void tuning_value_at(const struct experiment *experiment, const struct factor *lists, int value, int *at)
{
    for (int t = experiment->tuning.count - 1; t >= 0; t--) {
        at[t] = value % lists[t].count;
        value /= lists[t].count;
    }
}

/* ---- edges ---- */

static int is_number(const struct field *field)
{
    return field && (field->type == OPTION_INT || field->type == OPTION_REAL);
}

/* NAN for `auto`. */
static double number(const struct value *value)
{
    char *end;
    double result = strtod(value->text, &end);
    return end == value->text ? NAN : result;
}

/* The list's outermost number on that side, and the next one; NAN if there are fewer. */
static void find_outermost(const struct factor *list, enum tuning_side side, double *outer, double *inner)
{
    double sign = side == SIDE_HIGH ? 1 : -1;
    *outer = *inner = NAN;
    for (int i = 0; i < list->count; i++) {
        double at = number(&list->values[i]);
        if (isnan(at) || at == *outer) continue;
        if (isnan(*outer) || sign * at > sign * *outer) {
            *inner = *outer;
            *outer = at;
        } else if (isnan(*inner) || sign * at > sign * *inner) {
            *inner = at;
        }
    }
}

enum tuning_side tuning_side(const struct experiment *experiment, const struct factor *list, int position)
{
    double outer, inner;
    if (!is_number(experiment->axes.axis[list->axis].field)) return SIDE_INSIDE;
    for (enum tuning_side side = SIDE_LOW; side <= SIDE_HIGH; side++) {
        find_outermost(list, side, &outer, &inner);
        if (!isnan(inner) && number(&list->values[position]) == outer) return side;
    }
    return SIDE_INSIDE;
}

/* Formats a value of the setting's type with three digits. */
static void format_value(const struct field *field, double value, char text[AXIS_VALUE_SIZE])
{
    if (field->type == OPTION_INT)
        snprintf(text, AXIS_VALUE_SIZE, "%.0f", fmin(round(value), 2147483647));
    else
        snprintf(text, AXIS_VALUE_SIZE, "%.3g", value);
}

int tuning_beyond(const struct experiment *experiment, const struct factor *list, enum tuning_side side,
                  char text[AXIS_VALUE_SIZE], int *is_limit, struct error *error)
{
    double outer, inner;
    const struct axis *axis = &experiment->axes.axis[list->axis];
    const struct field *field = axis->field;
    *is_limit = 0;
    find_outermost(list, side, &outer, &inner);
    int bounded = field->minimum < field->maximum;
    *is_limit = bounded && outer == (side == SIDE_HIGH ? field->maximum : field->minimum);
    if (*is_limit) return error_set(error, "%s: %g is the setting's own limit", axis->column, outer);
    if (!(outer > 0) || !(inner > 0))
        return error_set(error, "%s: %g and %g have no ratio by which the list could continue", axis->column, inner,
                         outer);
    double next = outer * outer / inner;
    if (bounded) next = fmin(fmax(next, field->minimum), field->maximum);
    format_value(field, next, text);
    if (side == SIDE_HIGH ? strtod(text, NULL) > outer : strtod(text, NULL) < outer) return 0;
    *is_limit = 1;
    return error_set(error, "%s: no value lies between %g and the setting's limit", axis->column, outer);
}

int tuning_grow(struct experiment *experiment, struct factor *list, const char *text, struct error *error)
{
    struct value *values = NULL;
    char *kept = experiment_keep(experiment, strdup(text));
    if (list->count == EXPERIMENT_VALUES_MAX)
        return error_set(error, "tune: a list would have more than %d values", EXPERIMENT_VALUES_MAX);
    if (kept) values = experiment_keep(experiment, calloc((size_t)list->count + 1, sizeof *values));
    if (!values) return error_set(error, "out of memory");
    memcpy(values, list->values, (size_t)list->count * sizeof *values);
    values[list->count].text = kept;
    *list = (struct factor){list->axis, list->count + 1, values};
    experiment->varies[list->axis] = 1;
    return 0;
}
