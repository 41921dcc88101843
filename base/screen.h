/* screen.h - lines that are drawn over and over in one place of a terminal. */
#ifndef PARTGRAD_BASE_SCREEN_H
#define PARTGRAD_BASE_SCREEN_H

#include <stdio.h>

enum { SCREEN_LINES_MAX = 64 };

/* What stands there: the width of each line in columns. Empty when zeroed, but for the stream. */
struct screen {
    FILE *stream; /* a terminal; borrowed */
    int count;
    int width[SCREEN_LINES_MAX];
};

/* Draws `text`, lines that end with newlines, in the place of what was drawn before: lines cut to the terminal's width,
 * and no more of them than it has rows, since what wraps or scrolls away could not be drawn over. All of it in one
 * write, without erasing first, so that nothing flickers. The cursor stays behind the last line. */
void screen_draw(struct screen *, const char *text);

/* Takes away what was drawn; what is printed next stands there. */
void screen_clear(struct screen *);

#endif
