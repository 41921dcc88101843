/* executor.c - see executor.h. Waits for children and signals with sigtimedwait, so there is no handler and no race. */
#include "harness/executor.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "harness/meter.h"
#include "harness/progress.h"

enum { JOBS_MAX = 256, GATHER_SECONDS = 5, GATHER_REST = 50, TICK_MILLISECONDS = 500, LINE_SIZE = 256 };

struct job {
    pid_t process; /* 0: free */
    const struct cell *cell;
    double started; /* on clock_seconds */
    int timed_out;
};

struct executor {
    const struct run *run;
    const struct executor_options *options;
    struct job job[JOBS_MAX];
    struct progress progress;
    int next; /* cell to start next */
    int running;
    double gather_at; /* on clock_seconds */
};

/* In the child, between fork and exec: only calls that are safe there. */
static void become_cell(const char *log, char *const *arguments, const sigset_t *signals, pid_t parent)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(127); /* the driver died before the line above */
    int file = open(log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (file < 0 || dup2(file, STDOUT_FILENO) < 0 || dup2(file, STDERR_FILENO) < 0) _exit(127);
    sigprocmask(SIG_UNBLOCK, signals, NULL);
    execv("/proc/self/exe", arguments);
    _exit(127);
}

static void signal_set(sigset_t *signals)
{
    sigemptyset(signals);
    sigaddset(signals, SIGCHLD);
    sigaddset(signals, SIGINT);
    sigaddset(signals, SIGTERM);
}

static int start(struct executor *executor, struct job *job, const struct cell *cell, struct error *error)
{
    char *folder = run_cell_folder(executor->run, cell, error);
    if (!folder) return -1;
    char threads[32], *log = file_join(folder, "log.txt"), *stale = file_join(folder, "result.csv");
    snprintf(threads, sizeof threads, "%d", executor->options->threads);
    char *arguments[] = {"partgrad",         "cell",   (char *)executor->run->folder,
                         (char *)cell->name, "--data", (char *)executor->options->data,
                         "--threads",        threads,  NULL};
    sigset_t signals;
    signal_set(&signals);
    unlink(stale); /* of a failure that is tried again */
    pid_t parent = getpid(), process = fork();
    if (process == 0) become_cell(log, arguments, &signals, parent);
    if (process < 0) error_errno(error, "cannot start a process for cell %s", cell->name);
    free(stale);
    free(log);
    free(folder);
    if (process < 0) return -1;
    *job = (struct job){.process = process, .cell = cell, .started = clock_seconds()};
    executor->running++;
    return 0;
}

/* The last line of a cell's log; "" where there is none. */
static void last_line(const struct executor *executor, const struct cell *cell, char line[LINE_SIZE])
{
    char *path = file_join(executor->run->folder, "cells/%s/log.txt", cell->name), tail[LINE_SIZE] = "";
    FILE *stream = fopen(path, "rb");
    free(path);
    line[0] = '\0';
    if (!stream) return;
    if (fseek(stream, -(LINE_SIZE - 1), SEEK_END) != 0) rewind(stream);
    size_t length = fread(tail, 1, LINE_SIZE - 1, stream);
    fclose(stream);
    while (length > 0 && (tail[length - 1] == '\n' || tail[length - 1] == '\0')) tail[--length] = '\0';
    const char *start = strrchr(tail, '\n');
    snprintf(line, LINE_SIZE, "%s", start ? start + 1 : tail);
}

/* Why a process ended without leaving a result of its own. */
static void describe_end(const struct executor *executor, const struct job *job, int status, struct error *error)
{
    char line[LINE_SIZE];
    last_line(executor, job->cell, line);
    if (job->timed_out)
        error_set(error, "ran longer than %g seconds, which --cell-timeout allows", executor->options->timeout);
    else if (WIFSIGNALED(status))
        error_set(error, "killed by signal %d (%s)%s", WTERMSIG(status), strsignal(WTERMSIG(status)),
                  WTERMSIG(status) == SIGKILL ? ": out of memory?" : "");
    else
        error_set(error, "%s", line[0] ? line : "ended without a result; see its log.txt");
}

/* A cell's process has ended. */
static void finish(struct executor *executor, struct job *job, int status)
{
    const struct cell *cell = job->cell;
    char news[ERROR_SIZE + CELL_NAME_SIZE + 16], line[LINE_SIZE];
    enum run_status result = run_cell_status(executor->run, cell);
    struct error reason, ignored;
    if (result == RUN_MISSING) {
        char *folder = run_cell_folder(executor->run, cell, &ignored);
        describe_end(executor, job, status, &reason);
        if (folder) cell_write_failure(cell, folder, reason.message, &ignored);
        free(folder);
    }
    last_line(executor, cell, line);
    snprintf(news, sizeof news, "%s: %s%s", cell->name,
             result == RUN_OK ? "" : "failed: ", result == RUN_MISSING ? reason.message : line);
    progress_cell(&executor->progress, news);
    executor->running--;
    *job = (struct job){0};
}

static void reap(struct executor *executor)
{
    int status;
    for (pid_t process; (process = waitpid(-1, &status, WNOHANG)) > 0;)
        for (int j = 0; j < JOBS_MAX; j++)
            if (executor->job[j].process == process) finish(executor, &executor->job[j], status);
}

static int is_due(const struct executor *executor, const struct cell *cell)
{
    const struct executor_options *options = executor->options;
    enum run_status status = run_cell_status(executor->run, cell);
    if (status == RUN_OK || (status == RUN_FAILED && !options->retry_failed)) return 0;
    return !options->only || regexec(options->only, cell->name, 0, NULL, 0) == 0;
}

static void end_overdue(struct executor *executor)
{
    double now = clock_seconds();
    for (int j = 0; j < executor->options->jobs && executor->options->timeout > 0; j++) {
        struct job *job = &executor->job[j];
        if (!job->process || job->timed_out || now - job->started < executor->options->timeout) continue;
        job->timed_out = 1;
        kill(job->process, SIGKILL);
    }
}

/* Fills free places with cells that are due. */
static int start_cells(struct executor *executor, struct error *error)
{
    const struct grid *grid = &executor->run->grid;
    for (int j = 0; j < executor->options->jobs && executor->next < grid->count; j++) {
        if (executor->job[j].process) continue;
        while (executor->next < grid->count && !is_due(executor, &grid->cells[executor->next])) executor->next++;
        if (executor->next == grid->count) break;
        if (start(executor, &executor->job[j], &grid->cells[executor->next], error) != 0) return -1;
        executor->next++;
    }
    return 0;
}

static void stop_cells(struct executor *executor)
{
    for (int j = 0; j < JOBS_MAX; j++) {
        if (!executor->job[j].process) continue;
        kill(executor->job[j].process, SIGTERM);
        waitpid(executor->job[j].process, NULL, 0);
        executor->job[j].process = 0;
    }
}

static void show_running(const struct executor *executor)
{
    char line[LINE_SIZE], news[LINE_SIZE + CELL_NAME_SIZE];
    for (int j = 0; j < executor->options->jobs; j++) {
        if (!executor->job[j].process) continue;
        last_line(executor, executor->job[j].cell, line);
        snprintf(news, sizeof news, "%s %s", executor->job[j].cell->name, line);
        progress_running(&executor->progress, news);
        return;
    }
}

/* However many cells there are, gathering takes no more than a fiftieth of the time from them. */
static int gather_now_and_then(struct executor *executor, struct error *error)
{
    double started = clock_seconds();
    if (started < executor->gather_at) return 0;
    int status = run_gather(executor->run, error);
    double rest = GATHER_REST * (clock_seconds() - started);
    executor->gather_at = started + (rest > GATHER_SECONDS ? rest : GATHER_SECONDS);
    return status;
}

static int wait_for_cells(struct executor *executor, const sigset_t *signals, struct error *error)
{
    const struct timespec tick = {TICK_MILLISECONDS / 1000, TICK_MILLISECONDS % 1000 * 1000000L};
    while (start_cells(executor, error) == 0) {
        if (executor->running == 0) return 0;
        int signal = sigtimedwait(signals, NULL, &tick);
        if (signal == SIGINT || signal == SIGTERM)
            return error_set(error, "interrupted; the same command goes on where it stopped");
        reap(executor);
        end_overdue(executor);
        show_running(executor);
        if (gather_now_and_then(executor, error) != 0) return -1;
    }
    return -1;
}

static int count_due(const struct executor *executor)
{
    int due = 0;
    for (int c = 0; c < executor->run->grid.count; c++) due += is_due(executor, &executor->run->grid.cells[c]);
    return due;
}

int executor_run(const struct run *run, const struct executor_options *options, struct error *error)
{
    sigset_t signals, before;
    struct executor executor = {.run = run, .options = options};
    struct error gathering;
    executor.progress = progress_begin(run->grid.count, run->grid.count - count_due(&executor));
    executor.gather_at = clock_seconds() + GATHER_SECONDS;
    signal_set(&signals);
    sigprocmask(SIG_BLOCK, &signals, &before);
    int status = wait_for_cells(&executor, &signals, error);
    stop_cells(&executor);
    progress_end(&executor.progress);
    if (run_gather(run, &gathering) != 0 && status == 0) {
        *error = gathering;
        status = -1;
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
    return status;
}
