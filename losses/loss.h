/* loss.h - what a loss is: one row of similarities in, one sample loss and its slope along that row out.
 *
 * Every pair loss here is a mean over anchors, and an anchor sees only its own row s_i. of S = Z Z^T. So the driver
 * (loss_compute) goes through S in tiles of rows, lets the loss turn s_i. into w_i. = dl_i/ds_i. in place, and collects
 * g = (W + W^T) Z / B: no B x B matrix is ever held, whatever the batch.
 *
 * To add a loss: one file that exports a `struct loss`, named in registry.c. */
#ifndef PARTGRAD_LOSSES_LOSS_H
#define PARTGRAD_LOSSES_LOSS_H

#include "base/arena.h"
#include "base/batch.h"
#include "base/plugin.h"

/* One anchor's view of the batch. */
struct anchor {
    int index;         /* i, its position in the batch; itself excluded from all pairs */
    int size;          /* B */
    const int *labels; /* (B) */
};

struct loss {
    struct plugin plugin;
    /* Turns similarities[j] = s_ij (B) into dl_i/ds_ij in place and returns l_i. similarities[i] becomes 0. Runs on
     * many threads at once; must not fail, and is finite for every finite input. `scratch` is (scratch_rows * B)
     * floats, not shared. */
    float (*anchor)(const void *options, const struct anchor *, float *similarities, float *scratch);
    int scratch_rows; /* rows of B floats that `anchor` wants for itself */
};

extern const struct plugin *const loss_registry[]; /* NULL-terminated; rows are struct loss */

/* Carves what loss_compute needs for batches of up to (size, dim) on as many threads as there are now; also measures.
 */
struct loss_workspace {
    float *similarities; /* (tile, B) */
    float *scratch;      /* (threads, scratch_rows, B) */
    int tile;            /* rows of S at a time; may be set lower */
    int threads;
};
void loss_workspace_take(struct loss_workspace *, const struct loss *, int size, int dim, struct arena *);

/* Fills batch->sample_losses, gradients and mean_loss from labels and embeddings. The same, bit for bit, for any number
 * of threads up to the workspace's. An anchor whose embedding is not finite has the sample loss NAN. */
void loss_compute(const struct loss *, const void *options, struct batch *, const struct loss_workspace *);

/* The mean loss alone, without gradients (batch->gradients may be NULL); fills sample_losses and mean_loss too. */
float loss_value(const struct loss *, const void *options, struct batch *, const struct loss_workspace *);

#endif
