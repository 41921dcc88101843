/* reference.h - the reference network of strategies that compare losses with it: a cell's kept weights, trained on
 * other images than the training images here. Its embeddings do not change, so they are computed once. */
#ifndef PARTGRAD_HARNESS_TRAINING_REFERENCE_H
#define PARTGRAD_HARNESS_TRAINING_REFERENCE_H

#include "harness/training/parts.h"
#include "harness/training/update.h"

/* If the strategy uses a reference, fails if its cell is missing, has kept no weights, or was trained on another pack
 * or on any of the training images here. The same is checked of the cells that it started from. */
int reference_check(const struct settings *, const struct pack *, const struct parts *, struct error *);

/* Sets update->step.reference to the reference network's embeddings of all training images, as center crops. Uses the
 * folder `shared` (shared.h) unless it is NULL. Does nothing for strategies without a reference. */
int reference_embed(struct update *, const struct pack *, const struct parts *, const char *shared, struct error *);

#endif
