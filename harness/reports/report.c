/* report.c - see report.h: what a report says and in which order; harness/reports/markup.h has the languages. */
#include "harness/reports/report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "harness/reports/groups.h"
#include "harness/reports/comparison.h"
#include "harness/reports/markup.h"
#include "harness/reports/plots.h"

enum { LISTING_MAX = 1 << 20, TEXT_SIZE = 512, COMPARED = 2 /* metrics */ };

struct report {
    struct aggregate aggregate;
    int compared; /* COMPARED, or 0 where no cell has a partner */
    struct comparison comparisons[COMPARED];
    char *const *folders; /* (aggregate.run_count) */
    const struct markup *markup;
    FILE *stream;
};

static void paragraph(const struct report *report, const char *text)
{
    report->markup->paragraph(report->stream, text);
}

/* ---- the table of groups: a key as text, or a metric in its unit ---- */

static const struct report_column {
    const char *title;
    int is_key, always; /* keys that are not always shown are where they differ */
    int which;          /* enum aggregate_key or enum aggregate_metric */
    double scale;
    int digits;
} columns[] = {
    {"run", 1, 0, KEY_RUN, 0, 0},
    {"data set", 1, 0, KEY_DATASET, 0, 0},
    {"model", 1, 0, KEY_MODEL, 0, 0},
    {"loss", 1, 0, KEY_LOSS, 0, 0},
    {"sampler", 1, 0, KEY_SAMPLER, 0, 0},
    {"per class", 1, 0, KEY_PER_CLASS, 0, 0},
    {"precision", 1, 0, KEY_PRECISION, 0, 0},
    {"gradient scale", 1, 0, KEY_GRADIENT_SCALE, 0, 0},
    {"accumulate", 1, 0, KEY_ACCUMULATE, 0, 0},
    {"memory bank", 1, 0, KEY_MEMORY_BANK, 0, 0},
    {"B", 1, 1, KEY_BATCH, 0, 0},
    {"p", 1, 1, KEY_PORTION, 0, 0},
    {"strategy", 1, 1, KEY_STRATEGY, 0, 0},
    {"backprop", 1, 1, KEY_BACKPROP, 0, 0},
    {"recall@1, %", 0, 1, METRIC_RECALL, 100, 2},
    {"MAP@R, %", 0, 1, METRIC_MAP, 100, 2},
    {"gap, points", 0, 1, METRIC_GAP, 100, 2},
    {"gradient share, %", 0, 1, METRIC_SHARE, 100, 1},
    {"activations, MiB", 0, 1, METRIC_MEMORY, 1.0 / (1 << 20), 1},
    {"images/s", 0, 1, METRIC_SPEED, 1, 0},
};

enum { COLUMNS = sizeof columns / sizeof *columns, CELL_SIZE = 128 };

static const char explanation[] =
    "Means over seeds ± one sample standard deviation, of metrics on test classes after the last epoch. The gap is "
    "recall@1 on train classes less recall@1 on test classes. The gradient share is the part of the batch's summed "
    "embedding-gradient norms that the selected samples hold.";

static int is_shown(const struct report *report, const struct report_column *column)
{
    return column->always || report->aggregate.varying >> column->which & 1;
}

static void format_cell(const struct report_column *column, const struct aggregate_group *group, char text[CELL_SIZE])
{
    if (column->is_key) {
        snprintf(text, CELL_SIZE, "%s", group->key[column->which]);
        return;
    }
    const struct aggregate_value *value = &group->value[column->which];
    double mean = value->mean * column->scale, deviation = value->deviation * column->scale;
    text[0] = '\0';
    if (!isnan(deviation))
        snprintf(text, CELL_SIZE, "%.*f ± %.*f", column->digits, mean, column->digits, deviation);
    else if (!isnan(mean))
        snprintf(text, CELL_SIZE, "%.*f", column->digits, mean);
}

static void write_groups(const struct report *report)
{
    struct markup_column heads[COLUMNS + 1];
    const char *cells[COLUMNS + 1];
    char text[COLUMNS + 1][CELL_SIZE];
    int count = 0;
    for (int c = 0; c < COLUMNS; c++)
        if (is_shown(report, &columns[c]))
            heads[count++] = (struct markup_column){columns[c].title, !columns[c].is_key};
    heads[count++] = (struct markup_column){"seeds", 1};
    for (int c = 0; c < count; c++) cells[c] = text[c];
    report->markup->table_begin(report->stream, heads, count);
    for (int g = 0; g < report->aggregate.group_count; g++) {
        const struct aggregate_group *group = &report->aggregate.groups[g];
        int at = 0;
        for (int c = 0; c < COLUMNS; c++)
            if (is_shown(report, &columns[c])) format_cell(&columns[c], group, text[at++]);
        snprintf(text[at], CELL_SIZE, "%d", group->cells);
        report->markup->table_row(report->stream, heads, cells, count);
    }
    report->markup->table_end(report->stream);
}

/* ---- strategies against ordinary training, paired by seed ---- */

static const struct {
    const char *column, *title;
} compared[COMPARED] = {
    {"test_recall_at_1", "recall@1"},
    {"gap_recall_at_1", "gap"},
};

static const char comparison_explanation[] =
    "Mean differences from strategy full, over pairs of cells that agree in seed and all else, in points, and their "
    "95 % confidence intervals (Student's t). Of twenty strategies that make no difference, one has an interval "
    "without 0.";

static void write_difference(const struct report *report, const struct markup_column *heads, const char *title,
                             const struct comparison_row *row)
{
    char pairs[CELL_SIZE], difference[CELL_SIZE], interval[CELL_SIZE] = "";
    snprintf(pairs, CELL_SIZE, "%d", row->difference.count);
    snprintf(difference, CELL_SIZE, "%+.2f", 100 * row->difference.mean);
    if (!isnan(row->low)) snprintf(interval, CELL_SIZE, "%+.2f … %+.2f", 100 * row->low, 100 * row->high);
    const char *cells[] = {title, row->level, row->by, pairs, difference, interval};
    report->markup->table_row(report->stream, heads, cells, sizeof cells / sizeof *cells);
}

/* The columns whose values are kept apart. */
static const char *compared_by(const struct report *report)
{
    return report->aggregate.varying >> KEY_LOSS & 1 ? "loss,portion" : "portion";
}

static void release_comparisons(struct report *report)
{
    while (report->compared > 0) comparison_release(&report->comparisons[--report->compared]);
}

static void read_comparisons(struct report *report)
{
    struct error no_partner;
    for (; report->compared < COMPARED; report->compared++) {
        struct comparison_request request = {"strategy", "full", compared[report->compared].column,
                                             compared_by(report)};
        if (comparison_read(&report->comparisons[report->compared], &request, report->folders,
                            report->aggregate.run_count, &no_partner) != 0) {
            release_comparisons(report);
            return;
        }
    }
}

static void write_comparisons(const struct report *report)
{
    const struct markup_column heads[] = {{"metric", 0}, {"strategy", 0},   {compared_by(report), 0},
                                          {"pairs", 1},  {"difference", 1}, {"95 % interval", 1}};
    if (report->compared == 0) return;
    report->markup->heading(report->stream, "Against ordinary training");
    paragraph(report, comparison_explanation);
    report->markup->table_begin(report->stream, heads, sizeof heads / sizeof *heads);
    for (int c = 0; c < report->compared; c++)
        for (int i = 0; i < report->comparisons[c].row_count; i++)
            write_difference(report, heads, compared[c].title, &report->comparisons[c].rows[i]);
    report->markup->table_end(report->stream);
}

/* ---- what failed ---- */

static int is_failed(const struct csv_table *table, int row)
{
    return strcmp(csv_text(table, row, csv_column(table, "status")), "ok") != 0;
}

static int count_failed(const struct csv_table *table)
{
    int failed = 0;
    for (int row = 0; row < table->row_count; row++) failed += is_failed(table, row);
    return failed;
}

static void write_failures(const struct report *report)
{
    static const struct markup_column heads[] = {{"run", 0}, {"cell", 0}, {"error", 0}};
    int failed = 0;
    for (int r = 0; r < report->aggregate.run_count; r++) failed += count_failed(&report->aggregate.runs[r].table);
    if (failed == 0) return;
    report->markup->heading(report->stream, "Failed cells");
    report->markup->table_begin(report->stream, heads, 3);
    for (int r = 0; r < report->aggregate.run_count; r++) {
        const struct csv_table *table = &report->aggregate.runs[r].table;
        for (int row = 0; row < table->row_count; row++) {
            if (!is_failed(table, row)) continue;
            const char *cells[] = {report->aggregate.runs[r].name, csv_text(table, row, csv_column(table, "cell")),
                                   csv_text(table, row, csv_column(table, "error"))};
            report->markup->table_row(report->stream, heads, cells, 3);
        }
    }
    report->markup->table_end(report->stream);
}

/* ---- where the numbers come from ---- */

/* "demo: multi_similarity on procedural with conv4 in f32; 56 cells, 0 failed."; of what a run has in common, only the
 * loss may vary. */
static void write_subject(const struct report *report, const struct aggregate_run *run)
{
    char text[TEXT_SIZE], subject[TEXT_SIZE / 2] = "no cell has ended well";
    const struct aggregate *aggregate = &report->aggregate;
    const struct aggregate_group *first = NULL;
    int same_loss = 1;
    for (int g = 0; g < aggregate->group_count; g++) {
        const struct aggregate_group *group = &aggregate->groups[g];
        if (strcmp(group->key[KEY_RUN], run->name) != 0) continue;
        if (!first) first = group;
        same_loss &= aggregate_agree(first, group, 1u << KEY_LOSS);
    }
    if (first)
        snprintf(subject, sizeof subject, "%s on %s with %s in %s", same_loss ? first->key[KEY_LOSS] : "several losses",
                 first->key[KEY_DATASET], first->key[KEY_MODEL], first->key[KEY_PRECISION]);
    snprintf(text, sizeof text, "%s: %s; %d cells, %d failed.", run->name, subject, run->table.row_count,
             count_failed(&run->table));
    paragraph(report, text);
}

/* One file of a run as it is; nothing where it is not there. */
static void write_listing(const struct report *report, int run, const char *name)
{
    struct error ignored;
    char heading[TEXT_SIZE], *text, *path = file_join(report->folders[run], "%s", name);
    if (file_exists(path) && file_read(path, LISTING_MAX, &text, NULL, &ignored) == 0) {
        snprintf(heading, sizeof heading, "%s: %s", report->aggregate.runs[run].name, name);
        report->markup->heading(report->stream, heading);
        report->markup->listing(report->stream, text);
        free(text);
    }
    free(path);
}

/* ---- the whole ---- */

static int write_document(const struct report *report, struct error *error)
{
    const struct aggregate *aggregate = &report->aggregate;
    report->markup->begin(report->stream, "How much of a batch must be back-propagated?");
    for (int r = 0; r < aggregate->run_count; r++) write_subject(report, &aggregate->runs[r]);
    for (const struct plot *plot = plots; plot->name; plot++)
        if (plot_applies(plot, aggregate) &&
            report->markup->figure(report->stream, report->folders[0], plot->name, plot->caption, error) != 0)
            return -1;
    report->markup->heading(report->stream, "Numbers");
    paragraph(report, explanation);
    write_groups(report);
    write_comparisons(report);
    write_failures(report);
    for (int r = 0; r < aggregate->run_count; r++) {
        write_listing(report, r, "experiment.yaml");
        write_listing(report, r, "environment.json");
    }
    report->markup->end(report->stream);
    return 0;
}

static int write_file(struct report *report, const struct markup *markup, struct error *error)
{
    struct file_writer writer;
    char *path = file_join(report->folders[0], "report.%s", markup->suffix);
    int status = file_writer_open(&writer, path, error);
    free(path);
    if (status != 0) return -1;
    report->markup = markup;
    report->stream = writer.stream;
    status = write_document(report, error);
    if (status == 0) return file_writer_commit(&writer, error);
    file_writer_release(&writer);
    return -1;
}

static int draw_plots(const struct report *report, struct error *error)
{
    char *folder = file_join(report->folders[0], "plots");
    int status = file_make_folder(folder, error);
    free(folder);
    for (const struct plot *plot = plots; plot->name && status == 0; plot++)
        if (plot_applies(plot, &report->aggregate))
            status = plot_draw(plot, &report->aggregate, report->folders[0], error);
    return status;
}

int report_write(char *const *folders, int count, struct error *error)
{
    struct report report = {.folders = folders};
    if (aggregate_read(&report.aggregate, folders, count, error) != 0) return -1;
    int status = aggregate_read_epochs(&report.aggregate, folders, error);
    if (status == 0) status = draw_plots(&report, error);
    if (status == 0) read_comparisons(&report);
    if (status == 0) status = write_file(&report, &markup_html, error);
    if (status == 0) status = write_file(&report, &markup_markdown, error);
    release_comparisons(&report);
    aggregate_release(&report.aggregate);
    return status;
}
