/* curves.h - the learning curves of single cells: metrics after each epoch. */
#ifndef PARTGRAD_HARNESS_REPORTS_COMPARISON_CURVES_H
#define PARTGRAD_HARNESS_REPORTS_COMPARISON_CURVES_H

#include "harness/reports/comparison/results.h"

enum { CURVE_METRICS = 4 };

struct curve_point {
    int epoch;
    double value[CURVE_METRICS]; /* NAN what was not measured */
};

/* The curve of one cell. */
struct curve {
    int point_count;
    struct curve_point *points; /* (point_count), by ascending epochs; owned */
};

/* Empty when zeroed. */
struct curves {
    int count;
    struct curve *curve; /* (count) by positions in results->ok; owned */
};

/* A cell whose run has no epochs.csv has a curve without points. */
int curves_read(struct curves *, const struct results *, struct error *);
void curves_release(struct curves *); /* safe on zeroed curves */

/* "recall@1, %|0 3.1|1 22.4|...": the first metric of recall@1 (test, validation, train classes) and loss that the cell
 * measured twice or more, in print, in its unit. Of a long one every n-th epoch and the last, so that there are no more
 * than about `most`. The caller frees; *text is NULL if there is none. */
int curve_text(char **text, const struct curve *, int most, struct error *);

#endif
