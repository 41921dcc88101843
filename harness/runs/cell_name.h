/* cell_name.h - names of cells, which are those of their folders: from a cell's own options, never from its place in a
 * list. */
#ifndef PARTGRAD_HARNESS_RUNS_CELL_NAME_H
#define PARTGRAD_HARNESS_RUNS_CELL_NAME_H

#include "harness/runs/experiment.h"
#include "harness/tables/cell.h"

/* SAMPLER-bB-mM-pP-STRATEGY, then what the experiment varies or sets apart, then the seed. `asked` may hold `auto`. */
void cell_name(char name[CELL_NAME_SIZE], const struct experiment *, const struct settings *asked);
/* Gives what is asked the settings that a name has as they were resolved: at K = B every strategy is `full`. */
void cell_name_settle(struct settings *asked, const struct settings *resolved);
/* The same of a tuned experiment's point, without what is tuned, fold and seed. */
void cell_name_of_point(char name[CELL_NAME_SIZE], const struct experiment *, const struct settings *asked);
/* Appends what a folder's name may hold; other characters become '_'. */
void cell_name_append(char name[CELL_NAME_SIZE], const char *text);

#endif
