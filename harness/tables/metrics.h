/* metrics.h - what a training run measures: each metric is a member of struct metrics and a row of metrics_table.
 * cells.csv, epochs.csv, `list columns`, reports and comparisons use the rows.
 *
 * To add a metric, add a member, a row in metrics.c, and the code that computes it. */
#ifndef PARTGRAD_HARNESS_TABLES_METRICS_H
#define PARTGRAD_HARNESS_TABLES_METRICS_H

#include <stddef.h>

enum metric_unit {
    UNIT_FRACTION, /* 0 .. 1; percent in print */
    UNIT_POINTS,   /* difference of fractions; points in print */
    UNIT_PLAIN,    /* a loss, a ratio, a cosine */
    UNIT_COUNT,
    UNIT_BYTES, /* MiB in print */
    UNIT_SECONDS,
    UNIT_MILLISECONDS,
    UNIT_RATE, /* images per second */
};
/* How a unit is printed: the file's value times scale, with so many digits after the point. */
struct metric_format {
    const char *name; /* "%", "points", "", "MiB", "s" ... */
    double scale;
    int digits;
};
extern const struct metric_format metric_formats[]; /* by enum metric_unit */

enum metric_split { SPLIT_NONE, SPLIT_TRAIN, SPLIT_TEST, SPLIT_BOTH, SPLIT_VALID, SPLIT_SEEN };
enum metric_better { BETTER_NEITHER, BETTER_HIGH, BETTER_LOW };

/* How two settings are compared in a metric. */
enum metric_contrast {
    CONTRAST_DIFFERENCE,
    CONTRAST_RATIO,   /* for times, whose spread grows with their size: differences of logarithms */
    CONTRAST_PLANNED, /* known before the run and equal for all seeds, so there is nothing to infer */
};

struct metric {
    const char *name;    /* column: "test_recall_at_1" */
    const char *label;   /* in print: "recall@1" */
    const char *meaning; /* one line */
    enum metric_unit unit;
    enum metric_split split;
    enum metric_better better;
    int is_cost;   /* 1: time or memory, which differ between runs that are otherwise the same */
    int in_epochs; /* 1: epochs.csv has it too */
    size_t offset; /* in struct metrics */
    enum metric_contrast contrast;
};
extern const struct metric metrics_table[]; /* ends with a NULL name */

/* NAN where nothing was measured. All members are doubles, so that code can go by the table alone. */
struct metrics {
    double test_recall_at_1, test_recall_at_2, test_recall_at_4, test_recall_at_8;
    double test_map_at_r, test_r_precision, test_queries_unanswered;
    double test_class_recall_at_1, test_class_map_at_r;
    double train_recall_at_1, train_map_at_r;
    double valid_recall_at_1, valid_map_at_r, valid_r_precision, valid_queries_unanswered;
    double seen_recall_at_1, seen_map_at_r;
    double gap_recall_at_1, gap_map_at_r;
    double train_loss, test_loss, gap_loss, valid_loss;
    double full_batch_loss, selected_mean, selected_loss, gradient_norm_share;
    double selected_share, selected_entropy, selected_class_entropy, selected_overlap;
    double gradient_cosine, gradient_norm_ratio;
    double updates, gradients, multiply_adds;
    double peak_activation_bytes, peak_tensor_bytes, peak_rss_bytes;
    double training_rss_bytes, evaluation_rss_bytes;
    double images_per_second, step_milliseconds, wall_seconds;
};

/* All metrics NAN. */
struct metrics metrics_none(void);
/* The row of that name, or NULL. */
const struct metric *metric_find(const char *name);

#endif
