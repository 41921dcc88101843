/* grid_table.c - see grid_table.h. */
#include "harness/runs/grid_table.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/file.h"
#include "harness/training/fit.h"
#include "harness/training/resolve.h"

static const char *const header[] = {"cell", "settings", "experiment", "point", "batch_size", "micro_batch"};
enum { NAME, IDENTITY, EXPERIMENT, POINT, BATCH, MICRO_BATCH, COLUMNS };

static void format_checksum(const struct experiment *experiment, char text[IDENTITY_SIZE])
{
    snprintf(text, IDENTITY_SIZE, "%016" PRIx64, file_checksum(experiment->text, experiment->size));
}

int grid_table_write(const struct grid *grid, const struct experiment *experiment, const char *folder,
                     struct error *error)
{
    char checksum[IDENTITY_SIZE], number[COLUMNS][16], *path = file_join(folder, "grid.csv");
    struct file_writer writer;
    int status = file_writer_open(&writer, path, error);
    free(path);
    if (status != 0) return -1;
    format_checksum(experiment, checksum);
    csv_write_row(writer.stream, header, COLUMNS);
    for (int c = 0; c < grid->count; c++) {
        const struct cell *cell = &grid->cells[c];
        snprintf(number[POINT], sizeof number[POINT], "%d", cell->point);
        snprintf(number[BATCH], sizeof number[BATCH], "%d", cell->settings.batch_size);
        snprintf(number[MICRO_BATCH], sizeof number[MICRO_BATCH], "%d", cell->settings.micro_batch);
        const char *const row[] = {cell->name,    cell->identity, checksum,
                                   number[POINT], number[BATCH],  number[MICRO_BATCH]};
        csv_write_row(writer.stream, row, COLUMNS);
    }
    return file_writer_commit(&writer, error);
}

/* The cell of the row, where the grid has its point; 0 where the table does not say what it is. */
static int take_row(struct cell *cell, const struct csv_table *table, int row, const int column[COLUMNS])
{
    struct error ignored;
    struct fit fit = {(int)csv_number(table, row, column[BATCH]), (int)csv_number(table, row, column[MICRO_BATCH])};
    snprintf(cell->name, sizeof cell->name, "%s", csv_text(table, row, column[NAME]));
    snprintf(cell->identity, sizeof cell->identity, "%s", csv_text(table, row, column[IDENTITY]));
    if (!settings_is_open(&cell->settings)) return 1;
    fit_apply(&fit, &cell->settings);
    return fit.batch_size > 0 && fit.micro_batch > 0 && settings_resolve(&cell->settings, &ignored) == 0;
}

static int compare_points(const void *point, const void *cell)
{
    return *(const int *)point - ((const struct cell *)cell)->point;
}

/* The grid's cell of a row's point, in whose order its cells are; NULL: none. An earlier version's table has all cells.
 */
static const struct cell *find_point(const struct grid *grid, const struct csv_table *table, int row, int column)
{
    if (column < 0) return table->row_count == grid->count ? &grid->cells[row] : NULL;
    int point = (int)csv_number(table, row, column);
    return bsearch(&point, grid->cells, (size_t)grid->count, sizeof *grid->cells, compare_points);
}

/* Sets `cells` (rows) to the table's; 0 where it is of another experiment. */
static int take_rows(const struct grid *grid, const struct csv_table *table, const char *checksum, struct cell *cells)
{
    int column[COLUMNS];
    for (int k = 0; k < COLUMNS; k++) column[k] = csv_column(table, header[k]);
    if (column[NAME] < 0 || column[IDENTITY] < 0 || column[EXPERIMENT] < 0 || table->row_count > grid->count) return 0;
    for (int row = 0; row < table->row_count; row++) {
        const struct cell *found = find_point(grid, table, row, column[POINT]);
        if (!found || strcmp(csv_text(table, row, column[EXPERIMENT]), checksum) != 0) return 0;
        cells[row] = *found;
        if (!take_row(&cells[row], table, row, column)) return 0;
    }
    return table->row_count > 0;
}

static int take(struct grid *grid, const struct csv_table *table, const char *checksum, struct error *error)
{
    struct cell *cells = calloc((size_t)table->row_count + 1, sizeof *cells);
    if (!cells) return error_set(error, "out of memory");
    if (!take_rows(grid, table, checksum, cells)) {
        free(cells);
        return 0;
    }
    free(grid->cells);
    grid->cells = cells;
    grid->count = table->row_count;
    return grid_index_names(grid, error) == 0 ? 1 : -1;
}

int grid_table_take(struct grid *grid, const struct experiment *experiment, const char *folder, struct error *error)
{
    struct csv_table table;
    struct error ignored;
    char checksum[IDENTITY_SIZE], *path = file_join(folder, "grid.csv");
    int known = 0;
    format_checksum(experiment, checksum);
    if (file_exists(path) && csv_read(&table, path, &ignored) == 0) {
        known = take(grid, &table, checksum, error);
        csv_release(&table);
    }
    free(path);
    return known;
}
