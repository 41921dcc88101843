/* screen.h - lines of a terminal that are redrawn in place. */
#ifndef PARTGRAD_BASE_SCREEN_H
#define PARTGRAD_BASE_SCREEN_H

#include <stdio.h>

enum { SCREEN_LINES_MAX = 64 };

/* What was drawn: the width of each line, in columns. Set the stream and zero the rest. */
struct screen {
    FILE *stream; /* a terminal; borrowed */
    int count;
    int width[SCREEN_LINES_MAX];
};

/* Draws `text`, lines that end with newlines, over what was drawn before. Lines are cut to the terminal's width, and
 * there are no more of them than it has rows, because what wraps or scrolls away cannot be redrawn. Everything goes out
 * in one write and nothing is erased first, so nothing flickers. The cursor stays behind the last line. */
void screen_draw(struct screen *, const char *text);

/* Erases what was drawn; the next output takes its place. */
void screen_clear(struct screen *);

#endif
