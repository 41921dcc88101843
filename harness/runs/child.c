/* child.c - see child.h. */
#include "harness/runs/child.h"

#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "harness/training/cell.h"

enum { START_FAILED = 127 };

/* In the child, between fork and exec: only calls that are safe there. The log of earlier starts is kept. */
static void become_cell(const char *log, char *const *arguments, pid_t parent)
{
    sigset_t none;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(START_FAILED); /* the driver died before the line above */
    int file = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (file < 0 || dup2(file, STDOUT_FILENO) < 0 || dup2(file, STDERR_FILENO) < 0) _exit(START_FAILED);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execv("/proc/self/exe", arguments);
    _exit(START_FAILED);
}

int child_start(struct child *child, const struct run *run, const struct cell *cell, const char *data, double timeout,
                struct error *error)
{
    char *folder = run_cell_folder(run, cell, error);
    if (!folder) return -1;
    char *log = file_join(folder, "log.txt"), *stale = file_join(folder, "result.csv");
    char *arguments[] = {"partgrad", "cell", run->folder, (char *)cell->name, "--data", (char *)data, NULL};
    int status = cell_keep_settings(cell, folder, error);
    if (status == 0 && !run_cell_is_running(run, cell))
        unlink(stale); /* a failure that is retried, or a result of other settings */
    *child = (struct child){.cell = cell, .timeout = timeout, .data = data};
    if (status == 0) status = inputs_mark(&child->inputs, &cell->settings, data, error);
    pid_t parent = getpid(), process = status == 0 ? fork() : -1;
    if (process == 0) become_cell(log, arguments, parent);
    if (process < 0 && status == 0) error_errno(error, "cannot start a process for cell %s", cell->name);
    free(stale);
    free(log);
    free(folder);
    if (process < 0) return -1;
    child->process = process;
    child->started = clock_seconds();
    return 0;
}

double child_seconds_left(const struct child *child)
{
    if (!child->process || child->timed_out || child->timeout <= 0) return INFINITY;
    return fmax(0, child->timeout - (clock_seconds() - child->started));
}

void child_end_overdue(struct child *child)
{
    if (child_seconds_left(child) > 0) return;
    child->timed_out = 1;
    kill(child->process, SIGKILL);
}

void child_last_line(const struct run *run, const struct cell *cell, char line[CHILD_LINE_SIZE])
{
    char *path = file_join(run->folder, "cells/%s/log.txt", cell->name), tail[CHILD_LINE_SIZE] = "";
    FILE *stream = fopen(path, "rb");
    free(path);
    line[0] = '\0';
    if (!stream) return;
    if (fseek(stream, -(CHILD_LINE_SIZE - 1), SEEK_END) != 0) rewind(stream);
    size_t length = fread(tail, 1, CHILD_LINE_SIZE - 1, stream);
    fclose(stream);
    while (length > 0 && (tail[length - 1] == '\n' || tail[length - 1] == '\0')) tail[--length] = '\0';
    const char *start = strrchr(tail, '\n');
    snprintf(line, CHILD_LINE_SIZE, "%s", start ? start + 1 : tail);
}

/* Why a process ended without a result. SIGBUS means that a mapped file was truncated. */
static void describe_end(const struct child *child, int status, const char *line, struct error *error)
{
    if (WIFEXITED(status) && WEXITSTATUS(status) == START_FAILED) {
        error_set(error, "could not be started; can its log.txt be written?");
        return;
    }
    if (WIFSIGNALED(status) && inputs_check(&child->inputs, &child->cell->settings, child->data, error) != 0) return;
    if (child->timed_out)
        error_set(error, "ran longer than %g seconds, which --cell-timeout allows", child->timeout);
    else if (WIFSIGNALED(status))
        error_set(error, "killed by signal %d (%s)%s", WTERMSIG(status), strsignal(WTERMSIG(status)),
                  WTERMSIG(status) == SIGKILL ? ": out of memory?" : "");
    else
        error_set(error, "%s", line[0] ? line : "ended without a result; see its log.txt");
}

/* Writes a row with a failure for a cell that left none. */
static int record_failure(const struct child *child, const struct run *run, const char *reason, struct error *error)
{
    char *folder = run_cell_folder(run, child->cell, error);
    int status = folder ? cell_write_failure(child->cell, folder, reason, error) : -1;
    free(folder);
    return status;
}

/* Whether a cell ended because of its surroundings, which is no result: it could not start or write, an input was
 * missing, or somebody stopped it. */
static int is_no_result(int status)
{
    if (WIFSIGNALED(status)) return interrupt_is(WTERMSIG(status));
    return WIFEXITED(status) && (WEXITSTATUS(status) == CHILD_UNWRITTEN || WEXITSTATUS(status) == START_FAILED);
}

/* Reports what prevented the cell from training, as it would prevent the others too. */
static enum run_status give_up(const struct child *child, const struct run *run, const struct error *reason,
                               struct error *error)
{
    char *folder = run_cell_folder(run, child->cell, error); /* fails if the run's folder is gone */
    if (folder) error_set(error, "cell %s: %s", child->cell->name, reason->message);
    free(folder);
    return RUN_MISSING;
}

enum run_status child_finish(const struct child *child, const struct run *run, int status, char news[ERROR_SIZE],
                             struct error *error)
{
    char line[CHILD_LINE_SIZE];
    struct error reason;
    enum run_status result = run_look(run, child->cell);
    child_last_line(run, child->cell, line);
    if (result == RUN_MISSING) {
        describe_end(child, status, line, &reason);
        if (!child->timed_out && is_no_result(status)) return give_up(child, run, &reason, error);
        if (record_failure(child, run, reason.message, error) != 0) return RUN_MISSING;
        result = run_look(run, child->cell);
        snprintf(line, sizeof line, "%.*s", CHILD_LINE_SIZE - 1, reason.message);
    }
    snprintf(news, ERROR_SIZE, "%s: %s%s", child->cell->name, result == RUN_OK ? "" : "failed: ", line);
    return result;
}
