/* cmd_compare.c - `partgrad compare`: strategies (or losses, samplers ...) against one of them, paired by seed and all
 * else. */
#include <math.h>
#include <stdio.h>

#include "harness/commands/command.h"
#include "harness/reports/comparison.h"
#include "base/csv.h"

enum format { FORMAT_TABLE, FORMAT_CSV };
static const char *const formats[] = {"table", "csv", NULL};

struct options {
    char factor[OPTION_TEXT_SIZE], reference[OPTION_TEXT_SIZE], metric[OPTION_TEXT_SIZE], by[OPTION_TEXT_SIZE];
    int format;
};

static const struct field fields[] = {
    {"factor", "column of cells.csv that is compared", OPTION_TEXT, offsetof(struct options, factor), "strategy", 0, 0,
     NULL},
    {"reference", "what the others are compared with", OPTION_TEXT, offsetof(struct options, reference), "random", 0, 0,
     NULL},
    {"metric", "column of cells.csv that is measured", OPTION_TEXT, offsetof(struct options, metric),
     "test_recall_at_1", 0, 0, NULL},
    {"by", "columns whose values are kept apart, such as loss,portion; without one, all pairs together", OPTION_TEXT,
     offsetof(struct options, by), NULL, 0, 0, NULL},
    {"format", "of what is printed", OPTION_CHOICE, offsetof(struct options, format), "table", 0, 0, formats},
    {0},
};

enum { COLUMNS = 8, COLUMN_SIZE = 32 };

static void format_number(char *text, double value)
{
    text[0] = '\0';
    if (!isnan(value)) snprintf(text, COLUMN_SIZE, "%.6g", value);
}

static void print_csv(const struct comparison *comparison, const struct options *options)
{
    const char *const header[COLUMNS] = {options->factor,
                                         options->by[0] ? options->by : "by",
                                         "pairs",
                                         "mean",
                                         "reference_mean",
                                         "mean_difference",
                                         "low",
                                         "high"};
    csv_write_row(stdout, header, COLUMNS);
    for (int i = 0; i < comparison->row_count; i++) {
        const struct comparison_row *row = &comparison->rows[i];
        char numbers[6][COLUMN_SIZE];
        snprintf(numbers[0], COLUMN_SIZE, "%d", row->difference.count);
        format_number(numbers[1], row->value.mean);
        format_number(numbers[2], row->reference.mean);
        format_number(numbers[3], row->difference.mean);
        format_number(numbers[4], row->low);
        format_number(numbers[5], row->high);
        const char *const columns[COLUMNS] = {row->level, row->by,    numbers[0], numbers[1],
                                              numbers[2], numbers[3], numbers[4], numbers[5]};
        csv_write_row(stdout, columns, COLUMNS);
    }
}

static void print_table(const struct comparison *comparison, const struct options *options)
{
    printf("%s, difference from %s %s; 95 %% confidence intervals (Student's t) over pairs of equal cells\n",
           options->metric, options->factor, options->reference);
    printf("%-18s %-10s %5s %10s %10s %11s   %s\n", options->factor, options->by, "pairs", "mean", options->reference,
           "difference", "95 % interval");
    for (int i = 0; i < comparison->row_count; i++) {
        const struct comparison_row *row = &comparison->rows[i];
        printf("%-18s %-10s %5d %10.4g %10.4g %+11.4g   ", row->level, row->by, row->difference.count, row->value.mean,
               row->reference.mean, row->difference.mean);
        if (isnan(row->low))
            printf("one pair has none\n");
        else
            printf("%+.4g .. %+.4g\n", row->low, row->high);
    }
}

static int run(const struct command_line *line, struct error *error)
{
    const struct options *options = line->options;
    struct comparison_request request = {options->factor, options->reference, options->metric, options->by};
    struct comparison comparison;
    if (comparison_read(&comparison, &request, line->arguments, line->count, error) != 0) return COMMAND_FAILED;
    if (options->format == FORMAT_CSV)
        print_csv(&comparison, options);
    else
        print_table(&comparison, options);
    comparison_release(&comparison);
    return 0;
}

const struct command cmd_compare = {
    .name = "compare",
    .arguments = "RUN_DIR...",
    .summary = "strategies against one of them, paired by seed and all else: mean differences, confidence",
    .fields = fields,
    .options_size = sizeof(struct options),
    .least = 1,
    .most = -1,
    .run = run,
};
