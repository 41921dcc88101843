/* section_failures.c - the cells that failed, with their reasons. */
#include "harness/reports/report_section.h"

static const struct markup_column columns[] = {{"run"}, {"cell", .names = 1}, {"error"}};

int section_failures(const struct report *report, struct error *error)
{
    const struct results *results = &report->results;
    const struct report_document *document = &report->document;
    struct markup_table table = {.id = "failed",
                                 .caption = "Cells that failed, and why",
                                 .columns = columns,
                                 .count = 3,
                                 .is_explorable = document->markup->is_page,
                                 .links_title = "files"};
    int status = 0, count = results->failed.count < REPORT_ROWS_MAX ? results->failed.count : REPORT_ROWS_MAX;
    if (count == 0) return 0;
    report_heading(report, "failures", "Failed cells");
    document->markup->table_begin(document->stream, &table);
    for (int i = 0; i < count && status == 0; i++) {
        struct results_cell cell = results->failed.cells[i];
        const char *texts[] = {results->runs[cell.run].name, results_text(results, cell, "cell"),
                               results_text(results, cell, "error")};
        status = report_tables_linked_row(document, &table, texts, NULL, cell, NULL, error);
    }
    document->markup->table_end(document->stream, &table);
    report_tables_cut(document, count, results->failed.count, "cells.csv has all");
    return status;
}
