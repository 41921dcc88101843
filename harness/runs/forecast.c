/* forecast.c - see forecast.h. */
#include "harness/runs/forecast.h"

#include <string.h>

#include "harness/training/memory.h"

/* Code, libraries, threads' stacks and compiled kernels; 50 to 80 MB were measured. */
static const size_t PROCESS_BYTES = (size_t)96 << 20;

/* Whether two cells are equal except for the seed and the inputs, on which plans do not depend. */
static int same_shape(const struct cell *a, const struct cell *b)
{
    struct settings x = a->settings, y = b->settings;
    x.seed = y.seed = 0;
    x.inputs = y.inputs = (struct settings_inputs){0};
    return memcmp(&x, &y, sizeof x) == 0;
}

int forecast_cell(struct forecast *forecast, const struct cell *cell, const char *data_folder, struct error *error)
{
    if (forecast->measured && same_shape(forecast->measured, cell)) return 0;
    forecast->measured = NULL;
    if (loop_measure(cell, data_folder, &forecast->plan, error) != 0) return -1;
    forecast->measured = cell;
    return 0;
}

static size_t process_bytes(size_t tensors, size_t evaluation)
{
    return PROCESS_BYTES + tensors + tensors / 16 + evaluation;
}

size_t forecast_process_bytes(const struct loop_plan *plan)
{
    return process_bytes(memory_tensor_bytes(&plan->update), plan->evaluation_bytes);
}

size_t forecast_largest_bytes(const struct grid *grid, const char *data_folder)
{
    struct forecast forecast = {0};
    struct error ignored;
    size_t largest = 0;
    for (int c = 0; c < grid->count; c++) {
        const struct cell *cell = &grid->cells[c];
        size_t bytes =
            process_bytes(cell->settings.memory, 0); /* an upper bound, for a batch that is still to be found */
        if (!settings_is_open(&cell->settings)) {
            if (forecast_cell(&forecast, cell, data_folder, &ignored) != 0) continue;
            bytes = forecast_process_bytes(&forecast.plan);
        }
        if (bytes > largest) largest = bytes;
    }
    return largest;
}

double forecast_seconds(const struct loop_plan *plan, double rate)
{
    return plan->totals.multiply_adds / rate;
}

double forecast_work(const struct cell *cell)
{
    const struct settings *settings = &cell->settings;
    int again = settings->backprop == BACKPROP_TWO_PASS;
    double passes = 1 + settings->portion * (2 + again), epochs = settings->epochs > 0 ? settings->epochs : 1;
    if (settings->steps > 0) return (double)settings->steps * settings->batch_size * passes;
    if (settings->steps_per_epoch > 0) return epochs * settings->steps_per_epoch * settings->batch_size * passes;
    return epochs * (cell->train_images > 0 ? cell->train_images : 1) * passes;
}
