/* bar.h - progress of one thing with rate and time left, on stderr: a moving bar on a terminal, an occasional line
 * elsewhere. */
#ifndef PARTGRAD_HARNESS_RUNS_BAR_H
#define PARTGRAD_HARNESS_RUNS_BAR_H

enum { BAR_SIZE = 25 };
/* Writes "######......" for a share of 0 .. 1. */
void bar_fill(double share, char text[BAR_SIZE]);

struct bar {
    const char *name; /* of the thing; borrowed */
    const char *unit; /* "MB" */
    double scale;     /* what is counted per unit */
    int terminal;     /* 1: a moving bar; 0: an occasional line */
    int moving;       /* 1: a bar is on the terminal's line */
    double start;     /* seconds */
    double printed;   /* time of the last line, in seconds */
    double before;    /* done at the start */
    int ended;        /* 1: completion was shown */
};

/* Starts a bar with `before` already done. */
struct bar bar_begin(const char *name, const char *unit, double scale, double before);
/* Shows how much is done; total 0: not known. */
void bar_show(struct bar *, double done, double total);
/* Ends the bar's line, so that other output can follow. Safe on a zeroed bar. */
void bar_end(struct bar *);

#endif
