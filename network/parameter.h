/* parameter.h - the named arrays that a network learns or keeps, and folding of frozen batch norm into convolutions.
 *
 * Batch norm with fixed statistics is a scale and a shift per channel, s = gamma / sqrt(variance + 1e-5) and t = beta -
 * mean s, so a convolution W followed by it is the convolution s W with bias t (Jacob et al. 2018, section 3.2). The
 * master weights stay unfolded, and the gradient goes back by the chain rule: dW = s dW', dbeta = dt, dgamma = (<dW',
 * W> - mean dt) / sqrt(variance + 1e-5). */
#ifndef PARTGRAD_NETWORK_PARAMETER_H
#define PARTGRAD_NETWORK_PARAMETER_H

#include <stddef.h>
#include <stdint.h>

#include "network/models/graph.h"

enum { PARAMETER_NAME_SIZE = LAYER_NAME_SIZE + 32 };

struct parameter {
    char name[PARAMETER_NAME_SIZE];  /* torchvision's tensor name */
    char alias[PARAMETER_NAME_SIZE]; /* what other files call it, or "" */
    int rank;                        /* number of dimensions */
    int shape[4];                    /* (rank) */
    size_t count;                    /* product of shape */
    int trained;                     /* 0: a fixed statistic */
    int decay;                       /* 1 if weight decay applies: weights, not biases and norms */
    int is_head;                     /* 1: part of the linear head, 0: of a layer before it */
    int nonnegative;                 /* 1: a variance, which cannot be negative */
    float initial;                   /* value to start from; 0 with rank > 1: random */
    float *value;                    /* (count) */
    float *gradient;                 /* (count); NULL if it is not trained */
};

/* Positions of a layer's parameters in the list; -1 if it has none. A batch norm layer has all but `weight`. */
struct layer_parameters {
    int weight;         /* (O, I / groups, window, window) of a convolution */
    int shift;          /* (O) the bias, or batch norm's beta */
    int scale;          /* (O) gamma */
    int mean, variance; /* (O) fixed */
};

struct parameter_list {
    int count;
    struct parameter parameter[GRAPH_LAYERS_MAX * 5];
};

/* Appends a layer's parameters and returns their positions. trained: 0 for a layer that is not trained. */
struct layer_parameters parameter_list_add_layer(struct parameter_list *, const struct graph *, const struct layer *,
                                                 int trained);
/* Appends head.weight (d, C) and head.bias (d). */
void parameter_list_add_head(struct parameter_list *, int dim, int channels);

/* Total number of values of the parameters (count). */
size_t parameter_values(const struct parameter *, int count);

/* Sets parameters of more than one dimension to random values (He et al. 2015, fan in), others to `initial`. The values
 * depend only on the seed and the parameter's position. */
void parameter_list_initialize(struct parameter_list *, uint64_t seed);

/* folded (O, I / groups, window, window) = s W, bias (O) = t. */
void parameter_fold(const struct parameter_list *, const struct layer_parameters *, float *folded, float *bias);
/* From dW', in the weight's gradient, and dt, in bias_gradient (O), sets the gradients of weight, shift and scale. */
void parameter_unfold_gradient(struct parameter_list *, const struct layer_parameters *, const float *bias_gradient);

#endif
