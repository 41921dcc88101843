/* batch.h - the plain arrays where network, losses and strategies meet. */
#ifndef PARTGRAD_BASE_BATCH_H
#define PARTGRAD_BASE_BATCH_H

struct batch {
    int size, dim;        /* B, d */
    long step;            /* of the epoch, from 0 */
    int *labels;          /* (B) class ids */
    float *embeddings;    /* (B, d) unit rows z_i */
    float *sample_losses; /* (B) l_i; the batch loss is their mean */
    float *gradients;     /* (B, d) g_i = d(batch loss)/dz_i */
    float mean_loss;      /* L = (1/B) sum l_i */
};

#endif
