/* strategy.h - which K samples of a batch receive gradient, and with which weight.
 *
 * To add a strategy: one file that exports a `struct strategy`, with a declaration and a row in registry.c. The
 * contract test walks the registry: exactly K distinct ascending positions within the batch (or up to K, if the
 * strategy says so), finite weights, an untouched batch. */
#ifndef PARTGRAD_STRATEGIES_STRATEGY_H
#define PARTGRAD_STRATEGIES_STRATEGY_H

#include "base/arena.h"
#include "base/batch.h"
#include "base/plugin.h"
#include "base/random.h"

/* A strategy's opinion of one sample. */
struct candidate {
    double score;
    int group;    /* among equal scores, groups come in ascending order, */
    int position; /* and then positions */
};

struct selection {
    int count;                    /* K, or fewer */
    int *index;                   /* (K) positions in the batch, ascending */
    float *weight;                /* (K) w_i: sample i contributes w_i J_i^T g_i */
    struct candidate *candidates; /* (B) for the strategy's own use */
    struct arena scratch; /* likewise, for the arrays of strategy->scratch; nothing is taken when select begins */
};

/* What a strategy looks at; the arrays of a batch that it did not ask for are NULL. */
enum strategy_needs {
    NEEDS_NOTHING = 0,
    NEEDS_LABELS = 1,
    NEEDS_EMBEDDINGS = 2,
    NEEDS_LOSSES = 4,
    NEEDS_GRADIENTS = 8, /* u_i, what the network receives; never g_i, whose radial part no weight sees */
    NEEDS_INPUTS = 16,   /* h_i; NULL also if there is no linear head */
    NEEDS_IDS = 32,
    NEEDS_REFERENCE = 64, /* losses of a reference network; see `reference` */
};

struct strategy {
    struct plugin plugin;
    unsigned needs; /* enum strategy_needs, or-ed */
    /* Fills K = `count` entries of the selection (arrays for `count` are there) and selection->count.
     * 1 <= count <= batch->size. Must not fail. */
    void (*select)(const void *options, const struct batch *, int count, struct random *, struct selection *);

    /* What follows may be NULL. */

    /* Whether it may select fewer than K, but at least one; NULL: never. */
    int (*selects_fewer)(const void *options);
    /* How many it selects in the mean over its draws, at K = `count` of `size`; NULL: K, or as the data decide. */
    double (*expected_count)(const void *options, int count, int size);
    /* Takes the arrays that select takes of selection->scratch, for `count` of a batch of this shape (size, dim,
     * input_dim); only to measure. NULL: none. */
    void (*scratch)(const struct batch *shape, int count, struct arena *);
    /* How many floats it keeps between steps, of a data set of `images` and batches of `size`; all are NAN at first. A
     * table with columns for each image is images x columns, its rows found by batch->ids. NULL: none. */
    size_t (*history)(const void *options, int images, int size);
    /* After each step's loss and selection, on one thread: brings the history up to date. Here every array of the batch
     * is there that the training has, whatever the strategy needs. An image may be in a batch twice: the later one
     * counts. */
    void (*remember)(const void *options, const struct batch *, float *history);
    /* Of one that NEEDS_REFERENCE: the cell, RUN/CELL, whose kept weights the reference network has; "": none is named.
     * NULL otherwise. */
    const char *(*reference)(const void *options);
};

extern const struct plugin *const strategy_registry[]; /* NULL-terminated; rows are struct strategy */

/* K = max(1, round(p B)), halves away from zero. */
int strategy_selected_count(double portion, int batch_size);

/* How many samples it selects at K = `count` of `size`: the mean over its draws, or K if the data decide. */
double strategy_expected_count(const struct strategy *, const void *options, int count, int size);
/* Whether it may select fewer than K. */
int strategy_selects_fewer(const struct strategy *, const void *options);

/* Whether the strategy can choose before anything is embedded, so that the selected samples need to be forwarded only
 * once (backprop: direct). */
int strategy_runs_direct(const struct strategy *);

/* Carves what strategy_select fills for up to `count` samples of a batch of this shape; also measures. */
void selection_take(struct selection *, const struct strategy *, const struct batch *shape, int count, struct arena *);

/* Selects: the strategy sees what it asked for and nothing else, and at K = B every one takes all samples, with
 * weight 1. The same bits for any number of threads. */
void strategy_select(const struct strategy *, const void *options, const struct batch *, int count, struct random *,
                     struct selection *);

/* Floats that the strategy keeps between steps. */
size_t strategy_history_count(const struct strategy *, const void *options, int images, int batch_size);

/* For strategies: history of one float for each image, its loss at the last visit; and what keeps it. */
size_t strategy_loss_history(const void *options, int images, int size);
void strategy_remember_losses(const void *options, const struct batch *, float *history);

/* For strategies: |u_i|^2. */
double strategy_gradient_square(const struct batch *, int i);

/* For strategies: selects the first `count` positions, weight 1 each. */
void selection_take_first(struct selection *, int count);
/* Selects `count` positions, drawn uniformly, weight 1 each. */
void selection_take_random(struct selection *, int size, int count, struct random *);

/* For strategies: begins candidates (B) with score 0, each a group of its own. */
void selection_begin(struct selection *, const struct batch *);
/* Makes the samples of a class one group, named by the position of its first; candidates stay in batch order. */
void selection_group_classes(struct selection *, const struct batch *);
/* Makes a random number each sample's group, so that equal scores come in random order. */
void selection_group_randomly(struct selection *, int size, struct random *);
/* For qsort: the smallest score first, and of equals the first in the batch; candidates in batch order; group by group,
 * each in batch order. */
int candidate_by_rising_score(const void *, const void *);
int candidate_by_position(const void *, const void *);
int candidate_by_group(const void *, const void *);
/* Selects the `count` candidates of the largest scores, weight 1 each; NAN ranks last. */
void selection_take_best(struct selection *, int size, int count);

#endif
