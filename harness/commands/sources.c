/* sources.c - see sources.h. */
#include "harness/commands/sources.h"

#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/file.h"
#include "harness/runs/grid.h"
#include "harness/runs/experiment_file.h"

static void cut_slashes(char *folder)
{
    size_t length = strlen(folder);
    while (length > 1 && folder[length - 1] == '/') folder[--length] = '\0';
}

static void release_source(struct results_source *source)
{
    for (int c = 0; source->expected && c < source->expected_count; c++) free((char *)source->expected[c]);
    free((void *)source->expected);
}

/* Sets the identities from grid.csv; -1 if memory runs out. */
static int list_identities(struct results_source *source, const struct csv_table *grid, int column)
{
    char **expected = calloc((size_t)grid->row_count + 1, sizeof *expected);
    source->expected = (const char *const *)expected;
    source->expected_count = grid->row_count;
    for (int c = 0; expected && c < grid->row_count; c++)
        if (!(expected[c] = strdup(csv_text(grid, c, column)))) return -1;
    return expected ? 0 : -1;
}

/* Reads what the run's last start asked for; returns 1 if that is not recorded, -1 if memory runs out. */
static int read_grid(struct results_source *source)
{
    struct csv_table grid;
    struct error ignored;
    char *path = file_join(source->folder, "grid.csv");
    int status = file_exists(path) && csv_read(&grid, path, &ignored) == 0 ? 0 : 1;
    free(path);
    if (status != 0) return status;
    int column = csv_column(&grid, "settings");
    status = column < 0 ? 1 : list_identities(source, &grid, column);
    csv_release(&grid);
    return status;
}

/* For a run of an earlier version: counts the cells of its experiment. */
static void count_cells(struct results_source *source)
{
    struct experiment experiment;
    struct grid grid;
    struct error ignored;
    char *path = file_join(source->folder, "experiment.yaml");
    if (experiment_read(&experiment, path, NULL, 0, &ignored) == 0) {
        if (grid_init(&grid, &experiment, &ignored) == 0) {
            source->expected_count = grid.count;
            grid_release(&grid);
        }
        experiment_release(&experiment);
    }
    free(path);
}

static int open_source(struct results_source *source, const char *folder)
{
    *source = (struct results_source){.folder = folder, .expected_count = -1};
    int status = read_grid(source);
    if (status > 0) count_cells(source);
    return status < 0 ? -1 : 0;
}

int sources_open(struct sources *sources, char **folders, int count, struct error *error)
{
    *sources = (struct sources){.source = calloc((size_t)count, sizeof *sources->source)};
    int status = sources->source ? 0 : -1;
    for (int s = 0; s < count && status == 0; s++) {
        cut_slashes(folders[s]);
        status = open_source(&sources->source[s], folders[s]);
        sources->count++;
    }
    if (status == 0) return 0;
    sources_release(sources);
    return error_set(error, "out of memory");
}

void sources_release(struct sources *sources)
{
    for (int s = 0; s < sources->count; s++) release_source(&sources->source[s]);
    free(sources->source);
    *sources = (struct sources){0};
}
