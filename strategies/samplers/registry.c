/* registry.c - all samplers. To add one: its file beside this one, its declaration and its row below. */
#include <stddef.h>

#include "strategies/samplers/sampler.h"

extern const struct sampler sampler_balanced, sampler_balanced_shuffled, sampler_uniform, sampler_hard_classes;

const struct plugin *const sampler_registry[] = {
    &sampler_balanced.plugin,
    &sampler_balanced_shuffled.plugin,
    &sampler_uniform.plugin,
    &sampler_hard_classes.plugin,
    NULL,
};
