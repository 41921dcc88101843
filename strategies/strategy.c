/* strategy.c - see strategy.h: what the strategies share. */
#include "strategies/strategy.h"

#include <math.h>

int strategy_selected_count(double portion, int batch_size)
{
    double count = round(portion * batch_size);
    return count < 1 ? 1 : count > batch_size ? batch_size : (int)count;
}

int strategy_runs_direct(const struct strategy *strategy)
{
    return (strategy->needs & ~(unsigned)NEEDS_LABELS) == 0;
}

void selection_take_first(struct selection *selection, int count)
{
    selection->count = count;
    for (int i = 0; i < count; i++) {
        selection->index[i] = i;
        selection->weight[i] = 1;
    }
}
