/* cell_name.c - see cell_name.h. */
#include "harness/runs/cell_name.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void cell_name_append(char name[CELL_NAME_SIZE], const char *text)
{
    size_t used = strlen(name);
    for (; *text && used + 1 < CELL_NAME_SIZE; text++)
        name[used++] = isalnum((unsigned char)*text) || strchr("-_.", *text) ? *text : '_';
    name[used] = '\0';
}

/* "triplet", or with options that are not at their defaults: "triplet-margin0.05". */
static void append_plugin(char name[CELL_NAME_SIZE], const struct choice *choice)
{
    char value[AXIS_VALUE_SIZE], fallback[AXIS_VALUE_SIZE];
    void *defaults = calloc(1, choice->plugin->options_size + 1);
    cell_name_append(name, choice->plugin->name);
    if (defaults) option_defaults(choice->plugin->fields, defaults);
    if (defaults && choice->plugin->settle) choice->plugin->settle(defaults);
    for (const struct field *field = choice->plugin->fields; field && field->name && defaults; field++) {
        option_format(field, choice->options, value, sizeof value);
        option_format(field, defaults, fallback, sizeof fallback);
        if (strcmp(value, fallback) == 0) continue;
        cell_name_append(name, "-");
        cell_name_append(name, field->name);
        cell_name_append(name, value);
    }
    free(defaults);
}

/* Settings with a fixed place in each name, or that are added only if they are not at their defaults. */
static const char *const placed[] = {"sampler", "batch_size", "samples_per_class", "portion", "strategy", "seed"};
static const char *const special[] = {"gradient_scale",
                                      "backprop",
                                      "accumulate",
                                      "memory_bank_size",
                                      "equal",
                                      "equal_to_portion",
                                      "equal_to_batch_size",
                                      "equal_to_backprop",
                                      "portion_schedule_start",
                                      "portion_schedule_end",
                                      "portion_schedule_whole_every"};

static int is_among(const char *name, const char *const *names, size_t count)
{
    for (size_t n = 0; n < count; n++)
        if (strcmp(name, names[n]) == 0) return 1;
    return 0;
}

static int is_named(const struct experiment *experiment, const struct settings *asked, int a)
{
    char value[AXIS_VALUE_SIZE];
    const struct axis *axis = &experiment->axes.axis[a];
    if (axis_is_request(axis) && !settings_is_open(asked)) return 0;
    if (is_among(axis->column, placed, sizeof placed / sizeof *placed) || axis->is_options) return 0;
    if (strcmp(axis->column, "validation_fold") == 0 && asked->validation.share <= 0 && asked->validation.classes == 0)
        return 0;
    if (!is_among(axis->column, special, sizeof special / sizeof *special)) return experiment->varies[a];
    axis_format(axis, asked, value);
    return strcmp(value, axis->field->fallback) != 0;
}

/* "-lr0.001", or "-two_pass" for words that need no tag. */
static void append_axis(char name[CELL_NAME_SIZE], const struct axis *axis, const struct settings *asked)
{
    char value[AXIS_VALUE_SIZE];
    cell_name_append(name, "-");
    if (axis->kind) {
        append_plugin(name, (const struct choice *)((const char *)asked + axis->kind->offset));
        return;
    }
    const char *text = value;
    axis_format(axis, asked, value);
    if (strrchr(value, '/')) text = strrchr(value, '/') + 1; /* of a path, only the file */
    cell_name_append(name, axis->field->tag                       ? axis->field->tag
                           : strcmp(axis->column, "dataset") == 0 ? ""
                                                                  : axis->field->name);
    cell_name_append(name, text);
}

/* Shortens a name that is too long for a folder; its end becomes a hash that keeps it unique. */
static void shorten(char name[CELL_NAME_SIZE])
{
    enum { LONGEST = 200 };
    char hash[IDENTITY_SIZE];
    if (strlen(name) <= LONGEST) return;
    identity_hash(name, hash);
    snprintf(name + LONGEST - IDENTITY_SIZE, IDENTITY_SIZE + 1, "-%s", hash);
}

static int is_tuned(const struct experiment *experiment, int a)
{
    for (int t = 0; t < experiment->tuning.count; t++)
        if (experiment->tuning.lists[t].axis == a) return 1;
    return 0;
}

static void name_settings(char name[CELL_NAME_SIZE], const struct experiment *experiment, const struct settings *asked,
                          int with_tuned)
{
    char number[64], batch[16] = "largest";
    name[0] = '\0';
    append_plugin(name, &asked->sampler);
    if (asked->batch_size != BATCH_LARGEST) snprintf(batch, sizeof batch, "%d", asked->batch_size);
    snprintf(number, sizeof number, "-b%s-m%d-p%.9g-", batch, asked->samples_per_class, asked->portion);
    cell_name_append(name, number);
    append_plugin(name, &asked->strategy);
    for (int a = 0; a < experiment->axes.count; a++)
        if (is_named(experiment, asked, a) && (with_tuned || !is_tuned(experiment, a)))
            append_axis(name, &experiment->axes.axis[a], asked);
    shorten(name);
}

void cell_name(char name[CELL_NAME_SIZE], const struct experiment *experiment, const struct settings *asked)
{
    char seed[32];
    name_settings(name, experiment, asked, 1);
    snprintf(seed, sizeof seed, "-s%d", asked->seed);
    cell_name_append(name, seed);
}

void cell_name_settle(struct settings *asked, const struct settings *resolved)
{
    asked->strategy = resolved->strategy;
    asked->portion = resolved->portion;
    asked->gradient_scale = resolved->gradient_scale;
    asked->equal = resolved->equal;
    asked->equal_to = resolved->equal_to;
    asked->portion_schedule = resolved->portion_schedule;
}

void cell_name_of_point(char name[CELL_NAME_SIZE], const struct experiment *experiment, const struct settings *asked)
{
    struct settings without = *asked;
    without.validation = (struct validation){0};
    name_settings(name, experiment, &without, 0);
}
