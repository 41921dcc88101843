/* parameter.h - the named arrays that a network learns or keeps, and the frozen batch norm folded into convolutions.
 *
 * Batch norm with fixed statistics is a scale and a shift per channel, s = gamma / sqrt(variance + 1e-5) and
 * t = beta - mean s, so a convolution W followed by it is the convolution s W with bias t (Jacob et al. 2018, section
 * 3.2). The master weights stay unfolded, and the gradient goes back by the chain rule:
 * dW = s dW', dbeta = dt, dgamma = (<dW', W> - mean dt) / sqrt(variance + 1e-5). */
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
    int is_head;                     /* 1: of the linear head, 0: of what lies before it */
    int nonnegative;                 /* 1: a variance, which no negative number can be */
    float initial;                   /* value to start from; 0 with rank > 1: random */
    float *value;                    /* (count) */
    float *gradient;                 /* (count); NULL if it is not trained */
};

/* Positions of a layer's parameters in the list; -1 if it has none. A batch norm that is a layer of its own has all
 * but `weight`. */
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

/* Appends what a layer has and says where. trained: 0 for a layer that stays as it is. */
struct layer_parameters parameter_list_add_layer(struct parameter_list *, const struct graph *, const struct layer *,
                                                 int trained);
/* Appends head.weight (d, C) and head.bias (d). */
void parameter_list_add_head(struct parameter_list *, int dim, int channels);

/* How many values the parameters (count) have together. */
size_t parameter_values(const struct parameter *, int count);

/* Random values if a parameter has more than one dimension (He et al. 2015, fan in), `initial` elsewhere. Each
 * depends on the seed and its position alone. */
void parameter_list_initialize(struct parameter_list *, uint64_t seed);

/* folded (O, I / groups, window, window) = s W, bias (O) = t. */
void parameter_fold(const struct parameter_list *, const struct layer_parameters *, float *folded, float *bias);
/* The weight's gradient holds dW', bias_gradient (O) dt: sets the gradients of weight, shift and scale. */
void parameter_unfold_gradient(struct parameter_list *, const struct layer_parameters *, const float *bias_gradient);

#endif
