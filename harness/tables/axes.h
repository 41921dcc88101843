/* axes.h - the settings of a training run as one list: each is a key of an experiment file, possibly an axis of the
 * grid, a column of cells.csv, and a part of what makes two cells the same (identity.h).
 *
 * The rows are those of the settings' own tables (settings.c, network/network.c, network/optimizer.c): to add an axis,
 * add a member to the options struct and a row to its table. */
#ifndef PARTGRAD_HARNESS_TABLES_AXES_H
#define PARTGRAD_HARNESS_TABLES_AXES_H

#include "base/csv.h"
#include "harness/tables/settings.h"

enum { AXES_MAX = 160, AXIS_COLUMN_SIZE = 64, AXIS_VALUE_SIZE = OPTION_TEXT_SIZE + 64 };

/* A setting, or with `is_options` the options of a plug-in, all of them ("margin=0.05 soft_margin=false"). */
struct axis {
    char column[AXIS_COLUMN_SIZE];      /* in cells.csv: "batch_size", "optimizer_learning_rate", "loss_options" */
    const struct settings_block *block; /* mapping of the experiment file that it stands in */
    const struct field *field;          /* NULL: a plug-in, or its options */
    const struct plugin_kind *kind;     /* of plug-in; NULL: none */
    int is_options;
    const char *label; /* in plots and tables: "batch size" */
    const char *unit;  /* "px"; "" if it has none */
};

/* In the order of the columns. */
struct axes {
    int count;
    struct axis axis[AXES_MAX];
};
void axes_collect(struct axes *);

/* The axis of that column or key, "optimizer.learning_rate" being "optimizer_learning_rate"; -1 if there is none. */
int axes_find(const struct axes *, const char *name);

/* What the axis is, for `list columns`. */
const char *axis_meaning(const struct axis *);

/* The axis's value as text, as the CSV has it. */
void axis_format(const struct axis *, const struct settings *, char text[AXIS_VALUE_SIZE]);

/* Whether axis a follows from axis b: two cells whose values of b are these two may differ in a for that reason alone,
 * as the backward mode does from the strategy, or a plug-in's options from the plug-in. */
int axes_follows(const struct axes *, int a, int b, const char *value, const char *other);

/* Whether the axis tells repetitions of one training apart (seed and fold) rather than trainings. */
int axis_is_repetition(const struct axis *);

/* Whether the axis says which data a cell's figures are of: figures of other images cannot be compared. */
int axis_is_of_data(const struct axis *);

/* Whether the axis only asks for another one's value, and is gone once that is found. */
int axis_is_request(const struct axis *);

/* What a row of a table says of an axis that the table has no column for. */
extern const char axis_unknown[]; /* "unknown" */

/* Where the axes are in a table of cells; -1 if it lacks one. */
void axes_locate(const struct axes *, const struct csv_table *, int columns[AXES_MAX]);
/* The value of an axis that a table has no column for: of a field that came later its fallback, else axis_unknown. */
const char *axis_absent(const struct axis *);
/* The row's value of an axis located in `column`, or axis_absent. */
const char *axes_value(const struct axis *, const struct csv_table *, int row, int column);

#endif
