/* declaration.c - see declaration.h. */
#include "harness/runs/declaration.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "harness/tables/metrics.h"

enum { METRICS_MAX = 16, NAMES_MAX = 256 };

static const char default_family[] = "contrasts";

/* A contrast as written in its mapping. */
struct declared {
    const struct node *mapping;
    const char *family, *factor, *reference;
    char by[OPTION_TEXT_SIZE]; /* "loss,portion" */
    int metric_count;
    const char *metric[METRICS_MAX];
};

/* ---- reading ---- */

static int refuse_name(struct key_reader *reader, const struct node *node, const char *what, const char *name,
                       const char *const *names, int count)
{
    const char *nearest = option_nearest(name, names, count);
    error_set(reader->error, "contrasts: there is no %s '%s'%s%s%s", what, name, nearest ? "; did you mean '" : "",
              nearest ? nearest : "", nearest ? "'?" : "");
    return keys_blame(reader, node);
}

static int check_metric(struct key_reader *reader, const struct node *node)
{
    const char *names[NAMES_MAX];
    int count = 0;
    if (metric_find(node_scalar(node))) return 0;
    for (const struct metric *metric = metrics_table; metric->name && count < NAMES_MAX; metric++)
        names[count++] = metric->name;
    return refuse_name(reader, node, "metric", node_scalar(node), names, count);
}

static int check_axis(struct key_reader *reader, const struct node *node)
{
    const struct axes *axes = &reader->experiment->axes;
    const char *names[AXES_MAX];
    if (axes_find(axes, node_scalar(node)) >= 0) return 0;
    for (int a = 0; a < axes->count; a++) names[a] = axes->axis[a].column;
    return refuse_name(reader, node, "setting", node_scalar(node), names, axes->count);
}

static int read_metrics(struct key_reader *reader, struct declared *declared, const struct node *node)
{
    int count = node_count(node);
    if (count < 1 || count > METRICS_MAX) {
        error_set(reader->error, "contrasts: metric: give 1 to %d metrics", METRICS_MAX);
        return keys_blame(reader, node);
    }
    for (int i = 0; i < count; i++) {
        const struct node *item = node_item(reader->document, node, i);
        if (keys_expect_scalar(reader, "metric", item) != 0 || check_metric(reader, item) != 0) return -1;
        declared->metric[declared->metric_count++] = node_scalar(item);
    }
    return 0;
}

static int read_by(struct key_reader *reader, struct declared *declared, const struct node *node)
{
    size_t used = 0;
    for (int i = 0; i < node_count(node); i++) {
        const struct node *item = node_item(reader->document, node, i);
        if (keys_expect_scalar(reader, "by", item) != 0) return -1;
        int is_none = strcmp(node_scalar(item), "none") == 0 && node_count(node) == 1;
        if (!is_none && check_axis(reader, item) != 0) return -1;
        used +=
            (size_t)snprintf(declared->by + used, sizeof declared->by - used, "%s%s", i ? "," : "", node_scalar(item));
        if (used >= sizeof declared->by) return error_set(reader->error, "contrasts: by: too long");
    }
    return 0;
}

static int read_part(struct key_reader *reader, struct declared *declared, const struct node_pair *pair)
{
    const char *name = node_scalar(pair->key);
    if (strcmp(name, "metric") == 0) return read_metrics(reader, declared, pair->value);
    if (strcmp(name, "by") == 0) return read_by(reader, declared, pair->value);
    const char **text = strcmp(name, "factor") == 0      ? &declared->factor
                        : strcmp(name, "reference") == 0 ? &declared->reference
                        : strcmp(name, "family") == 0    ? &declared->family
                                                         : NULL;
    if (!text) return refuse_name(reader, pair->key, "key", name, contrast_columns, CONTRAST_TEXTS);
    if (keys_expect_scalar(reader, name, pair->value) != 0) return -1;
    *text = node_scalar(pair->value);
    if (text != &declared->factor || strcmp(*text, contrasts_group) == 0) return 0;
    return check_axis(reader, pair->value);
}

/* Adds a contrast for each of the metrics. */
static int keep_declared(struct key_reader *reader, const struct declared *declared)
{
    struct contrasts *contrasts = &reader->experiment->contrasts;
    if (!declared->factor || !declared->reference || declared->metric_count == 0) {
        error_set(reader->error, "contrasts: each needs a metric, a factor and a reference");
        return keys_blame(reader, declared->mapping);
    }
    for (int m = 0; m < declared->metric_count; m++) {
        struct contrast contrast = {.family = (char *)declared->family,
                                    .metric = (char *)declared->metric[m],
                                    .factor = (char *)declared->factor,
                                    .reference = (char *)declared->reference,
                                    .by = (char *)declared->by};
        if (contrasts_find(contrasts, &contrast) < 0 && contrasts_add(contrasts, &contrast, reader->error) != 0)
            return -1;
    }
    return 0;
}

int declaration_read(struct key_reader *reader, const struct node *node)
{
    struct node_pair pairs[NODE_PAIRS_MAX];
    for (int i = 0; i < node_count(node); i++) {
        struct declared declared = {.mapping = node_item(reader->document, node, i), .family = default_family};
        if (!node_is_mapping(declared.mapping)) {
            error_set(reader->error, "contrasts: a contrast is a mapping: {metric: ..., factor: ..., reference: ...}");
            return keys_blame(reader, declared.mapping);
        }
        int count = node_pairs(reader->document, declared.mapping, pairs, reader->error), status = count < 0 ? -1 : 0;
        for (int p = 0; p < count && status == 0; p++) status = read_part(reader, &declared, &pairs[p]);
        if (status != 0 || keep_declared(reader, &declared) != 0) return -1;
    }
    return 0;
}

/* ---- checking ---- */

/* Whether a cell's value is the reference: the reference "triplet" matches "triplet{margin: 1}", and "1" matches
 * "1.0". */
static int is_reference(const char *value, const char *reference)
{
    size_t length = strcspn(reference, "{");
    char *end, *other_end;
    double number = strtod(value, &end), other = strtod(reference, &other_end);
    if (strlen(value) == length && strncmp(value, reference, length) == 0) return 1;
    return end != value && !*end && other_end != reference && !*other_end && number == other;
}

static int has_reference(const struct contrast *contrast, const struct axes *axes, const struct grid *grid)
{
    char value[AXIS_VALUE_SIZE];
    if (strcmp(contrast->factor, contrasts_group) == 0) return 1; /* names follow from what varies among results */
    const struct axis *axis = &axes->axis[axes_find(axes, contrast->factor)];
    for (int c = 0; c < grid->count; c++) {
        axis_format(axis, &grid->cells[c].settings, value);
        if (is_reference(value, contrast->reference)) return 1;
    }
    return 0;
}

int declaration_check(const struct contrasts *contrasts, const struct grid *grid, struct error *error)
{
    struct axes axes;
    axes_collect(&axes);
    for (int c = 0; c < contrasts->count; c++) {
        const struct contrast *contrast = &contrasts->contrast[c];
        if (has_reference(contrast, &axes, grid)) continue;
        return error_set(error, "contrasts: no cell of the experiment has the reference %s %s", contrast->factor,
                         contrast->reference);
    }
    return 0;
}

/* ---- keeping ---- */

static int has_begun(const char *folder)
{
    char *path = file_join(folder, "cells");
    int begun = file_exists(path);
    free(path);
    return begun;
}

/* Adds the declared contrasts to those that the run has, marking new ones as late. Returns how many are new, or -1. */
static int add_new(struct contrasts *kept, const struct contrasts *declared, struct error *error)
{
    int added = 0;
    for (int c = 0; c < declared->count; c++) {
        struct contrast late = declared->contrast[c];
        late.is_late = 1;
        if (contrasts_find(kept, &late) >= 0) continue;
        if (contrasts_add(kept, &late, error) != 0) return -1;
        added++;
    }
    return added;
}

static int count_gone(const struct contrasts *kept, const struct contrasts *declared)
{
    int gone = 0;
    for (int c = 0; c < kept->count; c++) gone += contrasts_find(declared, &kept->contrast[c]) < 0;
    return gone;
}

static int keep_begun(const struct contrasts *declared, const char *folder, struct error *error)
{
    struct contrasts kept;
    if (contrasts_read(&kept, folder, error) != 0) return -1;
    int gone = count_gone(&kept, declared), added = add_new(&kept, declared, error);
    int status = added < 0 ? -1 : 0;
    if (added > 0) status = contrasts_write(&kept, folder, error);
    if (status == 0 && added > 0)
        fprintf(stderr, "%s: %d contrasts were declared after the run began: these comparisons are exploratory\n",
                folder, added);
    if (status == 0 && gone > 0)
        fprintf(stderr, "%s: %d contrasts are no longer in the experiment; they still count in their family\n", folder,
                gone);
    contrasts_release(&kept);
    return status;
}

int declaration_keep(const struct contrasts *contrasts, const char *folder, struct error *error)
{
    if (has_begun(folder)) return keep_begun(contrasts, folder, error);
    struct contrasts before;
    if (contrasts_read(&before, folder, error) != 0) return -1;
    int status = 0;
    if (contrasts->count > 0 || before.count > 0) status = contrasts_write(contrasts, folder, error);
    contrasts_release(&before);
    return status;
}
