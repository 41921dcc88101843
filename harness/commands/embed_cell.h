/* embed_cell.h - what `embed --cell RUN/CELL` takes from a cell: all of its settings, and the weights that it kept. */
#ifndef PARTGRAD_HARNESS_COMMANDS_EMBED_CELL_H
#define PARTGRAD_HARNESS_COMMANDS_EMBED_CELL_H

#include "datasets/pack.h"
#include "harness/commands/command.h"
#include "harness/retrieval/ranking.h"
#include "harness/runs/run.h"

struct embed_cell {
    char *folder; /* of the cell; owned */
    struct run run;
    struct settings settings; /* the cell's, starting from the weights that it kept; plug-ins belong to the run */
};

/* Opens a run of which only the cell in this folder, RUN/cells/NAME, is looked at. */
int embed_cell_open_run(struct run *, const char *folder, struct error *);

/* Opens the cell. Fails if there is none, if it has failed or is not done, if it keeps no weights or other
 * ones than its row says, and with COMMAND_USAGE if the command line has options that the cell decides. */
int embed_cell_open(struct embed_cell *, const struct command_line *, const char *cell, struct error *);
void embed_cell_release(struct embed_cell *); /* safe on a zeroed one */

/* Fails if the pack is not the one that the cell was trained on, though its name is. */
int embed_cell_check_pack(const struct embed_cell *, const struct pack *, const char *path, struct error *);

/* Says on stderr whether recall@1 and MAP@R of test classes are, to the last digit, what the cell has found; nothing if
 * it has not looked. `data_set`: NULL: its own, or the name of another. */
void embed_cell_compare(const struct embed_cell *, const char *data_set, const struct ranking *);

#endif
