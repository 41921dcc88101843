/* mobilenet_v2.c - MobileNetV2 1.0 (Sandler et al. 2018, "Inverted residuals and linear bottlenecks", table 2) with
 * torchvision's tensor names.
 *
 * Weights from TensorFlow need `padding: same`, which pads strided windows at the right and bottom only. */
#include "network/models/model.h"

#include <stdio.h>

struct mobilenet_v2_options {
    int padding; /* enum padding */
};

static const char *const paddings[] = {"symmetric", "same", NULL};

static const struct field fields[] = {
    {"padding", "of convolutions: symmetric as in PyTorch, or same as in TensorFlow", OPTION_CHOICE,
     offsetof(struct mobilenet_v2_options, padding), "symmetric", 0, 0, paddings},
    {0},
};

/* Table 2 of the paper: expansion, channels, repetitions, stride of the first. */
static const struct {
    int expansion, channels, blocks, stride;
} sequences[] = {{1, 16, 1, 1}, {6, 24, 2, 2},  {6, 32, 3, 2}, {6, 64, 4, 2},
                 {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1}};
enum { SEQUENCES = sizeof sequences / sizeof *sequences };

/* A block's position: torchvision numbers blocks throughout, timm within each sequence. */
struct place {
    int feature, sequence, block;
};

/* A convolution of a block and its batch norm: features.F.conv.A and .B here, blocks.S.B.C and .D in timm. */
static int convolution(struct graph *graph, struct convolution layer, struct place at, const char *suffix,
                       const char *norm_suffix, const char *alias_suffix, const char *norm_alias_suffix)
{
    char name[LAYER_NAME_SIZE], norm[LAYER_NAME_SIZE], alias[LAYER_NAME_SIZE], norm_alias[LAYER_NAME_SIZE];
    snprintf(name, sizeof name, "features.%d.conv.%s", at.feature, suffix);
    snprintf(norm, sizeof norm, "features.%d.conv.%s", at.feature, norm_suffix);
    snprintf(alias, sizeof alias, "blocks.%d.%d.%s", at.sequence, at.block, alias_suffix);
    snprintf(norm_alias, sizeof norm_alias, "blocks.%d.%d.%s", at.sequence, at.block, norm_alias_suffix);
    layer.name = name;
    layer.norm = norm;
    layer.alias = alias;
    layer.norm_alias = norm_alias;
    return graph_convolution(graph, &layer);
}

/* Filter 3x3 per channel, project 1x1: the first block, which does not expand. */
static int separable(struct graph *graph, int input, struct place at, int channels, enum padding padding)
{
    int from = graph->tensor[input].channels;
    struct convolution filter = {.input = input,
                                 .channels = from,
                                 .window = 3,
                                 .groups = from,
                                 .padding = padding,
                                 .activation = ACTIVATION_RELU6};
    int tensor = convolution(graph, filter, at, "0.0", "0.1", "conv_dw", "bn1");
    struct convolution project = {.input = tensor, .channels = channels, .window = 1};
    return convolution(graph, project, at, "1", "2", "conv_pw", "bn2");
}

/* Expand 1x1, filter 3x3 per channel, project 1x1; the input is added if the shapes allow. */
static int inverted_residual(struct graph *graph, int input, struct place at, int expansion, int channels, int stride,
                             enum padding padding)
{
    int from = graph->tensor[input].channels, hidden = from * expansion;
    struct convolution expand = {.input = input, .channels = hidden, .window = 1, .activation = ACTIVATION_RELU6};
    int tensor = convolution(graph, expand, at, "0.0", "0.1", "conv_pw", "bn1");
    struct convolution filter = {.input = tensor,
                                 .channels = hidden,
                                 .window = 3,
                                 .stride = stride,
                                 .groups = hidden,
                                 .padding = padding,
                                 .activation = ACTIVATION_RELU6};
    tensor = convolution(graph, filter, at, "1.0", "1.1", "conv_dw", "bn2");
    struct convolution project = {
        .input = tensor, .channels = channels, .window = 1, .add = stride == 1 && from == channels, .residual = input};
    return convolution(graph, project, at, "2", "3", "conv_pwl", "bn3");
}

static void mobilenet_v2_build(const void *given, struct graph *graph)
{
    const struct mobilenet_v2_options *options = given;
    enum padding padding = (enum padding)options->padding;
    struct convolution stem = {.name = "features.0.0",
                               .norm = "features.0.1",
                               .alias = "conv_stem",
                               .norm_alias = "bn1",
                               .channels = 32,
                               .window = 3,
                               .stride = 2,
                               .padding = padding,
                               .activation = ACTIVATION_RELU6};
    int tensor = graph_convolution(graph, &stem);
    struct place at = {.feature = 1};
    for (; at.sequence < SEQUENCES; at.sequence++)
        for (at.block = 0; at.block < sequences[at.sequence].blocks; at.block++, at.feature++) {
            int expansion = sequences[at.sequence].expansion, channels = sequences[at.sequence].channels;
            int stride = at.block == 0 ? sequences[at.sequence].stride : 1;
            tensor = expansion > 1 ? inverted_residual(graph, tensor, at, expansion, channels, stride, padding)
                                   : separable(graph, tensor, at, channels, padding);
        }
    struct convolution last = {.name = "features.18.0",
                               .norm = "features.18.1",
                               .alias = "conv_head",
                               .norm_alias = "bn2",
                               .input = tensor,
                               .channels = 1280,
                               .window = 1,
                               .activation = ACTIVATION_RELU6};
    graph_convolution(graph, &last);
}

const struct model model_mobilenet_v2 = {
    .plugin = {"mobilenet_v2", "MobileNetV2 1.0, frozen batch norm, 1280 pooled features", fields,
               sizeof(struct mobilenet_v2_options)},
    .pretrained = 1,
    .smallest_image = 32,
    .build = mobilenet_v2_build,
};
