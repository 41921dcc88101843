/* section_gradients.c - partial gradients compared with whole ones at given weights: plots and a table for each
 * gradients.csv. */
#include <math.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/number.h"
#include "harness/reports/report_section.h"

static const char explanation[] =
    "Nothing was trained for these: partial gradients g at given weights, beside whole ones. Cosine: of one gradient "
    "and its own batch's whole gradient, in the mean. Bias left: the squared distance that remains between the mean "
    "gradient and the mean whole gradient of batches of the same size when g is multiplied by the one factor that "
    "serves it best, as a learning rate would; a share of the target's square, and an unbiased estimate, so that it "
    "may be below 0. Bias of the batch size: the same against batches of the large size. Variance: of one gradient, "
    "likewise. Squared error at equal compute: bias of the batch size and variance of the mean of as many gradients "
    "as the compute of one large whole batch pays for. After ± stands the standard error. docs/columns.md has the "
    "columns that these come from.";

enum { CELL_SIZE = 96 };

/* A column of the table. */
struct figure_column {
    const char *title;
    enum gradient_target target;
    const char *column;
    const char *error; /* column of its standard error; NULL: none */
    int is_share;      /* 1: divided by the target's squared norm, in percent */
};
static const struct figure_column shown[] = {
    {"samples", GRADIENT_OWN_BATCH, "selected", NULL, 0},
    {"cosine", GRADIENT_OWN_BATCH, "cosine", NULL, 0},
    {"bias left, %", GRADIENT_SAME_SIZE, "paired_best_bias_square", "paired_best_bias_square_error", 1},
    {"bias of the batch size, %", GRADIENT_LARGE, "best_bias_square", "best_bias_square_error", 1},
    {"variance", GRADIENT_LARGE, "relative_variance", "relative_variance_error", 0},
    {"variance at equal compute", GRADIENT_LARGE, "equal_compute_variance", "equal_compute_variance_error", 0},
    {"squared error at equal compute", GRADIENT_LARGE, "equal_compute_mse", "equal_compute_mse_error", 0},
};
enum { SHOWN = sizeof shown / sizeof *shown, FIRST = 3, COLUMNS = FIRST + SHOWN };

static const struct markup_column first_columns[FIRST] = {
    {.title = "batch size", .number = 1}, {.title = "portion", .number = 1}, {.title = "strategy", .names = 1}};

/* A share this small is a rounding error of 0. */
static double without_dust(double share)
{
    return fabs(share) < 1e-9 ? 0 : share;
}

static void format_figure(const struct gradient_run *run, const struct gradient_result *point,
                          const struct figure_column *column, char text[CELL_SIZE])
{
    double (*get)(const struct gradient_run *, const struct gradient_result *, enum gradient_target, const char *) =
        column->is_share ? gradient_result_share : gradient_result_number;
    double unit = column->is_share ? 100 : 1, value = unit * get(run, point, column->target, column->column);
    double error = column->error ? unit * get(run, point, column->target, column->error) : NAN;
    text[0] = '\0';
    if (isnan(value)) return;
    if (column->is_share) value = without_dust(value);
    if (column->is_share) error = without_dust(error);
    int used = snprintf(text, CELL_SIZE, "%.3g", value);
    if (!isnan(error)) snprintf(text + used, CELL_SIZE - (size_t)used, " ± %.2g", error);
}

static void write_table(const struct report *report, const struct gradient_run *run)
{
    const struct report_document *document = &report->document;
    struct markup_column columns[COLUMNS];
    char texts[COLUMNS][CELL_SIZE];
    const char *cells[COLUMNS];
    for (int c = 0; c < COLUMNS; c++) {
        columns[c] =
            c < FIRST ? first_columns[c] : (struct markup_column){.title = shown[c - FIRST].title, .number = 1};
        cells[c] = texts[c];
    }
    struct markup_table table = {.caption = "Partial and whole gradients", .columns = columns, .count = COLUMNS};
    int count = number_smaller(run->count, REPORT_ROWS_MAX);
    document->markup->table_begin(document->stream, &table);
    for (int p = 0; p < count; p++) {
        const struct gradient_result *point = &run->points[p];
        snprintf(texts[0], CELL_SIZE, "%.9g", point->batch_size);
        snprintf(texts[1], CELL_SIZE, "%.9g", point->portion);
        cells[2] = point->label;
        for (int c = FIRST; c < COLUMNS; c++) format_figure(run, point, &shown[c - FIRST], texts[c]);
        document->markup->table_row(document->stream, &table, cells, NULL);
    }
    document->markup->table_end(document->stream, &table);
    report_tables_cut(document, count, run->count, "gradients.csv has all");
}

/* Writes "demo: 8 points, of 32 batches each; 64 other batches as references, large ones of 256; gradients of 2223872
 * values." */
static void write_design(const struct report *report, const struct gradient_run *run)
{
    static const char *const names[] = {"batches", "references", "large_batch_size", "parameters"};
    double figures[sizeof names / sizeof *names];
    char *text = NULL;
    if (run->count == 0) return;
    for (size_t n = 0; n < sizeof names / sizeof *names; n++)
        figures[n] = gradient_result_number(run, &run->points[0], GRADIENT_LARGE, names[n]);
    if (asprintf(&text,
                 "%s: %d points, of %.9g batches each; %.9g other batches as references, large ones of %.9g; "
                 "gradients of %.9g values.",
                 run->name, run->count, figures[0], figures[1], figures[2], figures[3]) < 0)
        return;
    report_paragraph(report, text);
    free(text);
}

static int write_figures(const struct report *report, const struct gradient_run *run, struct error *error)
{
    int status = 0;
    for (int p = 0; p < GRADIENT_PLOTS && run->plots[p].name && status == 0; p++) {
        const struct gradient_words *words = &run->plots[p];
        char *name = file_join("plots", "%s", words->name);
        struct markup_figure figure = {report->folder, name, words->caption, words->description};
        status = report->document.markup->figure(report->document.stream, &figure, error);
        free(name);
    }
    return status;
}

int section_gradients(const struct report *report, struct error *error)
{
    const struct gradient_results *results = &report->gradients;
    if (results->count == 0) return 0;
    report_heading(report, "gradients", "Gradients without training");
    report_paragraph(report, explanation);
    for (int r = 0; r < results->count; r++) {
        write_design(report, &results->runs[r]);
        if (write_figures(report, &results->runs[r], error) != 0) return -1;
        write_table(report, &results->runs[r]);
    }
    return 0;
}
