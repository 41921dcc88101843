/* comparison_names.c - see comparison_names.h. */
#include "harness/reports/comparison/comparison_names.h"

#include <stdlib.h>
#include <string.h>

#include "harness/tables/contrasts.h"

/* Fails and suggests a column that is spelled alike, or else one that contains the name. */
static int no_such_column(const struct results *results, const char *name, struct error *error)
{
    const char *names[AXES_MAX + 128], *part = NULL;
    int count = 0;
    for (const struct metric *metric = metrics_table; metric->name && count < 64; metric++)
        names[count++] = metric->name;
    for (int a = 0; a < results->axes.count; a++) names[count++] = results->axes.axis[a].column;
    for (int p = 0; p < PROVENANCES; p++) names[count++] = results_provenance[p];
    names[count++] = "run";
    const char *nearest = option_nearest(name, names, count);
    for (int n = 0; n < count && !nearest && !part; n++)
        if (name[0] && strstr(names[n], name)) part = names[n];
    if (nearest || part)
        return error_set(error, "cells.csv has no column %s; did you mean %s?", name, nearest ? nearest : part);
    return error_set(error, "cells.csv has no column %s; 'partgrad list columns' names them all", name);
}

int comparison_check_column(const struct results *results, const char *name, struct error *error)
{
    if (metric_find(name) || strcmp(name, contrasts_group) == 0) return 0;
    return results_has_column(results, name) ? 0 : no_such_column(results, name, error);
}

static int add_by(struct comparison_by *by, const char *name, struct error *error)
{
    char **grown = realloc(by->name, ((size_t)by->count + 1) * sizeof *grown);
    if (grown) by->name = grown;
    char *copy = grown ? strdup(name) : NULL;
    if (!copy) return error_set(error, "out of memory");
    grown[by->count++] = copy;
    return 0;
}

/* Adds all columns that distinguish cells, except the factor's (for `selected`, the portion). */
static int collect_varying(struct comparison_by *by, const char *factor, const struct variation *variation,
                           struct error *error)
{
    const struct axes *axes = &variation->results->axes;
    int axis = axes_find(axes, strcmp(factor, "selected") == 0 ? "portion" : factor), status = 0;
    if (variation->shown[axes->count] && strcmp(factor, "run") != 0) status = add_by(by, "run", error);
    for (int a = 0; a < axes->count && status == 0; a++)
        if (variation->shown[a] && a != axis) status = add_by(by, axes->axis[a].column, error);
    return status;
}

int comparison_collect_by(struct comparison_by *by, const char *list, const char *factor,
                          const struct variation *variation, struct error *error)
{
    if (strcmp(factor, contrasts_group) == 0 && !list[0]) return 0; /* a group's level names all that varies */
    if (!list[0]) return collect_varying(by, factor, variation, error);
    if (strcmp(list, "none") == 0) return 0;
    char *names = strdup(list), *rest;
    int status = names ? 0 : error_set(error, "out of memory");
    for (char *name = names ? strtok_r(names, ",", &rest) : NULL; name && status == 0;
         name = strtok_r(NULL, ",", &rest)) {
        status = comparison_check_column(variation->results, name, error);
        if (status == 0) status = add_by(by, name, error);
    }
    free(names);
    return status;
}
