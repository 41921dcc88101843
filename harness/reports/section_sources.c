/* section_sources.c - where the numbers come from: experiment and environment of each run as they are. */
#include "harness/reports/report_section.h"

#include <stdlib.h>

#include "base/file.h"

enum { LISTING_MAX = 1 << 20 };

/* One file of a run as it is; nothing if it is not there. */
static void write_listing(const struct report *report, int run, const char *name)
{
    struct error ignored;
    char *text, *title = NULL, *path = file_join(report->results.runs[run].folder, "%s", name);
    if (file_exists(path) && file_read(path, LISTING_MAX, &text, NULL, &ignored) == 0) {
        if (asprintf(&title, "%s: %s", report->results.runs[run].name, name) >= 0)
            report_heading(report, "sources", title);
        report->document.markup->listing(report->document.stream, text);
        free(title);
        free(text);
    }
    free(path);
}

int section_sources(const struct report *report, struct error *error)
{
    (void)error;
    for (int r = 0; r < report->results.run_count; r++) {
        write_listing(report, r, "experiment.yaml");
        write_listing(report, r, "environment.json");
    }
    return 0;
}
