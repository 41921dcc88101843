/* section_plots.c - the plots, which are drawn already. */
#include "harness/reports/report_section.h"

#include <stdlib.h>

int section_plots(const struct report *report, struct error *error)
{
    int status = 0;
    for (int p = 0; p < report->plot_count && status == 0; p++) {
        const struct report_plot *drawn = &report->plots[p];
        char *caption = NULL;
        size_t size;
        FILE *stream = open_memstream(&caption, &size);
        if (!stream) return error_set(error, "out of memory");
        fputs(drawn->caption, stream);
        for (int n = 0; n < report->times.count && groups_is_time(plot_metric(drawn->plot)); n++)
            fprintf(stream, " %s", report->times.text[n]);
        status = fclose(stream) == 0
                     ? report->document.markup->figure(report->document.stream, report->folder, drawn->plot->name,
                                                       caption, drawn->description, error)
                     : error_set(error, "out of memory");
        free(caption);
    }
    return status;
}
