/* waves.h - the two waves of a tuned experiment: its trials in the grid, their results, and the final cells. */
#ifndef PARTGRAD_HARNESS_RUNS_WAVES_H
#define PARTGRAD_HARNESS_RUNS_WAVES_H

#include "harness/runs/grid.h"
#include "harness/runs/trials.h"
#include "harness/runs/tuning.h"

/* A point that is tuned. */
struct wave_point {
    char name[CELL_NAME_SIZE];
};

struct waves {
    struct factor lists[TUNED_MAX]; /* the tuned axes' values so far */
    int extended;                   /* how often the lists have grown */
    int point_count;
    struct wave_point *points;       /* (point_count) */
    struct index keys;               /* of the points, by hash */
    struct trials trials;            /* of all points and all values of the lists */
    char (*training)[IDENTITY_SIZE]; /* (points, values, repeats of the trials) the cell of each trial; "": none */
    int has_finals;                  /* 1: values are chosen, and the grid has the final cells */
    char *news;                      /* what has been decided, one line each; NULL: nothing. The caller may free it. */
};

/* Starts without any trials. */
void waves_begin(struct waves *, const struct experiment *);
void waves_release(struct waves *); /* safe on zeroed waves */

/* Connects the trials of the current lists with cells of the grid, adding cells that are missing. Their states are
 * TRIAL_NONE. */
int waves_link(struct waves *, const struct experiment *, struct grid *, struct error *);

/* The cell of a trial; NULL if it cannot be trained. */
const struct cell *waves_cell(const struct waves *, const struct grid *, int point, int value, int repeat);

/* After trials_judge: if a point's best value is at an edge of a list, extends that list, for all points. `news`
 * reports that, and lists that cannot grow. Returns 1 if a list has grown, else 0; -1 on failure. */
int waves_extend(struct waves *, struct experiment *, struct error *);

/* Adds the final cells of all points, with the chosen values. A point whose trials all failed has none; `news` says
 * so. */
int waves_add_finals(struct waves *, const struct experiment *, struct grid *, struct error *);
/* The same with one value of the lists for all points. */
int waves_add_finals_at(struct waves *, const struct experiment *, struct grid *, int value, struct error *);

/* The edges that a value is at: "optimizer_learning_rate high", or several of these; "" if none of its settings is at
 * an edge beyond which a list could grow. */
void waves_edge(const struct waves *, const struct experiment *, int value, char text[CELL_EDGE_SIZE]);
/* One setting of a value as text: "0.001", or a plug-in with its options. */
void waves_value(const struct waves *, const struct experiment *, int list, int value, char text[AXIS_VALUE_SIZE]);

#endif
