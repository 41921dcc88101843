/* reference.h - the reference network of strategies that compare losses with it: a cell's kept weights, which have
 * learned from other images than those that are trained on here. Its embeddings of these do not change, so they are
 * made once.
 */
#ifndef PARTGRAD_HARNESS_TRAINING_REFERENCE_H
#define PARTGRAD_HARNESS_TRAINING_REFERENCE_H

#include "harness/training/parts.h"
#include "harness/training/update.h"

/* Fails if the strategy wants a reference and its cell is missing, has kept no weights, was trained on another pack, or
 * on an image that is trained on here; also if it started from another cell's weights of which one of these is true. */
int reference_check(const struct settings *, const struct pack *, const struct parts *, struct error *);

/* Sets the embeddings (update->step.reference) of all images that are trained on, as the reference sees them: center
 * crops. They are taken from, and kept in, the folder `shared` (shared.h), if that is not NULL. Nothing is done for
 * strategies without a reference. */
int reference_embed(struct update *, const struct pack *, const struct parts *, const char *shared, struct error *);

#endif
