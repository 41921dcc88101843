/* batch.h - the plain arrays where network, losses and strategies meet. */
#ifndef PARTGRAD_BASE_BATCH_H
#define PARTGRAD_BASE_BATCH_H

struct batch {
    int size, dim;           /* B, d */
    int input_dim;           /* c, of the linear head; 0: there is none */
    long step;               /* of the epoch, from 0 */
    int *labels;             /* (B) class ids */
    const int *ids;          /* (B) images: positions in the pack */
    float *embeddings;       /* (B, d) unit rows z_i = e_i / |e_i| */
    float *lengths;          /* (B) |e_i| */
    float *inputs;           /* (B, c) h_i, from which the linear head computes e_i; NULL if nobody asked for it */
    float *sample_losses;    /* (B) l_i; the batch loss is their mean */
    float *reference_losses; /* (B) l_i of the same batch as a reference network embeds it; NULL if nobody asked */
    float *gradients;        /* (B, d) g_i = d(batch loss)/dz_i */
    float *received;      /* (B, d) u_i = (g_i - (g_i . z_i) z_i) / |e_i| = dL/de_i: what of g_i the network receives */
    float mean_loss;      /* L = (1/B) sum l_i */
    const float *history; /* what a strategy has kept from earlier batches; NULL: nothing */
};

#endif
