/* progress.c - see progress.h. */
#include "harness/runs/progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/terminal.h"

struct progress progress_begin(int total, int done, int quiet)
{
    return (struct progress){
        .terminal = !quiet && terminal_obeys(STDERR_FILENO),
        .quiet = quiet,
        .total = total,
        .done = done,
        .screen = {.stream = stderr},
    };
}

void progress_running(struct progress *progress, const struct view *view)
{
    struct view own = *view;
    if (!progress->terminal) return;
    own.total = progress->total;
    own.done = progress->done;
    char *text = view_text(&own, terminal_takes_utf8());
    if (text) screen_draw(&progress->screen, text);
    free(text);
}

void progress_cell(struct progress *progress, const char *news, double left)
{
    char time[VIEW_TIME_SIZE];
    progress->done++;
    if (progress->quiet) return;
    view_format_time(left, time);
    screen_clear(&progress->screen);
    fprintf(stderr, "[%d/%d%s%s%s] %s\n", progress->done, progress->total, time[0] ? ", " : "", time,
            time[0] ? " left" : "", news);
}

void progress_end(struct progress *progress)
{
    screen_clear(&progress->screen);
}
