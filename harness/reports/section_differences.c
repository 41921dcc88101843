/* section_differences.c - undeclared comparisons with ordinary training. */
#include "harness/reports/report_section.h"

static const char exploratory_explanation[] =
    "Exploratory, as these were not declared before the run: by chance alone, about one in twenty p of comparisons "
    "without an effect is below 0.05.";

/* Declared comparisons are in their own section and not repeated. */
int section_differences(const struct report *report, struct error *error)
{
    const struct comparison *shown[REPORT_COMPARED];
    int count = 0;
    for (int c = 0; c < report->compared; c++)
        if (!families_find(&report->families, &report->comparisons[c])) shown[count++] = &report->comparisons[c];
    if (count == 0) return 0;
    report_heading(report, "differences", "Against ordinary training");
    report_paragraph(report, report_comparison_explanation);
    report_paragraph(report, exploratory_explanation);
    if (report_tables_differences(&report->document, shown, count, "Differences from ordinary training", error) != 0)
        return -1;
    report_notes(report, &report->differences);
    return 0;
}
