/* axes.h - all settings of a training run as one list. Each is a key of experiment files, an axis that a grid may vary,
 * a column of cells.csv, and a part of a cell's identity (identity.h).
 *
 * The rows come from the tables of settings (settings.c, network/network.c, network/optimizer.c). To add an axis, add a
 * member to the options struct and a row to its table. */
#ifndef PARTGRAD_HARNESS_TABLES_AXES_H
#define PARTGRAD_HARNESS_TABLES_AXES_H

#include "base/csv.h"
#include "harness/tables/settings.h"

enum { AXES_MAX = 160, AXIS_COLUMN_SIZE = 64, AXIS_VALUE_SIZE = OPTION_TEXT_SIZE + 64 };

/* A setting; with `is_options`, all options of a plug-in together ("margin=0.05 soft_margin=false"). */
struct axis {
    char column[AXIS_COLUMN_SIZE];      /* in cells.csv: "batch_size", "optimizer_learning_rate", "loss_options" */
    const struct settings_block *block; /* the mapping of the experiment file that it belongs to */
    const struct field *field;          /* NULL: a plug-in, or its options */
    const struct plugin_kind *kind;     /* if the value is a plug-in or its options; else NULL */
    int is_options;
    const char *label; /* in plots and tables: "batch size" */
    const char *unit;  /* "px"; "" if it has none */
};

/* In the order of the columns. */
struct axes {
    int count;
    struct axis axis[AXES_MAX];
};
/* Fills the list from the tables. */
void axes_collect(struct axes *);

/* The position of the axis with that column or key ("optimizer.learning_rate" is "optimizer_learning_rate"); -1 if
 * there is none. */
int axes_find(const struct axes *, const char *name);

/* One line that describes the axis, for `list columns`. */
const char *axis_meaning(const struct axis *);

/* The axis's value as text, as it is written to CSV files. */
void axis_format(const struct axis *, const struct settings *, char text[AXIS_VALUE_SIZE]);

/* Whether axis a follows from axis b: two cells with these two values of b may differ in a for that reason alone, as
 * `backprop` follows from the strategy, or a plug-in's options from the plug-in. */
int axes_follows(const struct axes *, int a, int b, const char *value, const char *other);

/* Whether the axis distinguishes repetitions of one training (seed and fold) rather than different trainings. */
int axis_is_repetition(const struct axis *);

/* Whether the axis says which data a cell was measured on. Results on different images cannot be compared. */
int axis_is_of_data(const struct axis *);

/* Whether the axis only says how to find another axis's value, and returns to its default once that is found. */
int axis_is_request(const struct axis *);

/* The value of an axis that an older table has no column for. */
extern const char axis_unknown[]; /* "unknown" */

/* Whether a value of the axis is clear without the axis's name, as a plug-in's name is and a number is not. */
int axis_explains_itself(const struct axis *, const char *value);

/* Finds the axes' columns in a table of cells; -1 for those that it lacks. */
void axes_locate(const struct axes *, const struct csv_table *, int columns[AXES_MAX]);
/* The value of an axis that a table has no column for: its fallback if the field is `later` (base/option.h), else
 * axis_unknown. */
const char *axis_absent(const struct axis *);
/* The row's value of an axis found in `column`, or axis_absent. */
const char *axes_value(const struct axis *, const struct csv_table *, int row, int column);

#endif
