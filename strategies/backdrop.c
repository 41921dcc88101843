/* backdrop.c - each sample is kept independently with chance K/B, and weighted B / the number kept (Golkar and Cranmer
 * 2018, "Backdrop: Stochastic Backpropagation"): for losses that do not decompose into samples, the whole batch enters
 * the loss, and the gradient flows through a random mask.
 *
 * The number is drawn first, and then which samples. Memory is planned for K, so a draw of more than K counts as K, and
 * a draw of none as one. Either way all samples are equally likely, and the mean over many selections is the full
 * gradient. */
#include "strategies/strategy.h"

#include <math.h>

#include "base/number.h"

static void backdrop_select(const void *options, const struct batch *batch, int count, struct random *random,
                            struct selection *selection)
{
    int kept = 0;
    (void)options;
    for (int i = 0; i < batch->size; i++) kept += (int)random_below(random, (uint32_t)batch->size) < count;
    kept = number_larger(1, number_smaller(kept, count));
    selection_take_random(selection, batch->size, kept, random);
    for (int k = 0; k < kept; k++) selection->weight[k] = (float)batch->size / (float)kept;
}

/* The mean of a binomial draw clamped to 1 .. K; from logarithms of its probabilities, so that no B is too large. */
static double backdrop_expected_count(const void *options, int count, int size)
{
    double chance = (double)count / size, sum = 0;
    (void)options;
    if (count == size) return size;
    for (int kept = 0; kept <= size; kept++) {
        double ways = lgamma(size + 1.0) - lgamma(kept + 1.0) - lgamma(size - kept + 1.0);
        sum += exp(ways + kept * log(chance) + (size - kept) * log1p(-chance)) *
               number_larger(1, number_smaller(kept, count));
    }
    return sum;
}

static int backdrop_selects_fewer(const void *options)
{
    (void)options;
    return 1;
}

const struct strategy strategy_backdrop = {
    .plugin = {.name = "backdrop", .summary = "each sample with chance K/B, weighted to be unbiased; up to K"},
    .needs = NEEDS_NOTHING,
    .select = backdrop_select,
    .selects_fewer = backdrop_selects_fewer,
    .expected_count = backdrop_expected_count,
};
