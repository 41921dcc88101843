/* experiment.h - what an experiment file asks for: one value for each setting, lists for the axes of the grid, and
 * cases, which are points that are not a product.
 *
 *   batch_size: [32, 128]              a list is an axis; so may be any setting, and any option of a plug-in
 *   cases: [{portion: 1}, {...}]       each mapping replaces settings or axes, and is crossed with the rest
 *   tune: {optimizer.learning_rate: [1e-4, 1e-3]}   values to choose among for each point, by trials (tuning.h)
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
    char *text; /* of a plain setting; owned by the experiment, as all below */
    struct choice choice;
    /* Settings that a plug-in of a list brings with it, as a model its weights. */
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
    struct settings settings; /* all but the factors' axes */
    int count;
    struct factor factors[AXES_MAX]; /* (count) */
};

/* Settings that are chosen for each point of the grid, by trials on validation classes, before its final cells train.
 */
enum { TUNED_MAX = 8 };
struct tuning {
    int count;                      /* of tuned axes; 0: nothing is tuned */
    struct factor lists[TUNED_MAX]; /* (count) their values, as given */
    struct factor repeats;          /* a point's trials of one value: folds, each bringing its seed */
    const struct metric *metric;    /* of validation classes */
    int extend;                     /* how often lists may grow if a best value is at their edge */
    int final_count;
    struct factor finals[AXES_MAX]; /* (final_count) what final cells have in the place of the experiment's */
};

struct experiment {
    struct axes axes;
    struct tuning tuning;
    int variant_count;
    struct variant *variants;       /* (variant_count), one for each case, or one; owned */
    unsigned char varies[AXES_MAX]; /* 1: some list or case gives the axis's value */
    struct contrasts contrasts;     /* in the order of the file, each once */
    int has_merges;                 /* 1: keys come by "<<" from other mappings */
    char *text;                     /* the file as given, with `set`; owned */
    size_t size;
    void **blocks; /* (block_count) texts, values and plug-ins' options; owned */
    int block_count;
};

/* A heap block (or NULL) for the experiment to free; NULL, and the block freed, if memory is out. */
void *experiment_keep(struct experiment *, void *block);

/* The factor of that axis; NULL: it has the settings' value. */
const struct factor *variant_find_factor(const struct variant *, int axis);
/* The axis has the settings' value from now on. */
void variant_drop_factor(struct variant *, int axis);

/* Whether some case leaves a plain setting at that value, or gives it. */
int experiment_asks(const struct experiment *, const char *column, const char *value);
void experiment_release(struct experiment *); /* safe on a zeroed experiment */

#endif
