/* tuning.h - what `tune:` asks for: which trials a point of the grid gets, which final cells, and how its lists grow.
 *
 * A tuned experiment trains in two waves of ordinary cells. Trials: each point with each combination of the tuned
 * values, on train classes without a fold of them. Finals: each point with the values that its trials were best with,
 * on all train classes, with all seeds. A point is a combination of the grid's axes without the seed and what is tuned.
 */
#ifndef PARTGRAD_HARNESS_RUNS_TUNING_H
#define PARTGRAD_HARNESS_RUNS_TUNING_H

#include "harness/runs/experiment.h"
#include "harness/tables/cell.h"

/* The words of the column `wave` of cells that belong to a tuned experiment; `both` is a trial that is also a final. */
extern const char wave_trial[], wave_final[], wave_both[];

/* Gives a variant without validation classes a quarter of the train classes. */
void tuning_set_share(const struct experiment *, struct variant *);
/* The variant with its tuned axes at `lists` (tuning.count), its folds and their seeds: its points are its trials. */
void tuning_trials(const struct experiment *, const struct variant *, const struct factor *lists, struct variant *);
/* The variant without the seed: its points are those that are tuned. */
void tuning_points(const struct experiment *, const struct variant *, struct variant *);
/* One point, at `asked`, with the values at `chosen` (tuning.count) of the lists: its points are its final cells. */
void tuning_finals(const struct experiment *, const struct variant *, const struct settings *asked,
                   const struct factor *lists, const int *chosen, struct variant *);

/* Settings of a trial or of a point, as they are when what is tuned, fold and seed do not count: `resolved` is equal
 * for the trials of one point, whose name is made from `named`. */
void tuning_neutral(const struct experiment *, const struct settings *asked, struct settings *resolved,
                    struct settings *named);

/* How many combinations of values the lists have; a position in them from a position in each list (tuning.count), and
 * back. The last list's changes fastest. */
int tuning_value_count(const struct experiment *, const struct factor *lists);
int tuning_value(const struct experiment *, const struct factor *lists, const int *at);
void tuning_value_at(const struct experiment *, const struct factor *lists, int value, int *at);

/* Where a value stands in its list. Lists of words, and lists of one number, have no edges. */
enum tuning_side { SIDE_INSIDE, SIDE_LOW, SIDE_HIGH };
enum tuning_side tuning_side(const struct experiment *, const struct factor *list, int position);

/* The next value beyond the list's edge, by the ratio of its last two. Fails with the reason if there is none: at
 * the setting's own limit (*is_limit 1), or if numbers have no ratio. */
int tuning_beyond(const struct experiment *, const struct factor *list, enum tuning_side, char text[AXIS_VALUE_SIZE],
                  int *is_limit, struct error *);
/* Appends that value to a copy of the list, which the experiment owns. */
int tuning_grow(struct experiment *, struct factor *list, const char *text, struct error *);

#endif
