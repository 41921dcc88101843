/* section_cells.c - the table with a row for each cell, with links to the cell's files. */
#include "harness/reports/report_section.h"

static const char explanation[] =
    "A row leads to what its cell left: its curve (drawn small; press it to see it large, and other cells' with it; "
    "the "
    "word leads to its CSV, a row for each epoch), its log, its settings and its row of cells.csv. What is struck "
    "through is not there. A cell's command trains it once more, in a folder of its own "
    "beside the run's: 'partgrad run EXPERIMENT --out FOLDER --only CELL'; relative paths are those of the folder in "
    "which the report was made.";

int section_cells(const struct report *report, struct error *error)
{
    const struct report_document *document = &report->document;
    char text[256];
    if (!document->markup->is_page || report->results.ok.count == 0) return 0;
    report_heading(report, "every-cell", "Every cell");
    if (report_tables_have_cells(document)) {
        report_paragraph(report, explanation);
        return report_tables_cells(document, error);
    }
    snprintf(text, sizeof text,
             "%d cells are too many for a row each, of which a page has at most %d; cells.csv has them.",
             report->results.ok.count, REPORT_ROWS_MAX);
    report_paragraph(report, text);
    return 0;
}
