/* grid.c - see grid.h. */
#include "harness/grid.h"

#include <stdlib.h>
#include <string.h>

#include "strategies/strategy.h"

static size_t count_combinations(const struct experiment *experiment)
{
    return (size_t)experiment->sampler.count * (size_t)experiment->samples_per_class.count *
           (size_t)experiment->batch_size.count * (size_t)experiment->portion.count *
           (size_t)experiment->strategy.count * (size_t)experiment->backprop.count * (size_t)experiment->seed.count;
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
    for (int c = 0; c < grid->count; c++)
        if (strcmp(grid->cells[c].name, name) == 0) return &grid->cells[c];
    return NULL;
}

/* One point of the grid; positions on each axis. */
struct point {
    int sampler, samples_per_class, batch_size, portion, strategy, backprop, seed;
};

static int add_cell(struct grid *grid, const struct experiment *experiment, const struct point *at,
                    const struct choice *full, struct error *error)
{
    struct cell cell = {.settings = experiment->settings};
    struct settings *settings = &cell.settings;
    char sampler[64], strategy[64];
    settings->sampler = experiment->sampler.choices[at->sampler];
    settings->strategy = experiment->strategy.choices[at->strategy];
    settings->samples_per_class = experiment->samples_per_class.ints[at->samples_per_class];
    settings->batch_size = experiment->batch_size.ints[at->batch_size];
    settings->portion = experiment->portion.reals[at->portion];
    settings->backprop = experiment->backprop.ints[at->backprop];
    settings->seed = experiment->seed.ints[at->seed];
    label(&experiment->sampler, at->sampler, sampler, sizeof sampler);
    label(&experiment->strategy, at->strategy, strategy, sizeof strategy);
    if (strategy_selected_count(settings->portion, settings->batch_size) == settings->batch_size) {
        settings->strategy = *full;
        settings->portion = 1;
        snprintf(strategy, sizeof strategy, "%s", full->plugin->name);
    } else if (settings->strategy.plugin == full->plugin) {
        return error_set(error,
                         "strategy full back-propagates the whole batch, but portion is %g: name another strategy",
                         settings->portion);
    }
    const char *backprop = settings->backprop == BACKPROP_AUTO ? "" : settings_backprop_names[settings->backprop];
    snprintf(cell.name, sizeof cell.name, "%s-b%d-m%d-p%.9g-%s%s%s-s%d", sampler, settings->batch_size,
             settings->samples_per_class, settings->portion, strategy, backprop[0] ? "-" : "", backprop,
             settings->seed);
    if (!grid_find(grid, cell.name)) grid->cells[grid->count++] = cell;
    return 0;
}

/* Counts like an odometer, the last axis fastest; 0 when it has come round. */
static int next_point(struct point *at, const struct experiment *experiment)
{
    struct {
        int *position, count;
    } wheels[] = {
        {&at->seed, experiment->seed.count},
        {&at->backprop, experiment->backprop.count},
        {&at->strategy, experiment->strategy.count},
        {&at->portion, experiment->portion.count},
        {&at->batch_size, experiment->batch_size.count},
        {&at->samples_per_class, experiment->samples_per_class.count},
        {&at->sampler, experiment->sampler.count},
    };
    for (size_t w = 0; w < sizeof wheels / sizeof *wheels; w++) {
        if (++*wheels[w].position < wheels[w].count) return 1;
        *wheels[w].position = 0;
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
    if (!grid->cells || !full.plugin) {
        grid_release(grid);
        return error_set(error, "out of memory");
    }
    struct point at = {0};
    do {
        if (add_cell(grid, experiment, &at, &full, error) != 0) {
            grid_release(grid);
            return -1;
        }
    } while (next_point(&at, experiment));
    return 0;
}

void grid_release(struct grid *grid)
{
    free(grid->cells);
    *grid = (struct grid){0};
}
