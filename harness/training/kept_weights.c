/* kept_weights.c - see kept_weights.h. */
#include "harness/training/kept_weights.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/csv.h"
#include "base/file.h"

#define FILE_NAME "weights.safetensors"

char *kept_weights_file(const char *folder)
{
    return file_join(folder, FILE_NAME);
}

int kept_weights_checksum(const char *path, char checksum[IDENTITY_SIZE], struct error *error)
{
    struct file_map map;
    if (file_map_open(&map, path, error) != 0) return -1;
    snprintf(checksum, IDENTITY_SIZE, "%016" PRIx64, file_checksum(map.bytes, map.size));
    file_map_release(&map);
    return 0;
}

void kept_weights_remove(const char *folder)
{
    char *path = kept_weights_file(folder);
    unlink(path);
    free(path);
}

/* ---- finding ---- */

/* RUN/cells/NAME. */
static int is_cell_folder(const char *folder)
{
    static const char parent[] = "/cells";
    const size_t length = sizeof parent - 1;
    const char *name = strrchr(folder, '/');
    if (!name || (size_t)(name - folder) < length || memcmp(name - length, parent, length) != 0) return 0;
    char *settings = file_join(folder, "experiment.yaml"), *cells = file_join(folder, "cells");
    int is = file_exists(settings) && !file_exists(cells); /* a run's folder has both files */
    free(settings);
    free(cells);
    return is;
}

char *kept_weights_folder(const char *cell)
{
    char *folder = realpath(cell, NULL);
    if (folder && is_cell_folder(folder)) return folder;
    free(folder);
    size_t length = strlen(cell);
    while (length > 0 && cell[length - 1] == '/') length--;
    char *run = strndup(cell, length), *name = run ? strrchr(run, '/') : NULL;
    if (name) *name = '\0';
    folder = name ? file_join(run, "cells/%s", name + 1) : NULL;
    free(run);
    if (folder && is_cell_folder(folder)) return folder;
    free(folder);
    return NULL;
}

char *kept_weights_path(const char *weights)
{
    char *folder = kept_weights_folder(weights), *path = folder ? kept_weights_file(folder) : strdup(weights);
    free(folder);
    return path;
}

/* ---- checking ---- */

/* Checks by the cell's row. */
static int check_row(const char *folder, const struct csv_table *row, struct error *error)
{
    char checksum[IDENTITY_SIZE];
    int kept = csv_column(row, "kept_weights");
    const char *recorded = kept < 0 ? "" : csv_text(row, 0, kept);
    if (strcmp(csv_text(row, 0, csv_column(row, "status")), "ok") != 0)
        return error_set(error, "the cell of %s has failed: %s", folder, csv_text(row, 0, csv_column(row, "error")));
    if (!recorded[0])
        return error_set(error,
                         "the cell of %s keeps no weights: its settings say save: none, or an earlier version trained "
                         "it; train it again with save: last",
                         folder);
    char *path = kept_weights_file(folder);
    int status = file_exists(path) ? kept_weights_checksum(path, checksum, error)
                                   : error_set(error, "%s is missing, but the cell's row says that it was kept", path);
    if (status == 0 && strcmp(checksum, recorded) != 0)
        status = error_set(error, "%s is not the file that the cell kept: its checksum is %s, not %s", path, checksum,
                           recorded);
    free(path);
    return status;
}

int kept_weights_check(const char *folder, struct error *error)
{
    struct csv_table row;
    char *path = file_join(folder, "result.csv");
    int status = file_exists(path) ? csv_read(&row, path, error)
                                   : error_set(error, "the cell of %s is not done: it has no result", folder);
    if (status == 0) {
        status = row.row_count == 1 && csv_column(&row, "status") >= 0 && csv_column(&row, "error") >= 0
                     ? check_row(folder, &row, error)
                     : error_set(error, "%s: not the row of a cell", path);
        csv_release(&row);
    }
    free(path);
    return status;
}
