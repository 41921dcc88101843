/* run.c - see run.h. */
#include "harness/runs/run.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/csv.h"
#include "base/file.h"
#include "base/lock.h"
#include "harness/runs/cell_files.h"
#include "harness/runs/declaration.h"
#include "harness/runs/grid_fit.h"
#include "harness/runs/grid_table.h"
#include "harness/tables/column.h"
#include "harness/training/other_packs.h"
#include "harness/training/inputs.h"
#include "harness/training/shared.h"
#include "harness/runs/experiment_file.h"
#include "harness/runs/step_times.h"

/* ---- beginning ---- */

/* Allocates a state for each cell, all unknown. */
static int make_states(struct run *run, struct error *error)
{
    free(run->states);
    run->states = calloc((size_t)run->grid.count + 1, sizeof *run->states);
    return run->states ? 0 : error_set(error, "out of memory");
}

/* Reads the experiment and makes its grid; does not use the folder. */
static int read_grid(struct run *run, const char *experiment_path, const char *const *sets, int count,
                     const char *folder, struct error *error)
{
    *run = (struct run){0};
    if (experiment_read(&run->experiment, experiment_path, sets, count, error) != 0) return -1;
    run->folder = strdup(folder);
    waves_begin(&run->waves, &run->experiment);
    int status = grid_init(&run->grid, &run->experiment, error);
    if (status == 0) status = make_states(run, error);
    if (status != 0) run_release(run);
    return status;
}

static int lock_run(struct run *run, struct error *error)
{
    const double patience = 2; /* a killed driver's child that had not started may hold the lock a moment longer */
    char *path = file_join(run->folder, "lock");
    int file = lock_take(path, patience, error);
    free(path);
    if (file == LOCK_TAKEN)
        return error_set(error, "another partgrad run is working in %s; wait for it, or give another folder with --out",
                         run->folder);
    if (file >= 0) run->lock = file;
    return file >= 0 ? 0 : -1;
}

int run_begin(struct run *run, const char *experiment_path, const char *const *sets, int count, const char *folder,
              struct error *error)
{
    if (read_grid(run, experiment_path, sets, count, folder, error) != 0) return -1;
    int status = file_make_folder(folder, error);
    if (status == 0) status = lock_run(run, error);
    if (status != 0) run_release(run);
    return status;
}

/* ---- identity ---- */

/* Consecutive cells mostly read the same files, so the last one's checksums are reused. */
static int resolve_inputs(struct settings *settings, const struct settings *last, const char *data_folder, int threads,
                          int verify, struct error *error)
{
    if (settings->inputs.threads == 0) settings->inputs.threads = threads;
    int same = last && strcmp(settings->dataset, last->dataset) == 0 &&
               strcmp(settings->network.weights, last->network.weights) == 0 &&
               strcmp(settings->evaluate_on, last->evaluate_on) == 0 &&
               strcmp(settings_reference(settings), settings_reference(last)) == 0;
    if (same && !settings->inputs.pack[0]) memcpy(settings->inputs.pack, last->inputs.pack, OPTION_TEXT_SIZE);
    if (same && !settings->inputs.weights[0]) memcpy(settings->inputs.weights, last->inputs.weights, OPTION_TEXT_SIZE);
    if (same && !settings->inputs.reference[0])
        memcpy(settings->inputs.reference, last->inputs.reference, OPTION_TEXT_SIZE);
    if (same && !settings->inputs.others[0]) memcpy(settings->inputs.others, last->inputs.others, OPTION_TEXT_SIZE);
    return same ? 0 : inputs_resolve(settings, data_folder, verify, error);
}

static int set_identity(struct cell *cell, struct error *error)
{
    char *text = settings_text(&cell->settings);
    if (!text) return error_set(error, "out of memory");
    identity_hash(text, cell->identity);
    free(text);
    return 0;
}

/* Cells whose training is already in the run take its folder's name. Other cells with the name of such a folder get a
 * longer one. */
static int take_folders(struct grid *grid, const struct cell_folders *folders, struct error *error)
{
    struct index taken = {0};
    int status = 0;
    for (int c = 0; c < grid->count && status == 0; c++) {
        const char *found = cell_folders_find(folders, &grid->cells[c]);
        if (!found) continue;
        snprintf(grid->cells[c].name, CELL_NAME_SIZE, "%s", found);
        if (index_add(&taken, found, c) < 0) status = error_set(error, "out of memory");
    }
    for (int c = 0; c < grid->count; c++) {
        struct cell *cell = &grid->cells[c];
        int owner = index_find(&taken, cell->name);
        size_t used = strlen(cell->name);
        if (owner >= 0 && owner != c) snprintf(cell->name + used, CELL_NAME_SIZE - used, "-%s", cell->identity);
    }
    index_release(&taken);
    return status == 0 ? grid_index_names(grid, error) : -1;
}

int run_identify(struct run *run, const char *data_folder, int threads, int verify, struct error *error)
{
    struct cell_folders folders;
    int status = cell_folders_read(&folders, run->folder, error);
    if (status == 0) status = make_states(run, error);
    for (int c = run->grid.settled; c < run->grid.count && status == 0; c++) {
        struct cell *cell = &run->grid.cells[c];
        const struct settings *last = c > 0 ? &run->grid.cells[c - 1].settings : NULL;
        status = resolve_inputs(&cell->settings, last, data_folder, threads, verify, error);
    }
    if (status == 0) status = step_times_resolve(&run->grid, run->folder, data_folder, !run->elsewhere, error);
    for (int c = run->grid.settled; c < run->grid.count && status == 0; c++)
        status = set_identity(&run->grid.cells[c], error);
    if (status == 0) status = take_folders(&run->grid, &folders, error);
    for (int c = 0; c < run->grid.count && status == 0; c++) run_look(run, &run->grid.cells[c]);
    if (status == 0) run->grid.settled = run->grid.count;
    cell_folders_release(&folders);
    return status;
}

/* ---- what is kept ---- */

static void format_checksum(const struct experiment *experiment, char text[IDENTITY_SIZE])
{
    snprintf(text, IDENTITY_SIZE, "%016" PRIx64, file_checksum(experiment->text, experiment->size));
}

static int write_grid(const struct run *run, struct error *error)
{
    char experiment[IDENTITY_SIZE];
    format_checksum(&run->experiment, experiment);
    return grid_table_write(&run->grid, run->folder, experiment, error);
}

/* Removes what killed processes left: temporary files, and checkpoints of cells that are done. */
static void tidy(const struct run *run)
{
    char *shared = run_shared_folder(run);
    file_sweep_folder(run->folder);
    file_sweep_folder(shared);
    free(shared);
    for (int c = 0; c < run->grid.count; c++) {
        char *checkpoint = file_join(run->folder, "cells/%s/checkpoint", run->grid.cells[c].name);
        if (run->states[c].status == RUN_OK && file_exists(checkpoint)) unlink(checkpoint);
        free(checkpoint);
    }
}

int run_keep(struct run *run, struct error *error)
{
    char *path = file_join(run->folder, "experiment.yaml");
    int status = file_write(path, run->experiment.text, run->experiment.size, error);
    free(path);
    if (status == 0) status = write_grid(run, error);
    if (status == 0) status = grid_fit_write(&run->grid, run->folder, error);
    if (status == 0) status = declaration_keep(&run->experiment.contrasts, run->folder, error);
    if (status == 0) tidy(run);
    return status;
}

/* ---- opening ---- */

/* Opens wave by wave, as the results allow. */
static int open_waves(struct run *run, const struct grid_table *table, struct error *error)
{
    int more = 1;
    while (more > 0) {
        if (grid_fit_read(&run->grid, &run->experiment, run->folder, error) != 0) return -1;
        if (grid_table_take(table, &run->grid, error) != 0 || make_states(run, error) != 0) return -1;
        for (int c = 0; c < run->grid.count; c++) run_look(run, &run->grid.cells[c]);
        more = run_advance(run, error);
    }
    return more;
}

int run_open(struct run *run, const char *folder, struct error *error)
{
    struct grid_table table;
    char experiment[IDENTITY_SIZE], *path = file_join(folder, "experiment.yaml");
    int status = read_grid(run, path, NULL, 0, folder, error);
    free(path);
    if (status != 0) return -1;
    format_checksum(&run->experiment, experiment);
    status = grid_table_read(&table, &run->grid, run->folder, experiment, error);
    if (status == 0 && !table.known)
        fprintf(stderr,
                "%s: the experiment file is not the one that was run last; 'partgrad run' shows what has changed\n",
                run->folder);
    if (status == 0) status = open_waves(run, &table, error);
    grid_table_release(&table);
    if (status != 0) run_release(run);
    return status;
}

int run_open_cell(struct run *run, const char *folder, const char *name, struct error *error)
{
    char *own = file_join(folder, "cells/%s", name), *path = file_join(own, "experiment.yaml");
    int status = file_exists(path) ? read_grid(run, path, NULL, 0, folder, error)
                                   : error_set(error, "%s has no cell %s", folder, name);
    if (status == 0 && run->grid.count != 1) {
        status = error_set(error, "%s: not the settings of one cell", path);
        run_release(run);
    }
    if (status == 0) {
        struct cell *cell = &run->grid.cells[0];
        snprintf(cell->name, sizeof cell->name, "%s", name);
        cell_folder_identity(own, cell->identity);
        run_look(run, cell);
    }
    free(path);
    free(own);
    return status;
}

void run_release(struct run *run)
{
    if (run->lock > 0) close(run->lock);
    if (run->cell_lock > 0) close(run->cell_lock);
    grid_release(&run->grid);
    waves_release(&run->waves);
    experiment_release(&run->experiment);
    free(run->states);
    free(run->folder);
    *run = (struct run){0};
}

/* ---- cells ---- */

static char *cell_path(const struct run *run, const struct cell *cell, const char *name)
{
    return file_join(run->folder, "cells/%s/%s", cell->name, name);
}

int run_lock_cell(struct run *run, const struct cell *cell, struct error *error)
{
    char *folder = run_cell_folder(run, cell, error), *path = cell_path(run, cell, "lock");
    int file = folder ? lock_take(path, INFINITY, error) : LOCK_FAILED;
    if (file >= 0) {
        run->cell_lock = file;
        file_sweep_folder(folder);
    }
    free(folder);
    free(path);
    if (file == LOCK_INTERRUPTED) return RUN_INTERRUPTED;
    return file >= 0 ? 0 : -1;
}

int run_cell_is_running(const struct run *run, const struct cell *cell)
{
    char *path = cell_path(run, cell, "lock");
    int taken = lock_is_taken(path);
    free(path);
    return taken;
}

/* If the run's folder was deleted or moved, fails instead of creating it again. */
static int check_folder(const struct run *run, struct error *error)
{
    char *path = file_join(run->folder, "experiment.yaml");
    int there = file_exists(path);
    free(path);
    return there ? 0 : error_set(error, "%s has been deleted or moved while cells ran", run->folder);
}

char *run_cell_folder(const struct run *run, const struct cell *cell, struct error *error)
{
    if (check_folder(run, error) != 0) return NULL;
    char *folder = file_join(run->folder, "cells/%s", cell->name);
    if (file_make_folder(folder, error) == 0) return folder;
    free(folder);
    return NULL;
}

char *run_shared_folder(const struct run *run)
{
    return file_join(run->folder, "shared");
}

enum run_status run_cell_status(const struct run *run, const struct cell *cell)
{
    return run->states[cell - run->grid.cells].status;
}

int run_cell_is_changed(const struct run *run, const struct cell *cell)
{
    return run->states[cell - run->grid.cells].changed;
}

enum run_status run_look(const struct run *run, const struct cell *cell)
{
    char *folder = file_join(run->folder, "cells/%s", cell->name);
    struct cell_state *state = &run->states[cell - run->grid.cells];
    *state = cell_state_read(folder, cell);
    free(folder);
    return state->status;
}

struct run_counts run_count(const struct run *run)
{
    struct run_counts counts = {0};
    int *const count[] = {[RUN_MISSING] = &counts.missing, [RUN_OK] = &counts.ok, [RUN_FAILED] = &counts.failed};
    for (int c = 0; c < run->grid.count; c++) {
        ++*count[run->states[c].status];
        counts.changed += run->states[c].changed;
        counts.failed_trials += run->states[c].status == RUN_FAILED && strcmp(run->grid.cells[c].wave, wave_trial) == 0;
    }
    return counts;
}

/* ---- tables ---- */

static int gather(const struct run *run, const char *cell_file, const char *name, const struct column_table *columns,
                  int done_only, struct error *error)
{
    struct file_writer writer;
    char *path = file_join(run->folder, "%s", name);
    int status = file_writer_open(&writer, path, error);
    free(path);
    if (status != 0) return -1;
    column_write_header(writer.stream, columns);
    for (int c = 0; c < run->grid.count; c++) {
        const struct cell *cell = &run->grid.cells[c];
        if (done_only && run->states[c].status == RUN_MISSING) continue;
        path = cell_path(run, cell, cell_file);
        cell_rows_append(writer.stream, path, cell, columns);
        free(path);
    }
    return file_writer_commit(&writer, error);
}

static int is_evaluated_elsewhere(const struct run *run)
{
    for (int c = 0; c < run->grid.count; c++)
        if (other_packs_wanted(&run->grid.cells[c].settings)) return 1;
    return 0;
}

static void forget_shared(const struct run *run)
{
    char *shared = run_shared_folder(run);
    if (run_count(run).missing == 0) shared_forget(shared);
    free(shared);
}

static int gather_tables(const struct run *run, struct error *error)
{
    struct column_table columns;
    columns_of_cells(&columns);
    if (gather(run, "result.csv", "cells.csv", &columns, 1, error) != 0) return -1;
    columns_of_epochs(&columns);
    if (gather(run, "epochs.csv", "epochs.csv", &columns, 0, error) != 0) return -1;
    columns_of_classes(&columns);
    if (gather(run, "classes.csv", "classes.csv", &columns, 1, error) != 0) return -1;
    columns_of_evaluations(&columns);
    if (!is_evaluated_elsewhere(run)) return 0;
    return gather(run, "evaluations.csv", "evaluations.csv", &columns, 0, error);
}

/* If the folder is gone, tables cannot be written either; the error says that it is gone. */
int run_gather(const struct run *run, struct error *error)
{
    struct error gone;
    if (gather_tables(run, error) == 0) {
        forget_shared(run);
        return 0;
    }
    if (check_folder(run, &gone) != 0) *error = gone;
    return -1;
}
