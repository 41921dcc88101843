/* bar.h - how far one thing is, with rate and time left: a bar that moves on a terminal, a line now and then elsewhere.
 * On stderr. */
#ifndef PARTGRAD_HARNESS_RUNS_BAR_H
#define PARTGRAD_HARNESS_RUNS_BAR_H

enum { BAR_SIZE = 25 };
/* "######......" of a share, 0 .. 1, with its NUL. */
void bar_fill(double share, char text[BAR_SIZE]);

struct bar {
    const char *name; /* of the thing; borrowed */
    const char *unit; /* "MB" */
    double scale;     /* how many of what is counted are one unit */
    int terminal;     /* 1: a bar that moves; 0: a line now and then */
    int moving;       /* 1: a bar stands on the terminal's line */
    double start;     /* seconds */
    double printed;   /* when the last line was; seconds */
    double before;    /* done at the start */
    int ended;        /* 1: all of it was shown to be done */
};

/* Begins with `before` of it done. */
struct bar bar_begin(const char *name, const char *unit, double scale, double before);
/* So much of it is done; a total of 0 is not known. */
void bar_show(struct bar *, double done, double total);
/* Leaves the bar's line to what is printed next. Safe on a zeroed one. */
void bar_end(struct bar *);

#endif
