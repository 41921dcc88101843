/* conv4.c - four blocks of 3x3 convolution, ReLU, 2x2 max pooling and a normalization over each sample alone.
 *
 * This is the small network of few-shot learning (Vinyals et al. 2016, "Matching networks"); it trains from scratch in
 * minutes. Its batch norm is replaced by a layer norm (Ba et al. 2016), so that samples do not see each other and
 * partial gradients are exact. The norm has no scale and shift: the next convolution holds both. */
#include "network/models/model.h"

#include <stdio.h>

struct conv4_options {
    int channels;
};

static const struct field fields[] = {
    {"channels", "channels of every block, a multiple of 16", OPTION_INT, offsetof(struct conv4_options, channels),
     "64", 16, 512, NULL},
    {0},
};

static void conv4_build(const void *given, struct graph *graph)
{
    const struct conv4_options *options = given;
    int channels = (options->channels + 15) / 16 * 16;
    int tensor = 0;
    for (int block = 0; block < 4; block++) {
        char name[LAYER_NAME_SIZE];
        snprintf(name, sizeof name, "blocks.%d.conv", block);
        tensor = graph_convolution(
            graph,
            &(struct convolution){
                .name = name, .input = tensor, .channels = channels, .window = 3, .activation = ACTIVATION_RELU});
        tensor = graph_max_pool(graph, tensor, 2, 2, PADDING_SAME);
        if (block < 3) tensor = graph_norm(graph, tensor);
    }
}

const struct model model_conv4 = {
    .plugin = {"conv4", "four 3x3 convolutions with per-sample normalization, from scratch", fields,
               sizeof(struct conv4_options)},
    .smallest_image = 16,
    .build = conv4_build,
};
