/* cell_files.c - see cell_files.h. */
#include "harness/runs/cell_files.h"

#include <dirent.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"

enum { SETTINGS_MAX = 1 << 16 };

void cell_folder_identity(const char *folder, char identity[IDENTITY_SIZE])
{
    struct error ignored;
    char *path = file_join(folder, "experiment.yaml"), *text;
    identity[0] = '\0';
    if (file_exists(path) && file_read(path, SETTINGS_MAX, &text, NULL, &ignored) == 0) {
        identity_hash(text, identity);
        free(text);
    }
    free(path);
}

static int add_folder(struct cell_folders *folders, const char *cells, const char *name)
{
    char identity[IDENTITY_SIZE], *folder = file_join(cells, "%s", name);
    cell_folder_identity(folder, identity);
    free(folder);
    if (!identity[0]) return 0;
    char **names = realloc(folders->names, ((size_t)folders->count + 1) * sizeof *names);
    if (!names) return -1;
    folders->names = names;
    names[folders->count] = strdup(name);
    if (!names[folders->count]) return -1;
    char *pair = file_join(identity, "%s", name);
    int failed = index_add(&folders->pairs, pair, folders->count) < 0 ||
                 index_add(&folders->by_identity, identity, folders->count) < 0;
    folders->count++;
    free(pair);
    return failed ? -1 : 0;
}

int cell_folders_read(struct cell_folders *folders, const char *run_folder, struct error *error)
{
    char *cells = file_join(run_folder, "cells");
    struct dirent **entries = NULL;
    int count = scandir(cells, &entries, NULL, alphasort), status = 0;
    *folders = (struct cell_folders){0};
    for (int e = 0; e < count; e++) {
        if (status == 0 && entries[e]->d_name[0] != '.') status = add_folder(folders, cells, entries[e]->d_name);
        free(entries[e]);
    }
    free(entries);
    free(cells);
    return status == 0 ? 0 : error_set(error, "out of memory");
}

void cell_folders_release(struct cell_folders *folders)
{
    for (int f = 0; f < folders->count; f++) free(folders->names[f]);
    free(folders->names);
    index_release(&folders->by_identity);
    index_release(&folders->pairs);
    *folders = (struct cell_folders){0};
}

const char *cell_folders_find(const struct cell_folders *folders, const struct cell *cell)
{
    char *pair = file_join(cell->identity, "%s", cell->name);
    int found = index_find(&folders->pairs, pair);
    free(pair);
    if (found < 0) found = index_find(&folders->by_identity, cell->identity);
    return found < 0 ? NULL : folders->names[found];
}

/* Reads a table, which must have rows of that cell only. */
static int read_rows(struct csv_table *table, const char *path, const char *cell)
{
    struct error ignored;
    if (!file_exists(path) || csv_read(table, path, &ignored) != 0) return -1;
    int column = csv_column(table, "cell"), same = column >= 0 && table->row_count > 0;
    for (int row = 0; row < table->row_count && same; row++) same = strcmp(csv_text(table, row, column), cell) == 0;
    if (same) return 0;
    csv_release(table);
    return -1;
}

int cell_epochs_read(struct csv_table *table, const char *path, const char *cell)
{
    return read_rows(table, path, cell);
}

/* The row must have the identity of the settings beside it; rows of earlier versions have none. */
static struct cell_state judge(const struct csv_table *table, const char *folder, const struct cell *cell)
{
    char kept[IDENTITY_SIZE];
    int status = csv_column(table, "status"), settings = csv_column(table, "settings");
    if (table->row_count != 1 || status < 0) return (struct cell_state){RUN_MISSING, 0};
    enum run_status said = strcmp(csv_text(table, 0, status), "ok") == 0 ? RUN_OK : RUN_FAILED;
    if (settings < 0) return (struct cell_state){said, 1};
    cell_folder_identity(folder, kept);
    if (strcmp(csv_text(table, 0, settings), kept) != 0) return (struct cell_state){RUN_MISSING, 0};
    return (struct cell_state){said, strcmp(kept, cell->identity) != 0};
}

struct cell_state cell_state_read(const char *folder, const struct cell *cell)
{
    struct csv_table table;
    struct cell_state state = {RUN_MISSING, 0};
    char *path = file_join(folder, "result.csv");
    if (read_rows(&table, path, cell->name) == 0) {
        state = judge(&table, folder, cell);
        csv_release(&table);
    }
    free(path);
    return state;
}

/* The row's field; columns that only the grid knows come from the cell. */
static const char *column_text(const struct column_table *columns, int c, const struct csv_table *table, int row,
                               int from, const struct cell *cell)
{
    const struct column *column = &columns->column[c];
    if (column->of_grid) return (const char *)cell + column->offset;
    if (from >= 0) return csv_text(table, row, from);
    return column->axis >= 0 ? axis_absent(&columns->axes.axis[column->axis]) : "";
}

void cell_rows_append(FILE *stream, const char *path, const struct cell *cell, const struct column_table *columns)
{
    struct csv_table table;
    const char *fields[COLUMNS_MAX];
    int from[COLUMNS_MAX];
    if (read_rows(&table, path, cell->name) != 0) return;
    for (int c = 0; c < columns->count; c++) from[c] = csv_column(&table, column_name(columns, c));
    for (int row = 0; row < table.row_count; row++) {
        for (int c = 0; c < columns->count; c++) fields[c] = column_text(columns, c, &table, row, from[c], cell);
        csv_write_row(stream, fields, columns->count);
    }
    csv_release(&table);
}

double cell_measure_read(const char *folder, const struct cell *cell, const char *metric)
{
    struct csv_table table;
    double value = NAN;
    char *path = file_join(folder, "result.csv");
    if (read_rows(&table, path, cell->name) == 0) {
        value = csv_number(&table, 0, csv_column(&table, metric));
        csv_release(&table);
    }
    free(path);
    return value;
}
