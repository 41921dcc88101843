/* child.h - a cell in a process of its own, so that a crash takes one cell and its peak memory is its own. */
#ifndef PARTGRAD_HARNESS_RUNS_CHILD_H
#define PARTGRAD_HARNESS_RUNS_CHILD_H

#include <sys/types.h>

#include "harness/runs/run.h"
#include "harness/training/inputs.h"

enum { CHILD_LINE_SIZE = 256 };

/* How `partgrad cell` ends that could not write what it found. */
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

/* Writes the cell's settings into its folder and starts `partgrad cell` with its log there. It ends with this process,
 * and is to be waited for. */
int child_start(struct child *, const struct run *, const struct cell *, const char *data, double timeout,
                struct error *);
/* Seconds until child_end_overdue ends it; infinite without a process or a limit. */
double child_seconds_left(const struct child *);
void child_end_overdue(struct child *);

/* After waitpid gave `status`: a cell that left no result gets the row of a failure, with its reason. `news` receives
 * one line about it. Returns what there is now; RUN_MISSING with the error set if the cell's surroundings kept it
 * from a result (no file to read or write, a signal), as they would keep the others. */
enum run_status child_finish(const struct child *, const struct run *, int status, char news[ERROR_SIZE],
                             struct error *);

/* The last line of a cell's log; "" if there is none. */
void child_last_line(const struct run *, const struct cell *, char line[CHILD_LINE_SIZE]);

#endif
