/* figure.h - a figure as data: panels with lines, points, tiles and labels. A maker (plots.h) fills one; draw.c writes
 * it as NAME.csv, NAME.svg and NAME.png.
 *
 * Numbers are as in the files (fractions, bytes); an axis has the factor for print. Everything added is copied. If
 * memory runs out the figure remembers it, and figure_check fails at the end; calls in between need no check. */
#ifndef PARTGRAD_HARNESS_REPORTS_PLOTS_FIGURE_H
#define PARTGRAD_HARNESS_REPORTS_PLOTS_FIGURE_H

#include "base/error.h"
#include "harness/reports/plots/palette.h"
#include "harness/tables/metrics.h"

enum figure_ticks { FIGURE_TICKS_ROUND, FIGURE_TICKS_AT_POINTS, FIGURE_TICKS_WHOLE, FIGURE_TICKS_NONE };

struct figure_axis {
    const char *title;  /* at the axis: "test recall@1, %" */
    const char *words;  /* in a sentence: "test recall@1" */
    const char *column; /* in the CSV, "portion"; NULL: positions that stand for names, which the CSV leaves out */
    const char *unit;   /* after a value in a sentence: "%", "MiB"; "" if none */
    double scale;       /* printed number = value times scale */
    int digits;         /* digits after the point in sentences; -1: up to six significant ones */
    enum figure_ticks ticks;
    int is_logarithmic; /* 1: base 2; all values are above 0 */
    int has_zero;       /* 1: the range includes 0 */
    int is_own;         /* 1: each panel has its own range */
    int is_reversed;    /* 1: values increase downwards, like the rows of a table */
    int count;          /* number of names: the range is 0.5 to count + 0.5; 0: the range follows the points */
};

/* Numbers that a point does not have are NAN. */
struct figure_point {
    double x, y;
    double low, high;    /* ends of the bar, along y, or x if the series has bars_on_x */
    double value, shade; /* of a tile: the number that it shows, and its darkness, 0 .. 1 */
    const char *of;      /* CSV: "mean", "seed 2" */
    const char *note;    /* CSV and under the pointer: "front", "disturbed"; NULL: none */
    const char *detail;  /* under the pointer, after the label; NULL: none */
};

enum figure_layer {
    FIGURE_BEHIND, /* a pale line for comparison; not in the CSV */
    FIGURE_GUIDE,  /* a line without marks, for reference; not in the CSV */
    FIGURE_MEANS,  /* points, bars and a line */
    FIGURE_SEEDS,  /* small points */
    FIGURE_OVER,   /* marks drawn over other points; not in the CSV */
    FIGURE_TILES,  /* squares around (x, y), as dark as their shade */
};

struct figure_series {
    int panel;
    enum figure_layer layer;
    const char *label; /* "random, p = 0.5" */
    struct look look;
    double size;     /* of its marks; 1 is the default, as is 0 */
    int is_joined;   /* 1: a line goes through the points */
    int bars_on_x;   /* 1: bars are horizontal */
    int point_count; /* filled by figure_add_point */
    struct figure_point *points;
};

/* How a label may be moved away from others. */
enum figure_place {
    FIGURE_FIXED,
    FIGURE_SPREAD, /* up or down, together with the others of its panel */
    FIGURE_FREE,   /* anywhere near its point */
};

/* A text in a panel. No character is special to gnuplot. */
struct figure_label {
    int panel;
    const char *text;
    double x, y;
    int at_edge;     /* 1: x is a fraction of the panel's width */
    int at_bottom;   /* 1: y is a fraction of its height */
    double dx, dy;   /* offset in points of the image, upwards */
    int align;       /* -1: begins at the position, 0: centered, 1: ends there */
    const char *ink; /* color, "#RRGGBB" */
    enum figure_place place;
};

struct figure_panel {
    const char *title;
    double x_low, x_high, y_low, y_high; /* range, in the files' units; set by layout.c, as the steps are */
    double x_step, y_step; /* between ticks, in print; a factor on a logarithmic axis; 0: no regular ticks */
};

struct figure_key {
    const char *label;
    struct look look;
};

struct figure {
    const char *title, *subject; /* subject: what was trained */
    const char *caption;         /* what the figure shows and how to read it */
    const char *description;     /* its content in words, for readers who cannot see it */
    struct figure_axis x, y;
    const char *value_column; /* CSV column of tiles' values; NULL: none */
    int panel_count, series_count, label_count, key_count, text_count;
    struct figure_panel *panels;
    struct figure_series *series;
    struct figure_label *labels;
    struct figure_key *keys;
    char **texts;
    int keys_lined;                /* 1: entries of the key show a line too */
    int left;                      /* margin left of the first panel, in points, for names; 0: default */
    int right;                     /* margin right of the last one, likewise */
    int panel_width, panel_height; /* 0: default, by the number of panels */
    int columns;                   /* columns of panels; 0: likewise */
    int failed;
};

void figure_release(struct figure *); /* safe on a zeroed figure */
/* Fails if memory ran out earlier. */
int figure_check(const struct figure *, struct error *);

/* A printf text, owned by the figure; "" if memory runs out. */
const char *figure_text(struct figure *, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The functions below add parts; those for panels and series return the position of what they added. */
int figure_add_panel(struct figure *, const char *title);
int figure_add_series(struct figure *, const struct figure_series *);
void figure_add_point(struct figure *, int series, const struct figure_point *);
void figure_add_label(struct figure *, const struct figure_label *);
/* Adds an entry to the key, unless it has one with that label. */
void figure_add_key(struct figure *, const char *label, struct look);

/* A point with nothing but x and y. */
struct figure_point figure_point_at(double x, double y);

/* An axis for a metric, with its title, unit, scale and digits; the figure owns the texts. */
struct figure_axis figure_metric_axis(struct figure *, const struct metric *);
/* A value of the axis in print: "62.1 %"; owned by the figure. */
const char *figure_value(struct figure *, const struct figure_axis *, double value);

/* The number of points in a layer. */
int figure_points_of(const struct figure *, enum figure_layer);

/* Sets the description, unless it is set: the number of lines, and the highest and lowest mean. */
void figure_describe(struct figure *);

#endif
