/* resolve.h - what `auto` becomes, and settings that no training run can have. */
#ifndef PARTGRAD_HARNESS_TRAINING_RESOLVE_H
#define PARTGRAD_HARNESS_TRAINING_RESOLVE_H

#include "base/error.h"
#include "harness/tables/settings.h"

/* Replaces every `auto`: precision by what this CPU is fast at, backprop by direct if the strategy can choose before
 * anything is embedded, else two_pass. At K = B every strategy is the same training: strategy becomes `full`, portion
 * 1, gradient_scale none; a training run whose budget is that of its own epochs has equal: epochs. What nothing reads,
 * as the momentum of adamw, is at its default. Fails with the reason, naming the settings, if they contradict each
 * other. Settings that are resolved stay as they are. */
int settings_resolve(struct settings *, struct error *);

#endif
