/* evaluation_rows.c - see evaluation_rows.h. */
#include "harness/training/evaluation_rows.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "harness/tables/column.h"

int evaluation_rows_init(struct evaluation_rows *rows, int splits, struct error *error)
{
    enum { EVALUATIONS = 2 };
    *rows = (struct evaluation_rows){.capacity = EVALUATIONS * splits * EVALUATION_ROWS_OF_SPLIT};
    if (splits == 0) return 0;
    rows->row = calloc((size_t)rows->capacity, sizeof *rows->row);
    return rows->row ? 0 : error_set(error, "out of memory");
}

void evaluation_rows_release(struct evaluation_rows *rows)
{
    free(rows->row);
    *rows = (struct evaluation_rows){0};
}

void evaluation_rows_checkpoint(struct evaluation_rows *rows, struct checkpoint *checkpoint)
{
    if (rows->capacity == 0) return;
    checkpoint_add(checkpoint, &rows->count, sizeof rows->count);
    checkpoint_add(checkpoint, rows->row, (size_t)rows->capacity * sizeof *rows->row);
}

void evaluation_rows_begin(struct evaluation_rows *rows, int epoch)
{
    rows->epoch = epoch;
    while (rows->count > 0 && rows->row[rows->count - 1].epoch == epoch) rows->count--;
}

void evaluation_rows_add(struct evaluation_rows *rows, const char *data_set, const char *split, const char *metric,
                         int k, double value)
{
    if (rows->capacity == 0) return;
    assert(rows->count < rows->capacity);
    struct evaluation_record *row = &rows->row[rows->count++];
    *row = (struct evaluation_record){.epoch = rows->epoch, .k = k > 0 ? k : NAN, .value = value};
    snprintf(row->data_set, sizeof row->data_set, "%s", data_set);
    snprintf(row->split, sizeof row->split, "%s", split);
    snprintf(row->metric, sizeof row->metric, "%s", metric);
}

void evaluation_rows_add_ranking(struct evaluation_rows *rows, const char *data_set, const char *split,
                                 const struct ranking *ranking)
{
    for (int i = 0; i < ranking->at.count; i++)
        evaluation_rows_add(rows, data_set, split, "recall", ranking->at.k[i], ranking->recall[i]);
    for (int i = 0; i < ranking->at.count; i++)
        evaluation_rows_add(rows, data_set, split, "precision", ranking->at.k[i], ranking->precision[i]);
    evaluation_rows_add(rows, data_set, split, "map_at_r", 0, ranking->map_at_r);
    evaluation_rows_add(rows, data_set, split, "r_precision", 0, ranking->r_precision);
    evaluation_rows_add(rows, data_set, split, "class_recall", 1, ranking->class_recall_at_1);
    evaluation_rows_add(rows, data_set, split, "class_map_at_r", 0, ranking->class_map_at_r);
    evaluation_rows_add(rows, data_set, split, "queries", 0, ranking->queries);
    evaluation_rows_add(rows, data_set, split, "queries_unanswered", 0, ranking->unanswered);
}

int evaluation_rows_write(const struct evaluation_rows *rows, const char *folder, const struct cell *cell,
                          struct error *error)
{
    struct column_table columns;
    if (rows->capacity == 0) return 0;
    columns_of_evaluations(&columns);
    return column_write_file(folder, "evaluations.csv", &columns, cell, rows->row, sizeof *rows->row, rows->count,
                             error);
}
