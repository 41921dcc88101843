/* mobilenet_v2.c - MobileNetV2 1.0 (Sandler et al. 2018, "Inverted residuals and linear bottlenecks", table 2) with
 * torchvision's tensor names.
 *
 * Weights that come from TensorFlow want `padding: same`, which pads strided windows at the right and bottom only. */
#include "network/model.h"

#include <stdio.h>

struct mobilenet_v2_options {
    int padding; /* enum padding */
};

static const char *const paddings[] = {"symmetric", "same", NULL};

static const struct field fields[] = {
    {"padding", "around convolutions: symmetric as PyTorch's, or same as TensorFlow's", OPTION_CHOICE,
     offsetof(struct mobilenet_v2_options, padding), "symmetric", 0, 0, paddings},
    {0},
};

/* Table 2 of the paper: expansion, channels, repetitions, stride of the first. */
static const struct {
    int expansion, channels, blocks, stride;
} sequences[] = {{1, 16, 1, 1}, {6, 24, 2, 2},  {6, 32, 3, 2}, {6, 64, 4, 2},
                 {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1}};

/* A convolution and its batch norm, called `features.I` + suffix. */
static int convolution(struct graph *graph, struct convolution layer, int feature, const char *suffix,
                       const char *norm_suffix)
{
    char name[LAYER_NAME_SIZE], norm[LAYER_NAME_SIZE];
    snprintf(name, sizeof name, "features.%d.%s", feature, suffix);
    snprintf(norm, sizeof norm, "features.%d.%s", feature, norm_suffix);
    layer.name = name;
    layer.norm = norm;
    return graph_convolution(graph, &layer);
}

/* Expand 1x1, filter 3x3 per channel, project 1x1; the input is added where the shapes allow. */
static int inverted_residual(struct graph *graph, int input, int feature, int expansion, int channels, int stride,
                             enum padding padding)
{
    int from = graph->tensor[input].channels, hidden = from * expansion, tensor = input;
    if (expansion > 1)
        tensor = convolution(
            graph,
            (struct convolution){.input = tensor, .channels = hidden, .window = 1, .activation = ACTIVATION_RELU6},
            feature, "conv.0.0", "conv.0.1");
    tensor = convolution(graph,
                         (struct convolution){.input = tensor,
                                              .channels = hidden,
                                              .window = 3,
                                              .stride = stride,
                                              .groups = hidden,
                                              .padding = padding,
                                              .activation = ACTIVATION_RELU6},
                         feature, expansion > 1 ? "conv.1.0" : "conv.0.0", expansion > 1 ? "conv.1.1" : "conv.0.1");
    return convolution(graph,
                       (struct convolution){.input = tensor,
                                            .channels = channels,
                                            .window = 1,
                                            .add = stride == 1 && from == channels,
                                            .residual = input},
                       feature, expansion > 1 ? "conv.2" : "conv.1", expansion > 1 ? "conv.3" : "conv.2");
}

static void build(const void *given, struct graph *graph)
{
    const struct mobilenet_v2_options *options = given;
    enum padding padding = (enum padding)options->padding;
    int feature = 0;
    int tensor =
        convolution(graph,
                    (struct convolution){
                        .channels = 32, .window = 3, .stride = 2, .padding = padding, .activation = ACTIVATION_RELU6},
                    feature++, "0", "1");
    for (size_t s = 0; s < sizeof sequences / sizeof *sequences; s++)
        for (int block = 0; block < sequences[s].blocks; block++)
            tensor = inverted_residual(graph, tensor, feature++, sequences[s].expansion, sequences[s].channels,
                                       block == 0 ? sequences[s].stride : 1, padding);
    convolution(graph,
                (struct convolution){.input = tensor, .channels = 1280, .window = 1, .activation = ACTIVATION_RELU6},
                feature, "0", "1");
}

const struct model model_mobilenet_v2 = {
    .plugin = {"mobilenet_v2", "MobileNetV2 1.0, frozen batch norm, 1280 pooled features", fields,
               sizeof(struct mobilenet_v2_options)},
    .smallest_image = 32,
    .build = build,
};
