/* grid.c - see grid.h. */
#include "harness/runs/grid.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/runs/cell_name.h"
#include "harness/runs/tuning.h"
#include "harness/training/resolve.h"

/* ---- what is left out ---- */

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

void grid_tell_left_out(struct grid *grid)
{
    for (int r = 0; r < grid->left_out_count; r++) {
        const struct left_out *left = &grid->left_out[r];
        fprintf(stderr, "left out: %d %s, such as %s: %s\n", left->count, left->count == 1 ? "point" : "points",
                left->first, left->reason);
    }
    grid->left_out_count = 0;
}

int grid_refuse(const struct grid *grid, struct error *error)
{
    const struct left_out *left = &grid->left_out[0];
    error_set(error, "%s", left->reason);
    if (left->count == 1 && grid->left_out_count == 1) return -1;
    return error_context(error, "no point of the grid can be trained, such as %s", left->first);
}

/* ---- cells ---- */

/* Makes the cell's name unique, as two cells with one name would share a folder. */
static int claim_name(struct grid *grid, struct cell *cell)
{
    if (index_find(&grid->names, cell->name) >= 0) {
        cell_name_append(cell->name, "-");
        cell_name_append(cell->name, cell->training);
    }
    return index_add(&grid->names, cell->name, grid->count) >= 0;
}

static int hash(const struct settings *settings, char hash[IDENTITY_SIZE])
{
    char *text = settings_text(settings);
    if (text) identity_hash(text, hash);
    free(text);
    return text ? 0 : -1;
}

/* A hash of what distinguishes trainings: all settings, with the portion replaced by its K. */
static int hash_training(const struct settings *settings, char training[IDENTITY_SIZE])
{
    struct settings same = *settings;
    int batch = settings->batch_size;
    if (batch != BATCH_LARGEST) same.portion = (double)strategy_selected_count(settings->portion, batch) / batch;
    return hash(&same, training);
}

static int make_room(struct grid *grid, struct error *error)
{
    if (grid->count == GRID_CELLS_MAX)
        return error_set(error, "the grid has more than %d cells: shorten its lists", GRID_CELLS_MAX);
    if (grid->count < grid->room) return 0;
    int room = grid->room ? 2 * grid->room : 64;
    struct cell *cells = realloc(grid->cells, (size_t)room * sizeof *cells);
    if (!cells) return error_set(error, "out of memory");
    grid->cells = cells;
    grid->room = room;
    return 0;
}

static struct found_batch *find_batch(const struct grid *grid, const char *asked)
{
    int found = index_find(&grid->batches_asked, asked);
    return found < 0 ? NULL : &grid->batches[found];
}

/* Makes the cell that `asked` describes, with its name. Returns 0, or -1 with the reason if it cannot be trained. */
static int make_cell(const struct grid *grid, struct cell *cell, const struct experiment *experiment,
                     const struct settings *asked, struct error *reason)
{
    struct settings named = *asked;
    *cell = (struct cell){.settings = *asked};
    int status = hash(asked, cell->asked) == 0 ? 0 : error_set(reason, "out of memory");
    struct found_batch *batch = settings_is_open(asked) ? find_batch(grid, cell->asked) : NULL;
    if (batch) fit_apply(&batch->fit, &cell->settings);
    if (batch) fit_apply(&batch->fit, &named);
    if (status == 0 && !settings_is_open(&cell->settings)) {
        status = settings_resolve(&cell->settings, reason);
        if (status == 0) cell_name_settle(&named, &cell->settings);
    }
    cell_name(cell->name, experiment, &named);
    if (status == 0 && hash_training(&cell->settings, cell->training) != 0) status = error_set(reason, "out of memory");
    if (status == 0 && batch) memcpy(batch->training, cell->training, IDENTITY_SIZE);
    return status;
}

static void join_wave(struct cell *cell, const char *wave)
{
    if (strcmp(cell->wave, wave) != 0) snprintf(cell->wave, sizeof cell->wave, "%s", wave_both);
}

static int add_cell(struct grid *grid, struct cell *cell, struct error *error)
{
    if (index_find(&grid->gone, cell->training) >= 0) return 0;
    struct cell *there = grid_find_training(grid, cell->training);
    if (there) {
        join_wave(there, cell->wave);
        return 0;
    }
    if (make_room(grid, error) != 0) return -1;
    if (index_add(&grid->trainings, cell->training, grid->count) < 0 || !claim_name(grid, cell))
        return error_set(error, "out of memory");
    grid->cells[grid->count++] = *cell;
    return 0;
}

/* The context of points_each. */
struct adding {
    struct grid *grid;
    const struct experiment *experiment;
    const char *wave;
    grid_listener *listener;
    void *context;
};

static int add_point(void *context, const struct point *point, struct error *error)
{
    const struct adding *adding = context;
    struct cell cell;
    struct error reason;
    int status = 0;
    if (make_cell(adding->grid, &cell, adding->experiment, &point->asked, &reason) != 0) {
        grid_leave_out(adding->grid, cell.name, reason.message);
    } else {
        snprintf(cell.wave, sizeof cell.wave, "%s", adding->wave);
        status = add_cell(adding->grid, &cell, error);
    }
    if (status != 0 || !adding->listener) return status;
    return adding->listener(adding->context, point, cell.training, error);
}

int grid_add(struct grid *grid, const struct experiment *experiment, const struct variant *variant, const char *wave,
             grid_listener *listener, void *context, struct error *error)
{
    struct adding adding = {grid, experiment, wave, listener, context};
    return points_each(experiment, variant, add_point, &adding, error);
}

/* ---- batches that are found ---- */

int grid_note_batch(struct grid *grid, const struct found_batch *batch, struct error *error)
{
    struct found_batch *batches = realloc(grid->batches, ((size_t)grid->batch_count + 1) * sizeof *batches);
    if (batches) grid->batches = batches;
    if (!batches || index_add(&grid->batches_asked, batch->asked, grid->batch_count) < 0)
        return error_set(error, "out of memory");
    batches[grid->batch_count++] = *batch;
    return 0;
}

/* Adds a cell again with the batch that was found for it. */
static int add_again(struct grid *grid, const struct experiment *experiment, const struct cell *cell,
                     struct error *error)
{
    struct cell found = *cell;
    struct error reason;
    if (settings_is_open(&cell->settings)) {
        if (make_cell(grid, &found, experiment, &cell->settings, &reason) != 0) {
            grid_leave_out(grid, found.name, reason.message);
            return 0;
        }
        memcpy(found.wave, cell->wave, sizeof found.wave);
        memcpy(found.at_edge, cell->at_edge, sizeof found.at_edge);
    }
    return add_cell(grid, &found, error);
}

int grid_take_batches(struct grid *grid, const struct experiment *experiment, struct error *error)
{
    int count = grid->count - grid->settled, status = -1;
    struct cell *cells = calloc((size_t)count + 1, sizeof *cells);
    char *kept = calloc((size_t)grid->count + 1, 1);
    if (cells && kept) {
        memcpy(cells, grid->cells + grid->settled, (size_t)count * sizeof *cells);
        memset(kept, 1, (size_t)grid->settled);
        status = grid_keep(grid, kept, 0, error);
    } else {
        error_set(error, "out of memory");
    }
    for (int c = 0; c < count && status == 0; c++) status = add_again(grid, experiment, &cells[c], error);
    free(kept);
    free(cells);
    return status;
}

/* ---- the grid ---- */

static int add_trials(struct grid *grid, const struct experiment *experiment, int v, struct error *error)
{
    struct variant *trials = malloc(sizeof *trials);
    if (!trials) return error_set(error, "out of memory");
    tuning_trials(experiment, &experiment->variants[v], experiment->tuning.lists, trials);
    int status = grid_add(grid, experiment, trials, wave_trial, NULL, NULL, error);
    free(trials);
    return status;
}

static int add_all(struct grid *grid, const struct experiment *experiment, struct error *error)
{
    int status = 0;
    for (int v = 0; v < experiment->variant_count && status == 0; v++)
        status = experiment->tuning.count ? add_trials(grid, experiment, v, error)
                                          : grid_add(grid, experiment, &experiment->variants[v], "", NULL, NULL, error);
    return status;
}

int grid_init(struct grid *grid, const struct experiment *experiment, struct error *error)
{
    *grid = (struct grid){0};
    if (points_count(experiment, GRID_CELLS_MAX) > GRID_CELLS_MAX)
        return error_set(error, "the grid has more than %d cells: shorten its lists", GRID_CELLS_MAX);
    int status = add_all(grid, experiment, error);
    if (status == 0 && grid->count == 0) {
        status = error_set(error, "%s", grid->left_out[0].reason);
        if (grid->left_out_count > 1 || grid->left_out[0].count > 1)
            error_context(error, "no point of the grid can be trained; such as %s", grid->left_out[0].first);
    }
    if (status != 0) grid_release(grid);
    return status;
}

struct cell *grid_find_training(const struct grid *grid, const char *training)
{
    int found = index_find(&grid->trainings, training);
    return found < 0 ? NULL : &grid->cells[found];
}

int grid_keep(struct grid *grid, const char *kept, int forever, struct error *error)
{
    int count = 0;
    index_release(&grid->trainings);
    grid->trainings = (struct index){0};
    for (int c = 0; c < grid->count; c++) {
        struct index *index = kept[c] ? &grid->trainings : &grid->gone;
        if ((kept[c] || forever) && index_add(index, grid->cells[c].training, count) < 0)
            return error_set(error, "out of memory");
        if (kept[c]) grid->cells[count++] = grid->cells[c];
    }
    grid->count = count;
    return grid_index_names(grid, error);
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
    index_release(&grid->gone);
    index_release(&grid->batches_asked);
    free(grid->batches);
    free(grid->cells);
    *grid = (struct grid){0};
}
