/* sparkline.c - see sparkline.h. */
#include "harness/runs/sparkline.h"

#include <string.h>

enum { HEIGHTS = 8 };

static const char *const block_signs[HEIGHTS] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
static const char *const ascii_signs[HEIGHTS] = {"_", ".", "-", "~", "=", "+", "*", "#"};

static int height(double value, double low, double high)
{
    if (!(high > low)) return HEIGHTS / 2;
    int step = (int)((value - low) / (high - low) * (HEIGHTS - 1) + 0.5);
    return step < 0 ? 0 : step >= HEIGHTS ? HEIGHTS - 1 : step;
}

void sparkline_draw(const double *values, int count, double low, double high, int blocks, char text[SPARKLINE_SIZE])
{
    const char *const *signs = blocks ? block_signs : ascii_signs;
    int columns = count < SPARKLINE_COLUMNS ? count : SPARKLINE_COLUMNS;
    text[0] = '\0';
    for (int c = 0; c < columns; c++) {
        int at = columns > 1 ? (int)((long long)c * (count - 1) / (columns - 1)) : 0;
        strcat(text, signs[height(values[at], low, high)]);
    }
    for (int c = columns; c < SPARKLINE_COLUMNS; c++) strcat(text, " ");
}
