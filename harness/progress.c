/* progress.c - see progress.h. */
#include "harness/progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "harness/meter.h"

enum { BAR = 24 };

struct progress progress_begin(int total, int done)
{
    const char *terminal = getenv("TERM");
    return (struct progress){
        .terminal = isatty(STDERR_FILENO) && terminal && strcmp(terminal, "dumb") != 0,
        .total = total,
        .done = done,
        .before = done,
        .started = clock_seconds(),
    };
}

/* "12:34 left", by the pace of this start. */
static void format_left(const struct progress *progress, char *text, size_t size)
{
    int finished = progress->done - progress->before;
    text[0] = '\0';
    if (finished == 0) return;
    long left = (long)((clock_seconds() - progress->started) / finished * (progress->total - progress->done));
    if (left >= 3600)
        snprintf(text, size, ", %ld h %02ld min left", left / 3600, left / 60 % 60);
    else
        snprintf(text, size, ", %ld:%02ld left", left / 60, left % 60);
}

void progress_running(const struct progress *progress, const char *news)
{
    if (!progress->terminal) return;
    char left[64], bar[BAR + 1];
    int filled = progress->total ? BAR * progress->done / progress->total : BAR;
    for (int i = 0; i < BAR; i++) bar[i] = i < filled ? '#' : '.';
    bar[BAR] = '\0';
    format_left(progress, left, sizeof left);
    fprintf(stderr, "\r\033[K[%s] %d/%d%s  %.60s", bar, progress->done, progress->total, left, news);
    fflush(stderr);
}

void progress_cell(struct progress *progress, const char *news)
{
    char left[64];
    progress->done++;
    format_left(progress, left, sizeof left);
    fprintf(stderr, "%s[%d/%d%s] %s\n", progress->terminal ? "\r\033[K" : "", progress->done, progress->total, left,
            news);
}

void progress_end(const struct progress *progress)
{
    if (progress->terminal) fprintf(stderr, "\r\033[K");
}
