/* registry.c - all losses. To add one, declare it and give it a row. */
#include <stddef.h>

#include "losses/loss.h"

extern const struct loss loss_multi_similarity;

const struct plugin *const loss_registry[] = {
    &loss_multi_similarity.plugin,
    NULL,
};
