/* epoch_rows.c - see epoch_rows.h. */
#include "harness/reports/comparison/epoch_rows.h"

#include <limits.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/index.h"

/* One run's epochs.csv while it is read. */
struct reading {
    const struct results *results;
    epoch_row_taker *take;
    void *into;
    struct csv_table table;
    int cell, epoch, settings; /* columns; settings: -1 in tables of earlier versions */
    int *metric;               /* (metrics_table) likewise; owned */
    struct index cells;        /* "name,settings" of the run's cells: the position in results->ok */
    struct index seen;         /* "name,settings,epoch" of the rows so far */
};

double epoch_row_measure(const struct epoch_row *row, const struct metric *metric)
{
    return csv_number(row->table, row->row, row->metric[metric - metrics_table]);
}

static int find_columns(struct reading *reading, struct error *error)
{
    const struct csv_table *table = &reading->table;
    size_t count = 0;
    while (metrics_table[count].name) count++;
    reading->metric = malloc((count + 1) * sizeof *reading->metric);
    if (!reading->metric) return error_set(error, "out of memory");
    for (size_t m = 0; m < count; m++) reading->metric[m] = csv_column(table, metrics_table[m].name);
    reading->settings = csv_column(table, "settings");
    if (csv_find_column(table, "cell", &reading->cell, error) != 0) return -1;
    return csv_find_column(table, "epoch", &reading->epoch, error);
}

/* Indexes the run's cells that finished. */
static int index_cells(struct reading *reading, int run)
{
    const struct results *results = reading->results;
    const struct csv_table *table = &results->runs[run].table;
    int name = csv_column(table, "cell"), settings = reading->settings < 0 ? -1 : csv_column(table, "settings");
    for (int i = 0; i < results->ok.count; i++) {
        char *key = NULL;
        int row = results->ok.cells[i].row;
        if (results->ok.cells[i].run != run) continue;
        if (asprintf(&key, "%s,%s", csv_text(table, row, name), csv_text(table, row, settings)) < 0) return -1;
        int held = index_add(&reading->cells, key, i);
        free(key);
        if (held < 0) return -1;
    }
    return 0;
}

/* Hands a row over if its cell finished and no earlier row has the cell and epoch. */
static int take_row(struct reading *reading, int row, struct error *error)
{
    const struct csv_table *table = &reading->table;
    double number = csv_number(table, row, reading->epoch);
    if (!(number >= 0 && number <= INT_MAX)) return error_set(error, "row %d has no epoch", row + 1);
    char *cell = NULL, *once = NULL;
    int status = -1, next = (int)reading->seen.count;
    if (asprintf(&cell, "%s,%s", csv_text(table, row, reading->cell), csv_text(table, row, reading->settings)) < 0 ||
        asprintf(&once, "%s,%d", cell, (int)number) < 0)
        return error_set(error, "out of memory");
    int found = index_find(&reading->cells, cell), held = found < 0 ? 0 : index_add(&reading->seen, once, next);
    struct epoch_row taken = {found, (int)number, table, row, reading->metric};
    if (held < 0)
        error_set(error, "out of memory");
    else if (found < 0 || held < next)
        status = 0;
    else
        status = reading->take(reading->into, &taken, error);
    free(cell);
    free(once);
    return status;
}

static int read_table(struct reading reading, int run, const char *path, struct error *error)
{
    int status = csv_read(&reading.table, path, error);
    if (status != 0) return -1;
    status = find_columns(&reading, error);
    if (status == 0 && index_cells(&reading, run) != 0) status = error_set(error, "out of memory");
    for (int row = 0; row < reading.table.row_count && status == 0; row++) status = take_row(&reading, row, error);
    if (status != 0) error_context(error, "%s", path);
    free(reading.metric);
    index_release(&reading.cells);
    index_release(&reading.seen);
    csv_release(&reading.table);
    return status;
}

int epoch_rows_read(const struct results *results, epoch_row_taker *take, void *into, struct error *error)
{
    int status = 0;
    for (int r = 0; r < results->run_count && status == 0; r++) {
        char *path = file_join(results->runs[r].folder, "epochs.csv");
        struct reading reading = {.results = results, .take = take, .into = into};
        if (file_exists(path)) status = read_table(reading, r, path, error);
        free(path);
    }
    return status;
}
