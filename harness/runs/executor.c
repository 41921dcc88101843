/* executor.c - see executor.h. */
#include "harness/runs/executor.h"

#include <stdlib.h>

static int is_due(const struct run *run, const struct cell *cell, const struct executor_options *options)
{
    if (options->known && index_find(options->known, cell->identity) >= 0) return 0;
    if (options->only && regexec(options->only, cell->name, 0, NULL, 0) != 0) return 0;
    enum run_status status = run_cell_status(run, cell);
    if (status == RUN_MISSING || (status == RUN_FAILED && options->retry_failed)) return 1;
    return options->force && run_cell_is_changed(run, cell);
}

int executor_list_due(struct cell_list *list, const struct run *run, const struct executor_options *options,
                      struct error *error)
{
    *list = (struct cell_list){.cells = calloc((size_t)run->grid.count + 1, sizeof *list->cells)};
    if (!list->cells) return error_set(error, "out of memory");
    for (int c = options->from; c < run->grid.count; c++)
        if (is_due(run, &run->grid.cells[c], options)) list->cells[list->count++] = &run->grid.cells[c];
    return 0;
}

void cell_list_release(struct cell_list *list)
{
    free(list->cells);
    *list = (struct cell_list){0};
}
