/* run_tune.c - run_advance (run.h): the waves of a tuned run, from the results in its cells' folders. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "harness/runs/run.h"
#include "harness/runs/tuning_table.h"

/* A trial that ended without the metric has failed too. A result from other settings does not count. */
static struct trial read_trial(const struct run *run, const struct cell *cell)
{
    if (!cell) return (struct trial){TRIAL_NONE, NAN};
    enum run_status status = run_cell_status(run, cell);
    if (status == RUN_MISSING || run_cell_is_changed(run, cell)) return (struct trial){TRIAL_OPEN, NAN};
    if (status == RUN_FAILED) return (struct trial){TRIAL_FAILED, NAN};
    char *folder = file_join(run->folder, "cells/%s", cell->name);
    double metric = cell_measure_read(folder, cell, run->experiment.tuning.metric->name);
    free(folder);
    return (struct trial){isnan(metric) ? TRIAL_FAILED : TRIAL_OK, metric};
}

static void read_trials(struct run *run)
{
    struct trials *trials = &run->waves.trials;
    for (int p = 0; p < trials->points; p++)
        for (int v = 0; v < trials->values; v++)
            for (int r = 0; r < trials->repeats; r++)
                *trials_at(trials, p, v, r) = read_trial(run, waves_cell(&run->waves, &run->grid, p, v, r));
    trials_judge(trials);
}

/* Takes the next step that follows from the trials; -1 on failure. */
static int take_step(struct run *run, struct error *error)
{
    struct waves *waves = &run->waves;
    read_trials(run);
    if (waves->trials.open > 0) return 0;
    int grown = waves->extended < run->experiment.tuning.extend ? waves_extend(waves, &run->experiment, error) : 0;
    if (grown != 0) return grown < 0 ? -1 : waves_link(waves, &run->experiment, &run->grid, error);
    return waves_add_finals(waves, &run->experiment, &run->grid, error);
}

int run_advance(struct run *run, struct error *error)
{
    struct waves *waves = &run->waves;
    if (run_is_whole(run)) return 0;
    int before = run->grid.count, extended = -1;
    int status = waves_link(waves, &run->experiment, &run->grid, error);
    while (status == 0 && run->grid.count == before && extended != waves->extended && !waves->has_finals) {
        extended = waves->extended;
        status = take_step(run, error);
    }
    return status == 0 ? run->grid.count > before : -1;
}

int run_write_tuning(struct run *run, struct error *error)
{
    if (run->experiment.tuning.count == 0) return 0;
    if (!run->waves.has_finals && waves_link(&run->waves, &run->experiment, &run->grid, error) != 0) return -1;
    read_trials(run);
    return tuning_table_write(&run->waves, &run->experiment, &run->grid, run->folder, error);
}

int run_is_whole(const struct run *run)
{
    return run->experiment.tuning.count == 0 || run->waves.has_finals;
}
