/* terminal.h - standard output or error as a terminal on which lines are drawn over and over. */
#ifndef PARTGRAD_BASE_TERMINAL_H
#define PARTGRAD_BASE_TERMINAL_H

/* Whether the file is a terminal that obeys control sequences. */
int terminal_obeys(int file);

/* Its size now, in characters; 80 by 24 if it does not tell. */
void terminal_size(int file, int *columns, int *rows);

/* Whether it takes UTF-8, as far as the locale's variables say. */
int terminal_takes_utf8(void);

/* How many bytes at the beginning of `text` take at most so many columns: whole characters of UTF-8, of which those
 * outside of ASCII count as two columns, but for block elements, which curves are drawn with. */
int terminal_fit(const char *text, int columns);

/* How many columns its first bytes take, counted likewise. */
int terminal_width(const char *text, int bytes);

#endif
