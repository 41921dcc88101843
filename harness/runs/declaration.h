/* declaration.h - what an experiment declares that it compares, before it is run: its `contrasts`.
 *
 *   contrasts:
 *     - {metric: test_recall_at_1, factor: strategy, reference: full}
 *     - {metric: [test_recall_at_1, test_map_at_r], factor: strategy, reference: random, by: portion, family: rivals}
 *
 * They are no setting of a cell. All contrasts of a `family` are corrected together; those that name none are of one.
 */
#ifndef PARTGRAD_HARNESS_RUNS_DECLARATION_H
#define PARTGRAD_HARNESS_RUNS_DECLARATION_H

#include "harness/runs/grid.h"
#include "harness/runs/keys.h"

/* Reads the value of the key `contrasts` into the experiment. Errors name file, line and key. */
int declaration_read(struct key_reader *, const struct node *);

/* Fails if no cell of the grid has the reference of a contrast. */
int declaration_check(const struct contrasts *, const struct grid *, struct error *);

/* Writes FOLDER/contrasts.csv: what the experiment declares, and what it once declared. What is new after the first
 * cell of the run began is marked so, and told on stderr: it was not declared before the results could be seen. */
int declaration_keep(const struct contrasts *, const char *folder, struct error *);

#endif
