/* diverse.c - K samples whose gradients span as much as possible of the batch's summed gradient (DivBS: Hong et al.
 * 2024, "Diversified Batch Selection for Training Acceleration", arXiv 2406.04872): starting with the residual r =
 * sum_i v_i (gram.h), repeatedly choose the sample with the largest |<v_i, r>| and remove from r its projection onto
 * the span of the chosen. All have weight 1.
 *
 * pick: drawn, as in the authors' code, draws each sample with chance in proportion to |<v_i, r>| instead. Of equals
 * the first in the batch is chosen. A sample of whose length at most 1e-3 lies outside the span is not chosen, because
 * that is within the error of single precision. Once |r| is below 1e-6 of |sum_i v_i|, or no sample is left, the rest
 * are drawn uniformly.
 *
 * Only inner products are needed: r and the v_i are represented by their products with the v_i and with an
 * orthonormal basis q of the span, which amounts to a pivoted Cholesky factorization of the Gram matrix. K^2 B / 2
 * multiplications. */
#include "strategies/strategy.h"

#include <math.h>

#include "strategies/gram.h"

enum pick { PICK_GREEDY, PICK_DRAWN };
static const char *const picks[] = {"greedy", "drawn", NULL};

struct diverse_options {
    int pick; /* enum pick */
};

static const struct field fields[] = {
    {"pick", "largest share of the residual, or drawn in proportion to it", OPTION_CHOICE,
     offsetof(struct diverse_options, pick), "greedy", .choices = picks, .later = 1},
    {0},
};

static const double SPANNED = 1e-6, NEGLIGIBLE = 1e-12; /* squares of the two shares above */

struct span {
    int size, count; /* B; samples chosen */
    float *gram;     /* (B, B) */
    double *base;    /* (K, B) <v_i, q_k> */
    double *along;   /* (B) <v_i, r> */
    double *outside; /* (B) |v_i|^2 outside the span; 0: chosen */
    double residual; /* |r|^2 */
};

static struct span take_span(const struct batch *shape, int count, struct arena *arena)
{
    struct span span = {.size = shape->size};
    span.gram = gram_take(shape, arena);
    span.base = arena_take(arena, (size_t)count * (size_t)shape->size, sizeof(double));
    span.along = arena_take(arena, (size_t)shape->size, sizeof(double));
    span.outside = arena_take(arena, (size_t)shape->size, sizeof(double));
    return span;
}

static void diverse_scratch(const struct batch *shape, int count, struct arena *arena)
{
    take_span(shape, count, arena);
}

static double square_of(const struct span *span, int i)
{
    return span->gram[(size_t)i * (size_t)span->size + (size_t)i];
}

/* |<v_i, r>| of a sample that can be chosen, else 0. */
static double share(const struct span *span, int i)
{
    return span->outside[i] > SPANNED * square_of(span, i) ? fabs(span->along[i]) : 0;
}

/* The sample to choose next, or -1. */
static int pick_largest(const struct span *span)
{
    int best = -1;
    double largest = 0;
    for (int i = 0; i < span->size; i++) {
        if (share(span, i) <= largest) continue;
        largest = share(span, i);
        best = i;
    }
    return best;
}

static int pick_drawn(const struct span *span, struct random *random)
{
    int last = -1;
    double sum = 0, passed = 0;
    for (int i = 0; i < span->size; i++) sum += share(span, i);
    double mark = random_uniform(random) * sum;
    for (int i = 0; i < span->size && passed <= mark; i++) {
        if (share(span, i) == 0) continue;
        passed += share(span, i);
        last = i;
    }
    return last;
}

/* Adds sample j's direction outside the span to its base. */
static void extend(struct span *span, int j)
{
    size_t size = (size_t)span->size;
    double *added = span->base + (size_t)span->count * size;
    double length = sqrt(span->outside[j]), step = span->along[j] / length;
    for (size_t i = 0; i < size; i++) added[i] = span->gram[(size_t)j * size + i];
    for (int k = 0; k < span->count; k++) {
        const double *base = span->base + (size_t)k * size;
        double along = base[j];
        for (size_t i = 0; i < size; i++) added[i] -= along * base[i];
    }
    for (size_t i = 0; i < size; i++) {
        added[i] /= length;
        span->along[i] -= step * added[i];
        span->outside[i] -= added[i] * added[i];
    }
    span->residual -= step * step;
    span->outside[j] = 0;
    span->count++;
}

static void diverse_select(const void *options, const struct batch *batch, int count, struct random *random,
                           struct selection *selection)
{
    const struct diverse_options *o = options;
    struct span span = take_span(batch, count, &selection->scratch);
    struct candidate *candidates = selection->candidates;
    selection_begin(selection, batch);
    gram_compute(batch, span.gram);
    span.residual = gram_sum(span.gram, batch->size, span.along);
    for (int i = 0; i < batch->size; i++) span.outside[i] = square_of(&span, i);
    double negligible = NEGLIGIBLE * span.residual;
    while (span.count < count && span.residual > negligible) {
        int next = o->pick == PICK_DRAWN ? pick_drawn(&span, random) : pick_largest(&span);
        if (next < 0) break;
        candidates[next].score = 1;
        extend(&span, next);
    }
    selection_group_randomly(selection, batch->size, random);
    selection_take_best(selection, batch->size, count);
}

const struct strategy strategy_diverse = {
    .plugin = {.name = "diverse",
               .summary = "K samples whose gradients span most of the batch's",
               .fields = fields,
               .options_size = sizeof(struct diverse_options)},
    .needs = NEEDS_GRADIENTS | NEEDS_INPUTS,
    .select = diverse_select,
    .scratch = diverse_scratch,
};
