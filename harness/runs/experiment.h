/* experiment.h - an experiment as its file describes it: one value for each setting, lists for the axes of the grid,
 * and cases for points that are not a product.
 *
 *   batch_size: [32, 128]              a list is an axis; any setting and any option of a plug-in may be one
 *   cases: [{portion: 1}, {...}]       each mapping replaces settings or axes, and is crossed with the rest
 *   tune: {optimizer.learning_rate: [1e-4, 1e-3]}   values from which trials choose for each point (tuning.h)
 *   set: [epochs=1]                    replaces settings everywhere: where --set is recorded
 *   contrasts: [{metric: ...}, {...}]  what will be compared (harness/runs/declaration.h) */
#ifndef PARTGRAD_HARNESS_RUNS_EXPERIMENT_H
#define PARTGRAD_HARNESS_RUNS_EXPERIMENT_H

#include "base/error.h"
#include "harness/tables/axes.h"
#include "harness/tables/contrasts.h"
#include "harness/tables/metrics.h"

enum { EXPERIMENT_VALUES_MAX = 64, EXPERIMENT_OVERRIDES_MAX = 16 };

/* One value of an axis. */
struct value {
    char *text; /* of a plain setting; owned by the experiment, like all below */
    struct choice choice;
    /* Settings that a plug-in in a list brings with it, such as a model's weights. */
    int override_count;
    struct override {
        int axis;
        char *text;
    } override[EXPERIMENT_OVERRIDES_MAX];
};

struct factor {
    int axis; /* of experiment->axes */
    int count;
    struct value *values; /* (count) */
};

/* One product of axes. */
struct variant {
    struct settings settings; /* of all axes without a factor */
    int count;
    struct factor factors[AXES_MAX]; /* (count) */
};

/* Settings that trials on validation classes choose for each point of the grid, before its final cells train. */
enum { TUNED_MAX = 8 };
struct tuning {
    int count;                      /* of tuned axes; 0: nothing is tuned */
    struct factor lists[TUNED_MAX]; /* (count) their values as given */
    struct factor repeats;          /* the trials of one value at a point: folds, each with its seed */
    const struct metric *metric;    /* of validation classes */
    int extend;                     /* how often lists may grow if a best value is at an edge */
    int final_count;
    struct factor finals[AXES_MAX]; /* (final_count) settings of final cells that replace the experiment's */
};

struct experiment {
    struct axes axes;
    struct tuning tuning;
    int variant_count;
    struct variant *variants;       /* (variant_count), one for each case, or a single one; owned */
    unsigned char varies[AXES_MAX]; /* 1: a list or case sets the axis */
    struct contrasts contrasts;     /* in the order of the file, each once */
    int has_merges;                 /* 1: some keys come from other mappings by "<<" */
    char *text;                     /* the file as given, with `set`; owned */
    size_t size;
    void **blocks; /* (block_count) texts, values and plug-ins' options; owned */
    int block_count;
};

/* Gives a heap block (or NULL) to the experiment, which will free it. If memory runs out, frees the block and returns
 * NULL. */
void *experiment_keep(struct experiment *, void *block);

/* The factor of that axis; NULL: it has the value in `settings`. */
const struct factor *variant_find_factor(const struct variant *, int axis);
/* Removes the factor: the axis has the value in `settings` from now on. */
void variant_drop_factor(struct variant *, int axis);

/* Whether any case gives a plain setting that value or leaves it so. */
int experiment_asks(const struct experiment *, const char *column, const char *value);
void experiment_release(struct experiment *); /* safe on a zeroed experiment */

#endif
