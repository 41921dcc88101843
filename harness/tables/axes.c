/* axes.c - see axes.h. */
#include "harness/tables/axes.h"

#include <stdio.h>
#include <string.h>

const char axis_unknown[] = "unknown";

static void add(struct axes *axes, const struct settings_block *block, const struct field *field, int is_options)
{
    struct axis *axis = &axes->axis[axes->count++];
    int names_block = block->kind || (field && strcmp(field->name, "name") == 0);
    *axis = (struct axis){.block = block, .field = field, .is_options = is_options, .label = "", .unit = ""};
    if (!field) axis->kind = block->kind;
    if (field && !(names_block && strcmp(field->name, "name") == 0))
        snprintf(axis->column, sizeof axis->column, "%s%s", block->prefix, field->name);
    else
        snprintf(axis->column, sizeof axis->column, "%s%s", block->key, is_options ? "_options" : "");
    if (field && field->label) axis->label = field->label;
    if (field && field->unit) axis->unit = field->unit;
}

void axes_collect(struct axes *axes)
{
    axes->count = 0;
    for (const struct settings_block *block = settings_blocks; block->summary; block++) {
        if (block->kind) add(axes, block, NULL, 0);
        if (block->kind) add(axes, block, NULL, 1);
        for (const struct field *field = block->fields; field && field->name; field++) add(axes, block, field, 0);
    }
    for (int a = 0; a < axes->count; a++)
        if (!axes->axis[a].label[0]) axes->axis[a].label = axes->axis[a].column;
}

/* Dots, dashes and underscores count as equal. */
static int same_name(const char *a, const char *b)
{
    for (; *a && *b; a++, b++)
        if ((*a == '-' || *a == '.' ? '_' : *a) != (*b == '-' || *b == '.' ? '_' : *b)) return 0;
    return *a == *b;
}

int axes_find(const struct axes *axes, const char *name)
{
    for (int a = 0; a < axes->count; a++)
        if (same_name(axes->axis[a].column, name)) return a;
    return -1;
}

const char *axis_meaning(const struct axis *axis)
{
    if (axis->field) return axis->field->help;
    return axis->is_options ? "all its options" : axis->block->summary;
}

void axis_format(const struct axis *axis, const struct settings *settings, char text[AXIS_VALUE_SIZE])
{
    const char *base = (const char *)settings;
    if (axis->field) {
        option_format(axis->field, base + axis->block->offset, text, AXIS_VALUE_SIZE);
        return;
    }
    const struct choice *choice = (const struct choice *)(base + axis->kind->offset);
    if (axis->is_options)
        choice_format_options(choice, text, AXIS_VALUE_SIZE);
    else
        snprintf(text, AXIS_VALUE_SIZE, "%s", choice->plugin->name);
}

/* What else may differ if two cells differ in an axis and one of them has the value `where` (NULL: any). At p = 1 every
 * strategy is `full` and has no scale; the strategy decides how a batch can be back-propagated; another file has
 * another checksum. */
static const struct {
    const char *axis, *where, *followers[14];
} rules[] = {
    {"portion",
     "1",
     {"strategy", "strategy_options", "gradient_scale", "backprop", "equal", "equal_to_portion", "equal_to_batch_size",
      "equal_to_backprop", "portion_schedule_start", "portion_schedule_end", "portion_schedule_whole_every",
      "reference_checksum"}},
    {"strategy",
     "full",
     {"portion", "gradient_scale", "equal", "equal_to_portion", "equal_to_batch_size", "equal_to_backprop",
      "portion_schedule_start", "portion_schedule_end", "portion_schedule_whole_every"}},
    {"equal", NULL, {"equal_to_portion", "equal_to_batch_size", "equal_to_backprop"}},
    {"strategy", NULL, {"backprop", "reference_checksum"}},
    {"strategy_options", NULL, {"reference_checksum"}},
    {"dataset", NULL, {"pack_checksum"}},
    {"model", NULL, {"model_weights", "weights_checksum", "model_pixels", "model_trainable_from"}},
    {"model_weights", NULL, {"weights_checksum"}},
    {"evaluate_on", NULL, {"evaluate_on_checksums"}},
};

static int is_listed(const char *name, const char *const *names)
{
    for (; *names; names++)
        if (strcmp(name, *names) == 0) return 1;
    return 0;
}

int axes_follows(const struct axes *axes, int a, int b, const char *value, const char *other)
{
    const struct axis *axis = &axes->axis[a], *from = &axes->axis[b];
    if (axis->is_options && axis->block == from->block && !from->field && !from->is_options) return 1;
    if (strcmp(axis->column, "steps") == 0) return 1; /* what `equal` computes from everything else */
    for (size_t r = 0; r < sizeof rules / sizeof *rules; r++) {
        const char *where = rules[r].where;
        if (strcmp(rules[r].axis, from->column) != 0 || !is_listed(axis->column, rules[r].followers)) continue;
        if (!where || strcmp(value, where) == 0 || strcmp(other, where) == 0) return 1;
    }
    return 0;
}

int axis_is_repetition(const struct axis *axis)
{
    return strcmp(axis->column, "seed") == 0 || strcmp(axis->column, "validation_fold") == 0;
}

int axis_is_of_data(const struct axis *axis)
{
    return strcmp(axis->column, "dataset") == 0 || strcmp(axis->column, "pack_checksum") == 0;
}

int axis_explains_itself(const struct axis *axis, const char *value)
{
    const struct field *field = axis->field;
    if (strcmp(value, axis_unknown) == 0 || strcmp(value, "none") == 0) return 0;
    if (axis->kind) return 1;
    if (!field || (field->tag && field->tag[0])) return 0; /* with a tag, cells' names do not show it alone either */
    return field->type == OPTION_TEXT || field->type == OPTION_TEXTS || field->type == OPTION_CHOICE;
}

int axis_is_request(const struct axis *axis)
{
    return axis->field && axis->field->request;
}

void axes_locate(const struct axes *axes, const struct csv_table *table, int columns[AXES_MAX])
{
    for (int a = 0; a < axes->count; a++) columns[a] = csv_column(table, axes->axis[a].column);
}

const char *axis_absent(const struct axis *axis)
{
    if (!axis->field || !axis->field->later) return axis_unknown;
    return axis->field->fallback ? axis->field->fallback : "";
}

const char *axes_value(const struct axis *axis, const struct csv_table *table, int row, int column)
{
    return column < 0 ? axis_absent(axis) : csv_text(table, row, column);
}
