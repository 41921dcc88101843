/* classes.c - whole classes, drawn at random one after another until K samples are found; of the last class, only the
 * first samples in batch order if not all are needed. */
#include "strategies/strategy.h"

static void classes_select(const void *options, const struct batch *batch, int count, struct random *random,
                           struct selection *selection)
{
    (void)options;
    struct candidate *candidates = selection->candidates;
    selection_begin(selection, batch);
    selection_group_classes(selection, batch);
    for (int i = 0; i < batch->size; i++) { /* a class's first sample comes before its others */
        int first = candidates[i].group;
        candidates[i].score = first == i ? random_uniform(random) : candidates[first].score;
    }
    selection_group_randomly(selection, batch->size, random);
    selection_take_best(selection, batch->size, count);
}

const struct strategy strategy_classes = {
    .plugin = {.name = "classes", .summary = "whole classes at random; the last one in part"},
    .needs = NEEDS_LABELS,
    .select = classes_select,
};
