/* embed_cell.h - what `embed --cell RUN/CELL` uses from a cell: all of its settings, and the weights that it kept. */
#ifndef PARTGRAD_HARNESS_COMMANDS_EMBED_CELL_H
#define PARTGRAD_HARNESS_COMMANDS_EMBED_CELL_H

#include "datasets/pack.h"
#include "harness/commands/command.h"
#include "harness/retrieval/ranking.h"
#include "harness/runs/run.h"

struct embed_cell {
    char *folder; /* of the cell; owned */
    struct run run;
    struct settings settings; /* the cell's, with its kept weights; plug-ins belong to the run */
};

/* Opens a run with only the cell in this folder, RUN/cells/NAME. */
int embed_cell_open_run(struct run *, const char *folder, struct error *);

/* Opens the cell. Fails if there is none, if it has failed or is not done, or if it keeps no weights or not those of
 * its row; fails with COMMAND_USAGE if the command line has options that the cell decides. */
int embed_cell_open(struct embed_cell *, const struct command_line *, const char *cell, struct error *);
void embed_cell_release(struct embed_cell *); /* safe on a zeroed one */

/* Fails if the pack has the name of the cell's pack but not its contents. */
int embed_cell_check_pack(const struct embed_cell *, const struct pack *, const char *path, struct error *);

/* Says on stderr whether recall@1 and MAP@R of test classes equal the cell's results to the last digit; silent if the
 * cell has no such results. data_set: NULL for its own, or the name of another. */
void embed_cell_compare(const struct embed_cell *, const char *data_set, const struct ranking *);

#endif
