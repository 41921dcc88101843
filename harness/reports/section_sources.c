/* section_sources.c - where the numbers come from: each run's experiment and environment files, folded. */
#include "harness/reports/report_section.h"

#include <stdlib.h>

#include "base/file.h"

enum { LISTING_MAX = 1 << 20 };

static const char *const names[] = {"experiment.yaml", "environment.json"};
static const char *const gradient_names[] = {"gradients/experiment.yaml", "gradients/environment.json"};
enum { NAMES = sizeof names / sizeof *names, GRADIENT_NAMES = sizeof gradient_names / sizeof *gradient_names };

/* Writes one file, if it exists, and counts it in *written. The first one begins the section. */
static void write_listing(const struct report *report, const char *run, const char *folder, const char *name,
                          int *written)
{
    struct error ignored;
    char *text, *title = NULL, *path = file_join(folder, "%s", name);
    if (file_exists(path) && file_read(path, LISTING_MAX, &text, NULL, &ignored) == 0) {
        if ((*written)++ == 0) report_heading(report, "sources", "Where the numbers come from");
        if (asprintf(&title, "%s: %s", run, name) >= 0) {
            report->document.markup->fold_begin(report->document.stream, title);
            report->document.markup->listing(report->document.stream, text);
            report->document.markup->fold_end(report->document.stream);
            free(title);
        }
        free(text);
    }
    free(path);
}

int section_sources(const struct report *report, struct error *error)
{
    (void)error;
    int written = 0;
    const struct results *cells = &report->results;
    const struct gradient_results *gradients = &report->gradients;
    for (int r = 0; r < cells->run_count; r++)
        for (int n = 0; n < NAMES; n++)
            write_listing(report, cells->runs[r].name, cells->runs[r].folder, names[n], &written);
    for (int r = 0; r < gradients->count; r++)
        for (int n = 0; n < GRADIENT_NAMES; n++)
            write_listing(report, gradients->runs[r].name, gradients->runs[r].folder, gradient_names[n], &written);
    return 0;
}
