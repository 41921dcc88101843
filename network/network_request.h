/* network_request.h - what network_create is asked for: the model, the options that all models share, and numbers of
 * samples. */
#ifndef PARTGRAD_NETWORK_NETWORK_REQUEST_H
#define PARTGRAD_NETWORK_NETWORK_REQUEST_H

#include <stdint.h>

#include "base/option.h"
#include "network/models/model.h"

enum network_precision { PRECISION_AUTO, PRECISION_BF16, PRECISION_F32 };

/* Where the head's values come from: the weights file, or the seed if the file has no head; or always the seed. */
enum weights_head { WEIGHTS_HEAD_KEPT, WEIGHTS_HEAD_NEW };

enum network_pooling { POOLING_AVERAGE, POOLING_GEM };

/* How a pixel x of 0..255 is scaled: symmetric x / 127.5 - 1; imagenet (x / 255 - mean) / deviation, as in
 * torchvision. */
enum network_pixels { PIXELS_SYMMETRIC, PIXELS_IMAGENET };

/* frozen: fixed statistics, folded into the convolutions, so that samples do not see each other. batch: statistics of
 * the samples that run together. Then the identities of docs/design.md do not hold, and training with a gradient
 * portion differs from full training in more than the gradient: selected and other samples run in two calls, each with
 * its own statistics, as two calls of a model would in other frameworks. */
enum network_batch_norm { BATCH_NORM_FROZEN, BATCH_NORM_BATCH };

/* What every model takes besides its own options. */
struct network_options {
    char weights[OPTION_TEXT_SIZE]; /* safetensors file to start from; "" = random from the seed */
    int weights_head;               /* enum weights_head: whether the file's head is taken */
    int embedding_size;             /* d of the linear head; 0 = no head: the pooled features are the embedding */
    int pooling;                    /* enum network_pooling; GeM: Radenovic et al. 2018 */
    int gem_power;                  /* p of the generalized mean */
    int pixels;                     /* enum network_pixels */
    int batch_norm;                 /* enum network_batch_norm */
    /* First layer that is trained, by its name or the beginning of it up to a dot, or "head"; "": all are. Layers
     * before it have no tape, gradient or optimizer state. */
    char trainable_from[OPTION_TEXT_SIZE];
};

struct network_request {
    const struct model *model;
    const void *model_options;
    struct network_options options;
    int image_size;  /* h = w of the pixels given */
    int precision;   /* enum network_precision */
    int embed_count; /* samples of a typical network_embed call */
    int tape_count;  /* samples held on the tape at once; 0: embedding only, no gradients */
    int micro_batch; /* samples per kernel call at most */
    uint64_t seed;   /* of random initial weights */
};

#endif
