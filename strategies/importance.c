/* importance.c - K samples drawn with chances pi_i in proportion to |u_i| and weighted by 1 / pi_i, so that the
 * expected gradient is the full one (Katharopoulos & Fleuret 2018, "Not all samples are created equal"; they draw with
 * replacement).
 *
 * The draw is without replacement, so that all K are distinct. A sample whose chance would exceed 1 is certain. The
 * rest are drawn systematically: one wherever the running sum of chances passes another whole number after a random
 * start (Madow 1949), which gives exactly the required chances. If fewer than K samples have any gradient, all of those
 * are certain and others, whose weight does not matter, fill up with equal chances.
 *
 * replacement: K draws with chances q_i = |u_i| / sum |u|; a sample that came n times has weight n / (K q_i), so that
 * fewer than K are selected. If no sample has a gradient, all q_i are 1 / B.
 *
 * switch: use importance only if it should pay. tau = (1 - sum (q_i - 1/B)^2 / sum q_i^2)^(-1/2) = sqrt(B sum q_i^2)
 * says how much larger a uniform sample would have to be for the same variance. Its moving average over earlier batches
 * (starting at 0, keeping 0.9 each time) must exceed (B + 3K) / (B + 2K), because a backward pass costs two forward
 * passes, and two_pass forwards K once more. (In the paper a uniform choice costs 3K, as it embeds no others; here all
 * B are embedded anyway.) Otherwise K are drawn uniformly, with weight B / K. */
#include "strategies/strategy.h"

#include <math.h>

struct importance_options {
    int replacement, switches;
};

static const struct field fields[] = {
    {"replacement", "K draws with replacement, so that fewer than K samples are selected", OPTION_FLAG,
     offsetof(struct importance_options, replacement), .later = 1},
    {"switch", "draw uniformly if importance sampling promises too little", OPTION_FLAG,
     offsetof(struct importance_options, switches), .later = 1},
    {0},
};

/* Samples whose chance is not settled yet: how many, and the sum of their |u|. */
struct open {
    int count, wanted;
    double sum;
};

static int is_open(const struct candidate *candidate)
{
    return candidate->group == 0;
}

/* `score` is |u_i|; `group` is 1 if the sample is certain. Makes samples certain whose chance would be 1 or more;
 * returns whether there were any. */
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

/* Turns |u_i| into chances. */
static void set_chances(struct candidate *candidates, int size, struct open open)
{
    double sum = 0; /* again, since subtracting has lost digits */
    for (int i = 0; i < size; i++) sum += is_open(&candidates[i]) ? candidates[i].score : 0;
    for (int i = 0; i < size; i++) {
        double share = sum > 0 ? candidates[i].score / sum : 1.0 / open.count;
        candidates[i].score = is_open(&candidates[i]) ? fmin(1, open.wanted * share) : 1;
    }
}

static void draw_distinct(const struct batch *batch, int count, struct random *random, struct selection *selection)
{
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
            /* Rounding may leave the sum just short of the last whole number; then the samples that are left are
             * taken. */
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

/* `group` counts how often a sample came. */
static void draw_with_replacement(const struct batch *batch, int count, struct random *random,
                                  struct selection *selection)
{
    struct candidate *candidates = selection->candidates;
    double sum = measure(candidates, batch, count).sum;
    for (int i = 0; i < batch->size; i++) candidates[i].score = sum > 0 ? candidates[i].score / sum : 1.0 / batch->size;
    for (int draw = 0; draw < count; draw++) {
        double mark = random_uniform(random), passed = 0;
        int taken = 0;
        for (int i = 0; i < batch->size && passed <= mark; i++) {
            passed += candidates[i].score;
            if (candidates[i].score > 0) taken = i; /* if rounding leaves the sum below the mark, the last one */
        }
        candidates[taken].group++;
    }
    selection->count = 0;
    for (int i = 0; i < batch->size; i++) {
        if (candidates[i].group == 0) continue;
        selection->index[selection->count] = i;
        selection->weight[selection->count++] = (float)(candidates[i].group / (count * candidates[i].score));
    }
}

static void draw_uniformly(const struct batch *batch, int count, struct random *random, struct selection *selection)
{
    selection_take_random(selection, batch->size, count, random);
    for (int k = 0; k < count; k++) selection->weight[k] = (float)batch->size / (float)count;
}

/* Whether importance pays, by tau's average, which is the history. */
static int pays(const struct batch *batch, int count)
{
    double size = batch->size, k = count;
    return batch->history[0] > (size + 3 * k) / (size + 2 * k);
}

static void importance_select(const void *options, const struct batch *batch, int count, struct random *random,
                              struct selection *selection)
{
    const struct importance_options *o = options;
    if (o->switches && !pays(batch, count))
        draw_uniformly(batch, count, random, selection);
    else if (o->replacement)
        draw_with_replacement(batch, count, random, selection);
    else
        draw_distinct(batch, count, random, selection);
}

static int importance_selects_fewer(const void *options)
{
    return ((const struct importance_options *)options)->replacement;
}

static size_t importance_history(const void *options, int images, int size)
{
    (void)images, (void)size;
    return ((const struct importance_options *)options)->switches ? 1 : 0;
}

static void importance_remember(const void *options, const struct batch *batch, float *history)
{
    double sum = 0, square = 0, size = batch->size;
    (void)options;
    for (int i = 0; i < batch->size; i++) {
        double norm_square = strategy_gradient_square(batch, i);
        if (!isfinite(norm_square)) continue;
        sum += sqrt(norm_square);
        square += norm_square;
    }
    double tau = sum > 0 ? sqrt(size * square) / sum : 1;
    history[0] = (float)(0.9 * (isnan(history[0]) ? 0 : history[0]) + 0.1 * tau);
}

const struct strategy strategy_importance = {
    .plugin = {.name = "importance",
               .summary = "K samples drawn in proportion to their gradient, weighted to be unbiased",
               .fields = fields,
               .options_size = sizeof(struct importance_options)},
    .needs = NEEDS_GRADIENTS,
    .select = importance_select,
    .selects_fewer = importance_selects_fewer,
    .history = importance_history,
    .remember = importance_remember,
};
