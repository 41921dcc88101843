/* section_numbers.c - the means over seeds of every group of cells. */
#include "harness/reports/report_section.h"

static const char explanation[] =
    "Means over seeds ± one sample standard deviation, of metrics on test classes in the judged epoch, which is "
    "the last unless validation classes chose another. The gap is "
    "recall@1 on train classes less recall@1 on test classes. The gradient share is the part of the batch's summed "
    "embedding-gradient norms that the selected samples hold.";
static const char mark_explanation[] = "* Some or all of these cells were disturbed by other work.";

int section_numbers(const struct report *report, struct error *error)
{
    int disturbed = 0;
    for (int g = 0; g < report->groups.count; g++) disturbed += report->groups.group[g].disturbed;
    report_heading(report, "numbers", "Numbers");
    report_paragraph(report, explanation);
    if (report_tables_groups(&report->document, error) != 0) return -1;
    if (disturbed > 0) report_paragraph(report, mark_explanation);
    report_notes(report, &report->times);
    report_notes(report, &report->places);
    return 0;
}
