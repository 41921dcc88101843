/* gradient_results.c - see gradient_results.h. */
#include "harness/reports/comparison/gradient_results.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"

static const char *const targets[GRADIENT_TARGETS] = {"own_batch", "same_size", "large"};

/* Settings that labels leave out: they have columns of their own in a report, or follow from those that do. */
static const char *const elsewhere[] = {"cell",       "kind",    "strategy", "strategy_options",
                                        "batch_size", "portion", "backprop"};

/* ---- labels ---- */

static int is_elsewhere(const char *column)
{
    for (size_t e = 0; e < sizeof elsewhere / sizeof *elsewhere; e++)
        if (strcmp(elsewhere[e], column) == 0) return 1;
    return 0;
}

/* Whether rows differ in the column. Whole batches do not count, as some of their settings have no effect. */
static int varies(const struct csv_table *table, int column)
{
    int kind = csv_column(table, "kind");
    const char *first = NULL;
    for (int row = 0; row < table->row_count; row++) {
        if (strcmp(csv_text(table, row, kind), "portion") != 0) continue;
        if (first && strcmp(first, csv_text(table, row, column)) != 0) return 1;
        first = csv_text(table, row, column);
    }
    return 0;
}

/* The options of the first row with this strategy. */
static const char *usual_options(const struct csv_table *table, const char *strategy)
{
    int column = csv_column(table, "strategy"), options = csv_column(table, "strategy_options");
    for (int row = 0; row < table->row_count; row++)
        if (strcmp(csv_text(table, row, column), strategy) == 0) return csv_text(table, row, options);
    return "";
}

static int has_word(const char *text, const char *word, size_t length)
{
    for (; *text; text += strspn(text, " ")) {
        size_t next = strcspn(text, " ");
        if (next == length && memcmp(text, word, length) == 0) return 1;
        text += next;
    }
    return 0;
}

/* Writes the options that differ from those in the strategy's first row. */
static void write_options(FILE *stream, const struct csv_table *table, int row, const char *strategy)
{
    const char *usual = usual_options(table, strategy);
    const char *option = csv_text(table, row, csv_column(table, "strategy_options"));
    for (; *option; option += strspn(option, " ")) {
        size_t length = strcspn(option, " ");
        if (!has_word(usual, option, length)) fprintf(stream, ", %.*s", (int)length, option);
        option += length;
    }
}

static char *make_label(const struct csv_table *table, int row, const char *strategy)
{
    char *label = NULL;
    size_t size;
    int last = csv_column(table, "target");
    FILE *stream = open_memstream(&label, &size);
    if (!stream) return NULL;
    fputs(strategy, stream);
    write_options(stream, table, row, strategy);
    for (int c = 0; c < last; c++)
        if (!is_elsewhere(table->columns[c]) && varies(table, c))
            fprintf(stream, ", %s %s", table->columns[c], csv_text(table, row, c));
    if (fclose(stream) == 0) return label;
    free(label);
    return NULL;
}

/* ---- reading ---- */

static int check_columns(const struct csv_table *table, const char *path, struct error *error)
{
    static const char *const needed[] = {"cell",    "kind",   "strategy",    "strategy_options", "batch_size",
                                         "portion", "target", "target_norm", "cosine",           "equal_compute_mse"};
    int column;
    for (size_t n = 0; n < sizeof needed / sizeof *needed; n++)
        if (csv_find_column(table, needed[n], &column, error) != 0)
            return error_context(error, "%s: measure it again by 'partgrad gradients'", path);
    column = csv_column(table, "target");
    for (int row = 0; row < table->row_count; row++)
        if (strcmp(csv_text(table, row, column), targets[row % GRADIENT_TARGETS]) != 0)
            return error_set(error,
                             "%s, row %d: the target is %s, not %s: gather the table again by 'partgrad gradients'",
                             path, row + 1, csv_text(table, row, column), targets[row % GRADIENT_TARGETS]);
    if (table->row_count % GRADIENT_TARGETS == 0) return 0;
    return error_set(error, "%s ends in the midst of a point: gather it again by 'partgrad gradients'", path);
}

static int by_size(const void *a, const void *b)
{
    const struct gradient_result *one = a, *other = b;
    if (one->batch_size != other->batch_size) return one->batch_size < other->batch_size ? -1 : 1;
    if (one->portion != other->portion) return one->portion < other->portion ? -1 : 1;
    return one->row - other->row;
}

static int make_points(struct gradient_run *run, struct error *error)
{
    const struct csv_table *table = &run->table;
    run->points = calloc((size_t)table->row_count + 1, sizeof *run->points);
    for (int row = 0; run->points && row < table->row_count; row += GRADIENT_TARGETS) {
        struct gradient_result *point = &run->points[run->count];
        *point = (struct gradient_result){
            .batch_size = csv_number(table, row, csv_column(table, "batch_size")),
            .portion = csv_number(table, row, csv_column(table, "portion")),
            .is_whole = strcmp(csv_text(table, row, csv_column(table, "kind")), "whole") == 0,
            .strategy = csv_text(table, row, csv_column(table, "strategy")),
            .row = row,
        };
        point->label = make_label(table, row, point->strategy);
        if (!point->label) return error_set(error, "out of memory");
        run->count++;
    }
    if (!run->points) return error_set(error, "out of memory");
    qsort(run->points, (size_t)run->count, sizeof *run->points, by_size);
    return 0;
}

static int read_run(struct gradient_run *run, const char *folder, struct error *error)
{
    const char *name = strrchr(folder, '/');
    char *path = file_join(folder, "gradients.csv");
    *run = (struct gradient_run){.folder = folder, .name = name && name[1] ? name + 1 : folder};
    int status = csv_read(&run->table, path, error);
    if (status == 0) status = check_columns(&run->table, path, error);
    if (status == 0) status = make_points(run, error);
    free(path);
    return status;
}

int gradient_results_exist(const char *folder)
{
    char *path = file_join(folder, "gradients.csv");
    int exist = file_exists(path);
    free(path);
    return exist;
}

int gradient_results_read(struct gradient_results *results, const struct results_source *sources, int count,
                          struct error *error)
{
    *results = (struct gradient_results){.runs = calloc((size_t)count + 1, sizeof *results->runs)};
    if (!results->runs) return error_set(error, "out of memory");
    for (int s = 0; s < count; s++) {
        if (!gradient_results_exist(sources[s].folder)) continue;
        struct gradient_run *run = &results->runs[results->count++];
        if (read_run(run, sources[s].folder, error) != 0) return -1;
        run->is_first = results->count == 1;
    }
    return 0;
}

static void release_words(struct gradient_words *words)
{
    free(words->name);
    free(words->caption);
    free(words->description);
}

void gradient_results_release(struct gradient_results *results)
{
    for (int r = 0; r < results->count; r++) {
        struct gradient_run *run = &results->runs[r];
        for (int p = 0; p < run->count; p++) free(run->points[p].label);
        free(run->points);
        for (int p = 0; p < GRADIENT_PLOTS; p++) release_words(&run->plots[p]);
        csv_release(&run->table);
    }
    free(results->runs);
    *results = (struct gradient_results){0};
}

/* ---- numbers ---- */

double gradient_result_number(const struct gradient_run *run, const struct gradient_result *point,
                              enum gradient_target target, const char *column)
{
    return csv_number(&run->table, point->row + (int)target, csv_column(&run->table, column));
}

double gradient_result_share(const struct gradient_run *run, const struct gradient_result *point,
                             enum gradient_target target, const char *column)
{
    double norm = gradient_result_number(run, point, target, "target_norm");
    return gradient_result_number(run, point, target, column) / (norm * norm);
}
