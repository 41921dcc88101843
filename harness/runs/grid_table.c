/* grid_table.c - see grid_table.h. */
#include "harness/runs/grid_table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"

enum { PLACE_SIZE = 16 };

int grid_table_write(const struct grid *grid, const char *folder, const char *experiment, struct error *error)
{
    static const char *const header[] = {"cell", "settings", "experiment", "asked", "wave"};
    enum { COLUMNS = sizeof header / sizeof *header };
    char *path = file_join(folder, "grid.csv");
    struct file_writer writer;
    int status = file_writer_open(&writer, path, error);
    free(path);
    if (status != 0) return -1;
    csv_write_row(writer.stream, header, COLUMNS);
    for (int c = 0; c < grid->count; c++) {
        const struct cell *cell = &grid->cells[c];
        const char *const row[COLUMNS] = {cell->name, cell->identity, experiment, cell->asked, cell->wave};
        csv_write_row(writer.stream, row, COLUMNS);
    }
    return file_writer_commit(&writer, error);
}

static int index_rows(struct grid_table *table, struct error *error)
{
    char place[PLACE_SIZE];
    for (int row = 0; row < table->table.row_count; row++) {
        snprintf(place, sizeof place, "%d", row);
        const char *key = table->asked >= 0 ? csv_text(&table->table, row, table->asked) : place;
        if (index_add(&table->rows, key, row) < 0) return error_set(error, "out of memory");
    }
    return 0;
}

static int find_row(const struct grid_table *table, const struct grid *grid, int c)
{
    char place[PLACE_SIZE];
    if (!table->known) return -1;
    snprintf(place, sizeof place, "%d", c);
    return index_find(&table->rows, table->asked >= 0 ? grid->cells[c].asked : place);
}

int grid_table_read(struct grid_table *table, const struct grid *grid, const char *folder, const char *experiment,
                    struct error *error)
{
    struct error ignored;
    char *path = file_join(folder, "grid.csv");
    *table = (struct grid_table){0};
    int there = file_exists(path) && csv_read(&table->table, path, &ignored) == 0;
    free(path);
    if (!there) return 0;
    int rows = table->table.row_count, checksum = csv_column(&table->table, "experiment");
    table->name = csv_column(&table->table, "cell");
    table->identity = csv_column(&table->table, "settings");
    table->asked = csv_column(&table->table, "asked");
    table->known = table->name >= 0 && table->identity >= 0 && checksum >= 0 && rows > 0 &&
                   strcmp(csv_text(&table->table, 0, checksum), experiment) == 0 &&
                   (table->asked >= 0 || rows == grid->count);
    return index_rows(table, error);
}

void grid_table_release(struct grid_table *table)
{
    index_release(&table->rows);
    csv_release(&table->table);
    *table = (struct grid_table){0};
}

int grid_table_take(const struct grid_table *table, struct grid *grid, struct error *error)
{
    int found = 0, status = 0;
    char *kept = calloc((size_t)grid->count + 1, 1);
    if (!kept) return error_set(error, "out of memory");
    memset(kept, 1, (size_t)grid->settled);
    for (int c = grid->settled; c < grid->count; c++) {
        struct cell *cell = &grid->cells[c];
        int row = find_row(table, grid, c);
        if (row < 0) continue;
        snprintf(cell->name, sizeof cell->name, "%s", csv_text(&table->table, row, table->name));
        snprintf(cell->identity, sizeof cell->identity, "%s", csv_text(&table->table, row, table->identity));
        found += kept[c] = 1;
    }
    if (found) status = grid_keep(grid, kept, 1, error);
    grid->settled = grid->count;
    free(kept);
    return status;
}
