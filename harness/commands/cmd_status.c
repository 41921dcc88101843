/* cmd_status.c - `partgrad status`: how far a run has come, wherever its cells run: the files in its folder tell, and
 * Slurm of cells that were handed to it. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/listing.h"
#include "base/option.h"
#include "harness/commands/command.h"
#include "harness/runs/forecast.h"
#include "harness/runs/progress.h"
#include "harness/runs/run.h"
#include "harness/runs/slurm.h"

struct options {
    int format;
};

static const struct field fields[] = {LISTING_FORMAT(struct options), {0}};

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

static void list_columns(struct listing *listing)
{
    listing_column(listing, "cell", LISTING_TEXT, 0);
    listing_column(listing, "state", LISTING_TEXT, 0);
    listing_column(listing, "wave", LISTING_TEXT, 0);
    listing_column(listing, "other_settings", LISTING_INTEGER, 0);
    listing_column(listing, "epoch", LISTING_INTEGER, 0);
    listing_column(listing, "epochs", LISTING_INTEGER, 0);
    listing_column(listing, "test_recall_at_1", LISTING_REAL, 3);
    listing_column(listing, "images_per_second", LISTING_REAL, 0);
    listing_column(listing, "wall_seconds", LISTING_REAL, 0);
}

static void list_cell(struct listing *listing, const struct cell *cell, enum state state,
                      const struct run_progress *progress, int changed)
{
    listing_text(listing, cell->name);
    listing_text(listing, state_names[state]);
    listing_text(listing, cell->wave[0] ? cell->wave : NULL);
    listing_number(listing, changed);
    listing_number(listing, progress->epoch >= 0 ? progress->epoch : NAN);
    listing_number(listing, cell->settings.epochs);
    listing_number(listing, progress->test_recall_at_1);
    listing_number(listing, progress->images_per_second);
    listing_number(listing, progress->wall_seconds);
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

static void print_overview(const struct overview *overview, int cells, FILE *stream)
{
    char left[64];
    const char *separator = ": ";
    fprintf(stream, "%d cells", cells);
    for (int s = 0; s < STATES; s++) {
        if (overview->count[s] == 0) continue;
        fprintf(stream, "%s%d %s", separator, overview->count[s], state_names[s]);
        separator = ", ";
    }
    if (overview->changed) fprintf(stream, ", %d from other settings", overview->changed);
    progress_format_time(seconds_left(overview), left, sizeof left);
    fprintf(stream, "%s%s\n", left[0] ? "; time left " : "", left);
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

/* A line for each cell, or its row of the listing. */
static void show_cells(const struct run *run, const enum slurm_state *scheduled, struct overview *overview,
                       struct listing *listing)
{
    for (int c = 0; c < run->grid.count; c++) {
        const struct cell *cell = &run->grid.cells[c];
        struct run_progress progress = run_cell_progress(run, cell);
        enum state state = find_state(run, cell, scheduled[c], progress.epoch);
        int changed = state <= STATE_FAILED && run_cell_is_changed(run, cell);
        overview->changed += changed;
        add_cell(overview, cell, state, &progress);
        if (listing)
            list_cell(listing, cell, state, &progress, changed);
        else
            print_cell(cell, state, &progress, changed);
    }
}

static int show(const struct run *run, enum listing_format format, struct error *error)
{
    struct overview overview = {0};
    struct listing listing = {0};
    FILE *notes = format == LISTING_TABLE ? stdout : stderr;
    int status = 0;
    enum slurm_state *scheduled = ask_scheduler(run, error);
    if (!scheduled) return COMMAND_FAILED;
    list_columns(&listing);
    show_cells(run, scheduled, &overview, format == LISTING_TABLE ? NULL : &listing);
    if (format != LISTING_TABLE) status = listing_print(&listing, format, stdout, error);
    print_overview(&overview, run->grid.count, notes);
    if (!run_is_whole(run)) fprintf(notes, "these are trials; the final cells follow when all have ended\n");
    listing_release(&listing);
    free(scheduled);
    return status;
}

static int run(const struct command_line *line, struct error *error)
{
    const struct options *options = line->options;
    struct run opened;
    if (run_open(&opened, line->arguments[0], error) != 0) return COMMAND_FAILED;
    int status = show(&opened, (enum listing_format)options->format, error);
    run_release(&opened);
    return status;
}

const struct command cmd_status = {
    .name = "status",
    .arguments = "RUN_DIR",
    .summary = "how far a run has come: cells done, failed, running, queued and pending",
    .fields = fields,
    .options_size = sizeof(struct options),
    .least = 1,
    .most = 1,
    .run = run,
};
