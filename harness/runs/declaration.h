/* declaration.h - reads an experiment's `contrasts`: the comparisons that it declares before it is run.
 *
 *   contrasts:
 *     - {metric: test_recall_at_1, factor: strategy, reference: full}
 *     - {metric: [test_recall_at_1, test_map_at_r], factor: strategy, reference: random, by: portion, family: rivals}
 *
 * They are not settings of cells. Contrasts of one `family` are corrected together; those without a name form one
 * family. */
#ifndef PARTGRAD_HARNESS_RUNS_DECLARATION_H
#define PARTGRAD_HARNESS_RUNS_DECLARATION_H

#include "harness/runs/grid.h"
#include "harness/runs/keys.h"

/* Reads the value of the key `contrasts` into the experiment. Errors name file, line and key. */
int declaration_read(struct key_reader *, const struct node *);

/* Fails if no cell of the grid has the reference of a contrast. */
int declaration_check(const struct contrasts *, const struct grid *, struct error *);

/* Writes FOLDER/contrasts.csv: what the experiment declares, and what it declared earlier. Contrasts added after the
 * first cell began are marked and reported on stderr, because they were not declared before results could be seen. */
int declaration_keep(const struct contrasts *, const char *folder, struct error *);

#endif
