/* waves.h - the two waves of a tuned experiment: its trials in the grid, what they come to, and the final cells. */
#ifndef PARTGRAD_HARNESS_RUNS_WAVES_H
#define PARTGRAD_HARNESS_RUNS_WAVES_H

#include "harness/runs/grid.h"
#include "harness/runs/trials.h"
#include "harness/runs/tuning.h"

/* One that is tuned. */
struct wave_point {
    char name[CELL_NAME_SIZE];
};

struct waves {
    struct factor lists[TUNED_MAX]; /* the tuned axes' values so far */
    int extended;                   /* how often they have grown */
    int point_count;
    struct wave_point *points;       /* (point_count) */
    struct index keys;               /* of the points, by hash */
    struct trials trials;            /* of point_count points, and the values of the lists */
    char (*training)[IDENTITY_SIZE]; /* (trials' points, values, repeats) which cell each trial is; "": none */
    int has_finals;                  /* 1: values are chosen, and the grid has the final cells */
    char *news;                      /* what has been decided, a line each; NULL: nothing. The caller may free it. */
};

/* Nothing has been tried. */
void waves_begin(struct waves *, const struct experiment *);
void waves_release(struct waves *); /* safe on zeroed waves */

/* Finds the trials of the lists as they are, with cells in the grid; those that are not there yet are added. Their
 * states are TRIAL_NONE. */
int waves_link(struct waves *, const struct experiment *, struct grid *, struct error *);

/* The cell of a trial; NULL if it cannot be trained. */
const struct cell *waves_cell(const struct waves *, const struct grid *, int point, int value, int repeat);

/* After trials_judge: if the value of some point is at an edge of a list, lets that list grow, for all points. News
 * says so, and if a list cannot grow. Returns 1 if a list has grown, else 0; -1 on failure. */
int waves_extend(struct waves *, struct experiment *, struct error *);

/* Adds the final cells of all points, with what was chosen. A point of which all trials failed has none; news says so.
 */
int waves_add_finals(struct waves *, const struct experiment *, struct grid *, struct error *);
/* The same with one value of the lists for all points. */
int waves_add_finals_at(struct waves *, const struct experiment *, struct grid *, int value, struct error *);

/* Of a value: "optimizer_learning_rate high", or several of these; "" if none of its settings is at an edge of its
 * list behind which there could be more. */
void waves_edge(const struct waves *, const struct experiment *, int value, char text[CELL_EDGE_SIZE]);
/* One setting of a value as text: "0.001", or a plug-in with its options. */
void waves_value(const struct waves *, const struct experiment *, int list, int value, char text[AXIS_VALUE_SIZE]);

#endif
