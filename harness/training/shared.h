/* shared.h - embeddings that cells of one run have in common, in files of a folder that they share: those before
 * training, which are the same wherever a training starts from the same weights.
 *
 * A file is named after all that its embeddings depend on, and holds that text too: the values of the network's
 * parameters, its options, the pack and the images, how these are seen, threads, processor, libraries and program. It
 * appears by rename, and is left alone if its text or its checksum is wrong, so a process that is killed, or several
 * at once, cost no more than computing it again. */
#ifndef PARTGRAD_HARNESS_TRAINING_SHARED_H
#define PARTGRAD_HARNESS_TRAINING_SHARED_H

#include "base/error.h"
#include "datasets/pack.h"
#include "harness/tables/settings.h"
#include "harness/training/crop.h"
#include "network/network.h"

/* embedding_compute (embed_pack.h), but from the folder's file where it has one, and into it where not. A file that
 * cannot be written is told on stderr. The settings are those that the network was made with. */
int shared_embed(const char *folder, const struct settings *, struct network *, const struct pack *, const int *image,
                 int count, const struct crop_center *, float *embeddings, struct error *);

/* Removes the folder's files, and the folder. */
void shared_forget(const char *folder);

#endif
