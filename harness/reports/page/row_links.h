/* row_links.h - the links of a report's row to the files of its cell, and the command that runs the cell again. */
#ifndef PARTGRAD_HARNESS_REPORTS_PAGE_ROW_LINKS_H
#define PARTGRAD_HARNESS_REPORTS_PAGE_ROW_LINKS_H

#include "harness/reports/page/markup.h"
#include "harness/reports/comparison/results.h"

enum { ROW_LINKS = 4 };

struct row_links {
    char *address[ROW_LINKS]; /* owned; NULL: the file is not there */
    struct markup_link links[ROW_LINKS];
};

/* The curve, log, settings and row of a cell as relative addresses from `folder`, the report's. A folder of the cell's
 * name that holds another training does not count. Fails if memory runs out. */
int row_links_make(struct row_links *, const struct results *, struct results_cell, const char *folder, struct error *);
void row_links_release(struct row_links *); /* safe on zeroed links */

/* The command that trains the cells (count >= 1), of one run, once more: in a folder of their own, or where they failed
 * in the run's. *command is NULL if the run's experiment is not there; the caller frees. */
int row_command(char **command, const struct results *, const struct results_cell *, int count, struct error *);

#endif
