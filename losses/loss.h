/* loss.h - what a loss is: from one row of similarities it computes a sample loss and the loss's slopes along that row.
 *
 * A sample sees others only through similarities s_ij = z_i . x_j to the columns x: the batch itself followed by a
 * memory bank, or proxies. So the driver (loss_compute) goes through S = Z X^T in tiles of rows, lets the loss turn
 * each row s_i. into slopes w_i. in place, and sums up dL/dZ = W X / B and dL/dX = W^T Z / B. No B x B matrix is ever
 * stored, however large the batch is.
 *
 * To add a loss: write one file that exports a `struct loss`, and add its declaration and row to registry.c; pairs.h
 * has what most losses share. */
#ifndef PARTGRAD_LOSSES_LOSS_H
#define PARTGRAD_LOSSES_LOSS_H

#include "base/arena.h"
#include "base/batch.h"
#include "base/plugin.h"
#include "losses/memory_bank.h"
#include "losses/proxies.h"

enum {
    SUMMARY_SIZE = 2, /* numbers that a loss may note about a column */
    LOSS_MEANS = 2,   /* the most means that a loss may be the sum of */
    NO_COLUMN = -1,   /* anchor.index if no column is the anchor itself */
};

/* A pair of columns outside the anchor's row: slope is this anchor's share of B dL/d(x_a . x_b). */
struct column_pair {
    int a, b;
    float slope;
};

/* A sample and the columns that it is compared with. */
struct anchor {
    int index;                /* its own column, excluded from all pairs; NO_COLUMN if columns are proxies */
    int label;                /* its class */
    int batch_size, dim;      /* B, d */
    int size;                 /* columns; those from B on are entries of the memory bank */
    const int *labels;        /* (size) */
    const float *embeddings;  /* (size, d) unit rows */
    const double *summaries;  /* (size, SUMMARY_SIZE), or NULL for a loss without `summarize` */
    int scratch_width;        /* floats from one row of scratch to the next, at least `size` */
    struct column_pair *pair; /* one more pair, for a loss that `pairs_columns`; slope 0 at first */
    double *weight;           /* (LOSS_MEANS) losses/reduction.h's w_i, for a loss that `reduces`; 1 at first */
    const float *scale;       /* (LOSS_MEANS) w_i B / sum w_j, for a loss of two means; 1 for means over anchors */
};

struct loss {
    struct plugin plugin;
    /* 1: the columns are proxies, and the loss's options begin with a struct proxy_options. */
    int has_proxies;
    /* How many proxies a class has; they are adjacent columns. NULL: one. */
    int (*proxies_per_class)(const void *options);
    /* A part of L that depends only on the proxies: returns it, for the driver to add to each sample loss, and adds its
     * slopes to the proxies' unit_gradients. May be NULL. */
    double (*regularize)(const void *options, const struct proxies *);
    /* Turns similarities[j] = s_ij (size) into slopes w_ij in place and returns l_i. The slopes of all anchors together
     * must be those of B L = sum l_i, that is sum_ij w_ij ds_ij = B dL; most losses simply set w_ij = dl_i/ds_ij. Pairs
     * that do not count, such as the anchor itself, have slope 0. Runs on many threads at once. Must not fail, and must
     * return finite numbers for finite input. `scratch` is (scratch_rows, anchor->scratch_width) floats, aligned to a
     * cache line. */
    float (*anchor)(const void *options, const struct anchor *, float *similarities, float *scratch);
    /* For losses whose anchors must know more about a column than their own similarity to it. Runs first, once for each
     * column x_j, and fills summary (SUMMARY_SIZE) from similarities (size), which it may overwrite. Here `anchor` is
     * x_j. A sample of the batch (anchor->index = j) is compared with batch and memory bank, a proxy (NO_COLUMN) with
     * the batch; entries of the memory bank have no summary. */
    void (*summarize)(const void *options, const struct anchor *, float *similarities, double *summary);
    int pairs_columns; /* 1: `anchor` may fill anchor->pair */
    /* For a loss whose options begin with a struct reduction: the number of means that it is the sum of; others have 0.
     * `anchor` sets anchor->weight if it is not 1. For a loss of one mean, the driver multiplies loss and slopes by the
     * reduction's factor, and gives an anchor without loss the weight 0 if only terms with a loss count. A loss of two
     * means sets all weights and multiplies each mean by anchor->scale itself. Not for losses with `summarize`. */
    int reduces;
    int scratch_rows; /* rows of floats that `anchor` needs as scratch */
    /* One line that warns why the loss will hardly work with embeddings of `dim`, and says what to do; NULL if it will
     * work. May be NULL. */
    const char *(*doubt)(const void *options, int dim);
};

extern const struct plugin *const loss_registry[]; /* NULL-terminated; rows are struct loss */

/* What loss_compute needs for batches of up to (size, dim), on as many threads as there were when it was taken. */
struct loss_workspace {
    /* Set by the caller before loss_workspace_take; borrowed. */
    const struct memory_bank *bank; /* its entries are columns too; NULL for none; not for losses with proxies */
    struct proxies *proxies;        /* of a loss that has_proxies */
    int detached;                   /* 1: columns of the batch get no gradient, as entries of the bank get none */

    /* Carved by loss_workspace_take. */
    float *columns;            /* (B + bank, d) with a memory bank */
    int *labels;               /* (B + bank) with a memory bank */
    double *summaries;         /* (columns, SUMMARY_SIZE) with `summarize` */
    struct column_pair *pairs; /* (B) with `pairs_columns` */
    double *weights;           /* (B, LOSS_MEANS) of a loss that `reduces` */
    float *similarities;       /* (tile, columns) */
    float *scratch;            /* (threads, scratch_rows, scratch_width) */
    int scratch_width;         /* columns, rounded up to whole cache lines */
    int tile;                  /* rows of S at a time; the caller may lower it */
    int threads;
};
/* Carves the workspace for batches of up to (size, dim); the arena may be a measuring one. */
void loss_workspace_take(struct loss_workspace *, const struct loss *, int size, int dim, struct arena *);

/* Fills batch->sample_losses, gradients and mean_loss from labels and embeddings, and adds dL/d(values) to the proxies'
 * gradients. The result is the same, bit for bit, for any number of threads up to the workspace's. An anchor whose
 * embedding is not finite gets the sample loss NAN; so do all anchors if a loss with proxies has none. */
void loss_compute(const struct loss *, const void *options, struct batch *, const struct loss_workspace *);

/* Only the mean loss, without gradients (batch->gradients may be NULL); fills sample_losses and mean_loss too. */
float loss_value(const struct loss *, const void *options, struct batch *, const struct loss_workspace *);

#endif
