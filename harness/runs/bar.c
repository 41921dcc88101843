/* bar.c - see bar.h. */
#include "harness/runs/bar.h"

#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/terminal.h"

enum { LINE_SECONDS = 5, LINE_SIZE = 512 };

void bar_fill(double share, char text[BAR_SIZE])
{
    for (int i = 0; i < BAR_SIZE - 1; i++) text[i] = i < (int)(share * (BAR_SIZE - 1)) ? '#' : '.';
    text[BAR_SIZE - 1] = '\0';
}

struct bar bar_begin(const char *name, const char *unit, double scale, double before)
{
    return (struct bar){.name = name,
                        .unit = unit,
                        .scale = scale,
                        .terminal = terminal_obeys(STDERR_FILENO),
                        .start = clock_seconds(),
                        .printed = clock_seconds(),
                        .before = before};
}

/* "12.3/98.7 MB, 4.5 MB/s, 19 s left"; total 0: not known. */
static void bar_format(const struct bar *bar, double done, double total, double passed, char *text, size_t size)
{
    int digits = bar->scale > 1;
    double rate = passed > 0 ? (done - bar->before) / passed : 0;
    int length = snprintf(text, size, "%.*f", digits, done / bar->scale);
    if (total > 0) length += snprintf(text + length, size - (size_t)length, "/%.*f", digits, total / bar->scale);
    length += snprintf(text + length, size - (size_t)length, " %s, %.*f %s/s", bar->unit, digits, rate / bar->scale,
                       bar->unit);
    if (total > 0 && rate > 0) snprintf(text + length, size - (size_t)length, ", %.0f s left", (total - done) / rate);
}

/* Draws over the previous line; cut to the terminal's width, because a line that wraps could not be overwritten. */
static void draw(const struct bar *bar, double share, const char *text)
{
    char line[LINE_SIZE], filled[BAR_SIZE];
    int columns, rows;
    terminal_size(STDERR_FILENO, &columns, &rows);
    bar_fill(share, filled);
    snprintf(line, sizeof line, "[%s] %s: %s", filled, bar->name, text);
    fprintf(stderr, "\r\033[K%.*s", terminal_fit(line, columns - 1), line);
}

void bar_show(struct bar *bar, double done, double total)
{
    char text[160];
    double now = clock_seconds();
    int ended = total > 0 && done >= total;
    if (ended && bar->ended) return;
    bar->ended = ended;
    if (!ended && now - bar->printed < (bar->terminal ? 0.1 : LINE_SECONDS)) return;
    bar->printed = now;
    bar_format(bar, done, total, now - bar->start, text, sizeof text);
    if (!bar->terminal) {
        fprintf(stderr, "%s: %s\n", bar->name, text);
        return;
    }
    draw(bar, total > 0 ? done / total : 0, text);
    if (ended) fputc('\n', stderr);
    bar->moving = !ended;
}

void bar_end(struct bar *bar)
{
    if (bar->moving) fputc('\n', stderr);
    bar->moving = 0;
}
