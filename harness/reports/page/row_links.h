/* row_links.h - links from a report's row to the files of its cell, and the command that trains the cell again. */
#ifndef PARTGRAD_HARNESS_REPORTS_PAGE_ROW_LINKS_H
#define PARTGRAD_HARNESS_REPORTS_PAGE_ROW_LINKS_H

#include "harness/reports/page/markup.h"
#include "harness/reports/comparison/results.h"

enum { ROW_LINKS = 4 };

struct row_links {
    char *address[ROW_LINKS]; /* owned; NULL: the file does not exist */
    struct markup_link links[ROW_LINKS];
};

/* Makes the addresses of a cell's epochs.csv, log, settings and result, relative to `folder`, the report's. Files of
 * another training run in a folder of the cell's name are not linked. Fails if memory runs out; there is then nothing
 * to release. */
int row_links_make(struct row_links *, const struct results *, struct results_cell, const char *folder, struct error *);
void row_links_release(struct row_links *); /* safe on zeroed links */

/* Makes the command that trains cells (count >= 1) of one run again: in a new folder RUN-again or, for failed cells, in
 * the run's folder. *command is NULL if there is no experiment file for it; the caller frees. Fails if memory runs out.
 */
int row_command(char **command, const struct results *, const struct results_cell *, int count, struct error *);

#endif
