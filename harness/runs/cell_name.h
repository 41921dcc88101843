/* cell_name.h - names of cells, which are also those of their folders. They follow from a cell's own options, never
 * from its place in a list. */
#ifndef PARTGRAD_HARNESS_RUNS_CELL_NAME_H
#define PARTGRAD_HARNESS_RUNS_CELL_NAME_H

#include "harness/runs/experiment.h"
#include "harness/tables/cell.h"

/* SAMPLER-bB-mM-pP-STRATEGY, then settings that the experiment varies or sets to other values than the defaults, then
 * the seed. `asked` may hold `auto`. */
void cell_name(char name[CELL_NAME_SIZE], const struct experiment *, const struct settings *asked);
/* Copies to `asked` those resolved settings that names show: at K = B every strategy is `full`. */
void cell_name_settle(struct settings *asked, const struct settings *resolved);
/* The name of a tuned experiment's point, without tuned settings, fold and seed. */
void cell_name_of_point(char name[CELL_NAME_SIZE], const struct experiment *, const struct settings *asked);
/* Appends text; characters that a folder's name may not contain become '_'. */
void cell_name_append(char name[CELL_NAME_SIZE], const char *text);

#endif
