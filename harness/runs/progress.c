/* progress.c - see progress.h. */
#include "harness/runs/progress.h"

#include <math.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/terminal.h"
#include "harness/runs/bar.h"

enum { LINES_MAX = 12, LINE_SIZE = 512 };

struct progress progress_begin(int total, int done, double work, int quiet)
{
    return (struct progress){
        .terminal = !quiet && terminal_obeys(),
        .quiet = quiet,
        .total = total,
        .done = done,
        .work = work,
        .started = clock_seconds(),
    };
}

void progress_format_time(double seconds, char *text, int size)
{
    text[0] = '\0';
    if (isnan(seconds)) return;
    long left = (long)seconds;
    if (left >= 3600)
        snprintf(text, (size_t)size, "%ld h %02ld min", left / 3600, left / 60 % 60);
    else
        snprintf(text, (size_t)size, "%ld:%02ld", left / 60, left % 60);
}

/* ", 12:34 left", by the pace of this start; `running` is what unfinished cells have done. */
static void format_left(const struct progress *progress, double running, char *text, size_t size)
{
    char time[64];
    double worked = progress->worked + running;
    text[0] = '\0';
    if (worked <= 0) return;
    progress_format_time((clock_seconds() - progress->started) / worked * (progress->work - worked), time, sizeof time);
    snprintf(text, size, ", %s left", time);
}

/* Back to the first of the lines that were drawn, with nothing below. */
static void erase(struct progress *progress)
{
    if (progress->drawn > 1) fprintf(stderr, "\033[%dA", progress->drawn - 1);
    if (progress->drawn > 0) fprintf(stderr, "\r\033[J");
    progress->drawn = 0;
}

/* Cut to the terminal's size, since what wraps or scrolls away would not be erased. */
static void draw(struct progress *progress, const char *text)
{
    int columns, rows;
    terminal_size(&columns, &rows);
    if (progress->drawn >= rows - 1 && progress->drawn > 0) return;
    fprintf(stderr, "%s%.*s", progress->drawn ? "\n" : "", terminal_fit(text, columns - 1), text);
    progress->drawn++;
}

static void draw_cell(struct progress *progress, const struct progress_line *line)
{
    char text[LINE_SIZE], recall[32] = "", speed[32] = "";
    if (!isnan(line->recall)) snprintf(recall, sizeof recall, ", recall@1 %.3f", line->recall);
    if (!isnan(line->images_per_second)) snprintf(speed, sizeof speed, ", %.0f images/s", line->images_per_second);
    snprintf(text, sizeof text, "  %s: epoch %d/%d%s%s", line->name, line->epoch, line->epochs, recall, speed);
    draw(progress, text);
}

void progress_running(struct progress *progress, const struct progress_line *lines, int count)
{
    if (!progress->terminal) return;
    char left[80], speed[48] = "", bar[BAR_SIZE], text[LINE_SIZE];
    double worked = 0, images = 0;
    bar_fill(progress->total ? (double)progress->done / progress->total : 1, bar);
    for (int i = 0; i < count; i++) {
        worked += lines[i].work;
        if (!isnan(lines[i].images_per_second)) images += lines[i].images_per_second;
    }
    if (images > 0) snprintf(speed, sizeof speed, ", %.0f images/s", images);
    format_left(progress, worked, left, sizeof left);
    snprintf(text, sizeof text, "[%s] %d/%d cells, %d running%s%s", bar, progress->done, progress->total, count, speed,
             left);
    erase(progress);
    draw(progress, text);
    for (int i = 0; i < count && i < LINES_MAX; i++) draw_cell(progress, &lines[i]);
    fflush(stderr);
}

void progress_cell(struct progress *progress, const char *news, double work)
{
    char left[80];
    progress->done++;
    progress->worked += work;
    if (progress->quiet) return;
    format_left(progress, 0, left, sizeof left);
    erase(progress);
    fprintf(stderr, "[%d/%d%s] %s\n", progress->done, progress->total, left, news);
}

void progress_end(struct progress *progress)
{
    if (progress->terminal) erase(progress);
}
