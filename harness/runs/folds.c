/* folds.c - see folds.h. */
#include "harness/runs/folds.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char all[] = "all";

int folds_are_all(const struct settings_block *block, const struct field *field, const char *text)
{
    return block->key && strcmp(block->key, "validation") == 0 && strcmp(field->name, "fold") == 0 &&
           strcmp(text, all) == 0;
}

/* The number of folds of the variant's only share. */
static int count_folds(const struct experiment *experiment, const struct variant *variant, struct error *error)
{
    const struct factor *shares = variant_find_factor(variant, axes_find(&experiment->axes, "validation_share"));
    double share = shares ? strtod(shares->values[0].text, NULL) : variant->settings.validation.share;
    int count = validation_fold_count(share);
    if (shares && shares->count > 1)
        return error_set(error, "validation: fold: all needs a single share, and several are given; use cases");
    if (count < 1)
        return error_set(error, "validation: fold: all needs a share: give one, or list the folds, as in [0, 1, 2, 3]");
    if (count <= EXPERIMENT_VALUES_MAX) return count;
    return error_set(error, "validation: %d folds are more than the %d values that a list may have; list some", count,
                     EXPERIMENT_VALUES_MAX);
}

static char *write_number(struct experiment *experiment, int number)
{
    char text[16];
    snprintf(text, sizeof text, "%d", number);
    return experiment_keep(experiment, strdup(text));
}

static int has_all(const struct factor *folds)
{
    for (int f = 0; f < folds->count; f++)
        if (strcmp(folds->values[f].text, all) == 0) return 1;
    return 0;
}

int folds_expand(struct experiment *experiment, struct variant *variant, struct error *error)
{
    int axis = axes_find(&experiment->axes, "validation_fold");
    const struct factor *given = variant_find_factor(variant, axis);
    if (!given || !has_all(given)) return 0;
    int count = given->count == 1 ? count_folds(experiment, variant, error)
                                  : error_set(error, "validation: fold: all cannot be part of a list");
    if (count < 0) return -1;
    struct value *values = experiment_keep(experiment, calloc((size_t)count, sizeof *values));
    for (int f = 0; values && f < count; f++)
        if (!(values[f].text = write_number(experiment, f))) values = NULL;
    if (!values) return error_set(error, "out of memory");
    variant_drop_factor(variant, axis);
    variant->factors[variant->count++] = (struct factor){axis, count, values};
    if (count > 1) experiment->varies[axis] = 1;
    return 0;
}
