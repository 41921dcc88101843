/* matching.c - K samples and weights whose weighted sum of gradients is nearest to the batch's gradient (GRAD-MATCH:
 * Killamsetty et al. 2021, "GRAD-MATCH: Gradient Matching based Data Subset Selection for Efficient Deep Model
 * Training"): orthogonal matching pursuit of
 *
 *     min over S, |S| <= K, and w >= 0 of   |sum_B v_i - sum_S w_i v_i|^2 + lambda m |w|^2,   m = mean |v_i|^2 over the
 * batch,
 *
 * with v_i of gram.h. Each turn adds the sample with the largest <v_i, residual> and solves again for all weights. A
 * sample whose weight would be negative leaves S, as in non-negative least squares (Lawson and Hanson 1974), and may
 * return. In the paper m is 1; with m, the choice does not depend on the scale of the loss. Of equals the first in the
 * batch is chosen.
 *
 * It ends at K samples, if no sample would help, or if the residual is below 1e-4 of the batch's gradient. Remaining
 * places are filled at random, with weight `fill`: 0, or 1 as in CORDS, the authors' library. */
#include "strategies/strategy.h"

#include <math.h>

#include "strategies/gram.h"

struct matching_options {
    double lambda, fill;
};

static const struct field fields[] = {
    {"lambda", "penalty on the weights' squares, in mean squares of the samples' gradients", OPTION_REAL,
     offsetof(struct matching_options, lambda), "0.5", 0, 1e9, .later = 1},
    {"fill", "weight of the samples that fill remaining places", OPTION_REAL, offsetof(struct matching_options, fill),
     "0", 0, 1, .later = 1},
    {0},
};

static const double MATCHED = 1e-8,
                    SPANNED = 1e-6; /* shares of squares: of the residual, of a vector outside the span */
enum { TURNS = 3 };                 /* for each of the K samples, drops included */

struct match {
    int size, most, count; /* B, K, |S| */
    double ridge;          /* lambda m */
    float *gram;           /* (B, B) */
    double *goal, *left;   /* (B) <v_i, sum_B v>, <v_i, residual> */
    double *factor;        /* (K, K) lower: of the chosen ones' Gram matrix + ridge */
    double *weight, *next; /* (K) of the chosen; what they are to become */
    int *chosen;           /* (K) */
    char *is_chosen;       /* (B) */
};

static struct match take_match(const struct batch *shape, int count, struct arena *arena)
{
    size_t size = (size_t)shape->size, k = (size_t)count;
    struct match match = {.size = shape->size, .most = count};
    match.gram = gram_take(shape, arena);
    match.goal = arena_take(arena, size, sizeof(double));
    match.left = arena_take(arena, size, sizeof(double));
    match.factor = arena_take(arena, k * k, sizeof(double));
    match.weight = arena_take(arena, k, sizeof(double));
    match.next = arena_take(arena, k, sizeof(double));
    match.chosen = arena_take(arena, k, sizeof(int));
    match.is_chosen = arena_take(arena, size, 1);
    return match;
}

static void matching_scratch(const struct batch *shape, int count, struct arena *arena)
{
    take_match(shape, count, arena);
}

static double product_of(const struct match *match, int i, int j)
{
    return match->gram[(size_t)i * (size_t)match->size + (size_t)j];
}

/* Computes row `at` of the Cholesky factor from those before it. Returns 0 if the sample lies in the span of earlier
 * ones. */
static int factor_row(struct match *match, int at)
{
    size_t k = (size_t)match->most;
    double *row = match->factor + (size_t)at * k;
    double square = product_of(match, match->chosen[at], match->chosen[at]) + match->ridge, rest = square;
    for (int j = 0; j < at; j++) {
        const double *other = match->factor + (size_t)j * k;
        double sum = product_of(match, match->chosen[at], match->chosen[j]);
        for (int l = 0; l < j; l++) sum -= row[l] * other[l];
        row[j] = sum / other[j];
        rest -= row[j] * row[j];
    }
    if (!(rest > SPANNED * square)) return 0;
    row[at] = sqrt(rest);
    return 1;
}

/* next = (G_SS + ridge)^-1 goal_S. */
static void solve(struct match *match)
{
    size_t k = (size_t)match->most;
    double *x = match->next;
    for (int i = 0; i < match->count; i++) {
        const double *row = match->factor + (size_t)i * k;
        x[i] = match->goal[match->chosen[i]];
        for (int j = 0; j < i; j++) x[i] -= row[j] * x[j];
        x[i] /= row[i];
    }
    for (int i = match->count - 1; i >= 0; i--) {
        for (int j = i + 1; j < match->count; j++) x[i] -= match->factor[(size_t)j * k + (size_t)i] * x[j];
        x[i] /= match->factor[(size_t)i * k + (size_t)i];
    }
}

static int add(struct match *match, int i)
{
    match->chosen[match->count] = i;
    match->weight[match->count] = 0;
    match->is_chosen[i] = 1;
    if (!factor_row(match, match->count)) return 0;
    match->count++;
    return 1;
}

/* Removes samples whose weight has reached 0 and factors the others again; returns how many are left. */
static int drop(struct match *match)
{
    int count = match->count;
    match->count = 0;
    for (int i = 0; i < count; i++) {
        int sample = match->chosen[i];
        double weight = match->weight[i];
        match->is_chosen[sample] = weight > 0;
        if (weight > 0 && add(match, sample)) match->weight[match->count - 1] = weight;
    }
    return match->count;
}

/* Moves the weights towards `next` until one would become negative. Returns whether one has reached 0. */
static int advance(struct match *match)
{
    double reach = 1;
    int first = -1;
    for (int i = 0; i < match->count; i++) {
        if (match->next[i] > 0) continue;
        double fall = match->weight[i] - match->next[i], here = fall > 0 ? match->weight[i] / fall : 0;
        if (first >= 0 && here >= reach) continue;
        reach = here;
        first = i;
    }
    for (int i = 0; i < match->count; i++) {
        match->weight[i] += reach * (match->next[i] - match->weight[i]);
        if (i == first || match->weight[i] < 0) match->weight[i] = 0;
    }
    return first >= 0;
}

/* Finds the best weights >= 0 of the chosen samples, some of which leave. */
static void settle(struct match *match)
{
    do solve(match);
    while (advance(match) && drop(match) > 0);
}

/* left = <v_i, residual>; returns the residual's square. */
static double update_residual(struct match *match, double goal_square)
{
    for (int i = 0; i < match->size; i++) match->left[i] = match->goal[i];
    for (int s = 0; s < match->count; s++) {
        const float *row = match->gram + (size_t)match->chosen[s] * (size_t)match->size;
        for (int i = 0; i < match->size; i++) match->left[i] -= match->weight[s] * row[i];
    }
    double square = goal_square; /* |b - Aw|^2 = |b|^2 - w . (A^T b + A^T residual) */
    for (int s = 0; s < match->count; s++)
        square -= match->weight[s] * (match->goal[match->chosen[s]] + match->left[match->chosen[s]]);
    return square;
}

/* The sample not yet chosen with the largest <v_i, residual> above 0, or -1. */
static int find_next(const struct match *match)
{
    int best = -1;
    for (int i = 0; i < match->size; i++)
        if (!match->is_chosen[i] && match->left[i] > (best < 0 ? 0 : match->left[best])) best = i;
    return best;
}

static void pursue(struct match *match)
{
    double goal_square = gram_sum(match->gram, match->size, match->goal), mean = 0;
    for (int i = 0; i < match->size; i++) {
        mean += product_of(match, i, i) / match->size;
        match->is_chosen[i] = 0;
    }
    match->ridge *= mean;
    for (int turn = 0; turn < TURNS * match->most && match->count < match->most; turn++) {
        if (!(update_residual(match, goal_square) > MATCHED * goal_square)) return;
        int next = find_next(match);
        if (next < 0) return;
        if (!add(match, next)) continue; /* stays marked, so that it is not tried again */
        settle(match);
    }
}

static void matching_select(const void *options, const struct batch *batch, int count, struct random *random,
                            struct selection *selection)
{
    const struct matching_options *o = options;
    struct match match = take_match(batch, count, &selection->scratch);
    struct candidate *candidates = selection->candidates;
    selection_begin(selection, batch);
    gram_compute(batch, match.gram);
    match.ridge = o->lambda;
    pursue(&match);
    for (int s = 0; s < match.count; s++) candidates[match.chosen[s]].score = 1;
    selection_group_randomly(selection, batch->size, random);
    selection_take_best(selection, batch->size, count);
    for (int i = 0; i < batch->size; i++) match.left[i] = o->fill; /* weights by position, from here on */
    for (int s = 0; s < match.count; s++) match.left[match.chosen[s]] = match.weight[s];
    for (int k = 0; k < count; k++) selection->weight[k] = (float)match.left[selection->index[k]];
}

const struct strategy strategy_matching = {
    .plugin = {.name = "matching",
               .summary = "K samples and weights whose sum is nearest to the batch's gradient",
               .fields = fields,
               .options_size = sizeof(struct matching_options)},
    .needs = NEEDS_GRADIENTS | NEEDS_INPUTS,
    .select = matching_select,
    .scratch = matching_scratch,
};
