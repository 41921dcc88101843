/* terminal.h - stderr as a terminal on which lines are drawn over and over. */
#ifndef PARTGRAD_BASE_TERMINAL_H
#define PARTGRAD_BASE_TERMINAL_H

/* Whether stderr is a terminal that obeys control sequences. */
int terminal_obeys(void);

/* Its size now, in characters; 80 by 24 if it does not tell. */
void terminal_size(int *columns, int *rows);

/* How many bytes at the beginning of `text` take at most so many columns: whole characters of UTF-8, of which those
 * outside of ASCII count as two columns. */
int terminal_fit(const char *text, int columns);

#endif
