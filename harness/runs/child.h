/* child.h - runs a cell in its own process, so that a crash takes only that cell and its peak memory can be
 * measured. */
#ifndef PARTGRAD_HARNESS_RUNS_CHILD_H
#define PARTGRAD_HARNESS_RUNS_CHILD_H

#include <sys/types.h>

#include "harness/runs/run.h"
#include "harness/training/inputs.h"

enum { CHILD_LINE_SIZE = 256 };

/* Exit code of `partgrad cell` if it could not write its result. */
enum { CHILD_UNWRITTEN = 3 };

struct child {
    pid_t process; /* 0: none */
    const struct cell *cell;
    double started; /* on clock_seconds */
    double timeout; /* seconds after which child_end_overdue ends it; 0: never */
    int timed_out;
    const char *data;          /* folder of the packs */
    struct input_marks inputs; /* what the cell's files were when it started */
};

/* Writes the cell's settings into its folder and starts `partgrad cell` with its log there. It dies with this process;
 * the caller waits for it. */
int child_start(struct child *, const struct run *, const struct cell *, const char *data, double timeout,
                struct error *);
/* Seconds until child_end_overdue will end it; infinite without a process or a limit. */
double child_seconds_left(const struct child *);
/* Ends it if its time is up. */
void child_end_overdue(struct child *);

/* Call it after waitpid with its `status`. A cell that left no result gets a row that says it failed, with the reason.
 * `news` becomes one line about it. Returns the cell's status; RUN_MISSING with the error set if its surroundings (a
 * file that cannot be read or written, a signal) prevented a result, as they would for the other cells. */
enum run_status child_finish(const struct child *, const struct run *, int status, char news[ERROR_SIZE],
                             struct error *);

/* The last line of a cell's log; "" if there is none. */
void child_last_line(const struct run *, const struct cell *, char line[CHILD_LINE_SIZE]);

#endif
