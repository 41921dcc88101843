/* strategy.c - see strategy.h: what the strategies share. */
#include "strategies/strategy.h"

#include <math.h>
#include <stdlib.h>

int strategy_selected_count(double portion, int batch_size)
{
    double count = round(portion * batch_size);
    return count < 1 ? 1 : count > batch_size ? batch_size : (int)count;
}

int strategy_runs_direct(const struct strategy *strategy)
{
    return (strategy->needs & ~(unsigned)(NEEDS_LABELS | NEEDS_IDS)) == 0;
}

size_t strategy_history_count(const struct strategy *strategy, const void *options, int images, int batch_size)
{
    return strategy->history ? strategy->history(options, images, batch_size) : 0;
}

void selection_take(struct selection *selection, const struct strategy *strategy, const struct batch *shape, int count,
                    struct arena *arena)
{
    struct arena scratch = arena_measure();
    selection->index = arena_take(arena, (size_t)count, sizeof(int));
    selection->weight = arena_take(arena, (size_t)count, sizeof(float));
    selection->candidates = arena_take(arena, (size_t)shape->size, sizeof *selection->candidates);
    if (strategy->scratch) strategy->scratch(shape, count, &scratch);
    selection->scratch = (struct arena){.memory = arena_take(arena, scratch.peak, 1), .capacity = scratch.peak};
}

double strategy_expected_count(const struct strategy *strategy, const void *options, int count, int size)
{
    return strategy->expected_count ? strategy->expected_count(options, count, size) : count;
}

int strategy_selects_fewer(const struct strategy *strategy, const void *options)
{
    return strategy->selects_fewer && strategy->selects_fewer(options);
}

void strategy_select(const struct strategy *strategy, const void *options, const struct batch *batch, int count,
                     struct random *random, struct selection *selection)
{
    struct batch view = *batch;
    if (!(strategy->needs & NEEDS_LABELS)) view.labels = NULL;
    if (!(strategy->needs & NEEDS_EMBEDDINGS)) view.embeddings = view.lengths = NULL;
    if (!(strategy->needs & NEEDS_LOSSES)) view.sample_losses = NULL;
    if (!(strategy->needs & NEEDS_GRADIENTS)) view.received = NULL;
    if (!(strategy->needs & NEEDS_INPUTS)) view.inputs = NULL;
    if (!(strategy->needs & NEEDS_IDS)) view.ids = NULL;
    if (!(strategy->needs & NEEDS_REFERENCE)) view.reference_losses = NULL;
    view.gradients = NULL;
    arena_rewind(&selection->scratch, 0);
    if (count == batch->size)
        selection_take_first(selection, count);
    else
        strategy->select(options, &view, count, random, selection);
}

size_t strategy_loss_history(const void *options, int images, int size)
{
    (void)options, (void)size;
    return (size_t)images;
}

void strategy_remember_losses(const void *options, const struct batch *batch, float *history)
{
    (void)options;
    for (int i = 0; i < batch->size; i++) history[batch->ids[i]] = batch->sample_losses[i];
}

double strategy_gradient_square(const struct batch *batch, int i)
{
    const float *gradient = batch->received + (size_t)i * (size_t)batch->dim;
    double square = 0;
    for (int k = 0; k < batch->dim; k++) square += (double)gradient[k] * gradient[k];
    return square;
}

void selection_take_first(struct selection *selection, int count)
{
    selection->count = count;
    for (int i = 0; i < count; i++) {
        selection->index[i] = i;
        selection->weight[i] = 1;
    }
}

/* Selection sampling, Fan, Muller and Rezucha 1962, which yields positions in ascending order. */
void selection_take_random(struct selection *selection, int size, int count, struct random *random)
{
    selection->count = 0;
    for (int i = 0; selection->count < count; i++) {
        int wanted = count - selection->count, left = size - i;
        if ((int)random_below(random, (uint32_t)left) >= wanted) continue;
        selection->index[selection->count] = i;
        selection->weight[selection->count++] = 1;
    }
}

void selection_begin(struct selection *selection, const struct batch *batch)
{
    for (int i = 0; i < batch->size; i++)
        selection->candidates[i] = (struct candidate){.score = 0, .group = i, .position = i};
}

static int compare(double a, double b)
{
    return (a > b) - (a < b);
}

int candidate_by_position(const void *a, const void *b)
{
    return compare(((const struct candidate *)a)->position, ((const struct candidate *)b)->position);
}

int candidate_by_rising_score(const void *a, const void *b)
{
    int order = compare(((const struct candidate *)a)->score, ((const struct candidate *)b)->score);
    return order ? order : candidate_by_position(a, b);
}

/* Valid while `group` still holds the class. */
int candidate_by_group(const void *a, const void *b)
{
    const struct candidate *one = a, *other = b;
    int order = compare(one->group, other->group);
    return order ? order : candidate_by_position(a, b);
}

static int by_score(const void *a, const void *b)
{
    const struct candidate *one = a, *other = b;
    int order = compare(other->score, one->score);
    return order ? order : candidate_by_group(a, b);
}

void selection_group_classes(struct selection *selection, const struct batch *batch)
{
    struct candidate *candidates = selection->candidates;
    for (int i = 0; i < batch->size; i++) candidates[i].group = batch->labels[candidates[i].position];
    qsort(candidates, (size_t)batch->size, sizeof *candidates, candidate_by_group);
    for (int i = 0, label = 0, first = 0; i < batch->size; i++) {
        if (i == 0 || candidates[i].group != label) first = candidates[i].position;
        label = candidates[i].group;
        candidates[i].group = first;
    }
    qsort(candidates, (size_t)batch->size, sizeof *candidates, candidate_by_position);
}

void selection_group_randomly(struct selection *selection, int size, struct random *random)
{
    for (int i = 0; i < size; i++) selection->candidates[i].group = (int)(random_bits(random) >> 1);
}

void selection_take_best(struct selection *selection, int size, int count)
{
    struct candidate *candidates = selection->candidates;
    for (int i = 0; i < size; i++)
        if (isnan(candidates[i].score)) candidates[i].score = -INFINITY;
    qsort(candidates, (size_t)size, sizeof *candidates, by_score);
    qsort(candidates, (size_t)count, sizeof *candidates, candidate_by_position);
    selection->count = count;
    for (int k = 0; k < count; k++) {
        selection->index[k] = candidates[k].position;
        selection->weight[k] = 1;
    }
}
