/* experiment.h - an experiment file: one value for each setting, and lists for the axes of the grid. */
#ifndef PARTGRAD_HARNESS_RUNS_EXPERIMENT_H
#define PARTGRAD_HARNESS_RUNS_EXPERIMENT_H

#include "base/error.h"
#include "harness/tables/settings.h"

enum { AXIS_MAX = 64, EXPERIMENT_BLOCKS = 2 * AXIS_MAX + 8 };

/* The values of one axis; the member that belongs to its type is in use. */
struct axis {
    int count;
    struct choice choices[AXIS_MAX];
    int ints[AXIS_MAX];
    double reals[AXIS_MAX];
};

struct experiment {
    struct settings settings; /* all but the axes */
    struct axis loss, sampler, samples_per_class, batch_size, portion, strategy, backprop, gradient_scale, accumulate,
        bank_size, seed;
    char *text; /* the file as given; owned */
    size_t size;
    void *blocks[EXPERIMENT_BLOCKS]; /* (block_count) plug-ins' options; owned */
    int block_count;
};

/* Reads a YAML file. Errors name file, line and key, and the nearest right key. */
int experiment_read(struct experiment *, const char *path, struct error *);
void experiment_release(struct experiment *); /* safe on a zeroed experiment */

#endif
