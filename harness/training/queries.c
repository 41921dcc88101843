/* queries.c - see queries.h. */
#include "harness/training/queries.h"

#include <stdlib.h>

#include "harness/tables/column.h"

#define QUERIES "queries"
#define CLASSES "classes.csv"

static int write_queries(const char *folder, const struct query_source *source, const struct query_results *splits,
                         int count, struct error *error)
{
    char *path = file_join(folder, QUERIES);
    int status = query_file_write(path, source, splits, count, error);
    free(path);
    return status;
}

static int compare_labels(const void *a, const void *b)
{
    const struct query_result *x = *(const struct query_result *const *)a, *y = *(const struct query_result *const *)b;
    return x->label != y->label ? (x->label > y->label) - (x->label < y->label) : (x > y) - (x < y);
}

/* Appends the split's classes that have answers to the rows, by ascending label; `order` is scratch for its queries.
 * Returns how many there are. */
static int add_classes(struct class_record *rows, const struct query_results *split, const struct query_result **order)
{
    int classes = 0, answered = 0;
    for (int q = 0; q < split->count; q++)
        if (split->results[q].relevant > 0) order[answered++] = &split->results[q];
    qsort(order, (size_t)answered, sizeof *order, compare_labels);
    for (int i = 0; i < answered; i++) {
        if (i == 0 || order[i - 1]->label != order[i]->label)
            rows[classes++] = (struct class_record){.split = split->split, .label = order[i]->label};
        struct class_record *row = &rows[classes - 1];
        row->queries++;
        row->recall_at_1 += order[i]->first == 1;
        row->map_at_r += order[i]->average_precision;
        row->r_precision += order[i]->r_precision;
    }
    return classes;
}

static int write_classes(const char *folder, const struct cell *cell, const struct query_results *splits, int count,
                         struct error *error)
{
    struct column_table columns;
    size_t queries = 1;
    int classes = 0, status = -1;
    for (int s = 0; s < count; s++) queries += (size_t)splits[s].count;
    struct class_record *rows = malloc(queries * sizeof *rows);
    const struct query_result **order = malloc(queries * sizeof *order);
    columns_of_classes(&columns);
    if (rows && order) {
        for (int s = 0; s < count; s++) classes += add_classes(rows + classes, &splits[s], order);
        status = column_write_file(folder, CLASSES, &columns, cell, rows, sizeof *rows, classes, error);
    } else {
        error_set(error, "not enough memory for %s", CLASSES);
    }
    free(rows);
    free(order);
    return status;
}

int queries_keep(const char *folder, const struct cell *cell, uint64_t pack_checksum, int epoch,
                 const struct query_results *splits, int count, struct error *error)
{
    struct query_source source = {strtoull(cell->identity, NULL, 16), pack_checksum, epoch};
    if (write_queries(folder, &source, splits, count, error) != 0) return -1;
    return write_classes(folder, cell, splits, count, error);
}

static void remove_file(const char *folder, const char *name)
{
    char *path = file_join(folder, "%s", name);
    remove(path);
    free(path);
}

void queries_forget(const char *folder)
{
    remove_file(folder, QUERIES);
    remove_file(folder, CLASSES);
}
