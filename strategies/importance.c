/* importance.c - K samples drawn with chances pi_i in proportion to |u_i| and weighted by 1 / pi_i, so that the
 * expected gradient is the full one (Katharopoulos & Fleuret 2018, "Not all samples are created equal"; they draw with
 * replacement).
 *
 * Drawn without replacement, so that K are distinct: a sample whose chance would pass 1 is certain, and the rest is
 * drawn systematically, each where the running sum of chances passes another whole number after a random start (Madow
 * 1949), which gives exactly the chances asked for. Where fewer than K samples have any gradient, all of them are
 * certain and the others, whose weight does not matter, fill up with equal chances. */
#include "strategies/strategy.h"

#include <math.h>

/* Samples whose chance is not settled yet: how many, and the sum of their |u|. */
struct open {
    int count, wanted;
    double sum;
};

static int is_open(const struct candidate *candidate)
{
    return candidate->group == 0;
}

/* In `score` |u_i|, in `group` 1 where the sample is certain. Makes those certain whose share of what is wanted is 1 or
 * more; says whether any were. */
static int settle_certain(struct candidate *candidates, int size, struct open *open)
{
    struct open before = *open;
    for (int i = 0; i < size; i++) {
        struct candidate *candidate = &candidates[i];
        if (!is_open(candidate) || before.wanted * candidate->score < before.sum || candidate->score == 0) continue;
        candidate->group = 1;
        open->count--;
        open->wanted--;
        open->sum -= candidate->score;
    }
    return open->wanted < before.wanted && open->wanted > 0;
}

static struct open measure(struct candidate *candidates, const struct batch *batch, int count)
{
    struct open open = {batch->size, count, 0};
    for (int i = 0; i < batch->size; i++) {
        double norm = sqrt(strategy_gradient_square(batch, i));
        candidates[i] = (struct candidate){.score = isfinite(norm) ? norm : 0, .position = i};
        open.sum += candidates[i].score;
    }
    return open;
}

/* |u_i| become chances. */
static void set_chances(struct candidate *candidates, int size, struct open open)
{
    double sum = 0; /* again, since subtracting has lost digits */
    for (int i = 0; i < size; i++) sum += is_open(&candidates[i]) ? candidates[i].score : 0;
    for (int i = 0; i < size; i++) {
        double share = sum > 0 ? candidates[i].score / sum : 1.0 / open.count;
        candidates[i].score = is_open(&candidates[i]) ? fmin(1, open.wanted * share) : 1;
    }
}

static void importance_select(const void *options, const struct batch *batch, int count, struct random *random,
                              struct selection *selection)
{
    (void)options;
    struct candidate *candidates = selection->candidates;
    struct open open = measure(candidates, batch, count);
    while (settle_certain(candidates, batch->size, &open)) continue;
    set_chances(candidates, batch->size, open);
    double passed = 1 - (double)random_uniform(random); /* the next whole number, less the start */
    selection->count = 0;
    for (int i = 0, left = open.wanted; i < batch->size; i++) {
        int taken = !is_open(&candidates[i]);
        if (!taken && left > 0) {
            passed -= candidates[i].score;
            /* Rounding may leave the last whole number a hair away: those that are left must do. */
            taken = passed <= 0 || open.count <= left;
            passed += taken;
            left -= taken;
        }
        open.count -= is_open(&candidates[i]);
        if (!taken) continue;
        selection->index[selection->count] = i;
        selection->weight[selection->count++] = candidates[i].score > 0 ? (float)(1 / candidates[i].score) : 1;
    }
}

const struct strategy strategy_importance = {
    .plugin = {.name = "importance",
               .summary = "K samples drawn in proportion to their gradient, weighted to be unbiased"},
    .needs = NEEDS_GRADIENTS,
    .select = importance_select,
};
