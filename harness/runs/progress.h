/* progress.h - how far a grid is: a bar with the time left and a line for each running cell on a terminal, plain lines
 * elsewhere. On stderr. */
#ifndef PARTGRAD_HARNESS_RUNS_PROGRESS_H
#define PARTGRAD_HARNESS_RUNS_PROGRESS_H

struct progress {
    int terminal; /* 1: draw the same lines over and over */
    int quiet;    /* 1: say nothing */
    int total;    /* cells */
    int done;     /* of them, before this start too */
    double work;  /* of the cells to do in this start, in any unit */
    double worked;
    double started; /* on clock_seconds */
    int drawn;      /* lines below which the cursor stands */
};

/* A cell that runs. */
struct progress_line {
    const char *name;
    int epoch, epochs;
    double recall, images_per_second; /* NAN where not measured yet */
    double work;                      /* done of it */
};

struct progress progress_begin(int total, int done, double work, int quiet);
/* A cell has ended; `news` is one line about it. */
void progress_cell(struct progress *, const char *news, double work);
/* The cells that run (count). */
void progress_running(struct progress *, const struct progress_line *, int count);
void progress_end(struct progress *);

/* "12:34" or "3 h 05 min", of seconds; "" for NAN. */
void progress_format_time(double seconds, char *text, int size);

#endif
