/* graph.h - a model as data: tensors and the layers between them, in the order in which they run.
 *
 * Nothing here computes. Shapes are inferred as layers are appended; kernels and memory are planned from the result. */
#ifndef PARTGRAD_NETWORK_MODELS_GRAPH_H
#define PARTGRAD_NETWORK_MODELS_GRAPH_H

#include "network/kernels/layer.h"

enum { GRAPH_LAYERS_MAX = 192 };

struct graph {
    int batch_statistics; /* 1: batch norm is a layer of its own; 0: frozen, and folded into its convolution */
    int layer_count, tensor_count;
    struct layer layer[GRAPH_LAYERS_MAX];
    struct tensor tensor[GRAPH_LAYERS_MAX + 1]; /* 0 is the image */
};

enum padding { PADDING_SYMMETRIC, PADDING_SAME }; /* PyTorch's (k-1)/2 all round; TensorFlow's SAME */

/* A convolution to append. Zero members take the defaults: stride 1, groups 1, no norm, no activation. */
struct convolution {
    const char *name, *norm, *alias, *norm_alias;
    int input, channels, window, stride, groups;
    int add; /* 1: `residual` is added */
    int residual;
    enum padding padding;
    enum activation activation;
};

/* An empty graph over images (3, size, size). */
void graph_init(struct graph *, int image_size, int batch_statistics);
/* Append a layer; return the tensor it makes. More than GRAPH_LAYERS_MAX layers is a programming error. */
int graph_convolution(struct graph *, const struct convolution *);
int graph_max_pool(struct graph *, int input, int window, int stride, enum padding);
int graph_norm(struct graph *, int input);

/* The first layer called `name`, or whose name begins with `name` and a dot; -1 without one. */
int graph_find_layer(const struct graph *, const char *name);

/* Last layer that reads a tensor (as input or residual), or -1. */
int graph_last_reader(const struct graph *, int tensor);
/* First layer that reads it, or -1. */
int graph_first_reader(const struct graph *, int tensor);
/* Whether the gradient of a layer's output may become that of its residual in place, because it is the residual's first
 * contribution. */
int graph_reuses_residual(const struct graph *, int layer);
/* The layer that makes a tensor; -1 for the image. */
int graph_producer(const struct graph *, int tensor);

/* Multiply-adds of all convolutions, for one image, forward. */
double graph_multiply_adds(const struct graph *);
/* Multiply-adds of one layer; 0 if it is not a convolution. */
double graph_layer_multiply_adds(const struct graph *, int layer);

#endif
