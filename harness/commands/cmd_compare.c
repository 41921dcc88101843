/* cmd_compare.c - `partgrad compare`: compares strategies (or losses, runs ...) with one of them, in pairs of cells
 * that differ only in that; or shows the comparisons that the runs declared. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/commands/command.h"
#include "harness/commands/sources.h"
#include "harness/reports/comparison/comparison_table.h"
#include "harness/reports/comparison/families.h"
#include "harness/reports/comparison/notes.h"
#include "harness/reports/comparison/sentence.h"

enum { METRICS_MAX = 16 };

struct options {
    char factor[OPTION_TEXT_SIZE], reference[OPTION_TEXT_SIZE], metric[OPTION_TEXT_SIZE], by[OPTION_TEXT_SIZE];
    char at_equal[OPTION_TEXT_SIZE], budget[OPTION_TEXT_SIZE];
    int family, format, trials;
    double seeds_needed;
};

static const struct field fields[] = {
    {"factor",
     "what is compared: a setting, 'run', another column of cells.csv such as host, or 'group': whole settings "
     "(strategy)",
     OPTION_TEXT, offsetof(struct options, factor), NULL, 0, 0, NULL},
    {"reference", "the value that the others are compared with (random)", OPTION_TEXT,
     offsetof(struct options, reference), NULL, 0, 0, NULL},
    {"metric", "columns of cells.csv to compare, such as test_recall_at_1,test_map_at_r (test_recall_at_1)",
     OPTION_TEXT, offsetof(struct options, metric), NULL, 0, 0, NULL},
    {"by",
     "columns whose values get rows of their own, such as loss,portion, or 'none'; pairs are averaged over other "
     "columns (all that vary)",
     OPTION_TEXT, offsetof(struct options, by), NULL, 0, 0, NULL},
    {"trials", "use the trials of tuned runs instead of their final cells", OPTION_FLAG,
     offsetof(struct options, trials), "false", 0, 0, NULL},
    {"family",
     "correct the rows of this command together, as one family (Holm); otherwise comparisons that the runs did not "
     "declare are exploratory",
     OPTION_FLAG, offsetof(struct options, family), "false", 0, 0, NULL},
    {"seeds_needed", "show how many seeds would show this difference, as a fraction, or this ratio of times",
     OPTION_REAL, offsetof(struct options, seeds_needed), "0", -1e9, 1e9, NULL, "DIFFERENCE"},
    {"at_equal", "compare at equal values of this column, interpolating the reference between its budgets", OPTION_TEXT,
     offsetof(struct options, at_equal), NULL, 0, 0, NULL},
    {"budget", "the setting that varies the budget, for --at-equal", OPTION_TEXT, offsetof(struct options, budget),
     "epochs", 0, 0, NULL},
    LISTING_FORMAT(struct options),
    {0},
};

/* What is printed, and its data. */
struct output {
    const struct options *options;
    const struct results *results;
    const struct variation *variation;
    struct classes classes;
    struct families families;
    int made_count;
    struct comparison made[METRICS_MAX]; /* the command line's request */
    int count;
    const struct comparison **shown; /* (count) of those made and those declared */
};

/* ---- what is compared ---- */

static int add_shown(struct output *output, const struct comparison *comparison, struct error *error)
{
    const struct comparison **grown =
        realloc(output->shown, ((size_t)output->count + 1) * sizeof(const struct comparison *));
    if (!grown) return error_set(error, "out of memory");
    output->shown = grown;
    grown[output->count++] = comparison;
    return 0;
}

/* Makes the comparison in one metric; if the same one was declared, shows that instead. */
static int compare_metric(struct output *output, const char *metric, struct error *error)
{
    const struct options *options = output->options;
    struct comparison_request request = {
        .factor = options->factor[0] ? options->factor : "strategy",
        .reference = options->reference[0] ? options->reference : "random",
        .metric = metric,
        .by = options->by,
        .at_equal = options->at_equal[0] ? options->at_equal : NULL,
        .across = options->budget,
        .classes = &output->classes,
    };
    if (output->made_count == METRICS_MAX) return error_set(error, "--metric: %d at most", METRICS_MAX);
    struct comparison *made = &output->made[output->made_count];
    if (comparison_make(made, &request, output->variation, error) != 0) return -1;
    output->made_count++;
    const struct comparison *declared = options->family ? NULL : families_find(&output->families, made);
    return add_shown(output, declared ? declared : made, error);
}

static int compare_metrics(struct output *output, struct error *error)
{
    struct comparison *together[METRICS_MAX];
    char names[OPTION_TEXT_SIZE], *rest;
    int status = 0;
    snprintf(names, sizeof names, "%s", output->options->metric[0] ? output->options->metric : "test_recall_at_1");
    for (char *name = strtok_r(names, ",", &rest); name && status == 0; name = strtok_r(NULL, ",", &rest))
        status = compare_metric(output, name, error);
    for (int m = 0; m < output->made_count; m++) together[m] = &output->made[m];
    if (status == 0 && output->options->family)
        status = families_correct(together, output->made_count, "this command", error);
    return status;
}

/* Whether the command line leaves the choice of comparisons to the runs. */
static int asks_for_declared(const struct output *output)
{
    const struct options *options = output->options;
    return output->families.count > 0 && !options->factor[0] && !options->reference[0] && !options->metric[0] &&
           !options->by[0] && !options->at_equal[0] && !options->family;
}

static int compare_all(struct output *output, struct error *error)
{
    int status = 0;
    if (!asks_for_declared(output)) return compare_metrics(output, error);
    for (int c = 0; c < output->families.count && status == 0; c++)
        status = add_shown(output, &output->families.comparisons[c], error);
    return status;
}

/* ---- out ---- */

/* Prints what is left out, mixed or unknown: below the table, or on stderr beside CSV. */
static int print_notes(const struct output *output, FILE *stream, struct error *error)
{
    struct notes notes = {0};
    int status = notes_of_results(&notes, output->results);
    if (status == 0) status = notes_of_missing(&notes, output->results);
    if (status == 0) status = notes_of_families(&notes, &output->families);
    for (int c = 0; c < output->count && status == 0; c++)
        status = notes_of_comparison(&notes, output->shown[c], output->results);
    for (int n = 0; n < notes.count && status == 0; n++) fprintf(stream, "%s\n", notes.text[n]);
    notes_release(&notes);
    return status == 0 ? 0 : error_set(error, "out of memory");
}

static int print_sentences(const struct output *output, const struct comparison *comparison, struct error *error)
{
    for (int r = 0; r < comparison->row_count; r++) {
        char *sentence = sentence_make(comparison, &comparison->rows[r], &output->results->axes);
        if (!sentence) return error_set(error, "out of memory");
        printf("%s\n", sentence);
        free(sentence);
    }
    return 0;
}

static void print_heading(const struct output *output, const struct comparison *comparison)
{
    const struct metric *metric = metric_find(comparison->metric);
    printf("%s, %s against %s", comparison->metric, comparison->factor, comparison->reference);
    if (comparison->at_equal) printf(", at equal %s", comparison->at_equal);
    if (metric && metric_formats[metric->unit].name[0])
        printf("; in %s%s", metric_formats[metric->unit].name,
               metric->unit == UNIT_FRACTION ? ", differences in points" : "");
    if (comparison->contrast == CONTRAST_PLANNED)
        printf("; equal for all seeds by plan\n");
    else if (comparison->family)
        printf("; family '%s' of %d comparisons, %s\n", comparison->family, comparison->family_size,
               output->options->family ? "chosen after the run" : "declared before the run");
    else
        printf("; exploratory%s\n", comparison->is_late ? ", declared after the run began" : "");
}

static double wanted(const struct options *options)
{
    return options->seeds_needed != 0 ? options->seeds_needed : NAN;
}

/* Prints comparisons (count) as one table. */
static int print_comparisons(const struct output *output, const struct comparison *const *comparisons, int count,
                             enum listing_format format, struct error *error)
{
    enum comparison_style style = format == LISTING_TABLE ? COMPARISON_PRINT : COMPARISON_FILE;
    struct comparison_table table;
    struct listing listing = {0};
    if (comparison_table_make(&table, comparisons, count, style, wanted(output->options), &output->results->axes,
                              error) != 0)
        return -1;
    comparison_table_list(&table, style, &listing);
    int status = listing_print(&listing, format, stdout, error);
    listing_release(&listing);
    comparison_table_release(&table);
    return status;
}

/* For people: a table for each comparison, and its result in words. */
static int print_each(const struct output *output, struct error *error)
{
    for (int c = 0; c < output->count; c++) {
        print_heading(output, output->shown[c]);
        if (print_comparisons(output, &output->shown[c], 1, LISTING_TABLE, error) != 0 ||
            print_sentences(output, output->shown[c], error) != 0)
            return -1;
        printf("\n");
    }
    return print_notes(output, stdout, error);
}

static int print_output(const struct output *output, struct error *error)
{
    enum listing_format format = (enum listing_format)output->options->format;
    if (format == LISTING_TABLE) return print_each(output, error);
    if (print_comparisons(output, output->shown, output->count, format, error) != 0) return -1;
    return print_notes(output, stderr, error);
}

/* ---- all ---- */

static void release(struct output *output)
{
    for (int m = 0; m < output->made_count; m++) comparison_release(&output->made[m]);
    free(output->shown);
    families_release(&output->families);
    classes_release(&output->classes);
}

static int compare(const struct results *results, const struct options *options, struct error *error)
{
    struct variation variation;
    if (variation_init(&variation, results, error) != 0) return -1;
    struct output *output = calloc(1, sizeof *output);
    int status = output ? 0 : error_set(error, "out of memory");
    if (status == 0) {
        *output = (struct output){.options = options, .results = results, .variation = &variation};
        status = classes_read(&output->classes, results, error);
        if (status == 0) status = families_make(&output->families, &variation, &output->classes, error);
        if (status == 0) status = compare_all(output, error);
        if (status == 0) status = print_output(output, error);
        release(output);
    }
    free(output);
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
    const char *apart = options->factor[0] ? options->factor : "strategy";
    struct sources sources;
    struct results results;
    /* The output must not depend on the order of the folders. */
    qsort(line->arguments, (size_t)line->count, sizeof *line->arguments, compare_folders);
    if (sources_open(&sources, line->arguments, line->count, error) != 0) return COMMAND_FAILED;
    for (int s = 0; s < sources.count; s++) sources.source[s].trials = options->trials;
    int status = results_read(&results, sources.source, sources.count, apart, error);
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
    .summary = "compare strategies, or values of another setting, with a reference, in pairs of cells",
    .description = "If the runs declare comparisons (contrasts:) and no option asks for others, shows these. Otherwise "
                   "compares the levels of --factor with --reference. Two cells are a pair if they agree in the seed "
                   "and all settings other than the factor.\n\nPrints mean differences, 95 % confidence intervals for "
                   "these and for other classes, p, Holm's correction, the smallest difference that this number of "
                   "seeds could have shown, and a sentence on each row. docs/statistics.md explains them.",
    .fields = fields,
    .options_size = sizeof(struct options),
    .least = 1,
    .most = -1,
    .run = run,
};
