/* registry.c - all strategies. To add one: its file beside this one, and its declaration and row below. Append the row
 * at the end, because a strategy's place in the table decides its color and mark in plots. */
#include <stddef.h>

#include "strategies/strategy.h"

extern const struct strategy strategy_full, strategy_first, strategy_random, strategy_classes, strategy_per_class,
    strategy_top_loss, strategy_low_loss, strategy_classes_top_loss, strategy_hardest, strategy_gradient_norm,
    strategy_importance, strategy_selective, strategy_rotating, strategy_diverse, strategy_matching,
    strategy_soft_pruning, strategy_backdrop, strategy_no_zero, strategy_stale_loss, strategy_forgetting,
    strategy_facility, strategy_herding, strategy_reference_loss;

const struct plugin *const strategy_registry[] = {
    &strategy_full.plugin,           &strategy_first.plugin,
    &strategy_random.plugin,         &strategy_classes.plugin,
    &strategy_per_class.plugin,      &strategy_top_loss.plugin,
    &strategy_low_loss.plugin,       &strategy_classes_top_loss.plugin,
    &strategy_hardest.plugin,        &strategy_gradient_norm.plugin,
    &strategy_importance.plugin,     &strategy_selective.plugin,
    &strategy_rotating.plugin,       &strategy_diverse.plugin,
    &strategy_matching.plugin,       &strategy_soft_pruning.plugin,
    &strategy_backdrop.plugin,       &strategy_no_zero.plugin,
    &strategy_stale_loss.plugin,     &strategy_forgetting.plugin,
    &strategy_facility.plugin,       &strategy_herding.plugin,
    &strategy_reference_loss.plugin, NULL,
};
