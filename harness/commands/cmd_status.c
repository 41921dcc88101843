/* cmd_status.c - `partgrad status`: how far a run has come, wherever its cells run: the files in its folder tell, and
 * Slurm of cells that were handed to it. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "harness/commands/command.h"
#include "harness/runs/forecast.h"
#include "harness/runs/progress.h"
#include "harness/runs/run.h"
#include "harness/runs/slurm.h"

enum state { STATE_OK, STATE_FAILED, STATE_RUNNING, STATE_QUEUED, STATE_BEGUN, STATE_PENDING, STATES };
static const char *const state_names[] = {"ok", "failed", "running", "queued", "begun", "pending"};

/* All cells together. */
struct overview {
    int count[STATES], changed;
    double left;       /* work of the cells without a result */
    double pace;       /* work per second of those that run, as far as it is known */
    int measured;      /* how many of them told */
    double done, busy; /* work of the cells that are done, and the seconds that they took */
};

static enum state find_state(const struct run *run, const struct cell *cell, enum slurm_state scheduled, int epoch)
{
    static const enum state results[] = {[RUN_OK] = STATE_OK, [RUN_FAILED] = STATE_FAILED};
    enum run_status result = run_cell_status(run, cell);
    if (result != RUN_MISSING) return results[result];
    if (scheduled == SLURM_RUNNING || run_cell_is_running(run, cell)) return STATE_RUNNING;
    if (scheduled == SLURM_QUEUED) return STATE_QUEUED;
    return epoch >= 0 ? STATE_BEGUN : STATE_PENDING;
}

static void add_cell(struct overview *overview, const struct cell *cell, enum state state,
                     const struct run_progress *progress)
{
    double work = forecast_work(cell), share = progress->share;
    overview->count[state]++;
    if (state != STATE_OK && state != STATE_FAILED) overview->left += work * (1 - share);
    if (state == STATE_OK && progress->wall_seconds > 0) {
        overview->done += work;
        overview->busy += progress->wall_seconds;
    }
    if (state != STATE_RUNNING || share <= 0 || !(progress->wall_seconds > 0)) return;
    overview->pace += work * share / progress->wall_seconds;
    overview->measured++;
}

static void print_cell(const struct cell *cell, enum state state, const struct run_progress *progress, int changed)
{
    printf("%-8s %s", state_names[state], cell->name);
    if (progress->epoch >= 0 && state >= STATE_RUNNING) {
        printf(": epoch %d", progress->epoch);
        if (progress->epochs > 0) printf(" of %d", progress->epochs);
        if (!isnan(progress->test_recall_at_1)) printf(", recall@1 %.3f", progress->test_recall_at_1);
        if (!isnan(progress->images_per_second)) printf(", %.0f images/s", progress->images_per_second);
    }
    printf("%s\n", changed ? " (from other settings)" : "");
}

/* Running cells that have not told yet are taken to be as fast as the others, or as those that are done. */
static double seconds_left(const struct overview *overview)
{
    int silent = overview->count[STATE_RUNNING] - overview->measured;
    double typical = overview->measured   ? overview->pace / overview->measured
                     : overview->busy > 0 ? overview->done / overview->busy
                                          : 0;
    double pace = overview->pace + silent * typical;
    return pace > 0 ? overview->left / pace : NAN;
}

static void print_overview(const struct overview *overview, int cells)
{
    char left[64];
    const char *separator = ": ";
    printf("%d cells", cells);
    for (int s = 0; s < STATES; s++) {
        if (overview->count[s] == 0) continue;
        printf("%s%d %s", separator, overview->count[s], state_names[s]);
        separator = ", ";
    }
    if (overview->changed) printf(", %d from other settings", overview->changed);
    progress_format_time(seconds_left(overview), left, sizeof left);
    printf("%s%s\n", left[0] ? "; time left " : "", left);
}

/* Without the scheduler's word, what holds its lock is seen to run all the same. */
static enum slurm_state *ask_scheduler(const struct run *run, struct error *error)
{
    struct error unreachable;
    enum slurm_state *states = calloc((size_t)run->grid.count, sizeof *states);
    if (!states)
        error_set(error, "out of memory");
    else if (slurm_read_queue(run, states, &unreachable) != 0)
        fprintf(stderr, "note: what is queued is not known: %s\n", unreachable.message);
    return states;
}

static int run(const struct command_line *line, struct error *error)
{
    struct run opened;
    struct overview overview = {0};
    if (run_open(&opened, line->arguments[0], error) != 0) return COMMAND_FAILED;
    enum slurm_state *scheduled = ask_scheduler(&opened, error);
    for (int c = 0; scheduled && c < opened.grid.count; c++) {
        const struct cell *cell = &opened.grid.cells[c];
        struct run_progress progress = run_cell_progress(&opened, cell);
        enum state state = find_state(&opened, cell, scheduled[c], progress.epoch);
        int changed = state <= STATE_FAILED && run_cell_is_changed(&opened, cell);
        overview.changed += changed;
        add_cell(&overview, cell, state, &progress);
        print_cell(cell, state, &progress, changed);
    }
    if (scheduled) print_overview(&overview, opened.grid.count);
    if (scheduled && !run_is_whole(&opened)) printf("these are trials; the final cells follow when all have ended\n");
    int status = scheduled ? 0 : COMMAND_FAILED;
    free(scheduled);
    run_release(&opened);
    return status;
}

const struct command cmd_status = {
    .name = "status",
    .arguments = "RUN_DIR",
    .summary = "how far a run has come: cells done, failed, running, queued and pending",
    .least = 1,
    .most = 1,
    .run = run,
};
