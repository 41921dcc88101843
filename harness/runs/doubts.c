/* doubts.c - see doubts.h. */
#include "harness/runs/doubts.h"

#include <stdio.h>

#include "harness/runs/forecast.h"
#include "losses/loss.h"

/* Counts cells that the loss doubts, and keeps its last reason. Cells that cannot be planned will fail on their own. */
static int count_doubts(const struct grid *grid, const char *data_folder, const struct loss *loss, const char **reason)
{
    struct forecast forecast = {0};
    struct error ignored;
    int count = 0;
    for (int c = 0; c < grid->count; c++) {
        const struct settings *settings = &grid->cells[c].settings;
        if (settings_loss(settings) != loss || settings_is_open(settings)) continue;
        if (forecast_cell(&forecast, &grid->cells[c], data_folder, &ignored) != 0) continue;
        const char *doubt = loss->doubt(settings->loss.options, forecast.plan.update.dim);
        if (!doubt) continue;
        *reason = doubt;
        count++;
    }
    return count;
}

void doubts_tell(const struct grid *grid, const char *data_folder)
{
    for (const struct plugin *const *row = loss_registry; *row; row++) {
        const struct loss *loss = (const struct loss *)(const void *)*row;
        const char *reason = NULL;
        int count = loss->doubt ? count_doubts(grid, data_folder, loss, &reason) : 0;
        if (count > 0)
            fprintf(stderr, "warning: loss %s in %d %s: %s\n", (*row)->name, count, count == 1 ? "cell" : "cells",
                    reason);
    }
}
