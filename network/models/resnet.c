/* resnet.c - ResNet-18, -34 and -50 (He et al. 2016, "Deep residual learning for image recognition", table 1), with a
 * bottleneck's stride in its 3x3 convolution, as in torchvision and timm, and with their tensor names. */
#include "network/models/model.h"

#include <stdio.h>

enum { STAGES = 4, EXPANSION = 4 };

struct variant {
    int bottleneck;     /* 1: 1x1, 3x3, 1x1 of four times the channels; 0: two 3x3 */
    int blocks[STAGES]; /* of each stage */
};

static const int stage_channels[STAGES] = {64, 128, 256, 512};

/* A convolution and its batch norm, called `prefix` + suffix. */
static int convolution(struct graph *graph, struct convolution layer, const char *prefix, const char *suffix,
                       const char *norm_suffix)
{
    char name[LAYER_NAME_SIZE], norm[LAYER_NAME_SIZE];
    snprintf(name, sizeof name, "%s%s", prefix, suffix);
    snprintf(norm, sizeof norm, "%s%s", prefix, norm_suffix);
    layer.name = name;
    layer.norm = norm;
    return graph_convolution(graph, &layer);
}

/* What the block's sum adds: its input, or a projection of it if shapes differ. */
static int shortcut(struct graph *graph, int input, const char *prefix, int channels, int stride)
{
    if (stride == 1 && graph->tensor[input].channels == channels) return input;
    return convolution(graph, (struct convolution){.input = input, .channels = channels, .window = 1, .stride = stride},
                       prefix, "downsample.0", "downsample.1");
}

static int basic_block(struct graph *graph, int input, const char *prefix, int channels, int stride)
{
    int residual = shortcut(graph, input, prefix, channels, stride);
    struct convolution first = {
        .input = input, .channels = channels, .window = 3, .stride = stride, .activation = ACTIVATION_RELU};
    struct convolution second = {.input = convolution(graph, first, prefix, "conv1", "bn1"),
                                 .channels = channels,
                                 .window = 3,
                                 .add = 1,
                                 .residual = residual,
                                 .activation = ACTIVATION_RELU};
    return convolution(graph, second, prefix, "conv2", "bn2");
}

static int bottleneck_block(struct graph *graph, int input, const char *prefix, int channels, int stride)
{
    int residual = shortcut(graph, input, prefix, channels * EXPANSION, stride);
    struct convolution reduce = {.input = input, .channels = channels, .window = 1, .activation = ACTIVATION_RELU};
    struct convolution filter = {.input = convolution(graph, reduce, prefix, "conv1", "bn1"),
                                 .channels = channels,
                                 .window = 3,
                                 .stride = stride,
                                 .activation = ACTIVATION_RELU};
    struct convolution expand = {.input = convolution(graph, filter, prefix, "conv2", "bn2"),
                                 .channels = channels * EXPANSION,
                                 .window = 1,
                                 .add = 1,
                                 .residual = residual,
                                 .activation = ACTIVATION_RELU};
    return convolution(graph, expand, prefix, "conv3", "bn3");
}

static void build(struct graph *graph, const struct variant *variant)
{
    char prefix[LAYER_NAME_SIZE];
    int (*block)(struct graph *, int, const char *, int, int) = variant->bottleneck ? bottleneck_block : basic_block;
    struct convolution stem = {.channels = 64, .window = 7, .stride = 2, .activation = ACTIVATION_RELU};
    int tensor = convolution(graph, stem, "", "conv1", "bn1");
    tensor = graph_max_pool(graph, tensor, 3, 2, PADDING_SYMMETRIC);
    for (int s = 0; s < STAGES; s++)
        for (int b = 0; b < variant->blocks[s]; b++) {
            snprintf(prefix, sizeof prefix, "layer%d.%d.", s + 1, b);
            tensor = block(graph, tensor, prefix, stage_channels[s], s > 0 && b == 0 ? 2 : 1);
        }
}

static void resnet_build_18(const void *options, struct graph *graph)
{
    (void)options;
    build(graph, &(struct variant){0, {2, 2, 2, 2}});
}

static void resnet_build_34(const void *options, struct graph *graph)
{
    (void)options;
    build(graph, &(struct variant){0, {3, 4, 6, 3}});
}

static void resnet_build_50(const void *options, struct graph *graph)
{
    (void)options;
    build(graph, &(struct variant){1, {3, 4, 6, 3}});
}

const struct model model_resnet18 = {
    .plugin = {.name = "resnet18", .summary = "ResNet-18, frozen batch norm, 512 pooled features"},
    .pretrained = 1,
    .smallest_image = 32,
    .build = resnet_build_18,
};

const struct model model_resnet34 = {
    .plugin = {.name = "resnet34", .summary = "ResNet-34, frozen batch norm, 512 pooled features"},
    .pretrained = 1,
    .smallest_image = 32,
    .build = resnet_build_34,
};

const struct model model_resnet50 = {
    .plugin = {.name = "resnet50", .summary = "ResNet-50, frozen batch norm, 2048 pooled features"},
    .pretrained = 1,
    .smallest_image = 32,
    .build = resnet_build_50,
};
