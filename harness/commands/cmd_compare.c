/* cmd_compare.c - `partgrad compare`: strategies (or losses, runs ...) against one of them, in pairs of cells that are
 * the same training but for that. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "harness/commands/command.h"
#include "harness/commands/sources.h"
#include "harness/reports/notes.h"

enum format { FORMAT_TABLE, FORMAT_CSV };
static const char *const formats[] = {"table", "csv", NULL};

struct options {
    char factor[OPTION_TEXT_SIZE], reference[OPTION_TEXT_SIZE], metric[OPTION_TEXT_SIZE], by[OPTION_TEXT_SIZE];
    int format, trials;
};

static const struct field fields[] = {
    {"factor", "what is compared: a setting, 'run', or another column of cells.csv such as host", OPTION_TEXT,
     offsetof(struct options, factor), "strategy", 0, 0, NULL},
    {"reference", "the value that the others are compared with", OPTION_TEXT, offsetof(struct options, reference),
     "random", 0, 0, NULL},
    {"metric", "column of cells.csv that is measured", OPTION_TEXT, offsetof(struct options, metric),
     "test_recall_at_1", 0, 0, NULL},
    {"by",
     "columns whose values are kept apart, such as loss,portion; pairs of a seed are averaged over the rest; 'none': "
     "over all; without it, whatever varies is kept apart",
     OPTION_TEXT, offsetof(struct options, by), NULL, 0, 0, NULL},
    {"trials", "take the trials of tuned runs, and not their final cells", OPTION_FLAG,
     offsetof(struct options, trials), "false", 0, 0, NULL},
    {"format", "of what is printed", OPTION_CHOICE, offsetof(struct options, format), "table", 0, 0, formats},
    {0},
};

enum { NUMBERS = 7 /* columns behind those of the levels */, NUMBER_SIZE = 32 };
static const char *const csv_numbers[NUMBERS] = {"pairs",           "seeds", "mean", "reference_mean",
                                                 "mean_difference", "low",   "high"};

/* Factor, values kept apart, then numbers. */
static int column_count(const struct comparison *comparison)
{
    return 1 + comparison->by_count + NUMBERS;
}

static void format_number(char text[NUMBER_SIZE], const char *format, double value)
{
    text[0] = '\0';
    if (!isnan(value)) snprintf(text, NUMBER_SIZE, format, value);
}

/* A row's texts but the numbers, into cells[0 ... by_count]. */
static void list_levels(const char **cells, const char *level, char *const *by, int by_count)
{
    *cells++ = level;
    for (int b = 0; b < by_count; b++) *cells++ = by[b];
}

static void print_csv(const struct comparison *comparison, const struct options *options, const char **cells)
{
    const char **numbers = cells + 1 + comparison->by_count;
    char text[NUMBERS][NUMBER_SIZE];
    list_levels(cells, options->factor, comparison->by, comparison->by_count);
    memcpy(numbers, csv_numbers, sizeof csv_numbers);
    csv_write_row(stdout, cells, column_count(comparison));
    for (int i = 0; i < comparison->row_count; i++) {
        const struct comparison_row *row = &comparison->rows[i];
        list_levels(cells, row->level, row->by, comparison->by_count);
        snprintf(text[0], NUMBER_SIZE, "%d", row->pairs);
        snprintf(text[1], NUMBER_SIZE, "%d", row->difference.count);
        format_number(text[2], "%.6g", row->value.mean);
        format_number(text[3], "%.6g", row->reference.mean);
        format_number(text[4], "%.6g", row->difference.mean);
        format_number(text[5], "%.6g", row->low);
        format_number(text[6], "%.6g", row->high);
        for (int n = 0; n < NUMBERS; n++) numbers[n] = text[n];
        csv_write_row(stdout, cells, column_count(comparison));
    }
}

/* ---- the table for people ---- */

/* How wide the text is that stands in a column, UTF-8 aside. */
static int widest(const struct comparison *comparison, const struct options *options, int column)
{
    size_t most = strlen(column == 0 ? options->factor : comparison->by[column - 1]);
    for (int i = 0; i < comparison->row_count; i++) {
        const struct comparison_row *row = &comparison->rows[i];
        size_t length = strlen(column == 0 ? row->level : row->by[column - 1]);
        if (length > most) most = length;
    }
    return (int)most;
}

static void print_levels(const char *const *cells, const int *widths, int count)
{
    for (int c = 0; c < count; c++) printf("%-*s  ", widths[c], cells[c]);
}

static void print_row(const struct comparison_row *row)
{
    printf("%5d %5d %10.4g %10.4g %+11.4g   ", row->pairs, row->difference.count, row->value.mean, row->reference.mean,
           row->difference.mean);
    if (isnan(row->low))
        printf("one seed has none\n");
    else
        printf("%+.4g .. %+.4g\n", row->low, row->high);
}

static void print_table(const struct comparison *comparison, const struct options *options, const char **cells,
                        int *widths)
{
    int levels = 1 + comparison->by_count;
    printf(
        "%s, difference from %s %s; 95 %% confidence intervals (Student's t over seeds) of pairs of cells that are the "
        "same training but for that\n",
        options->metric, options->factor, options->reference);
    for (int c = 0; c < levels; c++) widths[c] = widest(comparison, options, c);
    list_levels(cells, options->factor, comparison->by, comparison->by_count);
    print_levels(cells, widths, levels);
    printf("%5s %5s %10s %10s %11s   %s\n", "pairs", "seeds", "mean", "reference", "difference", "95 % interval");
    for (int i = 0; i < comparison->row_count; i++) {
        const struct comparison_row *row = &comparison->rows[i];
        list_levels(cells, row->level, row->by, comparison->by_count);
        print_levels(cells, widths, levels);
        print_row(row);
    }
}

/* ---- all ---- */

/* What is left out or mixed: below the table, beside the CSV on stderr. */
static int print_notes(const struct comparison *comparison, const struct results *results, FILE *stream,
                       struct error *error)
{
    struct notes notes = {0};
    int status = notes_of_results(&notes, results);
    if (status == 0) status = notes_of_missing(&notes, results);
    if (status == 0) status = notes_of_comparison(&notes, comparison, results);
    for (int n = 0; n < notes.count && status == 0; n++) fprintf(stream, "%s\n", notes.text[n]);
    notes_release(&notes);
    return status == 0 ? 0 : error_set(error, "out of memory");
}

static int print(const struct comparison *comparison, const struct results *results, const struct options *options,
                 struct error *error)
{
    const char **cells = calloc((size_t)column_count(comparison), sizeof *cells);
    int *widths = calloc((size_t)column_count(comparison), sizeof *widths);
    int status = cells && widths ? 0 : error_set(error, "out of memory");
    if (status == 0 && options->format == FORMAT_CSV) print_csv(comparison, options, cells);
    if (status == 0 && options->format == FORMAT_TABLE) print_table(comparison, options, cells, widths);
    if (status == 0) status = print_notes(comparison, results, options->format == FORMAT_CSV ? stderr : stdout, error);
    free(widths);
    free(cells);
    return status;
}

static int compare(const struct results *results, const struct options *options, struct error *error)
{
    struct comparison_request request = {options->factor, options->reference, options->metric, options->by};
    struct variation variation;
    struct comparison comparison;
    if (variation_init(&variation, results, error) != 0) return -1;
    int status = comparison_make(&comparison, &request, &variation, error);
    if (status == 0) {
        status = print(&comparison, results, options, error);
        comparison_release(&comparison);
    }
    variation_release(&variation);
    return status;
}

static int compare_folders(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static int run(const struct command_line *line, struct error *error)
{
    const struct options *options = line->options;
    struct sources sources;
    struct results results;
    /* What is printed must not depend on the order of the folders. */
    qsort(line->arguments, (size_t)line->count, sizeof *line->arguments, compare_folders);
    if (sources_open(&sources, line->arguments, line->count, error) != 0) return COMMAND_FAILED;
    for (int s = 0; s < sources.count; s++) sources.source[s].trials = options->trials;
    int status = results_read(&results, sources.source, sources.count, options->factor, error);
    if (status == 0) {
        status = compare(&results, options, error);
        results_release(&results);
    }
    sources_release(&sources);
    return status == 0 ? 0 : COMMAND_FAILED;
}

const struct command cmd_compare = {
    .name = "compare",
    .arguments = "RUN_DIR...",
    .summary = "compare strategies with a reference, paired by seed and settings: mean differences, confidence",
    .fields = fields,
    .options_size = sizeof(struct options),
    .least = 1,
    .most = -1,
    .run = run,
};
