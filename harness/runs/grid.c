/* grid.c - see grid.h. */
#include "harness/runs/grid.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/training/resolve.h"

/* ---- the points of a variant ---- */

/* Those of the axes that change fastest, slowest first; the others come before them in the order of the columns. */
static const char *const fast_axes[] = {"portion",          "strategy", "gradient_scale", "backprop", "accumulate",
                                        "memory_bank_size", "seed"};

static int speed(const struct axis *axis)
{
    int count = (int)(sizeof fast_axes / sizeof *fast_axes);
    for (int i = 0; i < count; i++)
        if (strcmp(axis->column, fast_axes[i]) == 0) return i + 1;
    return 0;
}

/* The variant's factors, the slowest first. */
static void order_factors(const struct experiment *experiment, const struct variant *variant,
                          const struct factor *ordered[AXES_MAX])
{
    for (int f = 0; f < variant->count; f++) {
        const struct factor *factor = &variant->factors[f];
        int own = speed(&experiment->axes.axis[factor->axis]), at = f;
        for (; at > 0; at--) {
            int before = speed(&experiment->axes.axis[ordered[at - 1]->axis]);
            if (before < own || (before == own && ordered[at - 1]->axis < factor->axis)) break;
            ordered[at] = ordered[at - 1];
        }
        ordered[at] = factor;
    }
}

/* Values that were parsed when they were read. */
static void set_text(const struct experiment *experiment, struct settings *settings, int axis, const char *text)
{
    struct error ignored;
    const struct axis *set = &experiment->axes.axis[axis];
    option_parse(set->field, (char *)settings + set->block->offset, text, &ignored);
}

static void set_value(const struct experiment *experiment, struct settings *settings, int axis,
                      const struct value *value)
{
    const struct axis *set = &experiment->axes.axis[axis];
    if (set->field)
        set_text(experiment, settings, axis, value->text);
    else
        *(struct choice *)((char *)settings + set->kind->offset) = value->choice;
    for (int o = 0; o < value->override_count; o++)
        set_text(experiment, settings, value->override[o].axis, value->override[o].text);
}

static size_t count_points(const struct experiment *experiment)
{
    size_t all = 0;
    for (int v = 0; v < experiment->variant_count; v++) {
        size_t count = 1;
        for (int f = 0; f < experiment->variants[v].count && count <= GRID_CELLS_MAX; f++)
            count *= (size_t)experiment->variants[v].factors[f].count;
        all += count;
        if (all > GRID_CELLS_MAX) break;
    }
    return all;
}

/* ---- names ---- */

/* Appends what a folder's name may hold; other characters become '_'. */
static void append(char name[CELL_NAME_SIZE], const char *text)
{
    size_t used = strlen(name);
    for (; *text && used + 1 < CELL_NAME_SIZE; text++)
        name[used++] = isalnum((unsigned char)*text) || strchr("-_.", *text) ? *text : '_';
    name[used] = '\0';
}

/* "triplet", or with the options that are not at their defaults: "triplet-margin0.05". */
static void append_plugin(char name[CELL_NAME_SIZE], const struct choice *choice)
{
    char value[AXIS_VALUE_SIZE], fallback[AXIS_VALUE_SIZE];
    void *defaults = calloc(1, choice->plugin->options_size + 1);
    append(name, choice->plugin->name);
    if (defaults) option_defaults(choice->plugin->fields, defaults);
    for (const struct field *field = choice->plugin->fields; field && field->name && defaults; field++) {
        option_format(field, choice->options, value, sizeof value);
        option_format(field, defaults, fallback, sizeof fallback);
        if (strcmp(value, fallback) == 0) continue;
        append(name, "-");
        append(name, field->name);
        append(name, value);
    }
    free(defaults);
}

/* Those that stand at a place of their own in each name, or only where they are not at their defaults. */
static const char *const placed[] = {"sampler", "batch_size", "samples_per_class", "portion", "strategy", "seed"};
static const char *const special[] = {"gradient_scale", "backprop", "accumulate", "memory_bank_size"};

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
    if (!is_among(axis->column, special, sizeof special / sizeof *special)) return experiment->varies[a];
    axis_format(axis, asked, value);
    return strcmp(value, axis->field->fallback) != 0;
}

/* "-lr0.001", or "-two_pass" of words that say enough. */
static void append_axis(char name[CELL_NAME_SIZE], const struct axis *axis, const struct settings *asked)
{
    char value[AXIS_VALUE_SIZE];
    append(name, "-");
    if (axis->kind) {
        append_plugin(name, (const struct choice *)((const char *)asked + axis->kind->offset));
        return;
    }
    const char *text = value;
    axis_format(axis, asked, value);
    if (strrchr(value, '/')) text = strrchr(value, '/') + 1; /* of a path, the file */
    append(name, axis->field->tag ? axis->field->tag : strcmp(axis->column, "dataset") == 0 ? "" : axis->field->name);
    append(name, text);
}

/* A name that is too long for a folder ends in what tells it from others. */
static void shorten(char name[CELL_NAME_SIZE])
{
    enum { LONGEST = 200 };
    char hash[IDENTITY_SIZE];
    if (strlen(name) <= LONGEST) return;
    identity_hash(name, hash);
    snprintf(name + LONGEST - IDENTITY_SIZE, IDENTITY_SIZE + 1, "-%s", hash);
}

/* SAMPLER-bB-mM-pP-STRATEGY, then what the experiment varies or sets apart, then the seed: from what the cell itself
 * was asked to be (`asked` may hold `auto`), never from its place in a list. */
static void name_cell(struct cell *cell, const struct experiment *experiment, const struct settings *asked)
{
    char number[64], batch[16] = "largest";
    cell->name[0] = '\0';
    append_plugin(cell->name, &asked->sampler);
    if (asked->batch_size != BATCH_LARGEST) snprintf(batch, sizeof batch, "%d", asked->batch_size);
    snprintf(number, sizeof number, "-b%s-m%d-p%.9g-", batch, asked->samples_per_class, asked->portion);
    append(cell->name, number);
    append_plugin(cell->name, &asked->strategy);
    for (int a = 0; a < experiment->axes.count; a++)
        if (is_named(experiment, asked, a)) append_axis(cell->name, &experiment->axes.axis[a], asked);
    shorten(cell->name);
    snprintf(number, sizeof number, "-s%d", asked->seed);
    append(cell->name, number);
}

/* ---- the grid ---- */

void grid_leave_out(struct grid *grid, const char *name, const char *reason)
{
    struct left_out *found = NULL;
    for (int r = 0; r < grid->left_out_count && !found; r++)
        if (strcmp(grid->left_out[r].reason, reason) == 0) found = &grid->left_out[r];
    if (!found && grid->left_out_count == GRID_REASONS_MAX) found = &grid->left_out[GRID_REASONS_MAX - 1];
    if (!found) {
        found = &grid->left_out[grid->left_out_count++];
        snprintf(found->reason, sizeof found->reason, "%s", reason);
        snprintf(found->first, sizeof found->first, "%s", name);
    }
    found->count++;
}

void grid_tell_left_out(const struct grid *grid)
{
    for (int r = 0; r < grid->left_out_count; r++) {
        const struct left_out *left = &grid->left_out[r];
        fprintf(stderr, "left out: %d %s, such as %s: %s\n", left->count, left->count == 1 ? "point" : "points",
                left->first, left->reason);
    }
}

int grid_refuse(const struct grid *grid, struct error *error)
{
    const struct left_out *left = &grid->left_out[0];
    error_set(error, "%s", left->reason);
    if (left->count == 1 && grid->left_out_count == 1) return -1;
    return error_context(error, "no point of the grid can be trained, such as %s", left->first);
}

/* Room for another name: two cells of one name would share a folder. */
static int claim_name(struct grid *grid, struct cell *cell, const char *hash)
{
    if (index_find(&grid->names, cell->name) >= 0) {
        append(cell->name, "-");
        append(cell->name, hash);
    }
    return index_add(&grid->names, cell->name, grid->count) >= 0;
}

/* What tells a training from others: all settings, but of the portion no more than the K that it comes to. */
static int hash_training(const struct settings *settings, char hash[IDENTITY_SIZE])
{
    struct settings training = *settings;
    if (settings->batch_size != BATCH_LARGEST)
        training.portion =
            (double)strategy_selected_count(settings->portion, settings->batch_size) / settings->batch_size;
    char *text = settings_text(&training);
    if (text) identity_hash(text, hash);
    free(text);
    return text ? 0 : -1;
}

int grid_add_cell(struct grid *grid, const struct cell *given, struct error *error)
{
    char hash[IDENTITY_SIZE];
    struct cell cell = *given;
    if (hash_training(&cell.settings, hash) != 0) return error_set(error, "out of memory");
    int found = index_find(&grid->trainings, hash);
    if (found >= 0) return found;
    if (index_add(&grid->trainings, hash, grid->count) < 0 || !claim_name(grid, &cell, hash))
        return error_set(error, "out of memory");
    grid->cells[grid->count] = cell;
    return grid->count++;
}

int grid_add(struct grid *grid, const struct experiment *experiment, const struct settings *asked, int point,
             struct error *error)
{
    struct cell cell = {.settings = *asked, .point = point};
    struct settings named = *asked;
    struct error reason;
    int open = settings_is_open(asked), status = open ? 0 : settings_resolve(&cell.settings, &reason);
    if (status == 0) {
        named.strategy = cell.settings.strategy;
        named.portion = cell.settings.portion;
        named.gradient_scale = cell.settings.gradient_scale;
    }
    name_cell(&cell, experiment, &named);
    if (status == 0) return grid_add_cell(grid, &cell, error);
    grid_leave_out(grid, cell.name, reason.message);
    return GRID_LEFT_OUT;
}

/* `point` counts them. */
static int add_variant(struct grid *grid, const struct experiment *experiment, const struct variant *variant,
                       int *point, struct error *error)
{
    const struct factor *factors[AXES_MAX];
    int at[AXES_MAX] = {0};
    order_factors(experiment, variant, factors);
    for (;;) {
        struct settings settings = variant->settings;
        for (int f = 0; f < variant->count; f++)
            set_value(experiment, &settings, factors[f]->axis, &factors[f]->values[at[f]]);
        if (grid_add(grid, experiment, &settings, (*point)++, error) == -1) return -1;
        int f = variant->count - 1; /* like an odometer, the last one fastest */
        while (f >= 0 && ++at[f] == factors[f]->count) at[f--] = 0;
        if (f < 0) return 0;
    }
}

int grid_init(struct grid *grid, const struct experiment *experiment, struct error *error)
{
    size_t points = count_points(experiment);
    int point = 0;
    *grid = (struct grid){0};
    if (points > GRID_CELLS_MAX)
        return error_set(error, "the grid has more than %d cells: shorten its lists", GRID_CELLS_MAX);
    grid->cells = calloc(points, sizeof *grid->cells);
    int status = grid->cells ? 0 : error_set(error, "out of memory");
    for (int v = 0; v < experiment->variant_count && status == 0; v++)
        status = add_variant(grid, experiment, &experiment->variants[v], &point, error);
    if (status == 0 && grid->count == 0) {
        status = error_set(error, "%s", grid->left_out[0].reason);
        if (points > 1)
            error_context(error, "no point of the grid can be trained; such as %s", grid->left_out[0].first);
    }
    if (status != 0) grid_release(grid);
    return status;
}

int grid_index_names(struct grid *grid, struct error *error)
{
    index_release(&grid->names);
    grid->names = (struct index){0};
    for (int c = 0; c < grid->count; c++)
        if (index_add(&grid->names, grid->cells[c].name, c) < 0) return error_set(error, "out of memory");
    return 0;
}

const struct cell *grid_find(const struct grid *grid, const char *name)
{
    int found = index_find(&grid->names, name);
    return found < 0 ? NULL : &grid->cells[found];
}

void grid_release(struct grid *grid)
{
    index_release(&grid->names);
    index_release(&grid->trainings);
    free(grid->cells);
    free(grid->batches);
    *grid = (struct grid){0};
}
