/* strategy.h - what a strategy is: it decides which K samples of a batch receive gradient, and with which weights.
 *
 * To add a strategy: write one file that exports a `struct strategy`, and add its declaration and row to registry.c.
 * The contract test then checks it: exactly K distinct ascending positions within the batch (or up to K, if the
 * strategy says so), finite weights, and an unchanged batch. */
#ifndef PARTGRAD_STRATEGIES_STRATEGY_H
#define PARTGRAD_STRATEGIES_STRATEGY_H

#include "base/arena.h"
#include "base/batch.h"
#include "base/plugin.h"
#include "base/random.h"

/* How a strategy ranks one sample. */
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
    struct arena scratch;         /* likewise, for the arrays of strategy->scratch; empty when `select` begins */
};

/* The arrays of the batch that a strategy reads; those that it did not ask for are NULL. */
enum strategy_needs {
    NEEDS_NOTHING = 0,
    NEEDS_LABELS = 1,
    NEEDS_EMBEDDINGS = 2,
    NEEDS_LOSSES = 4,
    NEEDS_GRADIENTS = 8, /* u_i, the gradient that the network receives; never g_i, whose radial part has no effect */
    NEEDS_INPUTS = 16,   /* h_i; NULL also if there is no linear head */
    NEEDS_IDS = 32,
    NEEDS_REFERENCE = 64, /* losses of a reference network; see `reference` */
};

struct strategy {
    struct plugin plugin;
    unsigned needs; /* enum strategy_needs, or-ed */
    /* Fills K = `count` entries of the selection, whose arrays have that size, and selection->count. 1 <= count <=
     * batch->size. Must not fail. */
    void (*select)(const void *options, const struct batch *, int count, struct random *, struct selection *);

    /* The members below may be NULL. */

    /* Whether it may select fewer than K (but at least one); NULL: never. */
    int (*selects_fewer)(const void *options);
    /* The expected number that it selects over its random draws, at K = `count` of `size`; NULL: K, or it depends on
     * the data. */
    double (*expected_count)(const void *options, int count, int size);
    /* Carves the same arrays as `select` carves from selection->scratch, for `count` of a batch of this shape (size,
     * dim, input_dim), to measure them. NULL: none. */
    void (*scratch)(const struct batch *shape, int count, struct arena *);
    /* How many floats it keeps between steps, for `images` training images and batches of `size`; they start as NAN. If
     * it keeps several numbers per image, the table is (images, columns), indexed by batch->ids. NULL: none. */
    size_t (*history)(const void *options, int images, int size);
    /* Updates the history after each step's loss and selection, on one thread. Here the batch has every array that
     * the training run has, whatever the strategy's needs are. An image may be in a batch twice; then the later one
     * counts. */
    void (*remember)(const void *options, const struct batch *, float *history);
    /* For one that NEEDS_REFERENCE: the cell, RUN/CELL, whose kept weights the reference network uses; "" if none is
     * given. Otherwise NULL. */
    const char *(*reference)(const void *options);
};

extern const struct plugin *const strategy_registry[]; /* NULL-terminated; rows are struct strategy */

/* K = max(1, round(p B)), halves away from zero. */
int strategy_selected_count(double portion, int batch_size);

/* The expected number of samples that it selects at K = `count` of `size`, or K if that depends on the data. */
double strategy_expected_count(const struct strategy *, const void *options, int count, int size);
/* Whether it may select fewer than K. */
int strategy_selects_fewer(const struct strategy *, const void *options);

/* Whether the strategy can select before anything is embedded, so that the selected samples are forwarded only once
 * (backprop: direct). */
int strategy_runs_direct(const struct strategy *);

/* Carves what strategy_select fills for up to `count` samples of a batch of this shape; the arena may be a measuring
 * one. */
void selection_take(struct selection *, const struct strategy *, const struct batch *shape, int count, struct arena *);

/* Runs the strategy, which sees only the arrays that it asked for. At K = B all samples are selected with weight 1,
 * whatever the strategy. Bit-equal for any number of threads. */
void strategy_select(const struct strategy *, const void *options, const struct batch *, int count, struct random *,
                     struct selection *);

/* Floats that the strategy keeps between steps. */
size_t strategy_history_count(const struct strategy *, const void *options, int images, int batch_size);

/* For strategies: a history of one float per image, its loss at the last visit; and the function that updates it. */
size_t strategy_loss_history(const void *options, int images, int size);
void strategy_remember_losses(const void *options, const struct batch *, float *history);

/* For strategies: |u_i|^2. */
double strategy_gradient_square(const struct batch *, int i);

/* For strategies: selects the first `count` positions, weight 1 each. */
void selection_take_first(struct selection *, int count);
/* Selects `count` positions, drawn uniformly, weight 1 each. */
void selection_take_random(struct selection *, int size, int count, struct random *);

/* For strategies: initializes candidates (B) with score 0, each in its own group. */
void selection_begin(struct selection *, const struct batch *);
/* Makes the samples of each class one group, numbered by the position of its first sample; candidates stay in batch
 * order. */
void selection_group_classes(struct selection *, const struct batch *);
/* Gives each sample a random group, so that equal scores come in random order. */
void selection_group_randomly(struct selection *, int size, struct random *);
/* For qsort: by score, smallest first, and then by position; by position; by group and then by position. */
int candidate_by_rising_score(const void *, const void *);
int candidate_by_position(const void *, const void *);
int candidate_by_group(const void *, const void *);
/* Selects the `count` candidates of the largest scores, weight 1 each; NAN ranks last. */
void selection_take_best(struct selection *, int size, int count);

#endif
