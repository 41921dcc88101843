/* run_packs.c - see run_packs.h. */
#include "harness/runs/run_packs.h"

#include <stdlib.h>
#include <string.h>

#include "harness/training/inputs.h"
#include "harness/training/pack_counts.h"

static int has_pack(const struct packs *packs, const char *name)
{
    for (int r = 0; r < packs->count; r++)
        if (strcmp(packs->row[r].name, name) == 0) return 1;
    return 0;
}

static int add_pack(struct packs *packs, const struct settings *settings, const char *data_folder, struct error *error)
{
    struct packs_row row;
    if (has_pack(packs, settings->dataset)) return 0;
    char *path = inputs_pack_path(settings, data_folder);
    int status = pack_counts_read(&row, settings->dataset, path, error);
    free(path);
    return status == 0 ? packs_add(packs, &row, error) : -1;
}

int run_packs_write(const struct run *run, const char *data_folder, struct error *error)
{
    struct packs packs = {0};
    int status = 0;
    for (int c = 0; c < run->grid.count && status == 0; c++)
        status = add_pack(&packs, &run->grid.cells[c].settings, data_folder, error);
    if (status == 0) status = packs_write(&packs, run->folder, error);
    packs_release(&packs);
    return status;
}
