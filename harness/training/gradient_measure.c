/* gradient_measure.c - see gradient_measure.h. */
#include "harness/training/gradient_measure.h"

#include <stdlib.h>

#include "base/capacity.h"
#include "base/file.h"
#include "harness/training/resolve.h"

int gradient_check(const struct settings *settings, struct error *error)
{
    if (settings->bank_size > 0)
        return error_set(error, "memory_bank: gradients are measured of batches alone: use size 0");
    if (settings->accumulate > 1)
        return error_set(error, "accumulate: gradients are measured of one batch each: use 1");
    return 0;
}

/* Uses two_pass, whose memory does not grow with B, unless batch norm needs all samples in one call. */
int gradient_whole_settings(const struct settings *settings, int batch_size, struct settings *whole,
                            struct error *error)
{
    *whole = *settings;
    whole->batch_size = batch_size;
    whole->portion = 1;
    whole->backprop = settings->network.batch_norm == BATCH_NORM_BATCH ? BACKPROP_DIRECT : BACKPROP_TWO_PASS;
    return settings_resolve(whole, error);
}

int gradient_is_whole(const struct settings *settings)
{
    return strategy_selected_count(settings->portion, settings->batch_size) == settings->batch_size;
}

float *gradient_allocate(size_t count, size_t size, struct error *error)
{
    size_t values, bytes, free_bytes = capacity_free_bytes();
    float *block = NULL;
    if (size_multiply(count, size, &values) == 0 && size_multiply(values, sizeof(float), &bytes) == 0 &&
        bytes < free_bytes)
        block = malloc(bytes);
    if (!block)
        error_set(error,
                  "%zu gradients of %zu values do not fit into memory, of which %zu MB are free: use fewer "
                  "--dimensions or --batches",
                  count, size, free_bytes / 1000000);
    return block;
}
