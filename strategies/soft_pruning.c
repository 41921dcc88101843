/* soft_pruning.c - drops at random some of the samples that are well learned, and lets those of them that stay weigh
 * more, so that the mean over many selections is the full gradient (InfoBatch: Qin et al. 2024, "InfoBatch: Lossless
 * Training Speed Up by Unbiased Dynamic Data Pruning").
 *
 * A sample's score is its loss at the last visit; one that was never seen counts as not learned. The n samples of the
 * batch whose score is below the mean of those seen are the group that is pruned, or the B - K/2 of the lowest scores
 * if that is more (of equals the first in the batch): so at least half of the K come from it, and no weight is above
 * 2 B / K. All others are selected with weight 1, and of the m in the group as many, drawn uniformly, as make K, with
 * weight m / that many.
 *
 * The published rule drops the share `r` of those below the mean, however many remain: option r, which selects fewer
 * than K, and falls back on the rule above if K are not enough for it. The paper stops pruning before the end; that
 * is for the schedule of the portion to say. As it needs no embeddings, it runs direct. */
#include "strategies/strategy.h"

#include <math.h>
#include <stdlib.h>

#include "base/number.h"

struct soft_pruning_options {
    double r;
};

static const struct field fields[] = {
    {"r", "share of those below the mean that is dropped; 0: as much as leaves K", OPTION_REAL,
     offsetof(struct soft_pruning_options, r), "0", 0, 0.99, .later = 1},
    {0},
};

/* Of whom how many stay. */
struct group {
    int size, kept;
};

/* The mean is over those that were seen; without one, none lies below. */
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
               .summary = "drops at random what was learned well at the last visit; the rest of that weighs more",
               .fields = fields,
               .options_size = sizeof(struct soft_pruning_options)},
    .needs = NEEDS_IDS,
    .select = soft_pruning_select,
    .selects_fewer = soft_pruning_selects_fewer,
    .history = strategy_loss_history,
    .remember = strategy_remember_losses,
};
