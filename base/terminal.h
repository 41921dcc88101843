/* terminal.h - what a terminal can do, and how wide text is on it. */
#ifndef PARTGRAD_BASE_TERMINAL_H
#define PARTGRAD_BASE_TERMINAL_H

/* Whether the file descriptor is a terminal that obeys control sequences. */
int terminal_obeys(int file);

/* Its current size, in characters; 80 by 24 if it does not report one. */
void terminal_size(int file, int *columns, int *rows);

/* Whether it takes UTF-8, according to the locale's variables. */
int terminal_takes_utf8(void);

/* How many bytes from the beginning of `text` fit in so many columns. Counts whole UTF-8 characters. Those outside
 * ASCII count as two columns, to be safe, except block elements, which sparklines are drawn with. */
int terminal_fit(const char *text, int columns);

/* How many columns the first `bytes` of `text` take, counted likewise. */
int terminal_width(const char *text, int bytes);

#endif
