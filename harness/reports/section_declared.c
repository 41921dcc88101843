/* section_declared.c - the comparisons that the runs declare, a table each. */
#include <stdio.h>
#include <stdlib.h>

#include "harness/reports/report_section.h"

static const char declared_explanation[] =
    "Declared before the run. Holm's p is corrected for all comparisons of the family, shown or not; a difference is "
    "shown where it is below 0.05.";

/* "strategy against full; family 'whole' of 12 comparisons": p is corrected for this number. The caller frees; NULL if
 * memory runs out. */
static char *make_caption(const struct comparison *comparison)
{
    char *text = NULL;
    const char *late = comparison->is_late ? ", declared after the run began" : "";
    int is_corrected = comparison->family && comparison->contrast != CONTRAST_PLANNED, length;
    if (is_corrected)
        length =
            asprintf(&text, "%s against %s; family '%s' of %d comparison%s", comparison->factor, comparison->reference,
                     comparison->family, comparison->family_size, comparison->family_size == 1 ? "" : "s");
    else
        length = asprintf(&text, "%s against %s%s", comparison->factor, comparison->reference, late);
    return length < 0 ? NULL : text;
}

int section_declared(const struct report *report, struct error *error)
{
    const struct comparison *declared = report->families.comparisons, *shown[1];
    int status = 0;
    if (report->families.contrasts.count == 0) return 0;
    report_heading(report, "declared", "What was declared");
    report_paragraph(report, declared_explanation);
    report_paragraph(report, report_comparison_explanation);
    for (int c = 0; c < report->families.count && status == 0; c++) {
        char *text = NULL;
        shown[0] = &declared[c];
        if (!(text = make_caption(&declared[c]))) return error_set(error, "out of memory");
        status = report_tables_differences(&report->document, shown, 1, text, error);
        free(text);
    }
    report_notes(report, &report->declared);
    return status;
}
