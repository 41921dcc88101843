/* section_answer.c - the answer in a few sentences, and the table of the best settings for budgets. */
#include <math.h>
#include <stdlib.h>

#include "base/number.h"
#include "harness/reports/report_section.h"

enum { COLUMNS = 8, NAMES_MAX = 6, ROWS_MAX = 500 };

static const struct markup_column columns[COLUMNS] = {
    {"budget of", 0, 0},           {"budget", 0, 0},        {"best setting", 0, 0},     {"takes", 1, 0},
    {"validation MAP@R, %", 1, 0}, {"test MAP@R, %", 1, 0}, {"test recall@1, %", 1, 0}, {"not told from it", 0, 0},
};
static const struct markup_table table = {
    .id = "budgets", .caption = "The best setting for a budget", .columns = columns, .count = COLUMNS};
static const char explanation[] =
    "A setting fits a budget if all its seeds stay within. Planned tensors are all arrays of a training step; the "
    "process has its code, libraries, input and evaluation besides. What cannot be told from the best setting differs "
    "from it by less than its seeds show (pairs of seeds, Student's t, Holm's correction over all settings of the data "
    "set; chosen after the run).";

/* The texts of a row of the table of budgets. */
struct row {
    char *text[COLUMNS]; /* owned */
};

static void put_metric(struct row *row, int column, const struct group *group, const char *name)
{
    const struct metric *metric = metric_find(name);
    const struct metric_format *format = &metric_formats[metric->unit];
    double mean = group ? group_value(group, metric)->mean : NAN;
    if (!isnan(mean) && asprintf(&row->text[column], "%.*f", format->digits, format->scale * mean) < 0)
        row->text[column] = NULL;
}

/* Puts the names of the settings that are not shown to differ from the best. */
static void put_alike(struct row *row, int column, const struct report *report, const struct answer_budget *budget)
{
    size_t size;
    FILE *out = open_memstream(&row->text[column], &size);
    if (!out) return;
    for (int l = 0; l < budget->like_count && l < NAMES_MAX; l++) {
        char name[VARIATION_TEXT_SIZE];
        variation_name(&report->variation, budget->like[l]->first, name);
        fprintf(out, "%s%s", l ? "; " : "", name);
    }
    if (budget->like_count > NAMES_MAX) fprintf(out, "; and %d more", budget->like_count - NAMES_MAX);
    if (budget->best && budget->like_count == 0) fputs("none", out);
    fclose(out);
}

static void put_setting(struct row *row, const struct report *report, const struct answer_budget *budget)
{
    const struct metric_format *format = &metric_formats[budget->cost->unit];
    const struct group *group = budget->best ? budget->best : budget->least;
    double takes = budget->best ? budget->best_amount : budget->least_amount;
    char name[VARIATION_TEXT_SIZE];
    variation_name(&report->variation, group->first, name);
    if (asprintf(&row->text[2], "%s%s", budget->best ? "" : "nothing fits; the least: ", name) < 0) row->text[2] = NULL;
    if (asprintf(&row->text[3], "%.*f", format->digits, format->scale * takes) < 0) row->text[3] = NULL;
}

static void put_budget(struct row *row, const struct report *report, const struct answer_budget *budget)
{
    char data[VARIATION_TEXT_SIZE];
    variation_data(&report->variation, budget->data->first, data);
    size_t size;
    if (asprintf(&row->text[0], "%s%s%s", budget->cost->label, data[0] ? ", " : "", data) < 0) row->text[0] = NULL;
    FILE *out = open_memstream(&row->text[1], &size);
    if (out) answer_budget_tell_amount(budget, out);
    if (out) fclose(out);
    put_setting(row, report, budget);
    put_metric(row, 4, budget->best, "valid_map_at_r");
    put_metric(row, 5, budget->best, "test_map_at_r");
    put_metric(row, 6, budget->best, "test_recall_at_1");
    put_alike(row, 7, report, budget);
}

static void write_budgets(const struct report *report)
{
    const struct report_document *document = &report->document;
    const struct answer_budgets *budgets = &report->answer.budgets;
    int count = number_smaller(budgets->count, ROWS_MAX);
    document->markup->table_begin(document->stream, &table);
    for (int b = 0; b < count; b++) {
        struct row row = {{NULL}};
        const char *cells[COLUMNS];
        put_budget(&row, report, &budgets->budget[b]);
        for (int c = 0; c < COLUMNS; c++) cells[c] = row.text[c] ? row.text[c] : "";
        document->markup->table_row(document->stream, &table, cells, NULL);
        for (int c = 0; c < COLUMNS; c++) free(row.text[c]);
    }
    document->markup->table_end(document->stream, &table);
    report_tables_cut(document, count, budgets->count, "'report --memory' and '--time' tell any one");
    report_paragraph(report, explanation);
}

static void write_parts(const struct report *report, int is_detail)
{
    const struct report_document *document = &report->document;
    const struct answer *answer = &report->answer;
    int count = 0;
    for (int p = 0; p < answer->part_count; p++) count += answer->parts[p].is_detail == is_detail;
    if (count == 0) return;
    document->markup->list_begin(document->stream);
    for (int p = 0; p < answer->part_count; p++)
        if (answer->parts[p].is_detail == is_detail)
            document->markup->list_item(document->stream, answer->parts[p].text);
    document->markup->list_end(document->stream);
}

/* Says where the rows are, if the page would become too long with them. */
static void tell_elsewhere(const struct report *report, int rows)
{
    char text[256];
    snprintf(text, sizeof text,
             "%d comparisons of strategies with random are too many for the page; 'partgrad compare --reference "
             "random' prints them.",
             rows);
    report_paragraph(report, text);
}

/* Writes the table of strategies against random. Declared comparisons have their own section. */
static int write_strategies(const struct report *report, struct error *error)
{
    const struct answer *answer = &report->answer;
    const struct comparison **shown = calloc((size_t)answer->part_count + 1, sizeof(const struct comparison *));
    int count = 0, rows = 0, status = 0;
    if (!shown) return error_set(error, "out of memory");
    for (int p = 0; p < answer->part_count; p++) {
        const struct comparison *comparison = answer->parts[p].rows[0].comparison;
        if (answer->parts[p].topic != ANSWER_STRATEGIES || !comparison || comparison->family) continue;
        shown[count++] = comparison;
        rows += comparison->row_count;
    }
    if (count > 0 && rows <= ROWS_MAX)
        status = report_tables_differences(&report->document, shown, count, "Strategies against random", error);
    else if (count > 0)
        tell_elsewhere(report, rows);
    free(shown);
    return status;
}

int section_answer(const struct report *report, struct error *error)
{
    const struct report_document *document = &report->document;
    report_heading(report, "answer", "Answer");
    write_parts(report, 0);
    if (report->answer.budgets.count == 0) return 0;
    document->markup->fold_begin(document->stream,
                                 "More: budgets of memory and time, MAP@R, and strategies against random");
    write_parts(report, 1);
    write_budgets(report);
    int status = write_strategies(report, error);
    document->markup->fold_end(document->stream);
    return status;
}
