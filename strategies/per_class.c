/* per_class.c - K samples spread evenly over the classes of the batch, drawn at random within each: every class gives
 * one, then every class a second, and so on. If K is not divisible by the number of classes, those that give one more
 * are drawn too. */
#include "strategies/strategy.h"

#include <stdlib.h>

/* By class; within a class, in the order that was drawn. */
static int by_class_and_draw(const void *a, const void *b)
{
    const struct candidate *one = a, *other = b;
    if (one->group != other->group) return one->group < other->group ? -1 : 1;
    if (one->score != other->score) return one->score < other->score ? -1 : 1;
    return one->position < other->position ? -1 : 1;
}

static void per_class_select(const void *options, const struct batch *batch, int count, struct random *random,
                             struct selection *selection)
{
    (void)options;
    struct candidate *candidates = selection->candidates;
    selection_begin(selection, batch);
    selection_group_classes(selection, batch);
    for (int i = 0; i < batch->size; i++) candidates[i].score = random_uniform(random);
    qsort(candidates, (size_t)batch->size, sizeof *candidates, by_class_and_draw);
    double turn = 0; /* the class's place among all, for the last, incomplete round */
    for (int i = 0, round = 0; i < batch->size; i++) {
        int starts = i == 0 || candidates[i].group != candidates[i - 1].group;
        if (starts) turn = random_uniform(random);
        round = starts ? 0 : round + 1;
        candidates[i].score = -(round + turn);
    }
    selection_take_best(selection, batch->size, count);
}

const struct strategy strategy_per_class = {
    .plugin = {.name = "per_class", .summary = "K samples spread evenly over the classes, at random within each"},
    .needs = NEEDS_LABELS,
    .select = per_class_select,
};
