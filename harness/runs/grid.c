/* grid.c - see grid.h. */
#include "harness/runs/grid.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "strategies/strategy.h"

/* The axes, slowest first; positions on them make a point. */
static const size_t axes[] = {
    offsetof(struct experiment, loss),
    offsetof(struct experiment, sampler),
    offsetof(struct experiment, samples_per_class),
    offsetof(struct experiment, batch_size),
    offsetof(struct experiment, portion),
    offsetof(struct experiment, strategy),
    offsetof(struct experiment, gradient_scale),
    offsetof(struct experiment, backprop),
    offsetof(struct experiment, accumulate),
    offsetof(struct experiment, bank_size),
    offsetof(struct experiment, seed),
};
enum {
    LOSS,
    SAMPLER,
    SAMPLES_PER_CLASS,
    BATCH_SIZE,
    PORTION,
    STRATEGY,
    GRADIENT_SCALE,
    BACKPROP,
    ACCUMULATE,
    BANK_SIZE,
    SEED,
    AXES
};

static const struct axis *axis_at(const struct experiment *experiment, int axis)
{
    return (const struct axis *)((const char *)experiment + axes[axis]);
}

static size_t count_combinations(const struct experiment *experiment)
{
    size_t count = 1;
    for (int a = 0; a < AXES; a++) count *= (size_t)axis_at(experiment, a)->count;
    return count;
}

/* Options begin as zeros and each key is given once, so that equal ones are equal bytes. */
static int same_choice(const struct choice *a, const struct choice *b)
{
    return a->plugin == b->plugin && memcmp(a->options, b->options, a->plugin->options_size) == 0;
}

/* Where the axis has the same choice first: there or at `position`. */
static int first_of(const struct axis *axis, int position)
{
    int first = 0;
    while (!same_choice(&axis->choices[first], &axis->choices[position])) first++;
    return first;
}

/* The plug-in's name, with a number where the axis holds it several times with other options. */
static void label(const struct axis *axis, int position, char *text, size_t size)
{
    int at = first_of(axis, position), earlier = 0;
    const struct plugin *plugin = axis->choices[at].plugin;
    for (int i = 0; i < at; i++) earlier += axis->choices[i].plugin == plugin && first_of(axis, i) == i;
    if (earlier)
        snprintf(text, size, "%s.%d", plugin->name, earlier + 1);
    else
        snprintf(text, size, "%s", plugin->name);
}

const struct cell *grid_find(const struct grid *grid, const char *name)
{
    ENTRY *found;
    struct hsearch_data names = grid->names; /* which finding leaves as they are */
    return names.table && hsearch_r((ENTRY){.key = (char *)name}, FIND, &found, &names) ? found->data : NULL;
}

/* One point of the grid. */
struct point {
    int at[AXES];
};

static struct choice choice_at(const struct experiment *experiment, const struct point *point, int axis)
{
    return axis_at(experiment, axis)->choices[point->at[axis]];
}

static int int_at(const struct experiment *experiment, const struct point *point, int axis)
{
    return axis_at(experiment, axis)->ints[point->at[axis]];
}

static struct settings settings_at(const struct experiment *experiment, const struct point *point)
{
    struct settings settings = experiment->settings;
    settings.loss = choice_at(experiment, point, LOSS);
    settings.sampler = choice_at(experiment, point, SAMPLER);
    settings.strategy = choice_at(experiment, point, STRATEGY);
    settings.samples_per_class = int_at(experiment, point, SAMPLES_PER_CLASS);
    settings.batch_size = int_at(experiment, point, BATCH_SIZE);
    settings.portion = axis_at(experiment, PORTION)->reals[point->at[PORTION]];
    settings.gradient_scale = int_at(experiment, point, GRADIENT_SCALE);
    settings.backprop = int_at(experiment, point, BACKPROP);
    settings.accumulate = int_at(experiment, point, ACCUMULATE);
    settings.bank_size = int_at(experiment, point, BANK_SIZE);
    settings.seed = int_at(experiment, point, SEED);
    return settings;
}

/* SAMPLER-bB-mM-pP-STRATEGY, then what is not at its default, then the seed. */
static void name_cell(struct cell *cell, const struct experiment *experiment, const struct point *point,
                      const char *strategy)
{
    const struct settings *settings = &cell->settings;
    char sampler[64], loss[64], more[160] = "";
    size_t used = 0;
    label(&experiment->sampler, point->at[SAMPLER], sampler, sizeof sampler);
    label(&experiment->loss, point->at[LOSS], loss, sizeof loss);
    if (experiment->loss.count > 1) used += (size_t)snprintf(more + used, sizeof more - used, "-%s", loss);
    if (settings->gradient_scale)
        used += (size_t)snprintf(more + used, sizeof more - used, "-%s",
                                 settings_gradient_scale_names[settings->gradient_scale]);
    if (settings->backprop != BACKPROP_AUTO)
        used += (size_t)snprintf(more + used, sizeof more - used, "-%s", settings_backprop_names[settings->backprop]);
    if (settings->accumulate > 1)
        used += (size_t)snprintf(more + used, sizeof more - used, "-a%d", settings->accumulate);
    if (settings->bank_size > 0) snprintf(more + used, sizeof more - used, "-bank%d", settings->bank_size);
    snprintf(cell->name, sizeof cell->name, "%s-b%d-m%d-p%.9g-%s%s-s%d", sampler, settings->batch_size,
             settings->samples_per_class, settings->portion, strategy, more, settings->seed);
}

static int add_cell(struct grid *grid, const struct experiment *experiment, const struct point *point,
                    const struct choice *full, struct error *error)
{
    struct cell cell = {.settings = settings_at(experiment, point)};
    struct settings *settings = &cell.settings;
    char strategy[64];
    label(&experiment->strategy, point->at[STRATEGY], strategy, sizeof strategy);
    if (strategy_selected_count(settings->portion, settings->batch_size) == settings->batch_size) {
        settings->strategy = *full;
        settings->portion = 1;
        settings->gradient_scale = GRADIENT_SCALE_NONE;
        snprintf(strategy, sizeof strategy, "%s", full->plugin->name);
    } else if (settings->strategy.plugin == full->plugin) {
        return error_set(error,
                         "strategy full back-propagates the whole batch, but portion is %g: name another strategy",
                         settings->portion);
    }
    name_cell(&cell, experiment, point, strategy);
    if (grid_find(grid, cell.name)) return 0;
    struct cell *kept = &grid->cells[grid->count++];
    ENTRY *entered;
    *kept = cell;
    if (hsearch_r((ENTRY){kept->name, kept}, ENTER, &entered, &grid->names)) return 0;
    return error_set(error, "out of memory");
}

/* Counts like an odometer, the last axis fastest; 0 when it has come round. */
static int next_point(struct point *point, const struct experiment *experiment)
{
    for (int a = AXES - 1; a >= 0; a--) {
        if (++point->at[a] < axis_at(experiment, a)->count) return 1;
        point->at[a] = 0;
    }
    return 0;
}

int grid_init(struct grid *grid, const struct experiment *experiment, struct error *error)
{
    *grid = (struct grid){0};
    size_t combinations = count_combinations(experiment);
    if (combinations > GRID_CELLS_MAX)
        return error_set(error, "the grid has %zu cells; at most %d are run: shorten its lists", combinations,
                         GRID_CELLS_MAX);
    struct choice full = {.plugin = plugin_find(strategy_registry, "strategy", "full", error)};
    grid->cells = calloc(combinations, sizeof *grid->cells);
    if (!grid->cells || !full.plugin || !hcreate_r(combinations, &grid->names)) {
        grid_release(grid);
        return error_set(error, "out of memory");
    }
    struct point point = {0};
    do {
        if (add_cell(grid, experiment, &point, &full, error) != 0) {
            grid_release(grid);
            return -1;
        }
    } while (next_point(&point, experiment));
    return 0;
}

void grid_release(struct grid *grid)
{
    if (grid->names.table) hdestroy_r(&grid->names);
    free(grid->cells);
    *grid = (struct grid){0};
}
