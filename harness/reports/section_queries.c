/* section_queries.c - results of single queries: recall@K by K, queries with their nearest images, the worst queries,
 * the most confused classes, and results by class. */
#include "harness/reports/report_section.h"

#include <math.h>
#include <stdlib.h>

#include "harness/reports/query_counts.h"

enum { CONFUSIONS_MAX = 15, WORST_MAX = 10, CLASSES_MAX = 25, TEXT_SIZE = 64 };

/* ---- cells and figures ---- */

static void write_cells(const struct report *report)
{
    const struct query_cells *cells = &report->queries;
    char name[VARIATION_TEXT_SIZE], text[VARIATION_TEXT_SIZE + 256];
    for (int c = 0; c < cells->count; c++) {
        const struct query_cell *cell = &cells->cell[c];
        variation_name(&report->variation, cell->cell, name);
        snprintf(text, sizeof text, "The %s cell is %s (%s): recall@1 on test classes %.1f %%.", cell->role,
                 results_text(&report->results, cell->cell, "cell"), name, 100 * query_share_within(cell->test, 1));
        report_paragraph(report, text);
    }
    if (cells->judge && cells->judge->split == SPLIT_VALID)
        report_paragraph(report, "Best and worst are those by recall@1 on validation classes.");
    else if (cells->judge && cells->count > 1)
        report_paragraph(report,
                         "Best and worst are those by recall@1 on the test classes themselves, so they say how far "
                         "cells lie apart, and are no fair choice.");
    if (cells->no_pack[0]) {
        snprintf(text, sizeof text, "Classes are numbers here: %.*s.", ERROR_SIZE, cells->no_pack);
        report_paragraph(report, text);
    } else if (cells->no_pictures[0]) {
        snprintf(text, sizeof text, "Here %.*s.", ERROR_SIZE, cells->no_pictures);
        report_paragraph(report, text);
    }
}

static int write_figures(const struct report *report, struct error *error)
{
    const struct markup *markup = report->document.markup;
    int status = 0;
    for (int f = 0; f < report->query_figures.count && status == 0; f++) {
        const struct query_figure *drawn = &report->query_figures.figure[f];
        struct markup_figure figure = {report->folder, drawn->name, drawn->caption, drawn->alt};
        status = (drawn->is_plot ? markup->figure : markup->picture)(report->document.stream, &figure, error);
    }
    return status;
}

/* ---- tables ---- */

static void percent(double share, char text[TEXT_SIZE])
{
    snprintf(text, TEXT_SIZE, "%.1f", 100 * share);
}

static int write_worst(const struct report *report, const struct query_cell *cell, struct error *error)
{
    static const struct markup_column columns[] = {
        {"image", 1}, {"class", .names = 1}, {"MAP@R, %", 1}, {"rank of the first right one", 1}, {"nearest is of"}};
    struct markup_table table = {"queries-worst", "The queries with the smallest average precision", columns, 5};
    const struct markup *markup = report->document.markup;
    struct neighbors neighbors;
    struct pack none = {0};
    struct neighbors_request request = {.order = NEIGHBORS_WORST, .queries = WORST_MAX};
    if (neighbors_choose(&neighbors, cell->has_pack ? &cell->queries.pack : &none, cell->test, &request, error) != 0) {
        neighbors_release(&neighbors);
        return -1;
    }
    markup->table_begin(report->document.stream, &table);
    for (int r = 0; r < neighbors.tiles.rows; r++) {
        const struct query_record *record = neighbors.record[r];
        char image[TEXT_SIZE], class[QUERY_CLASS_SIZE], precision[TEXT_SIZE], first[TEXT_SIZE],
            nearest[QUERY_CLASS_SIZE] = "";
        snprintf(image, sizeof image, "%d", record->image);
        query_class_name(cell, record->label, class);
        percent(record->average_precision, precision);
        snprintf(first, sizeof first, "%d", record->first);
        if (cell->has_pack && record->nearest[0] >= 0)
            query_class_name(cell, cell->queries.pack.labels[record->nearest[0]], nearest);
        markup->table_row(report->document.stream, &table,
                          (const char *const[]){image, class, precision, first, nearest}, NULL);
    }
    markup->table_end(report->document.stream, &table);
    neighbors_release(&neighbors);
    return 0;
}

static int find_confusions(const struct query_cell *cell, struct query_confusion **confusions, struct error *error)
{
    const struct pack *pack = &cell->queries.pack;
    return query_confusions(cell->test, cell->has_pack ? pack->labels : NULL, pack->count, confusions, error);
}

static int write_confusions(const struct report *report, const struct query_cell *cell, struct error *error)
{
    static const struct markup_column columns[] = {{"class", .names = 1}, {"was taken for"}, {"queries", 1}};
    struct markup_table table = {
        "queries-confused", "The classes most confused: a query's, and that of the image nearest to it", columns, 3};
    const struct markup *markup = report->document.markup;
    struct query_confusion *confusions;
    int count = find_confusions(cell, &confusions, error);
    if (count > 0) {
        markup->table_begin(report->document.stream, &table);
        for (int i = 0; i < count && i < CONFUSIONS_MAX; i++) {
            char class[QUERY_CLASS_SIZE], other[QUERY_CLASS_SIZE], queries[TEXT_SIZE];
            query_class_name(cell, confusions[i].label, class);
            query_class_name(cell, confusions[i].other, other);
            snprintf(queries, sizeof queries, "%d", confusions[i].queries);
            markup->table_row(report->document.stream, &table, (const char *const[]){class, other, queries}, NULL);
        }
        markup->table_end(report->document.stream, &table);
        report_tables_cut(&report->document, count < CONFUSIONS_MAX ? count : CONFUSIONS_MAX, count,
                          "the cell's file 'queries' has all");
    }
    free(confusions);
    return count < 0 ? -1 : 0;
}

static int by_map(const void *a, const void *b)
{
    const struct query_class *x = a, *y = b;
    if (x->map_at_r != y->map_at_r) return x->map_at_r < y->map_at_r ? -1 : 1;
    return (x->label > y->label) - (x->label < y->label);
}

/* Finds a class by its label in an array of ascending labels; NULL if it is not there. */
static const struct query_class *find_class(const struct query_class *classes, int count, int label)
{
    int low = 0;
    for (int high = count; low < high;) {
        int middle = (low + high) / 2;
        if (classes[middle].label < label)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && classes[low].label == label ? &classes[low] : NULL;
}

static void write_class(const struct report *report, const struct markup_table *table, const struct query_class *class,
                        const struct query_class *second)
{
    char name[QUERY_CLASS_SIZE], queries[TEXT_SIZE], recall[TEXT_SIZE], map[TEXT_SIZE], other_recall[TEXT_SIZE] = "",
                                                                                        other_map[TEXT_SIZE] = "";
    query_class_name(&report->queries.cell[0], class->label, name);
    snprintf(queries, sizeof queries, "%d", class->queries);
    percent(class->recall_at_1, recall);
    percent(class->map_at_r, map);
    if (second) percent(second->recall_at_1, other_recall);
    if (second) percent(second->map_at_r, other_map);
    report->document.markup->table_row(report->document.stream, table,
                                       (const char *const[]){name, queries, map, recall, other_map, other_recall},
                                       NULL);
}

/* Writes results by class, the worst first; fewer in documents that are not pages. */
static int write_classes(const struct report *report, struct error *error)
{
    const struct query_cells *cells = &report->queries;
    const struct markup *markup = report->document.markup;
    char titles[4][TEXT_SIZE];
    for (int t = 0; t < 4; t++)
        snprintf(titles[t], TEXT_SIZE, "%s of the %s, %%", t % 2 ? "recall@1" : "MAP@R",
                 cells->cell[t / 2 < cells->count ? t / 2 : 0].role);
    const struct markup_column columns[] = {{"class", .names = 1}, {"queries", 1}, {titles[0], 1},
                                            {titles[1], 1},        {titles[2], 1}, {titles[3], 1}};
    struct markup_table table = {"queries-classes", "Results by class", columns, 2 + 2 * cells->count};
    struct query_class *classes = NULL, *second = NULL;
    int count = query_classes(cells->cell[0].test, &classes, error), others = 0;
    if (count >= 0 && cells->count > 1) others = query_classes(cells->cell[1].test, &second, error);
    int failed = count < 0 || others < 0, most = markup->is_page ? REPORT_ROWS_MAX : CLASSES_MAX;
    if (!failed) {
        qsort(classes, (size_t)count, sizeof *classes, by_map);
        markup->fold_begin(report->document.stream, "Results by class");
        markup->table_begin(report->document.stream, &table);
        for (int c = 0; c < count && c < most; c++)
            write_class(report, &table, &classes[c], find_class(second, others, classes[c].label));
        markup->table_end(report->document.stream, &table);
        report_tables_cut(&report->document, count < most ? count : most, count, "classes.csv has all");
        markup->fold_end(report->document.stream);
    }
    free(classes);
    free(second);
    return failed ? -1 : 0;
}

int section_queries(const struct report *report, struct error *error)
{
    const struct query_cells *cells = &report->queries;
    char text[ERROR_SIZE + 64];
    if (cells->count == 0 && !cells->problem[0]) return 0;
    report_heading(report, "queries", "Single queries");
    if (cells->count == 0) {
        snprintf(text, sizeof text, "What came of single queries cannot be shown: %s.", cells->problem);
        report_paragraph(report, text);
        return 0;
    }
    write_cells(report);
    if (write_figures(report, error) != 0) return -1;
    snprintf(text, sizeof text, "Of the %s cell, for queries of test classes:", cells->cell[0].role);
    report_paragraph(report, text);
    if (write_confusions(report, &cells->cell[0], error) != 0) return -1;
    if (write_worst(report, &cells->cell[0], error) != 0) return -1;
    return write_classes(report, error);
}
