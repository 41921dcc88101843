/* strategy.h - which K samples of a batch receive gradient, and with which weight.
 *
 * To add a strategy: one file that exports a `struct strategy`, with a declaration and a row in registry.c. The contract test walks the
 * registry: exactly K distinct ascending positions within the batch, finite weights, an untouched batch. */
#ifndef PARTGRAD_STRATEGIES_STRATEGY_H
#define PARTGRAD_STRATEGIES_STRATEGY_H

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
    int count;                    /* K */
    int *index;                   /* (K) positions in the batch, ascending */
    float *weight;                /* (K) w_i: sample i contributes w_i J_i^T g_i */
    struct candidate *candidates; /* (B) for the strategy's own use */
};

/* What a strategy looks at; the arrays of a batch that it did not ask for are NULL. */
enum strategy_needs {
    NEEDS_NOTHING = 0,
    NEEDS_LABELS = 1,
    NEEDS_EMBEDDINGS = 2,
    NEEDS_LOSSES = 4,
    NEEDS_GRADIENTS = 8,
};

struct strategy {
    struct plugin plugin;
    unsigned needs; /* enum strategy_needs, or-ed */
    /* Fills exactly K = `count` entries of the selection (arrays for `count` are there) and selection->count.
     * 1 <= count <= batch->size. Must not fail. */
    void (*select)(const void *options, const struct batch *, int count, struct random *, struct selection *);
};

extern const struct plugin *const strategy_registry[]; /* NULL-terminated; rows are struct strategy */

/* K = max(1, round(p B)), halves away from zero. */
int strategy_selected_count(double portion, int batch_size);

/* Whether the strategy can choose before anything is embedded, so that the selected samples need to be forwarded only
 * once (backprop: direct). */
int strategy_runs_direct(const struct strategy *);

/* For strategies: |g_i|^2. */
double strategy_gradient_square(const struct batch *, int i);

/* For strategies: selects the first `count` positions, weight 1 each. */
void selection_take_first(struct selection *, int count);

/* For strategies: begins candidates (B) with score 0, each a group of its own. */
void selection_begin(struct selection *, const struct batch *);
/* Makes the samples of a class one group, named by the position of its first; candidates stay in batch order. */
void selection_group_classes(struct selection *, const struct batch *);
/* For qsort: candidates in batch order; group by group, each in batch order. */
int candidate_by_position(const void *, const void *);
int candidate_by_group(const void *, const void *);
/* Selects the `count` candidates of the largest scores, weight 1 each; NAN ranks last. */
void selection_take_best(struct selection *, int size, int count);

#endif
