/* section_failures.c - the cells that failed, with their reasons. */
#include "harness/reports/report_section.h"

int section_failures(const struct report *report, struct error *error)
{
    (void)error;
    static const struct markup_column heads[] = {{"run"}, {"cell", .names = 1}, {"error"}};
    static const struct markup_table table = {.caption = "Failed cells", .columns = heads, .count = 3};
    const struct results *results = &report->results;
    const struct report_document *document = &report->document;
    if (results->failed.count == 0) return 0;
    report_heading(report, "failures", "Failed cells");
    document->markup->table_begin(document->stream, &table);
    for (int i = 0; i < results->failed.count; i++) {
        struct results_cell cell = results->failed.cells[i];
        const char *texts[] = {results->runs[cell.run].name, results_text(results, cell, "cell"),
                               results_text(results, cell, "error")};
        document->markup->table_row(document->stream, &table, texts, NULL);
    }
    document->markup->table_end(document->stream, &table);
    return 0;
}
