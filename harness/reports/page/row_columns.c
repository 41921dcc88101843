/* row_columns.c - see row_columns.h. */
#include "harness/reports/page/row_columns.h"

#include <math.h>
#include <stdio.h>

/* Axes that are always shown, after all others. */
static const char *const always[] = {"batch_size", "portion", "strategy", "backprop"};
enum { ALWAYS = sizeof always / sizeof *always };

char *row_next(struct row_texts *texts)
{
    char *text = texts->text[texts->count];
    texts->cells[texts->count++] = text;
    text[0] = '\0';
    return text;
}

char *row_head(struct row_heads *heads, int number)
{
    int at = heads->titles.count;
    heads->columns[at] = (struct markup_column){.title = heads->titles.text[at], .number = number};
    return row_next(&heads->titles);
}

static int is_always(const struct axes *axes, int axis)
{
    for (int n = 0; n < ALWAYS; n++)
        if (axis == axes_find(axes, always[n])) return 1;
    return 0;
}

int row_axes(const struct variation *variation, int list[AXES_MAX + 1])
{
    const struct axes *axes = &variation->results->axes;
    int count = 0;
    if (variation->shown[axes->count]) list[count++] = axes->count;
    for (int a = 0; a < axes->count; a++)
        if (variation->shown[a] && !is_always(axes, a)) list[count++] = a;
    for (int n = 0; n < ALWAYS; n++)
        if (axes_find(axes, always[n]) >= 0) list[count++] = axes_find(axes, always[n]);
    return count;
}

void row_metric_title(const struct metric *metric, char text[VARIATION_TEXT_SIZE])
{
    const char *unit = metric_formats[metric->unit].name;
    snprintf(text, VARIATION_TEXT_SIZE, "%s%s%s", metric->label, unit[0] ? ", " : "", unit);
}

void row_metric_value(const struct row_metric *shown, double value, char text[ROW_NUMBER_SIZE])
{
    const struct metric_format *format = &metric_formats[metric_find(shown->name)->unit];
    int digits = shown->digits < 0 ? format->digits : shown->digits;
    text[0] = '\0';
    if (!isnan(value)) snprintf(text, ROW_NUMBER_SIZE, "%.*f", digits, value * format->scale);
}
