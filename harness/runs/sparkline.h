/* sparkline.h - a curve in one line of text. */
#ifndef PARTGRAD_HARNESS_RUNS_SPARKLINE_H
#define PARTGRAD_HARNESS_RUNS_SPARKLINE_H

enum { SPARKLINE_COLUMNS = 16, SPARKLINE_SIZE = 3 * SPARKLINE_COLUMNS + 1 };

/* Draws values (count) between `low` and `high` as characters of eight heights, at most SPARKLINE_COLUMNS of them; of
 * more values, evenly spaced ones from first to last. Padded with blanks to that width. With `blocks` in block elements
 * (UTF-8), else in ASCII. */
void sparkline_draw(const double *values, int count, double low, double high, int blocks, char text[SPARKLINE_SIZE]);

#endif
