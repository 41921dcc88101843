/* outlook.c - see outlook.h. */
#include "harness/runs/outlook.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/lock.h"
#include "harness/runs/eta.h"
#include "harness/runs/slurm.h"

const char *const outlook_state_names[OUTLOOK_STATES] = {"ok", "failed", "running", "queued", "begun", "pending"};

static enum outlook_state find_state(const struct run *run, const struct cell *cell, enum slurm_state scheduled,
                                     int epoch)
{
    static const enum outlook_state results[] = {[RUN_OK] = OUTLOOK_OK, [RUN_FAILED] = OUTLOOK_FAILED};
    enum run_status result = run_cell_status(run, cell);
    if (result != RUN_MISSING) return results[result];
    if (scheduled == SLURM_RUNNING || run_cell_is_running(run, cell)) return OUTLOOK_RUNNING;
    if (scheduled == SLURM_QUEUED) return OUTLOOK_QUEUED;
    return epoch >= 0 ? OUTLOOK_BEGUN : OUTLOOK_PENDING;
}

/* If the scheduler cannot be asked, running cells are still recognized by their locks. */
static enum slurm_state *ask_scheduler(const struct run *run)
{
    struct error unreachable;
    enum slurm_state *states = calloc((size_t)run->grid.count + 1, sizeof *states);
    if (states && slurm_read_queue(run, states, &unreachable) != 0)
        fprintf(stderr, "note: queued cells are not known: %s\n", unreachable.message);
    return states;
}

static void look_at_cell(struct outlook *outlook, const struct run *run, int c, enum slurm_state scheduled)
{
    const struct cell *cell = &run->grid.cells[c];
    struct outlook_cell *at = &outlook->cells[c];
    at->progress = cell_progress_read(run, cell);
    at->state = find_state(run, cell, scheduled, at->progress.epoch);
    at->changed = at->state <= OUTLOOK_FAILED && run_cell_is_changed(run, cell);
    outlook->states[at->state]++;
    outlook->changed += at->changed;
}

static void forecast(struct outlook *outlook, struct eta_cell *cells)
{
    static const enum eta_state states[OUTLOOK_STATES] = {
        [OUTLOOK_OK] = ETA_ABSENT,      [OUTLOOK_FAILED] = ETA_ABSENT, [OUTLOOK_RUNNING] = ETA_RUNNING,
        [OUTLOOK_QUEUED] = ETA_WAITING, [OUTLOOK_BEGUN] = ETA_WAITING, [OUTLOOK_PENDING] = ETA_WAITING};
    for (int c = 0; c < outlook->count; c++)
        eta_take(&cells[c], states[outlook->cells[c].state], &outlook->cells[c].progress);
    outlook->share = eta_share(cells, outlook->count);
    outlook->left = eta_seconds(cells, outlook->count, outlook->states[OUTLOOK_RUNNING]);
}

int outlook_init(struct outlook *outlook, const struct run *run, struct error *error)
{
    int count = run->grid.count;
    *outlook = (struct outlook){.count = count, .cells = calloc((size_t)count + 1, sizeof *outlook->cells)};
    enum slurm_state *scheduled = ask_scheduler(run);
    struct eta_cell *cells = eta_cells(&run->grid, error);
    int failed = !cells || (!scheduled || !outlook->cells ? error_set(error, "out of memory for %d cells", count) : 0);
    for (int c = 0; c < count && !failed; c++) look_at_cell(outlook, run, c, scheduled[c]);
    if (!failed) forecast(outlook, cells);
    char *lock = file_join(run->folder, "lock");
    outlook->is_driven = file_exists(lock) && lock_is_taken(lock);
    free(lock);
    free(cells);
    free(scheduled);
    if (failed) outlook_release(outlook);
    return failed ? -1 : 0;
}

void outlook_release(struct outlook *outlook)
{
    free(outlook->cells);
    *outlook = (struct outlook){0};
}

int outlook_is_moving(const struct outlook *outlook)
{
    return outlook->is_driven || outlook->states[OUTLOOK_RUNNING] > 0 || outlook->states[OUTLOOK_QUEUED] > 0;
}
