/* live.c - see live.h. */
#include "harness/commands/live.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "harness/commands/sources.h"
#include "harness/runs/outlook.h"

/* Writing takes at most one part in so many of the time, because it slows the cells. */
enum { WRITE_REST = 20 };
static const double NAP_SECONDS = 0.2;

/* Whether the run continues; -1 on failure. Gathers tables that no driver gathers, such as those of cells on a
 * cluster. */
static int look(const char *folder, struct error *error)
{
    struct run run;
    struct outlook outlook;
    if (run_open(&run, folder, error) != 0) return -1;
    int moves = outlook_init(&outlook, &run, error) == 0 ? outlook_is_moving(&outlook) : -1;
    char *cells = file_join(folder, "cells.csv");
    if (moves >= 0 && (!outlook.is_driven || !file_exists(cells)) && run_gather(&run, error) != 0) moves = -1;
    free(cells);
    outlook_release(&outlook);
    run_release(&run);
    return moves;
}

static int write_once(char *folder, const struct report_options *options, struct error *error)
{
    struct sources sources;
    if (sources_open(&sources, &folder, 1, error) != 0) return -1;
    int status = report_write(sources.source, 1, options, error);
    sources_release(&sources);
    return status;
}

/* Sleeps; ends early if a signal arrives. */
static void rest(double seconds)
{
    for (double until = clock_seconds() + seconds; clock_seconds() < until && !interrupt_pending();)
        clock_rest(fmin(NAP_SECONDS, until - clock_seconds()));
}

/* Between the cells of a cluster there may be moments without any, so a single look cannot tell that the run has
 * ended. */
int live_report(char *folder, double every, struct report_options options, struct error *error)
{
    int still = 0, written = 0, moves = 0;
    interrupt_hold();
    while (still < 2 && moves >= 0) {
        double started = clock_seconds();
        moves = look(folder, error);
        still = moves > 0 ? 0 : still + 1;
        int last = still == 2 || interrupt_pending();
        options.refresh = last ? 0 : (int)ceil(every);
        if (moves >= 0 && write_once(folder, &options, error) != 0) moves = -1;
        if (moves >= 0 && !written++) printf("%s/report.html\n", options.folder);
        fflush(stdout);
        if (last) break;
        rest(fmax(every, WRITE_REST * (clock_seconds() - started)));
    }
    return moves < 0 ? -1 : 0;
}
