/* figure.h - a picture as data: panels, and in them lines, points, tiles and words. A maker (plots.h) fills one; draw.c
 * turns it into NAME.csv, NAME.svg and NAME.png.
 *
 * Numbers are those of the files (fractions, bytes); an axis says what they are multiplied by in print. Everything
 * added is copied. The figure remembers that memory ran out: figure_check fails at the end, and no call in between
 * needs a check. */
#ifndef PARTGRAD_HARNESS_REPORTS_PLOTS_FIGURE_H
#define PARTGRAD_HARNESS_REPORTS_PLOTS_FIGURE_H

#include "base/error.h"
#include "harness/reports/plots/palette.h"
#include "harness/tables/metrics.h"

enum figure_ticks { FIGURE_TICKS_ROUND, FIGURE_TICKS_AT_POINTS, FIGURE_TICKS_WHOLE, FIGURE_TICKS_NONE };

struct figure_axis {
    const char *title;  /* beside the axis: "test recall@1, %" */
    const char *words;  /* in a sentence: "test recall@1" */
    const char *column; /* of the CSV, "portion"; NULL: positions that stand for names, which the CSV leaves out */
    const char *unit;   /* behind a value in words: "%", "MiB"; "" where it has none */
    double scale;       /* print = value times scale */
    int digits;         /* behind the point in words; -1: as many as the number has */
    enum figure_ticks ticks;
    int is_logarithmic; /* 1: to base 2; all values are above 0 */
    int has_zero;       /* 1: the axis begins at 0 */
    int is_own;         /* 1: each panel has a range of its own */
    int is_reversed;    /* 1: values grow downwards, as rows of a table do */
    int count;          /* of names: the axis goes from 0.5 to count + 0.5; 0: it follows the points */
};

/* A number that a point does not have is NAN. */
struct figure_point {
    double x, y;
    double low, high;    /* ends of the bar, along x if the series says so */
    double value, shade; /* of a tile: what it shows, and how dark it is, 0 .. 1 */
    const char *of;      /* CSV: "mean", "seed 2" */
    const char *note;    /* CSV and hover: "front", "disturbed"; NULL: none */
    const char *detail;  /* hover, behind the label; NULL: none */
};

enum figure_layer {
    FIGURE_BEHIND, /* a pale line, there for comparison; not in the CSV */
    FIGURE_GUIDE,  /* a line without marks that says where something lies; not in the CSV */
    FIGURE_MEANS,  /* points, bars and a line */
    FIGURE_SEEDS,  /* small points */
    FIGURE_OVER,   /* marks drawn over other points; not in the CSV */
    FIGURE_TILES,  /* squares about (x, y), as dark as their shade */
};

struct figure_series {
    int panel;
    enum figure_layer layer;
    const char *label; /* "random, p = 0.5" */
    struct look look;
    double size;     /* of its marks, 1 being the usual */
    int is_joined;   /* 1: a line goes through the points */
    int bars_on_x;   /* 1: bars lie along x */
    int point_count; /* filled by figure_point */
    struct figure_point *points;
};

/* How a label may be moved off others. */
enum figure_place {
    FIGURE_FIXED,
    FIGURE_SPREAD, /* up or down, with the others of its panel that may */
    FIGURE_FREE,   /* about its point */
};

/* Words in a panel. No character of a text is special to gnuplot. */
struct figure_label {
    int panel;
    const char *text;
    double x, y;
    int at_edge;     /* 1: x is a share of the panel's width */
    int at_bottom;   /* 1: y is a share of its height */
    double dx, dy;   /* moved by so many points of the picture, upwards */
    int align;       /* -1: begins there, 0: is centered, 1: ends there */
    const char *ink; /* color, "#RRGGBB" */
    enum figure_place place;
};

struct figure_panel {
    const char *title;
    double x_low, x_high, y_low, y_high; /* range in values of the file; these and the steps are set by layout.c */
    double x_step, y_step;               /* between ticks in print; 0: ticks at points or names, or none */
};

struct figure_key {
    const char *label;
    struct look look;
};

struct figure {
    const char *title, *subject; /* subject: what was trained */
    const char *caption;         /* what it shows and how to read it */
    const char *description;     /* what the picture says, in words, for those who cannot see it */
    struct figure_axis x, y;
    const char *value_column; /* of tiles; NULL: none */
    int panel_count, series_count, label_count, key_count, text_count;
    struct figure_panel *panels;
    struct figure_series *series;
    struct figure_label *labels;
    struct figure_key *keys;
    char **texts;
    int keys_lined;                /* 1: entries of the key show a line, too */
    int left;                      /* points of the picture left of the first panel, for names; 0: the usual */
    int right;                     /* right of the last one, likewise */
    int panel_width, panel_height; /* 0: the usual, by how many panels there are */
    int columns;                   /* of panels; 0: likewise */
    int failed;
};

void figure_release(struct figure *); /* safe on a zeroed figure */
/* Fails if memory had run out. */
int figure_check(const struct figure *, struct error *);

/* A printf text that lives as long as the figure. */
const char *figure_text(struct figure *, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Each returns the position of what was added. */
int figure_add_panel(struct figure *, const char *title);
int figure_add_series(struct figure *, const struct figure_series *);
void figure_add_point(struct figure *, int series, const struct figure_point *);
void figure_add_label(struct figure *, const struct figure_label *);
/* Adds an entry to the key unless one of that label is there. */
void figure_add_key(struct figure *, const char *label, struct look);

/* A point where there is nothing but x and y. */
struct figure_point figure_point_at(double x, double y);

/* An axis for a metric: its title, unit, scale and digits. */
struct figure_axis figure_metric_axis(struct figure *, const struct metric *);
/* A value of the axis in print: "62.1 %". */
const char *figure_value(struct figure *, const struct figure_axis *, double value);

/* How many points of the layer there are. */
int figure_points_of(const struct figure *, enum figure_layer);

/* Describes the picture by its means, if no maker has: how many lines, and where the highest and the lowest lie. */
void figure_describe(struct figure *);

#endif
