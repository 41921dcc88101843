/* timing.c - see timing.h. */
#include "harness/training/timing.h"

#include <limits.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/meter.h"
#include "base/number.h"
#include "harness/training/equal_budget.h"
#include "harness/training/loader.h"
#include "harness/training/loop.h"

enum { WARMING = 3 }; /* steps, or updates of several */

/* Runs an update on the next batches; returns the seconds per batch. */
static double time_update(struct loop *training, long step, struct error *error)
{
    struct loader_batch batch;
    struct step_result result;
    int batches = number_larger(training->settings->accumulate, 1);
    double start = clock_seconds();
    for (int b = 0; b < batches; b++) {
        if (loader_next(training->loader, &batch, error) != 0) return -1;
        update_step(&training->update, batch.pixels, batch.labels, batch.ids, 1, step * batches + b, 0, &result);
    }
    return (clock_seconds() - start) / batches;
}

static int time_kind(struct loop *training, int kind, double *seconds, int count, struct prices *prices,
                     struct error *error)
{
    update_set_kind(&training->update, kind);
    for (int s = -WARMING; s < count; s++) {
        double each = time_update(training, s + WARMING, error);
        if (each < 0) return -1;
        if (s >= 0) seconds[s] = each;
    }
    prices->of[kind] = meter_median(seconds, count);
    return 0;
}

static int time_kinds(struct loop *training, int count, struct prices *prices, struct error *error)
{
    double *seconds = malloc((size_t)count * sizeof *seconds);
    int status = seconds ? 0 : error_set(error, "out of memory");
    *prices = (struct prices){0};
    for (int kind = 0; kind < STEP_KINDS && status == 0; kind++)
        if (budget_has_kind(training->settings, kind))
            status = time_kind(training, kind, seconds, count, prices, error);
    free(seconds);
    return status;
}

int timing_measure(const struct cell *given, const char *data_folder, int count, struct prices *seconds,
                   struct error *error)
{
    struct cell cell = *given;
    /* The run's steps may not be known, and the loop below does not need them. */
    cell.settings.epochs = 1;
    if (equal_budget_is_open(&cell.settings)) cell.settings.steps = 1;
    struct loop training = {.cell = &cell, .settings = &cell.settings, .embedded_epoch = -1};
    int status = loop_init(&training, data_folder, error);
    if (status == 0)
        status = loader_create(&training.loader, &cell.settings, &training.parts.as_trained, &training.parts.trained,
                               training.budget.steps_per_epoch, (struct loader_position){1, 0}, error);
    if (status == 0 && training.centroids.means) /* all zeros, for as many epochs as needed */
        loader_begin_epoch(training.loader, INT_MAX, training.centroids.means, training.centroids.dim);
    if (status == 0) status = time_kinds(&training, count, seconds, error);
    loop_release(&training);
    return status == 0 ? 0 : -1;
}
