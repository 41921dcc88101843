/* test_axes.c - every setting is an axis: a key that may be a list, a column, and a part of a cell's identity. The
 * tests walk the table, so that a new row is held to it too. */
#include <criterion/criterion.h>

#include <math.h>

#include "harness/tables/column.h"
#include "tests/support/experiment_fixture.h"

/* An experiment in which no setting is idle. */
static const char base[] =
    "dataset: birds\nmodel: {name: conv4, pooling: gem, weights: some}\nbatch_size: 16\nportion: 0.5\n"
    "strategy: first\nmemory_bank: {size: 16}\noptimizer: {name: adamw}\n";

/* Two values that differ, and are not `auto`. */
static void pick_values(const struct axis *axis, char first[64], char second[64])
{
    const struct field *field = axis->field;
    switch (field->type) {
    case OPTION_CHOICE:
        snprintf(first, 64, "%s", field->choices[strcmp(field->choices[0], "auto") == 0]);
        snprintf(second, 64, "%s", field->choices[1 + (strcmp(field->choices[0], "auto") == 0)]);
        break;
    case OPTION_FLAG:
        strcpy(first, "true");
        strcpy(second, "false");
        break;
    case OPTION_INT: /* not whole_every: 1, which is the whole batch */
    case OPTION_INTS:
        snprintf(first, 64, "%.0f", field->minimum + 2);
        snprintf(second, 64, "%.0f", field->minimum + 3);
        break;
    case OPTION_REAL: /* below 1, where a portion is not the whole batch */
        snprintf(first, 64, "%.9g", field->minimum + 0.3 * (fmin(field->maximum, 1) - field->minimum));
        snprintf(second, 64, "%.9g", field->minimum + 0.6 * (fmin(field->maximum, 1) - field->minimum));
        break;
    case OPTION_SIZE:
        strcpy(first, "1MiB");
        strcpy(second, "2MiB");
        break;
    default:
        strcpy(first, "one");
        strcpy(second, "two");
    }
}

/* As --set has it: "optimizer.learning_rate=[1, 2]". */
static char *format_set(const struct axis *axis, const char *first, const char *second)
{
    char *set;
    const char *block = axis->block->key ? axis->block->key : "", *dot = axis->block->key ? "." : "";
    int length = second ? asprintf(&set, "%s%s%s=[%s, %s]", block, dot, axis->field->name, first, second)
                        : asprintf(&set, "%s%s%s=%s", block, dot, axis->field->name, first);
    cr_assert_geq(length, 0);
    return set;
}

/* What must be set besides where the base leaves a setting idle. */
static const struct {
    const char *axis, *set;
} contexts[] = {
    {"optimizer_momentum", "optimizer.name=sgd"},
    {"optimizer_rms_decay", "optimizer.name=rmsprop"},
    {"optimizer_step_every", "optimizer.schedule=step"},
    {"optimizer_step_factor", "optimizer.schedule=step"},
    {"equal", "equal_to.batch_size=8"},
    {"equal_to_portion", "equal=compute"},
    {"equal_to_batch_size", "equal=compute"},
    {"equal_to_backprop", "equal=compute"},
    {"steps", "equal=compute"},
    {"patience", "optimizer.schedule=constant"},
    {"validation_fold", "validation.share=0.1"},
    {"memory_of", "memory=1GiB"},
};

static struct made *make(const struct axis *axis, const char *set)
{
    for (size_t c = 0; c < sizeof contexts / sizeof *contexts; c++) {
        if (strcmp(axis->column, contexts[c].axis) != 0) continue;
        struct made *made = calloc(1, sizeof *made);
        struct error error;
        cr_assert_eq(made_read(made, base, (const char *const[]){contexts[c].set, set}, 2, &error), 0, "%s",
                     error.message);
        return made;
    }
    return made_with(base, set);
}

Test(axes, every_setting_may_be_a_list_and_makes_other_trainings)
{
    struct axes axes;
    axes_collect(&axes);
    for (int a = 0; a < axes.count; a++) {
        const struct axis *axis = &axes.axis[a];
        char first[64], second[64], value[AXIS_VALUE_SIZE];
        if (!axis->field || option_is_list(axis->field)) continue;
        pick_values(axis, first, second);
        char *set = format_set(axis, first, second);
        struct made *made = make(axis, set);
        cr_assert_eq(made->grid.count, 2, "%s makes %d cells", set, made->grid.count);
        cr_expect(made->experiment.varies[a], "%s", set);
        axis_format(axis, &made->grid.cells[0].settings, value);
        cr_expect_str_eq(value, first, "%s", axis->column);
        axis_format(axis, &made->grid.cells[1].settings, value);
        cr_expect_str_eq(value, second, "%s", axis->column);
        char *one = made_text(made, 0), *two = made_text(made, 1);
        cr_expect_str_neq(one, two, "%s is not part of the identity", axis->column);
        cr_expect_str_neq(made->grid.cells[0].name, made->grid.cells[1].name);
        free(one);
        free(two);
        free(set);
        made_release(made);
    }
}

Test(axes, a_setting_that_is_a_list_is_one_value)
{
    struct axes axes;
    axes_collect(&axes);
    for (int a = 0; a < axes.count; a++) {
        const struct axis *axis = &axes.axis[a];
        char first[64], second[64], value[AXIS_VALUE_SIZE], joined[AXIS_VALUE_SIZE];
        if (!axis->field || !option_is_list(axis->field)) continue;
        pick_values(axis, first, second);
        char *set = format_set(axis, first, second);
        struct made *made = make(axis, set);
        cr_assert_eq(made->grid.count, 1, "%s", set);
        cr_expect_not(made->experiment.varies[a], "%s", set);
        axis_format(axis, &made->grid.cells[0].settings, value);
        snprintf(joined, sizeof joined, "%s; %s", first, second);
        cr_expect_str_eq(value, joined);
        free(set);
        made_release(made);
    }
}

/* The same with one value each, through the hash that cells.csv has. */
Test(axes, the_identity_differs_with_every_setting_and_is_the_same_for_the_same)
{
    struct axes axes;
    char hash[2][IDENTITY_SIZE], again[IDENTITY_SIZE];
    axes_collect(&axes);
    for (int a = 0; a < axes.count; a++) {
        char value[2][64];
        if (!axes.axis[a].field) continue;
        pick_values(&axes.axis[a], value[0], value[1]);
        for (int v = 0; v < 2; v++) {
            char *set = format_set(&axes.axis[a], value[v], NULL);
            for (int twice = 0; twice < 2; twice++) {
                struct made *made = make(&axes.axis[a], set);
                char *text = made_text(made, 0);
                identity_hash(text, twice ? again : hash[v]);
                free(text);
                made_release(made);
            }
            cr_expect_str_eq(again, hash[v], "%s", set);
            cr_expect_eq(strspn(again, "0123456789abcdef"), IDENTITY_SIZE - 1);
            free(set);
        }
        cr_expect_str_neq(hash[0], hash[1], "%s", axes.axis[a].column);
    }
}

Test(axes, plugins_and_their_options_are_part_of_the_identity)
{
    static const char *const different[] = {
        "loss=circle",     "loss=triplet",       "loss={name: triplet, margin: 0.7}",
        "strategy=random", "strategy=selective", "strategy={name: selective, beta: 7}",
        "sampler=uniform", "model=resnet18",     "model={name: conv4, channels: 32}"};
    enum { COUNT = sizeof different / sizeof *different };
    char hashes[COUNT][IDENTITY_SIZE];
    for (int d = 0; d < COUNT; d++) {
        struct made *made = made_with(base, different[d]);
        char *text = made_text(made, 0);
        identity_hash(text, hashes[d]);
        for (int other = 0; other < d; other++)
            cr_expect_str_neq(hashes[d], hashes[other], "%s, %s", different[d], different[other]);
        free(text);
        made_release(made);
    }
}

Test(axes, have_columns_labels_and_meanings_of_their_own)
{
    struct axes axes;
    axes_collect(&axes);
    cr_assert_leq(axes.count, AXES_MAX);
    for (int a = 0; a < axes.count; a++) {
        const struct axis *axis = &axes.axis[a];
        cr_expect_eq(axes_find(&axes, axis->column), a, "%s", axis->column);
        cr_expect(axis->label[0], "%s", axis->column);
        cr_expect(axis_meaning(axis)[0], "%s", axis->column);
        int repeats = strcmp(axis->column, "seed") == 0 || strcmp(axis->column, "validation_fold") == 0;
        cr_expect_eq(axis_is_repetition(axis), repeats, "%s", axis->column);
        for (int other = 0; other < a; other++) cr_expect_str_neq(axes.axis[other].label, axis->label);
    }
    cr_expect_eq(axes_find(&axes, "optimizer.learning-rate"), axes_find(&axes, "optimizer_learning_rate"));
    cr_expect_eq(axes_find(&axes, "nonsense"), -1);
    cr_expect_eq(axes_find(&axes, ""), -1);
}

Test(axes, know_what_follows_from_what)
{
    struct axes axes;
    axes_collect(&axes);
    int strategy = axes_find(&axes, "strategy"), options = axes_find(&axes, "strategy_options");
    int portion = axes_find(&axes, "portion"), backprop = axes_find(&axes, "backprop");
    int dataset = axes_find(&axes, "dataset"), pack = axes_find(&axes, "pack_checksum");
    int loss = axes_find(&axes, "loss_options"), epochs = axes_find(&axes, "epochs");
    cr_expect(axes_follows(&axes, options, strategy, "first", "selective"));
    cr_expect(axes_follows(&axes, backprop, strategy, "first", "top_loss"));
    cr_expect(axes_follows(&axes, axes_find(&axes, "reference_checksum"), strategy, "random", "reference_loss"));
    cr_expect(axes_follows(&axes, strategy, portion, "1", "0.5"));
    cr_expect_not(axes_follows(&axes, strategy, portion, "0.25", "0.5"));
    cr_expect(axes_follows(&axes, portion, strategy, "full", "first"));
    cr_expect_not(axes_follows(&axes, portion, strategy, "random", "first"));
    cr_expect(axes_follows(&axes, pack, dataset, "cub", "cars"));
    cr_expect_not(axes_follows(&axes, dataset, pack, "0", "1"));
    cr_expect_not(axes_follows(&axes, loss, strategy, "first", "random"));
    cr_expect_not(axes_follows(&axes, epochs, portion, "1", "0.5"));
}

Test(axes, a_table_without_their_column_says_unknown)
{
    struct axes axes;
    struct csv_table table;
    struct error error;
    int columns[AXES_MAX];
    char *folder = fixture_folder(), *path = file_join(folder, "cells.csv");
    cr_assert_eq(file_write(path, "cell,seed\nx,3\n", 14, &error), 0);
    cr_assert_eq(csv_read(&table, path, &error), 0, "%s", error.message);
    axes_collect(&axes);
    axes_locate(&axes, &table, columns);
    int seed = axes_find(&axes, "seed"), epochs = axes_find(&axes, "epochs");
    cr_expect_str_eq(axes_value(&axes.axis[seed], &table, 0, columns[seed]), "3");
    cr_expect_str_eq(axes_value(&axes.axis[epochs], &table, 0, columns[epochs]), axis_unknown);
    csv_release(&table);
    free(path);
    fixture_remove(folder);
}

/* A table made before a field came says nothing of it, and had its fallback. */
Test(axes, that_came_later_have_their_fallback)
{
    const struct field field = {"later", "", OPTION_INT, 0, "3", .later = 1};
    const struct axis axis = {.field = &field};
    cr_expect_str_eq(axes_value(&axis, NULL, 0, -1), "3");
}
