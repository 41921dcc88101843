/* tuning.h - what `tune:` means: the trials of each point of the grid, its final cells, and how lists grow.
 *
 * A tuned experiment trains two waves of ordinary cells. Trials: each point with each combination of the tuned
 * values, trained on the train classes without one fold. Finals: each point with the best values of its trials,
 * trained on all train classes, with all seeds. A point is a combination of the grid's axes without the seed and the
 * tuned settings. */
#ifndef PARTGRAD_HARNESS_RUNS_TUNING_H
#define PARTGRAD_HARNESS_RUNS_TUNING_H

#include "harness/runs/experiment.h"
#include "harness/tables/cell.h"

/* Values of the column `wave` in a tuned experiment; `both` is a trial that is also a final cell. */
extern const char wave_trial[], wave_final[], wave_both[];

/* Gives a variant without validation classes a quarter of the train classes for that. */
void tuning_set_share(const struct experiment *, struct variant *);
/* A variant whose points are the trials: tuned axes at `lists` (tuning.count), with folds and their seeds. */
void tuning_trials(const struct experiment *, const struct variant *, const struct factor *lists, struct variant *);
/* A variant whose points are the points to tune: without the seed. */
void tuning_points(const struct experiment *, const struct variant *, struct variant *);
/* A variant whose points are the final cells of one point: the point `asked`, with the values at positions `chosen`
 * (tuning.count) of the lists. */
void tuning_finals(const struct experiment *, const struct variant *, const struct settings *asked,
                   const struct factor *lists, const int *chosen, struct variant *);

/* The settings of a trial or point without tuned settings, fold and seed: `resolved` is equal for all trials of one
 * point; the point's name is made from `named`. */
void tuning_neutral(const struct experiment *, const struct settings *asked, struct settings *resolved,
                    struct settings *named);

/* The number of combinations of the lists' values; a combination's number from its positions in the lists
 * (tuning.count), and back. The last list changes fastest. */
int tuning_value_count(const struct experiment *, const struct factor *lists);
int tuning_value(const struct experiment *, const struct factor *lists, const int *at);
void tuning_value_at(const struct experiment *, const struct factor *lists, int value, int *at);

/* Whether a value is at an edge of its list. Lists of words, and lists of one number, have no edges. */
enum tuning_side { SIDE_INSIDE, SIDE_LOW, SIDE_HIGH };
enum tuning_side tuning_side(const struct experiment *, const struct factor *list, int position);

/* The next value beyond the list's edge, continuing the ratio of its last two. Fails with the reason if there is none:
 * at the setting's own limit (*is_limit 1), or if the numbers have no ratio. */
int tuning_beyond(const struct experiment *, const struct factor *list, enum tuning_side, char text[AXIS_VALUE_SIZE],
                  int *is_limit, struct error *);
/* Appends that value to a copy of the list, which the experiment owns. */
int tuning_grow(struct experiment *, struct factor *list, const char *text, struct error *);

#endif
