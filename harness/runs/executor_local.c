/* executor_local.c - see executor.h. Waits for children and signals with sigtimedwait, which needs no handler and has
 * no race. */
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "base/capacity.h"
#include "base/interrupt.h"
#include "harness/runs/eta.h"
#include "harness/runs/executor.h"
#include "harness/runs/forecast.h"
#include "harness/runs/child.h"
#include "harness/runs/progress.h"

enum { GATHER_SECONDS = 5, GATHER_REST = 50, STOP_SECONDS = 5 };
static const double TICK_SECONDS = 0.5;

struct place {
    struct child child;
    size_t bytes; /* that the cell is expected to take */
};

struct driver {
    const struct run *run;
    const struct cell_list *list;
    const struct executor_options *options;
    struct place place[EXECUTOR_JOBS_MAX]; /* (options->jobs) in use */
    int next, running;                     /* next cell to start; number of running cells */
    int places;                            /* cells that were running when there was no room for more */
    struct forecast forecast;
    struct progress progress;
    struct eta_cell *eta; /* (run->grid.count); owned */
    double gather_at;     /* on clock_seconds */
    sigset_t signals;     /* waited for */
};

/* Memory that running cells will still allocate; what they have already is not free anyway. */
static size_t claimed_bytes(const struct driver *driver)
{
    size_t claimed = 0;
    for (int j = 0; j < driver->options->jobs; j++) {
        const struct place *place = &driver->place[j];
        size_t has = place->child.process ? capacity_resident_bytes(place->child.process) : place->bytes;
        if (place->child.process && place->bytes > has) claimed += place->bytes - has;
    }
    return claimed;
}

/* Whether the cell fits into memory. A single cell may always run. A cell that cannot be planned counts as 0; it will
 * report why. */
static int fits(struct driver *driver, const struct cell *cell, size_t *bytes)
{
    struct error ignored;
    *bytes = 0;
    if (driver->options->jobs == 1) return 1;
    if (forecast_cell(&driver->forecast, cell, driver->options->data, &ignored) == 0)
        *bytes = forecast_process_bytes(&driver->forecast.plan);
    return driver->running == 0 || *bytes + claimed_bytes(driver) <= capacity_free_bytes();
}

/* Starts cells in free places, in order, while there is memory for the next. */
static int start_cells(struct driver *driver, struct error *error)
{
    const struct executor_options *options = driver->options;
    for (int j = 0; j < options->jobs && driver->next < driver->list->count; j++) {
        const struct cell *cell = driver->list->cells[driver->next];
        struct place *place = &driver->place[j];
        if (place->child.process) continue;
        if (!fits(driver, cell, &place->bytes)) break;
        if (child_start(&place->child, driver->run, cell, options->data, options->timeout, error) != 0) return -1;
        driver->running++;
        driver->next++;
    }
    driver->places = driver->running;
    return 0;
}

/* Notes the cell's state and progress for the estimate. */
static void note(struct driver *driver, const struct cell *cell, enum eta_state state,
                 const struct cell_progress *progress)
{
    eta_take(&driver->eta[cell - driver->run->grid.cells], state, progress);
}

static double seconds_left(const struct driver *driver)
{
    return eta_seconds(driver->eta, driver->run->grid.count, driver->places);
}

/* Fills in the progress of each running cell. Returns how many run. */
static int look_at_running(struct driver *driver, int curves, struct view_cell cells[EXECUTOR_JOBS_MAX])
{
    int count = 0;
    for (int j = 0; j < driver->options->jobs; j++) {
        const struct cell *cell = driver->place[j].child.cell;
        if (!driver->place[j].child.process) continue;
        cells[count] = (struct view_cell){.name = cell->name, .progress = cell_progress_read(driver->run, cell)};
        if (curves) cells[count].curve = cell_curve_read(driver->run, cell);
        note(driver, cell, ETA_RUNNING, &cells[count++].progress);
    }
    return count;
}

static void tell_end(struct driver *driver, const struct cell *cell, const char *news)
{
    struct view_cell running[EXECUTOR_JOBS_MAX];
    struct cell_progress progress = cell_progress_read(driver->run, cell);
    note(driver, cell, ETA_ABSENT, &progress);
    look_at_running(driver, 0, running);
    progress_cell(&driver->progress, news, seconds_left(driver));
}

static struct place *find_place(struct driver *driver, pid_t process)
{
    for (int j = 0; j < driver->options->jobs; j++)
        if (driver->place[j].child.process == process) return &driver->place[j];
    return NULL;
}

/* Collects the results of cells that have ended; with `stopping`, cells without a result will be run again. */
static int reap(struct driver *driver, int stopping, struct error *error)
{
    char news[ERROR_SIZE];
    int ended, status = 0;
    for (pid_t process; (process = waitpid(-1, &ended, WNOHANG)) > 0;) {
        struct place *place = find_place(driver, process);
        if (!place) continue;
        struct child child = place->child;
        *place = (struct place){0};
        driver->running--;
        if (stopping && run_look(driver->run, child.cell) == RUN_MISSING) continue;
        if (child_finish(&child, driver->run, ended, news, error) == RUN_MISSING)
            status = -1;
        else
            tell_end(driver, child.cell, news);
    }
    return status;
}

static void signal_cells(struct driver *driver, int signal)
{
    for (int j = 0; j < driver->options->jobs; j++)
        if (driver->place[j].child.process) kill(driver->place[j].child.process, signal);
}

static int wait_for_signal(const struct driver *driver, double seconds)
{
    const struct timespec tick = {.tv_nsec = (long)(seconds * 1e9)};
    return sigtimedwait(&driver->signals, NULL, &tick);
}

/* Seconds until the next thing to do if no signal arrives: a cell's time is up, or the view must be redrawn. */
static double seconds_to_wait(const struct driver *driver)
{
    double seconds = TICK_SECONDS;
    for (int j = 0; j < driver->options->jobs; j++)
        seconds = fmin(seconds, child_seconds_left(&driver->place[j].child));
    return seconds;
}

/* Lets running cells write their checkpoints. After another signal, or if cells do not answer because a library waits
 * forever, kills them. */
static void stop_cells(struct driver *driver)
{
    struct error ignored;
    double until = clock_seconds() + STOP_SECONDS;
    if (driver->running > 0) fprintf(stderr, "stopping %d cells at their next step\n", driver->running);
    signal_cells(driver, SIGTERM);
    while (driver->running > 0) {
        int signal = wait_for_signal(driver, TICK_SECONDS), late = clock_seconds() > until;
        if (late) {
            fprintf(stderr, "%d cells did not stop within %d seconds and are killed\n", driver->running, STOP_SECONDS);
            until = INFINITY;
        }
        if (late || (signal > 0 && interrupt_is(signal))) signal_cells(driver, SIGKILL);
        reap(driver, 1, &ignored);
    }
}

static void show_running(struct driver *driver)
{
    struct view_cell cells[EXECUTOR_JOBS_MAX];
    if (!driver->progress.terminal) return;
    int count = look_at_running(driver, driver->options->watch, cells);
    struct view view = {.share = eta_share(driver->eta, driver->run->grid.count),
                        .left = seconds_left(driver),
                        .curves = driver->options->watch,
                        .count = count,
                        .cells = cells};
    progress_running(&driver->progress, &view);
    for (int c = 0; c < count; c++) cell_curve_release(&cells[c].curve);
}

/* Gathers tables from time to time, using at most a fiftieth of the time, however many cells there are. */
static int gather_now_and_then(struct driver *driver, struct error *error)
{
    double started = clock_seconds();
    if (driver->options->quiet || started < driver->gather_at) return 0;
    int status = run_gather(driver->run, error);
    double rest = GATHER_REST * (clock_seconds() - started);
    driver->gather_at = started + (rest > GATHER_SECONDS ? rest : GATHER_SECONDS);
    return status;
}

static int drive(struct driver *driver, struct error *error)
{
    while (start_cells(driver, error) == 0) {
        if (driver->running == 0) return 0;
        int signal = wait_for_signal(driver, seconds_to_wait(driver));
        if (signal > 0 && interrupt_is(signal))
            return error_set(error, "interrupted; the same command resumes where it stopped");
        if (reap(driver, 0, error) != 0) return -1;
        for (int j = 0; j < driver->options->jobs; j++) child_end_overdue(&driver->place[j].child);
        show_running(driver);
        if (gather_now_and_then(driver, error) != 0) return -1;
    }
    return -1;
}

/* Counts the cells to run and those that are done, but not those that --only leaves out. */
static struct progress begin_progress(const struct driver *driver)
{
    if (driver->options->quiet) return progress_begin(0, 0, 1);
    struct run_counts counts = run_count(driver->run);
    int done = counts.ok + counts.failed;
    for (int c = 0; c < driver->list->count; c++)
        done -= run_cell_status(driver->run, driver->list->cells[c]) != RUN_MISSING; /* it will be run again */
    return progress_begin(done + driver->list->count, done, 0);
}

/* Starts the estimate from cells that ran before this start. */
static int begin_eta(struct driver *driver, struct error *error)
{
    const struct run *run = driver->run;
    driver->eta = eta_cells(&run->grid, error);
    if (!driver->eta) return -1;
    for (int c = 0; c < run->grid.count && !driver->options->quiet; c++) {
        if (run_cell_status(run, &run->grid.cells[c]) != RUN_OK) continue;
        struct cell_progress progress = cell_progress_read(run, &run->grid.cells[c]);
        note(driver, &run->grid.cells[c], ETA_ABSENT, &progress);
    }
    for (int c = 0; c < driver->list->count; c++) {
        struct cell_progress progress = cell_progress_read(run, driver->list->cells[c]);
        note(driver, driver->list->cells[c], ETA_WAITING, &progress);
    }
    return 0;
}

static void block_signals(struct driver *driver, sigset_t *before)
{
    sigemptyset(&driver->signals);
    sigaddset(&driver->signals, SIGCHLD);
    interrupt_add(&driver->signals);
    sigprocmask(SIG_BLOCK, &driver->signals, before);
}

static int run_local(const struct run *run, const struct cell_list *list, const struct executor_options *options,
                     struct error *error)
{
    sigset_t before;
    struct error gathering;
    struct driver driver = {.run = run, .list = list, .options = options};
    driver.progress = begin_progress(&driver);
    driver.gather_at = clock_seconds() + GATHER_SECONDS;
    if (begin_eta(&driver, error) != 0) return -1;
    block_signals(&driver, &before);
    int status = drive(&driver, error);
    progress_end(&driver.progress);
    stop_cells(&driver);
    if (!options->quiet && run_gather(run, &gathering) != 0 && status == 0) {
        *error = gathering;
        status = -1;
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
    free(driver.eta);
    return status;
}

const struct executor executor_local = {.name = "local", .waits = 1, .run = run_local};
