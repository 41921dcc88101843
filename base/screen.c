/* screen.c - see screen.h. */
#include "base/screen.h"

#include <stdlib.h>
#include <string.h>

#include "base/terminal.h"

/* Moves the cursor to the beginning of what was drawn. A terminal that has become narrower may have wrapped lines
 * since. */
static void go_back(FILE *stream, const struct screen *screen, int columns)
{
    int rows = 0;
    for (int l = 0; l < screen->count; l++) rows += 1 + (screen->width[l] > 0 ? (screen->width[l] - 1) / columns : 0);
    if (rows > 1) fprintf(stream, "\033[%dA", rows - 1);
    if (screen->count > 0) fputc('\r', stream);
}

void screen_draw(struct screen *screen, const char *text)
{
    int columns, rows, drawn = 0;
    char *bytes = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&bytes, &size);
    if (!stream) return;
    terminal_size(fileno(screen->stream), &columns, &rows);
    go_back(stream, screen, columns);
    for (; *text && drawn < SCREEN_LINES_MAX && (drawn == 0 || drawn < rows - 1); drawn++) {
        int length = (int)strcspn(text, "\n"), fitting = terminal_fit(text, columns - 1);
        if (fitting > length) fitting = length;
        screen->width[drawn] = terminal_width(text, fitting);
        fprintf(stream, "%s%.*s\033[K", drawn > 0 ? "\n" : "", fitting, text);
        text += length + (text[length] == '\n');
    }
    if (screen->count > 0) fputs("\033[J", stream);
    screen->count = drawn;
    if (fclose(stream) == 0) fwrite(bytes, 1, size, screen->stream);
    fflush(screen->stream);
    free(bytes);
}

void screen_clear(struct screen *screen)
{
    int columns, rows;
    if (screen->count == 0) return;
    terminal_size(fileno(screen->stream), &columns, &rows);
    go_back(screen->stream, screen, columns);
    fputs("\033[J", screen->stream);
    fflush(screen->stream);
    screen->count = 0;
}
