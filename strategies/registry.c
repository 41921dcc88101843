/* registry.c - all strategies and all samplers. To add one, declare it and give it a row. */
#include <stddef.h>

#include "strategies/sampler.h"
#include "strategies/strategy.h"

extern const struct strategy strategy_first, strategy_full, strategy_random;

const struct plugin *const strategy_registry[] = {
    &strategy_full.plugin,
    &strategy_first.plugin,
    &strategy_random.plugin,
    NULL,
};

extern const struct sampler sampler_balanced;

const struct plugin *const sampler_registry[] = {
    &sampler_balanced.plugin,
    NULL,
};
