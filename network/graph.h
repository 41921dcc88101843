/* graph.h - a model as data: tensors, and the layers that lead from one to the next, in the order they run.
 *
 * Nothing here computes: shapes are inferred while layers are appended, kernels and memory are planned from the result.
 */
#ifndef PARTGRAD_NETWORK_GRAPH_H
#define PARTGRAD_NETWORK_GRAPH_H

enum { GRAPH_LAYERS_MAX = 192, LAYER_NAME_SIZE = 64 };

enum layer_kind {
    LAYER_CONVOLUTION, /* + bias or folded batch norm, + residual, + activation */
    LAYER_MAX_POOL,
    LAYER_NORM,       /* per sample over channels, height and width, without parameters (Ba et al. 2016) */
    LAYER_BATCH_NORM, /* by the batch's statistics, + residual, + activation */
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
    char norm[LAYER_NAME_SIZE]; /* batch norm folded into it, or that it is (NAME.weight, .bias, .running_mean, ...) */
    char alias[LAYER_NAME_SIZE], norm_alias[LAYER_NAME_SIZE]; /* what other files call the two; or "" */
    int bias;                                                 /* 1: a convolution with a bias of its own */
    int input, output;                                        /* tensors */
    int residual;                                             /* tensor added before the activation, or -1 */
    int window, stride, groups;
    int pad_before, pad_after; /* top and left, bottom and right */
    enum activation activation;
};

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
int graph_first_reader(const struct graph *, int tensor);
/* Whether the gradient of a layer's output may become that of its residual in place: it is the first to come back. */
int graph_reuses_residual(const struct graph *, int layer);
/* The layer that makes a tensor; -1 for the image. */
int graph_producer(const struct graph *, int tensor);

/* Multiply-adds of all convolutions, for one image, forward. */
double graph_multiply_adds(const struct graph *);

#endif
