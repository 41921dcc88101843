/* resolve.h - replaces `auto` in settings, and refuses settings that contradict each other. */
#ifndef PARTGRAD_HARNESS_TRAINING_RESOLVE_H
#define PARTGRAD_HARNESS_TRAINING_RESOLVE_H

#include "base/error.h"
#include "harness/tables/settings.h"

/* Replaces every `auto`: precision by bf16 if this CPU has it, else f32; backprop by direct if the strategy can select
 * before anything is embedded, else two_pass. At K = B every strategy is ordinary training, so strategy becomes `full`,
 * portion 1, gradient_scale none. A training run whose budget is that of its own epochs gets equal: epochs. Settings
 * that have no effect, such as adamw's momentum, become their defaults. Fails if settings contradict each other, with
 * an error that names them. Resolved settings stay the same. */
int settings_resolve(struct settings *, struct error *);

#endif
