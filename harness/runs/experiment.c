/* experiment.c - see experiment.h. */
#include "harness/runs/experiment.h"

#include <stdlib.h>
#include <string.h>

void *experiment_keep(struct experiment *experiment, void *block)
{
    void **blocks = realloc(experiment->blocks, ((size_t)experiment->block_count + 1) * sizeof *blocks);
    if (blocks) experiment->blocks = blocks;
    if (!block || !blocks) {
        free(block);
        return NULL;
    }
    blocks[experiment->block_count++] = block;
    return block;
}

const struct factor *variant_find_factor(const struct variant *variant, int axis)
{
    for (int f = 0; f < variant->count; f++)
        if (variant->factors[f].axis == axis) return &variant->factors[f];
    return NULL;
}

void variant_drop_factor(struct variant *variant, int axis)
{
    int kept = 0;
    for (int f = 0; f < variant->count; f++)
        if (variant->factors[f].axis != axis) variant->factors[kept++] = variant->factors[f];
    variant->count = kept;
}

int experiment_asks(const struct experiment *experiment, const char *column, const char *value)
{
    char text[AXIS_VALUE_SIZE];
    int axis = axes_find(&experiment->axes, column);
    for (int v = 0; v < experiment->variant_count; v++) {
        const struct factor *factor = variant_find_factor(&experiment->variants[v], axis);
        axis_format(&experiment->axes.axis[axis], &experiment->variants[v].settings, text);
        if (!factor && strcmp(text, value) == 0) return 1;
        for (int i = 0; factor && i < factor->count; i++)
            if (strcmp(factor->values[i].text, value) == 0) return 1;
    }
    return 0;
}

void experiment_release(struct experiment *experiment)
{
    for (int b = 0; b < experiment->block_count; b++) free(experiment->blocks[b]);
    free(experiment->blocks);
    free(experiment->variants);
    contrasts_release(&experiment->contrasts);
    free(experiment->text);
    *experiment = (struct experiment){0};
}
