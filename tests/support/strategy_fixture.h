/* strategy_fixture.h - a strategy of the registry on trial: batches, options, what it has kept of earlier batches. */
#ifndef PARTGRAD_TESTS_SUPPORT_STRATEGY_FIXTURE_H
#define PARTGRAD_TESTS_SUPPORT_STRATEGY_FIXTURE_H

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "strategies/strategy.h"

enum { SIZE = 24, DIM = 5, INPUTS = 3, IMAGES = 40, STEPS = 50 };

/* A batch of classes in blocks, with the arrays that a strategy asked for and no others. */
struct arrays {
    int labels[SIZE], ids[SIZE];
    float embeddings[SIZE * DIM], lengths[SIZE], inputs[SIZE * INPUTS], sample_losses[SIZE], reference_losses[SIZE],
        received[SIZE * DIM];
};

/* The first `size` samples of a batch that depends on the step alone; some have neither losses, gradients nor inputs.
 */
static inline struct batch make_batch(struct arrays *arrays, unsigned needs, int size, int step)
{
    struct random random = random_stream(1, RANDOM_TEST, 0, (uint64_t)step);
    for (int i = 0; i < SIZE; i++) arrays->labels[i] = i / 4;
    for (int i = 0; i < SIZE; i++) arrays->sample_losses[i] = step % 2 ? random_uniform(&random) : 0;
    for (int c = 0; c < SIZE * DIM; c++) {
        arrays->embeddings[c] = c % DIM == c / DIM % DIM;
        arrays->received[c] = step % 3 ? random_normal(&random) : 0;
    }
    for (int i = 0; i < SIZE; i++) {
        arrays->ids[i] = (int)random_below(&random, IMAGES);
        arrays->lengths[i] = 1;
    }
    for (int c = 0; c < SIZE * INPUTS; c++) arrays->inputs[c] = random_normal(&random);
    for (int i = 0; i < SIZE; i++) arrays->reference_losses[i] = random_uniform(&random);
    return (struct batch){
        .size = size,
        .dim = DIM,
        .input_dim = step % 5 ? INPUTS : 0,
        .step = step,
        .labels = needs & NEEDS_LABELS ? arrays->labels : NULL,
        .ids = needs & NEEDS_IDS ? arrays->ids : NULL,
        .embeddings = needs & NEEDS_EMBEDDINGS ? arrays->embeddings : NULL,
        .lengths = needs & NEEDS_EMBEDDINGS ? arrays->lengths : NULL,
        .inputs = needs & NEEDS_INPUTS && step % 5 ? arrays->inputs : NULL,
        .sample_losses = needs & NEEDS_LOSSES ? arrays->sample_losses : NULL,
        .reference_losses = needs & NEEDS_REFERENCE ? arrays->reference_losses : NULL,
        .received = needs & NEEDS_GRADIENTS ? arrays->received : NULL,
    };
}

/* Options at their defaults; the caller frees. */
static inline void *default_options(const struct plugin *plugin)
{
    void *options = calloc(1, plugin->options_size + 1);
    if (plugin->fields) option_defaults(plugin->fields, options);
    return options;
}

/* Sets an option as an experiment file would. */
static inline void set_option(const struct plugin *plugin, void *options, const char *name, const char *value)
{
    struct error error;
    cr_assert_eq(option_parse(option_find(plugin->fields, name), options, value, &error), 0, "%s", error.message);
}

/* What a strategy has kept after a few batches; NULL: nothing; the caller frees. */
static inline float *make_history(const struct strategy *strategy, const void *options, int size, int batches)
{
    size_t count = strategy_history_count(strategy, options, IMAGES, size);
    float *history = count ? malloc(count * sizeof *history) : NULL;
    for (size_t i = 0; i < count; i++) history[i] = NAN;
    for (int step = 0; history && step < batches; step++) {
        struct arrays arrays;
        struct batch batch = make_batch(&arrays, ~0u, size, step);
        strategy->remember(options, &batch, history);
    }
    return history;
}

/* A strategy that must be there. */
static inline const struct plugin *find_strategy(const char *name)
{
    for (int s = 0; strategy_registry[s]; s++)
        if (strcmp(strategy_registry[s]->name, name) == 0) return strategy_registry[s];
    cr_assert_fail("no strategy %s", name);
    return NULL;
}

#endif
