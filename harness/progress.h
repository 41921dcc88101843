/* progress.h - how far a grid is: a bar with the time left on a terminal, plain lines elsewhere. On stderr. */
#ifndef PARTGRAD_HARNESS_PROGRESS_H
#define PARTGRAD_HARNESS_PROGRESS_H

struct progress {
    int terminal;   /* 1: draw one line over and over */
    int total;      /* cells */
    int done;       /* of them, before this start too */
    int before;     /* done before this start */
    double started; /* on clock_seconds */
};

struct progress progress_begin(int total, int done);
/* A cell has ended; `news` is one line about it. */
void progress_cell(struct progress *, const char *news);
/* What a running cell said last. */
void progress_running(const struct progress *, const char *news);
void progress_end(const struct progress *);

#endif
