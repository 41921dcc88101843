/* forecast.c - see forecast.h. */
#include "harness/runs/forecast.h"

#include <string.h>

#include "harness/training/memory.h"

/* Code, libraries, threads' stacks and what the kernels are compiled to; 50 to 80 MB were seen. */
static const size_t PROCESS_BYTES = (size_t)96 << 20;

/* All but the seed and the inputs, on which nothing planned depends. */
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
        size_t bytes = process_bytes(cell->settings.memory, 0); /* of a batch that is still to be found, at most */
        if (!settings_is_open(&cell->settings)) {
            if (forecast_cell(&forecast, cell, data_folder, &ignored) != 0) continue;
            bytes = forecast_process_bytes(&forecast.plan);
        }
        if (bytes > largest) largest = bytes;
    }
    return largest;
}

/* A step forwards all B samples and back-propagates K at twice a forward pass each; two_pass forwards those K again. */
double forecast_seconds(const struct cell *cell, const struct loop_plan *plan, double rate)
{
    double again = plan->backprop == BACKPROP_TWO_PASS ? 1 : 0;
    double passes = cell->settings.batch_size + plan->selected * (2 + again);
    return plan->steps * passes * plan->update.multiply_adds / rate;
}

double forecast_work(const struct cell *cell)
{
    const struct settings *settings = &cell->settings;
    double images = settings->steps_per_epoch > 0 ? settings->batch_size : 1; /* else an epoch is all of them */
    return images * (1 + settings->portion * (settings->backprop == BACKPROP_TWO_PASS ? 3 : 2));
}
