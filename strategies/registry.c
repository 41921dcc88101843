/* registry.c - all strategies and all samplers. To add one, declare it and give it a row. */
#include <stddef.h>

#include "strategies/samplers/sampler.h"
#include "strategies/strategy.h"

extern const struct strategy strategy_full, strategy_first, strategy_random, strategy_classes, strategy_per_class,
    strategy_top_loss, strategy_low_loss, strategy_classes_top_loss, strategy_hardest, strategy_gradient_norm,
    strategy_importance, strategy_selective, strategy_rotating;

const struct plugin *const strategy_registry[] = {
    &strategy_full.plugin,       &strategy_first.plugin,
    &strategy_random.plugin,     &strategy_classes.plugin,
    &strategy_per_class.plugin,  &strategy_top_loss.plugin,
    &strategy_low_loss.plugin,   &strategy_classes_top_loss.plugin,
    &strategy_hardest.plugin,    &strategy_gradient_norm.plugin,
    &strategy_importance.plugin, &strategy_selective.plugin,
    &strategy_rotating.plugin,   NULL,
};

extern const struct sampler sampler_balanced, sampler_balanced_shuffled, sampler_uniform, sampler_hard_classes;

const struct plugin *const sampler_registry[] = {
    &sampler_balanced.plugin,
    &sampler_balanced_shuffled.plugin,
    &sampler_uniform.plugin,
    &sampler_hard_classes.plugin,
    NULL,
};
