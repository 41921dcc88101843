/* live.c - see live.h. */
#include "harness/commands/live.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "harness/commands/sources.h"
#include "harness/runs/follow.h"

/* The report that is written at each look. */
struct page {
    char *folder; /* of the run */
    double every; /* seconds after which a browser reloads it */
    struct report_options options;
    int is_written;
};

/* Gathers tables that no driver gathers, such as those of cells on a cluster. */
static int gather(const char *folder, const struct run *run, const struct outlook *outlook, struct error *error)
{
    char *cells = file_join(folder, "cells.csv");
    int status = outlook->is_driven && file_exists(cells) ? 0 : run_gather(run, error);
    free(cells);
    return status;
}

static int write_once(const struct page *page, struct error *error)
{
    struct sources sources;
    char *folder = page->folder;
    if (sources_open(&sources, &folder, 1, error) != 0) return -1;
    int status = report_write(sources.source, 1, &page->options, error);
    sources_release(&sources);
    return status;
}

static int write_page(void *context, const struct run *run, const struct outlook *outlook, int is_last,
                      struct error *error)
{
    struct page *page = context;
    page->options.refresh = is_last ? 0 : (int)ceil(page->every);
    if (gather(page->folder, run, outlook, error) != 0 || write_once(page, error) != 0) return -1;
    if (!page->is_written++) printf("%s/report.html\n", page->options.folder);
    fflush(stdout);
    return 0;
}

int live_report(char *folder, double every, struct report_options options, struct error *error)
{
    struct page page = {folder, every, options, 0};
    return follow_run(folder, every, write_page, &page, error);
}
