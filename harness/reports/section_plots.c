/* section_plots.c - the plots, which report.c has drawn. */
#include "harness/reports/report_section.h"

#include <stdlib.h>

static int write_figure(const struct report *report, const struct report_plot *drawn, const char *caption,
                        struct error *error)
{
    char *name = NULL;
    if (asprintf(&name, "plots/%s", drawn->plot->name) < 0) return error_set(error, "out of memory");
    struct markup_figure figure = {report->folder, name, caption, drawn->description};
    int status = report->document.markup->figure(report->document.stream, &figure, error);
    free(name);
    return status;
}

/* Names the plots that were not drawn. */
static void write_undrawn(const struct report *report)
{
    for (int p = 0; p < report->plot_count; p++) {
        char text[256];
        if (report->plots[p].is_drawn) continue;
        snprintf(text, sizeof text, "%s is not drawn: it has more than %d lines or %d panels.",
                 report->plots[p].plot->title, REPORT_LINES_MAX, REPORT_PANELS_MAX);
        report_paragraph(report, text);
    }
}

int section_plots(const struct report *report, struct error *error)
{
    int status = 0;
    if (report->plot_count > 0) report_heading(report, "plots", "Plots");
    for (int p = 0; p < report->plot_count && status == 0; p++) {
        const struct report_plot *drawn = &report->plots[p];
        char *caption = NULL;
        size_t size;
        if (!drawn->is_drawn) continue;
        FILE *stream = open_memstream(&caption, &size);
        if (!stream) return error_set(error, "out of memory");
        fputs(drawn->caption, stream);
        for (int n = 0; n < report->times.count && groups_is_time(plot_metric(drawn->plot)); n++)
            fprintf(stream, " %s", report->times.text[n]);
        status = fclose(stream) == 0 ? write_figure(report, drawn, caption, error) : error_set(error, "out of memory");
        free(caption);
    }
    if (status == 0) write_undrawn(report);
    return status;
}
