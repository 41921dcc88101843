/* drive.c - see drive.h. */
#include "harness/commands/drive.h"

#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/capacity.h"
#include "base/file.h"
#include "base/parallel.h"
#include "harness/runs/change.h"
#include "harness/runs/declaration.h"
#include "harness/runs/doubts.h"
#include "harness/runs/environment.h"
#include "harness/runs/forecast.h"
#include "harness/runs/grid_fit.h"
#include "harness/runs/prune.h"
#include "harness/runs/run_packs.h"
#include "harness/runs/shares.h"

char *drive_default_folder(const char *experiment)
{
    char *copy = strdup(experiment), *name = basename(copy), *dot = strrchr(name, '.');
    if (dot && dot != name) *dot = '\0';
    char *folder = file_join("results", "%s", name);
    free(copy);
    return folder;
}

/* ---- a wave ---- */

/* Memory of the largest cell, with the threads that cells have if memory allows as many as there are cores. */
static size_t largest_cell_bytes(const struct run *run, const struct executor_options *options, int cells)
{
    int jobs = 0, cell_threads = options->threads, threads = parallel_threads();
    shares_choose(capacity_cores(), 0, cells, 0, &jobs, &cell_threads);
    parallel_set_threads(cell_threads);
    size_t bytes = forecast_largest_bytes(&run->grid, options->data);
    parallel_set_threads(threads);
    return bytes;
}

/* Chooses jobs and threads if they are 0. A run keeps its number of threads, because the last digits of its numbers
 * depend on it; a cluster's machines are not known here. */
static void choose_shares(const struct run *run, const struct executor *executor, const char *environment,
                          struct executor_options *options)
{
    if (options->threads == 0) options->threads = environment_threads(environment);
    if (options->threads == 0) options->threads = parallel_environment_threads();
    if (!executor->waits) {
        if (options->threads == 0) options->threads = 1;
        return;
    }
    int cells = run->grid.count < EXECUTOR_JOBS_MAX ? run->grid.count : EXECUTOR_JOBS_MAX;
    size_t largest = options->jobs == 0 ? largest_cell_bytes(run, options, cells) : 0;
    shares_choose(capacity_cores(), capacity_memory_bytes(), cells, largest, &options->jobs, &options->threads);
    options->threads = parallel_choose_threads(options->threads);
}

static int run_cells(const struct run *run, const struct cell_list *due, const struct executor *executor,
                     const struct executor_options *options, struct error *error)
{
    char *environment = file_join(run->folder, "environment.json");
    if (executor->waits)
        shares_warn(capacity_cores(), options->jobs < due->count ? options->jobs : due->count, options->threads);
    doubts_tell(&run->grid, options->data);
    environment_note_precision(experiment_asks(&run->experiment, "precision", "auto") ? PRECISION_AUTO : PRECISION_F32);
    int status = environment_write(environment, &run->experiment, &run->grid, options->data, options->jobs,
                                   options->threads, error);
    free(environment);
    return status == 0 ? executor->run(run, due, options, error) : -1;
}

/* Identifies cells that are not settled and reports what that means for existing results. */
static int identify(struct run *run, struct drive *drive, struct error *error)
{
    struct executor_options *options = &drive->options;
    char *environment = file_join(run->folder, "environment.json");
    int status = 0;
    if (grid_is_open(&run->grid)) { /* what fits depends on the number of threads */
        choose_shares(run, drive->executor, environment, options);
        status = grid_fit(&run->grid, &run->experiment, options->data, options->threads, error);
    }
    if (status == 0) status = grid_prune(&run->grid, options->data, error);
    if (status == 0) choose_shares(run, drive->executor, environment, options);
    free(environment);
    if (status == 0) status = declaration_check(&run->experiment.contrasts, &run->grid, error);
    if (status == 0) status = run_identify(run, options->data, options->threads, drive->verify, error);
    if (status == 0) status = change_show(run, error);
    if (status == 0) status = run_keep(run, error);
    if (status == 0) status = run_packs_write(run, options->data, error);
    return status == 0 ? run_write_tuning(run, error) : -1;
}

static int run_due(const struct run *run, struct drive *drive, struct error *error)
{
    struct cell_list due;
    if (executor_list_due(&due, run, &drive->options, error) != 0) return -1;
    int status = due.count > 0 ? run_cells(run, &due, drive->executor, &drive->options, error) : run_gather(run, error);
    drive->due += due.count;
    cell_list_release(&due);
    return status;
}

/* Checks --only against the names that the cells will have. */
static int check_pattern(const struct run *run, const struct drive *drive, struct error *error)
{
    const regex_t *only = drive->options.only;
    for (int c = 0; c < run->grid.count; c++)
        if (!only || regexec(only, run->grid.cells[c].name, 0, NULL, 0) == 0) return 0;
    return error_set(error, "--only: '%s' matches none of the %d %s, such as %s", drive->pattern, run->grid.count,
                     run_is_whole(run) ? "cells" : "trials, after which the final cells are known",
                     run->grid.cells[0].name);
}

static int run_wave(struct run *run, struct drive *drive, struct error *error)
{
    drive->options.from = run->grid.settled;
    if (identify(run, drive, error) != 0) return -1;
    if (run_is_whole(run) && check_pattern(run, drive, error) != 0) return -1;
    return run_due(run, drive, error);
}

static void tell_news(struct run *run)
{
    if (run->waves.news) fputs(run->waves.news, stderr);
    free(run->waves.news);
    run->waves.news = NULL;
}

/* ---- what there is when all is done, or was to be ---- */

/* Reports on a tuned run whose trials have not all ended. */
static int report_trials(const struct run *run, const struct run_counts *counts, struct error *error)
{
    if (counts->changed > 0)
        return error_set(error,
                         "%d trials keep results from earlier settings, so no values can be chosen; --force trains "
                         "them again",
                         counts->changed);
    printf("%d of %d trials in %s/cells.csv; the final cells follow when all have ended\n", counts->ok + counts->failed,
           run->grid.count, run->folder);
    return 0;
}

static int count_unchosen(const struct run *run)
{
    int unchosen = 0;
    for (int p = 0; p < run->waves.trials.points; p++) unchosen += run->waves.trials.chosen[p] < 0;
    return unchosen;
}

static int report_outcome(const struct run *run, struct error *error)
{
    struct run_counts counts = run_count(run);
    int failed = counts.failed - counts.failed_trials;
    if (failed > 0)
        return error_set(error, "%d of %d cells failed; %s/cells.csv says why, and --retry-failed runs them again",
                         failed, run->grid.count, run->folder);
    if (!run_is_whole(run)) return report_trials(run, &counts, error);
    if (count_unchosen(run) > 0)
        return error_set(error,
                         "%d of %d points have no final cells, since all their trials failed; %s/cells.csv says why, "
                         "and --retry-failed runs them again",
                         count_unchosen(run), run->waves.point_count, run->folder);
    printf("%d of %d cells in %s/cells.csv\n", counts.ok, run->grid.count, run->folder);
    return 0;
}

/* ---- all waves ---- */

/* Reports the outcome after the last wave that can be run now. */
static int finish(struct run *run, const struct drive *drive, struct error *error)
{
    if (!run_is_whole(run) && check_pattern(run, drive, error) != 0) return -1;
    if (run->experiment.tuning.count > 0) {
        if (run_keep(run, error) != 0 || run_write_tuning(run, error) != 0) return -1;
        if (drive->executor->waits && run_gather(run, error) != 0) return -1;
    }
    if (drive->executor->follow && (drive->due > 0 || !run_is_whole(run)))
        return drive->executor->follow(run, &drive->options, error);
    return report_outcome(run, error);
}

int drive_run(struct run *run, struct drive *drive, struct error *error)
{
    int more = 1;
    while (more > 0) {
        if (run_wave(run, drive, error) != 0) return -1;
        more = run_advance(run, error);
        tell_news(run);
    }
    return more == 0 ? finish(run, drive, error) : -1;
}
