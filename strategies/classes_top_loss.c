/* classes_top_loss.c - whole classes, the largest mean loss first, until K samples are found; of the last class, only
 * the first samples in batch order if not all are needed. Ties go to the class that begins first. */
#include "strategies/strategy.h"

#include <stdlib.h>

/* The end of the class that begins at `first`. */
static int class_end(const struct candidate *candidates, int first, int size)
{
    int end = first;
    while (end < size && candidates[end].group == candidates[first].group) end++;
    return end;
}

static void classes_top_loss_select(const void *options, const struct batch *batch, int count, struct random *random,
                                    struct selection *selection)
{
    (void)options, (void)random;
    struct candidate *candidates = selection->candidates;
    selection_begin(selection, batch);
    selection_group_classes(selection, batch);
    qsort(candidates, (size_t)batch->size, sizeof *candidates, candidate_by_group);
    for (int first = 0, end; first < batch->size; first = end) {
        double sum = 0;
        end = class_end(candidates, first, batch->size);
        for (int i = first; i < end; i++) sum += batch->sample_losses[candidates[i].position];
        for (int i = first; i < end; i++) candidates[i].score = sum / (end - first);
    }
    selection_take_best(selection, batch->size, count);
}

const struct strategy strategy_classes_top_loss = {
    .plugin = {.name = "classes_top_loss", .summary = "whole classes of the largest mean loss; the last one in part"},
    .needs = NEEDS_LABELS | NEEDS_LOSSES,
    .select = classes_top_loss_select,
};
