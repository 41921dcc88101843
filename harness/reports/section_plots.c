/* section_plots.c - the plots, which are drawn already. */
#include "harness/reports/report_section.h"

#include <stdlib.h>

#include "harness/reports/plots.h"
#include "harness/reports/series.h"

static const char whole_caption[] = " At p = 1 every strategy is ordinary training, so there the lines meet.";

static int write_figure(const struct report *report, const struct plot *plot, const char *caption, struct error *error)
{
    char *name = NULL;
    if (asprintf(&name, "plots/%s", plot->name) < 0) return error_set(error, "out of memory");
    struct markup_figure figure = {.folder = report->folder, .name = name, .caption = caption};
    int status = report->document.markup->figure(report->document.stream, &figure, error);
    free(name);
    return status;
}

int section_plots(const struct report *report, struct error *error)
{
    int status = 0, shown = 0;
    for (const struct plot *plot = plots; plot->name && status == 0; plot++) {
        char *caption = NULL;
        size_t size;
        if (!series_apply(plot, &report->groups)) continue;
        FILE *stream = open_memstream(&caption, &size);
        if (!stream) return error_set(error, "out of memory");
        if (shown++ == 0) report_heading(report, "plots", "Plots");
        fputs(plot->caption, stream);
        if (report->has_whole[plot - plots]) fputs(whole_caption, stream);
        for (int n = 0; n < report->times.count && groups_is_time(plot_metric(plot)); n++)
            fprintf(stream, " %s", report->times.text[n]);
        status = fclose(stream) == 0 ? write_figure(report, plot, caption, error) : error_set(error, "out of memory");
        free(caption);
    }
    return status;
}
