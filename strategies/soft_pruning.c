/* soft_pruning.c - drops some of the well-learned samples at random and gives the remaining ones of them more weight,
 * so that the mean over many selections is the full gradient (InfoBatch: Qin et al. 2024, "InfoBatch: Lossless Training
 * Speed Up by Unbiased Dynamic Data Pruning").
 *
 * A sample's score is its loss at the last visit; one that was never seen counts as not learned. The group that is
 * pruned are the samples of the batch whose score is below the mean of those seen, or the B - K/2 with the lowest
 * scores if that is more (of equals the first in the batch). So at least half of the K come from it, and no weight is
 * above 2 B / K. All other samples are selected with weight 1. Of the m in the group, as many are drawn uniformly as
 * are missing to K, each with weight m / that number.
 *
 * The published rule drops the share `r` of those below the mean, however many remain. Option r does that: it selects
 * fewer than K, and falls back to the rule above if K are not enough. The paper stops pruning before the end of
 * training; that can be set by the schedule of the portion. As it needs no embeddings, it runs direct. */
#include "strategies/strategy.h"

#include <math.h>
#include <stdlib.h>

#include "base/number.h"

struct soft_pruning_options {
    double r;
};

static const struct field fields[] = {
    {"r", "share of those below the mean that is dropped; 0: as many as leaves K", OPTION_REAL,
     offsetof(struct soft_pruning_options, r), "0", 0, 0.99, .later = 1},
    {0},
};

/* The group and how many of it stay. */
struct group {
    int size, kept;
};

/* The mean is over samples that were seen; if there is none, the count is 0. */
static int count_below_mean(const struct candidate *candidates, int size)
{
    double sum = 0;
    int seen = 0, below = 0;
    for (int i = 0; i < size; i++) {
        if (!isfinite(candidates[i].score)) continue;
        sum += candidates[i].score;
        seen++;
    }
    for (int i = 0; i < size; i++) below += seen > 0 && candidates[i].score < sum / seen;
    return below;
}

static struct group choose_group(double r, int below, int size, int count)
{
    struct group published = {below, (int)((1 - r) * below)};
    struct group enough = {.size = number_larger(below, size - count / 2)};
    enough.kept = count - (size - enough.size);
    return r > 0 && published.kept > 0 && size - below + published.kept <= count ? published : enough;
}

static void soft_pruning_select(const void *options, const struct batch *batch, int count, struct random *random,
                                struct selection *selection)
{
    const struct soft_pruning_options *o = options;
    struct candidate *candidates = selection->candidates;
    selection_begin(selection, batch);
    for (int i = 0; i < batch->size; i++) {
        float loss = batch->history[batch->ids[i]];
        candidates[i].score = isfinite(loss) ? loss : INFINITY;
    }
    struct group group = choose_group(o->r, count_below_mean(candidates, batch->size), batch->size, count);
    qsort(candidates, (size_t)batch->size, sizeof *candidates, candidate_by_rising_score);
    for (int i = 0; i < batch->size; i++) candidates[i].score = i < group.size ? random_uniform(random) : 1;
    selection_take_best(selection, batch->size, batch->size - group.size + group.kept);
    for (int k = 0; k < selection->count; k++)
        if (candidates[k].score < 1) selection->weight[k] = (float)group.size / (float)group.kept;
}

static int soft_pruning_selects_fewer(const void *options)
{
    return ((const struct soft_pruning_options *)options)->r > 0;
}

const struct strategy strategy_soft_pruning = {
    .plugin = {.name = "soft_pruning",
               .summary = "drops well-learned samples at random; those of them that stay get more weight",
               .fields = fields,
               .options_size = sizeof(struct soft_pruning_options)},
    .needs = NEEDS_IDS,
    .select = soft_pruning_select,
    .selects_fewer = soft_pruning_selects_fewer,
    .history = strategy_loss_history,
    .remember = strategy_remember_losses,
};
