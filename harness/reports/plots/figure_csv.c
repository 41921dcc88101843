/* figure_csv.c - see figure_csv.h. */
#include "harness/reports/plots/figure_csv.h"

#include <math.h>

#include "base/csv.h"

enum { FIELDS = 9, NUMBER_SIZE = 32 };

/* A row while it is assembled. */
struct row {
    const char *field[FIELDS];
    char number[FIELDS][NUMBER_SIZE];
    int count;
};

static void add(struct row *row, const char *text)
{
    row->field[row->count++] = text ? text : "";
}

static void add_number(struct row *row, double value)
{
    char *text = row->number[row->count];
    if (isnan(value))
        text[0] = '\0';
    else
        snprintf(text, NUMBER_SIZE, "%.9g", value);
    add(row, text);
}

static void write_header(FILE *stream, const struct figure *figure)
{
    struct row row = {.count = 0};
    add(&row, "panel");
    add(&row, "series");
    add(&row, "of");
    if (figure->x.column) add(&row, figure->x.column);
    if (figure->y.column) add(&row, figure->y.column);
    if (figure->value_column) add(&row, figure->value_column);
    add(&row, "low");
    add(&row, "high");
    add(&row, "note");
    csv_write_row(stream, row.field, row.count);
}

static void write_point(FILE *stream, const struct figure *figure, const struct figure_series *series,
                        const struct figure_point *point)
{
    struct row row = {.count = 0};
    add(&row, figure->panels[series->panel].title);
    add(&row, series->label);
    add(&row, point->of);
    if (figure->x.column) add_number(&row, point->x);
    if (figure->y.column) add_number(&row, point->y);
    if (figure->value_column) add_number(&row, point->value);
    add_number(&row, point->low);
    add_number(&row, point->high);
    add(&row, point->note);
    csv_write_row(stream, row.field, row.count);
}

void figure_write_csv(FILE *stream, const struct figure *figure)
{
    write_header(stream, figure);
    for (int s = 0; s < figure->series_count; s++) {
        const struct figure_series *series = &figure->series[s];
        if (series->layer != FIGURE_MEANS && series->layer != FIGURE_SEEDS && series->layer != FIGURE_TILES) continue;
        for (int p = 0; p < series->point_count; p++) write_point(stream, figure, series, &series->points[p]);
    }
}
