/* selective.c - K samples drawn without replacement, with chances that grow with the rank of their loss: F(l_i)^beta,
 * where F is the share of the batch whose loss is no larger (Selective-Backprop, Jiang et al. 2019, "Accelerating deep
 * learning by focusing on the biggest losers", which draws each sample independently, so that K varies). Drawn by
 * exponential keys, log(u) / w largest first (Efraimidis & Spirakis 2006). Equal losses have equal chances.
 *
 * With `last`, F covers the losses of that many earlier batches too, as in the paper. `auto` uses the chances of
 * MosaicML's Composer, ((rank - 1/2) / N)^(1/p - 1) with p = K / B; equal losses share the mean of their ranks.
 * Composer also prunes only from half to nine tenths of training and leaves every second batch whole; that can be set
 * by the schedule of the portion. */
#include "strategies/strategy.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct selective_options {
    double beta;
    int automatic, last;
};

static const struct field fields[] = {
    {"beta", "power of the loss's rank; 0: uniform", OPTION_REAL, offsetof(struct selective_options, beta), "1", 0, 100,
     NULL},
    {"auto", "chances ((rank - 1/2) / N)^(1/p - 1) in beta's place", OPTION_FLAG,
     offsetof(struct selective_options, automatic), .later = 1},
    {"last", "earlier batches whose losses are ranked too", OPTION_INT, offsetof(struct selective_options, last), "0",
     0, 64, .later = 1},
    {0},
};

/* How many earlier losses are smaller than this one, and how many are equal. */
struct tally {
    int count, smaller, equal;
};

/* The history: where the next batch goes, then `last` batches of losses; NAN if there was none yet. */
static size_t selective_history(const void *options, int images, int size)
{
    const struct selective_options *o = options;
    (void)images;
    return o->last > 0 ? 1 + (size_t)o->last * (size_t)size : 0;
}

static void selective_remember(const void *options, const struct batch *batch, float *history)
{
    const struct selective_options *o = options;
    int next = isnan(history[0]) ? 0 : (int)history[0];
    memcpy(history + 1 + (size_t)next * (size_t)batch->size, batch->sample_losses, (size_t)batch->size * sizeof(float));
    history[0] = (float)((next + 1) % o->last);
}

static struct tally count_earlier(const struct selective_options *o, const struct batch *batch, double loss)
{
    struct tally tally = {0};
    size_t size = selective_history(o, 0, batch->size);
    for (size_t i = 1; i < size; i++) {
        tally.count += !isnan(batch->history[i]);
        tally.smaller += batch->history[i] < loss;
        tally.equal += batch->history[i] == loss;
    }
    return tally;
}

/* Turns sorted losses into numbers in proportion to their chances. */
static void weigh(const struct selective_options *o, const struct batch *batch, int count, struct candidate *candidates)
{
    double power = o->automatic ? (double)batch->size / count - 1 : o->beta, share = o->automatic ? 0.5 : 1;
    for (int first = 0, end; first < batch->size; first = end) {
        for (end = first + 1; end < batch->size && candidates[end].score == candidates[first].score;) end++;
        struct tally earlier = count_earlier(o, batch, candidates[first].score);
        double rank = first + earlier.smaller + share * (end - first + earlier.equal);
        double weight = pow(rank / (batch->size + earlier.count), power);
        for (int i = first; i < end; i++) candidates[i].score = weight;
    }
}

static void selective_select(const void *options, const struct batch *batch, int count, struct random *random,
                             struct selection *selection)
{
    const struct selective_options *o = options;
    struct candidate *candidates = selection->candidates;
    selection_begin(selection, batch);
    for (int i = 0; i < batch->size; i++)
        candidates[i].score = isnan(batch->sample_losses[i]) ? INFINITY : batch->sample_losses[i];
    qsort(candidates, (size_t)batch->size, sizeof *candidates, candidate_by_rising_score);
    weigh(o, batch, count, candidates);
    qsort(candidates, (size_t)batch->size, sizeof *candidates, candidate_by_position);
    for (int i = 0; i < batch->size; i++)
        candidates[i].score = log(1 - (double)random_uniform(random)) / candidates[i].score;
    selection_take_best(selection, batch->size, count);
}

const struct strategy strategy_selective = {
    .plugin = {.name = "selective",
               .summary = "K samples drawn with chances that grow with the rank of their loss",
               .fields = fields,
               .options_size = sizeof(struct selective_options)},
    .needs = NEEDS_LOSSES,
    .select = selective_select,
    .history = selective_history,
    .remember = selective_remember,
};
