/* contrasts.c - see contrasts.h. */
#include "harness/tables/contrasts.h"

#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/file.h"

const char *const contrast_columns[CONTRAST_TEXTS] = {"family", "metric", "factor", "reference", "by"};

const char contrasts_group[] = "group";

static const char file_name[] = "contrasts.csv", when_column[] = "declared";
static const char *const when[] = {"before", "after"}; /* by is_late */

static void release(struct contrast *contrast)
{
    for (int t = 0; t < CONTRAST_TEXTS; t++) free(contrast->text[t]);
}

void contrasts_release(struct contrasts *contrasts)
{
    for (int c = 0; c < contrasts->count; c++) release(&contrasts->contrast[c]);
    free(contrasts->contrast);
    *contrasts = (struct contrasts){0};
}

int contrasts_add(struct contrasts *contrasts, const struct contrast *contrast, struct error *error)
{
    struct contrast *grown = realloc(contrasts->contrast, ((size_t)contrasts->count + 1) * sizeof *grown);
    if (!grown) return error_set(error, "out of memory");
    contrasts->contrast = grown;
    struct contrast *added = &grown[contrasts->count];
    *added = (struct contrast){.is_late = contrast->is_late};
    for (int t = 0; t < CONTRAST_TEXTS; t++) {
        added->text[t] = strdup(contrast->text[t] ? contrast->text[t] : "");
        if (added->text[t]) continue;
        release(added);
        return error_set(error, "out of memory");
    }
    contrasts->count++;
    return 0;
}

static int is_same(const struct contrast *a, const struct contrast *b)
{
    for (int t = 0; t < CONTRAST_TEXTS; t++)
        if (strcmp(a->text[t], b->text[t]) != 0) return 0;
    return 1;
}

int contrasts_find(const struct contrasts *contrasts, const struct contrast *contrast)
{
    for (int c = 0; c < contrasts->count; c++)
        if (is_same(&contrasts->contrast[c], contrast)) return c;
    return -1;
}

int contrasts_same(const struct contrasts *a, const struct contrasts *b)
{
    if (a->count != b->count) return 0;
    for (int c = 0; c < a->count; c++) {
        int at = contrasts_find(b, &a->contrast[c]);
        if (at < 0 || b->contrast[at].is_late != a->contrast[c].is_late) return 0;
    }
    return 1;
}

/* ---- the file ---- */

static int take_row(struct contrasts *contrasts, const struct csv_table *table, int row, const int *columns,
                    struct error *error)
{
    struct contrast contrast;
    const char *declared = csv_text(table, row, columns[CONTRAST_TEXTS]);
    contrast.is_late = strcmp(declared, when[1]) == 0;
    if (!contrast.is_late && strcmp(declared, when[0]) != 0)
        return error_set(error, "row %d: %s is '%s', neither %s nor %s", row + 1, when_column, declared, when[0],
                         when[1]);
    for (int t = 0; t < CONTRAST_TEXTS; t++) contrast.text[t] = (char *)csv_text(table, row, columns[t]);
    return contrasts_add(contrasts, &contrast, error);
}

static int take_table(struct contrasts *contrasts, const struct csv_table *table, struct error *error)
{
    int columns[CONTRAST_TEXTS + 1], status = csv_find_column(table, when_column, &columns[CONTRAST_TEXTS], error);
    for (int t = 0; t < CONTRAST_TEXTS && status == 0; t++)
        status = csv_find_column(table, contrast_columns[t], &columns[t], error);
    for (int row = 0; row < table->row_count && status == 0; row++)
        status = take_row(contrasts, table, row, columns, error);
    return status;
}

int contrasts_read(struct contrasts *contrasts, const char *folder, struct error *error)
{
    struct csv_table table;
    char *path = file_join(folder, "%s", file_name);
    *contrasts = (struct contrasts){0};
    int status = 0;
    if (file_exists(path)) {
        status = csv_read(&table, path, error);
        if (status == 0) {
            status = take_table(contrasts, &table, error);
            csv_release(&table);
            if (status != 0) error_context(error, "%s", path);
        }
        if (status != 0) contrasts_release(contrasts);
    }
    free(path);
    return status;
}

int contrasts_write(const struct contrasts *contrasts, const char *folder, struct error *error)
{
    const char *row[CONTRAST_TEXTS + 1];
    struct file_writer writer;
    char *path = file_join(folder, "%s", file_name);
    int status = file_writer_open(&writer, path, error);
    free(path);
    if (status != 0) return -1;
    memcpy(row, contrast_columns, sizeof contrast_columns);
    row[CONTRAST_TEXTS] = when_column;
    csv_write_row(writer.stream, row, CONTRAST_TEXTS + 1);
    for (int c = 0; c < contrasts->count; c++) {
        for (int t = 0; t < CONTRAST_TEXTS; t++) row[t] = contrasts->contrast[c].text[t];
        row[CONTRAST_TEXTS] = when[contrasts->contrast[c].is_late];
        csv_write_row(writer.stream, row, CONTRAST_TEXTS + 1);
    }
    return file_writer_commit(&writer, error);
}
