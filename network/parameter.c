/* parameter.c - see parameter.h. */
#include "network/parameter.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/random.h"

static const float BATCH_NORM_EPSILON = 1e-5f;

static int add(struct parameter_list *list, const char *layer, const char *alias, const char *member,
               struct parameter parameter)
{
    snprintf(parameter.name, sizeof parameter.name, "%s.%s", layer, member);
    if (alias[0]) snprintf(parameter.alias, sizeof parameter.alias, "%s.%s", alias, member);
    parameter.count = 1;
    for (int i = 0; i < parameter.rank; i++) parameter.count *= (size_t)parameter.shape[i];
    list->parameter[list->count] = parameter;
    return list->count++;
}

static void add_norm(struct parameter_list *list, const struct layer *layer, int channels, int trained,
                     struct layer_parameters *at)
{
    struct parameter zeros = {.rank = 1, .shape = {channels}, .trained = trained}, ones = zeros;
    ones.initial = 1;
    at->scale = add(list, layer->norm, layer->norm_alias, "weight", ones);
    at->shift = add(list, layer->norm, layer->norm_alias, "bias", zeros);
    zeros.trained = ones.trained = 0;
    ones.nonnegative = 1;
    at->mean = add(list, layer->norm, layer->norm_alias, "running_mean", zeros);
    at->variance = add(list, layer->norm, layer->norm_alias, "running_var", ones);
}

struct layer_parameters parameter_list_add_layer(struct parameter_list *list, const struct graph *graph,
                                                 const struct layer *layer, int trained)
{
    struct layer_parameters at = {-1, -1, -1, -1, -1};
    int o = graph->tensor[layer->output].channels;
    int i = layer->groups > 0 ? graph->tensor[layer->input].channels / layer->groups
                              : 0; /* only convolutions have weights */
    if (layer->kind == LAYER_CONVOLUTION)
        at.weight = add(list, layer->name, layer->alias, "weight",
                        (struct parameter){
                            .rank = 4, .shape = {o, i, layer->window, layer->window}, .trained = trained, .decay = 1});
    if (layer->bias)
        at.shift = add(list, layer->name, layer->alias, "bias",
                       (struct parameter){.rank = 1, .shape = {o}, .trained = trained});
    if (layer->norm[0]) add_norm(list, layer, o, trained, &at);
    return at;
}

void parameter_list_add_head(struct parameter_list *list, int dim, int channels)
{
    add(list, "head", "", "weight",
        (struct parameter){.rank = 2, .shape = {dim, channels}, .trained = 1, .decay = 1, .is_head = 1});
    add(list, "head", "", "bias", (struct parameter){.rank = 1, .shape = {dim}, .trained = 1, .is_head = 1});
}

size_t parameter_values(const struct parameter *parameters, int count)
{
    size_t values = 0;
    for (int p = 0; p < count; p++) values += parameters[p].count;
    return values;
}

void parameter_list_initialize(struct parameter_list *list, uint64_t seed)
{
    for (int p = 0; p < list->count; p++) {
        struct parameter *parameter = &list->parameter[p];
        struct random random = random_stream(seed, RANDOM_WEIGHTS, (uint32_t)p, 0);
        float deviation = sqrtf(2 / (float)(parameter->count / (size_t)parameter->shape[0]));
        for (size_t i = 0; i < parameter->count; i++)
            parameter->value[i] = parameter->rank > 1 ? deviation * random_normal(&random) : parameter->initial;
    }
}

static float channel_scale(const struct parameter_list *list, const struct layer_parameters *at, int channel)
{
    if (at->scale < 0) return 1;
    return list->parameter[at->scale].value[channel] /
           sqrtf(list->parameter[at->variance].value[channel] + BATCH_NORM_EPSILON);
}

void parameter_fold(const struct parameter_list *list, const struct layer_parameters *at, float *folded, float *bias)
{
    const struct parameter *weight = &list->parameter[at->weight];
    size_t row = weight->count / (size_t)weight->shape[0];
#pragma omp parallel for schedule(static)
    for (int c = 0; c < weight->shape[0]; c++) {
        float scale = channel_scale(list, at, c);
        const float *from = weight->value + (size_t)c * row;
        float *to = folded + (size_t)c * row;
        for (size_t i = 0; i < row; i++) to[i] = scale * from[i];
        bias[c] = at->shift >= 0 ? list->parameter[at->shift].value[c] : 0;
        if (at->scale >= 0) bias[c] -= list->parameter[at->mean].value[c] * scale;
    }
}

void parameter_unfold_gradient(struct parameter_list *list, const struct layer_parameters *at,
                               const float *bias_gradient)
{
    struct parameter *weight = &list->parameter[at->weight];
    size_t row = weight->count / (size_t)weight->shape[0];
    if (at->shift >= 0)
        memcpy(list->parameter[at->shift].gradient, bias_gradient, (size_t)weight->shape[0] * sizeof(float));
    if (at->scale < 0) return;
#pragma omp parallel for schedule(static)
    for (int c = 0; c < weight->shape[0]; c++) {
        float scale = channel_scale(list, at, c), product = 0;
        float *gradient = weight->gradient + (size_t)c * row;
        const float *value = weight->value + (size_t)c * row;
#pragma omp simd reduction(+ : product)
        for (size_t i = 0; i < row; i++) {
            product += gradient[i] * value[i];
            gradient[i] *= scale;
        }
        float deviation = sqrtf(list->parameter[at->variance].value[c] + BATCH_NORM_EPSILON);
        float mean = list->parameter[at->mean].value[c];
        list->parameter[at->scale].gradient[c] = (product - mean * bias_gradient[c]) / deviation;
    }
}
