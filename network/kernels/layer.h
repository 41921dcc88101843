/* layer.h - one layer of a model and the tensors between layers: what graphs are made of and kernels are made for. */
#ifndef PARTGRAD_NETWORK_KERNELS_LAYER_H
#define PARTGRAD_NETWORK_KERNELS_LAYER_H

enum { LAYER_NAME_SIZE = 64 };

enum layer_kind {
    LAYER_CONVOLUTION, /* + bias or folded batch norm, + residual, + activation */
    LAYER_MAX_POOL,
    LAYER_NORM,       /* per sample over channels, height and width, without parameters (Ba et al. 2016) */
    LAYER_BATCH_NORM, /* by statistics of the samples or running averages, + residual, + activation */
    LAYER_KINDS,
};

enum activation { ACTIVATION_NONE, ACTIVATION_RELU, ACTIVATION_RELU6 };

struct tensor {
    int channels, size;         /* (channels, size, size) per sample */
    enum activation activation; /* what its producer applied last */
};

struct layer {
    enum layer_kind kind;
    char name[LAYER_NAME_SIZE]; /* its tensors are NAME.weight and NAME.bias */
    char norm[LAYER_NAME_SIZE]; /* the batch norm folded into it or that it is (NAME.weight, .running_mean, ...) */
    char alias[LAYER_NAME_SIZE], norm_alias[LAYER_NAME_SIZE]; /* what other files call the two; or "" */
    int bias;                                                 /* 1: a convolution with a bias */
    int input, output;                                        /* tensors */
    int residual;                                             /* tensor added before the activation, or -1 */
    int window, stride, groups;
    int pad_before, pad_after; /* top and left, bottom and right */
    enum activation activation;
};

#endif
