/* judge.c - see judge.h. */
#include "harness/training/judge.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

size_t judge_bytes(const struct settings *settings, size_t values)
{
    return settings->judge == JUDGE_BEST ? values * sizeof(float) : 0;
}

int judge_init(struct judge *judge, const struct settings *settings, struct network *network, struct error *error)
{
    int count;
    const struct parameter *parameters = network_parameters(network, &count);
    size_t bytes = judge_bytes(settings, parameter_values(parameters, count));
    *judge = (struct judge){.settings = settings, .best_score = -INFINITY, .count = bytes / sizeof(float)};
    if (bytes == 0) return 0;
    judge->best = calloc(1, bytes);
    return judge->best ? 0 : error_set(error, "out of memory for a second copy of the weights (judge: best)");
}

void judge_release(struct judge *judge)
{
    free(judge->best);
    *judge = (struct judge){0};
}

static void keep(struct judge *judge, struct network *network)
{
    int count;
    const struct parameter *parameters = network_parameters(network, &count);
    float *at = judge->best;
    for (int p = 0; at && p < count; at += parameters[p++].count)
        memcpy(at, parameters[p].value, parameters[p].count * sizeof(float));
}

void judge_look(struct judge *judge, struct network *network, int epoch, double score)
{
    if (epoch == 0 || isnan(score) || score <= judge->best_score) return;
    judge->best_epoch = epoch;
    judge->best_score = score;
    keep(judge, network);
}

int judge_is_over(const struct judge *judge, int epoch)
{
    int patience = judge->settings->patience;
    return patience > 0 && epoch > 0 && epoch - judge->best_epoch >= patience;
}

int judge_epoch(const struct judge *judge, int last)
{
    return judge->best && judge->best_epoch > 0 ? judge->best_epoch : last;
}

void judge_swap(struct judge *judge, struct network *network)
{
    int count;
    struct parameter *parameters = network_parameters(network, &count);
    float *at = judge->best;
    for (int p = 0; p < count; at += parameters[p++].count)
        for (size_t i = 0; i < parameters[p].count; i++) {
            float value = parameters[p].value[i];
            parameters[p].value[i] = at[i];
            at[i] = value;
        }
    network_refresh(network);
}

void judge_checkpoint(struct judge *judge, struct checkpoint *checkpoint)
{
    checkpoint_add(checkpoint, &judge->best_epoch, sizeof judge->best_epoch);
    checkpoint_add(checkpoint, &judge->best_score, sizeof judge->best_score);
    checkpoint_add(checkpoint, judge->best, judge->count * sizeof(float));
}
