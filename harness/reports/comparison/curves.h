/* curves.h - the learning curves of single cells: metrics after each epoch. */
#ifndef PARTGRAD_HARNESS_REPORTS_COMPARISON_CURVES_H
#define PARTGRAD_HARNESS_REPORTS_COMPARISON_CURVES_H

#include "harness/reports/comparison/results.h"

enum { CURVE_METRICS = 4 };

struct curve_point {
    int epoch;
    double value[CURVE_METRICS]; /* NAN if not measured */
};

/* The curve of one cell. */
struct curve {
    int point_count;
    struct curve_point *points; /* (point_count), by ascending epochs; owned */
};

/* Empty when zeroed. */
struct curves {
    int count;
    struct curve *curve; /* (count) in the order of results->ok; owned */
};

/* Reads the curves of the cells that finished. A cell whose run has no epochs.csv gets a curve without points. Fails if
 * a file cannot be read or memory runs out; there is then nothing to release. */
int curves_read(struct curves *, const struct results *, struct error *);
void curves_release(struct curves *); /* safe on zeroed curves */

/* Writes a curve as a text for the report's script: "recall@1, %|0 3.1|1 22.4|...", title, then epoch and value of each
 * point. The metric is the first of recall@1 on test, validation and train classes and the loss that was measured at
 * least twice; *text is NULL if there is none. Long curves are thinned to every n-th epoch and the last, about `most`
 * points. The caller frees the text. Fails if memory runs out. */
int curve_text(char **text, const struct curve *, int most, struct error *);

#endif
