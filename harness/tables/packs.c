/* packs.c - see packs.h. */
#include "harness/tables/packs.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/file.h"

static const char file_name[] = "packs.csv";

/* The columns: texts, then what the pack holds, then what the official sets hold. */
static const char *const texts[] = {"pack", "dataset", "checksum", "split"};
static const char *const counts[PACK_COUNTS] = {"train_classes", "train_images",    "test_classes",
                                                "test_images",   "gallery_classes", "gallery_images"};
static const char *const officials[PACK_COUNTS] = {"official_train_classes",   "official_train_images",
                                                   "official_test_classes",    "official_test_images",
                                                   "official_gallery_classes", "official_gallery_images"};
enum { TEXTS = sizeof texts / sizeof *texts, COLUMNS = TEXTS + 2 * PACK_COUNTS, COUNT_SIZE = 16 };

void packs_release(struct packs *packs)
{
    free(packs->row);
    *packs = (struct packs){0};
}

int packs_add(struct packs *packs, const struct packs_row *row, struct error *error)
{
    struct packs_row *grown = realloc(packs->row, ((size_t)packs->count + 1) * sizeof *grown);
    if (!grown) return error_set(error, "out of memory");
    packs->row = grown;
    grown[packs->count++] = *row;
    return 0;
}

enum packs_standing packs_standing(const struct packs_row *row)
{
    int known = 0, same = strcmp(row->split, "official") == 0;
    for (int c = 0; c < PACK_COUNTS; c++) {
        known += row->official[c] > 0;
        same = same && row->count[c] == row->official[c];
    }
    return !known ? PACKS_UNPUBLISHED : same ? PACKS_OFFICIAL : PACKS_OTHER;
}

/* ---- the file ---- */

/* Points `list` to the row's texts, in the order of their columns. */
static void list_texts(struct packs_row *row, char *list[TEXTS])
{
    list[0] = row->name;
    list[1] = row->dataset;
    list[2] = row->checksum;
    list[3] = row->split;
}

static int take_counts(const struct csv_table *table, int row, const char *const names[PACK_COUNTS],
                       int numbers[PACK_COUNTS], struct error *error)
{
    for (int c = 0; c < PACK_COUNTS; c++) {
        int column;
        if (csv_find_column(table, names[c], &column, error) != 0) return -1;
        double number = csv_number(table, row, column);
        if (!(number >= 0 && number <= 1e9))
            return error_set(error, "row %d: %s is '%s', which is not a count", row + 1, names[c],
                             csv_text(table, row, column));
        numbers[c] = (int)number;
    }
    return 0;
}

static int take_row(struct packs *packs, const struct csv_table *table, int r, struct error *error)
{
    struct packs_row row = {{0}};
    char *list[TEXTS];
    list_texts(&row, list);
    for (int t = 0; t < TEXTS; t++) {
        int column;
        if (csv_find_column(table, texts[t], &column, error) != 0) return -1;
        snprintf(list[t], PACK_TEXT_SIZE, "%s", csv_text(table, r, column));
    }
    if (take_counts(table, r, counts, row.count, error) != 0) return -1;
    if (take_counts(table, r, officials, row.official, error) != 0) return -1;
    return packs_add(packs, &row, error);
}

int packs_read(struct packs *packs, const char *folder, struct error *error)
{
    struct csv_table table;
    char *path = file_join(folder, "%s", file_name);
    *packs = (struct packs){0};
    int status = 0;
    if (file_exists(path) && (status = csv_read(&table, path, error)) == 0) {
        for (int r = 0; r < table.row_count && status == 0; r++) status = take_row(packs, &table, r, error);
        csv_release(&table);
        if (status != 0) error_context(error, "%s", path);
    }
    if (status != 0) packs_release(packs);
    free(path);
    return status;
}

static void write_row(FILE *stream, const struct packs_row *source)
{
    struct packs_row row = *source;
    const char *fields[COLUMNS];
    char numbers[2 * PACK_COUNTS][COUNT_SIZE], *list[TEXTS];
    list_texts(&row, list);
    for (int t = 0; t < TEXTS; t++) fields[t] = list[t];
    for (int c = 0; c < 2 * PACK_COUNTS; c++) {
        snprintf(numbers[c], COUNT_SIZE, "%d", c < PACK_COUNTS ? row.count[c] : row.official[c - PACK_COUNTS]);
        fields[TEXTS + c] = numbers[c];
    }
    csv_write_row(stream, fields, COLUMNS);
}

int packs_write(const struct packs *packs, const char *folder, struct error *error)
{
    const char *heads[COLUMNS];
    struct file_writer writer;
    char *path = file_join(folder, "%s", file_name);
    int status = file_writer_open(&writer, path, error);
    free(path);
    if (status != 0) return -1;
    memcpy(heads, texts, sizeof texts);
    memcpy(heads + TEXTS, counts, sizeof counts);
    memcpy(heads + TEXTS + PACK_COUNTS, officials, sizeof officials);
    csv_write_row(writer.stream, heads, COLUMNS);
    for (int r = 0; r < packs->count; r++) write_row(writer.stream, &packs->row[r]);
    return file_writer_commit(&writer, error);
}
