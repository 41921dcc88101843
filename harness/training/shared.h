/* shared.h - embeddings that cells of one run share, as files in a folder: those before training, which are equal for
 * all cells that start from the same weights.
 *
 * A file is named after everything that its embeddings depend on, and contains that text too: the network's parameters
 * and options, the pack and the images, the crop, threads, processor, libraries and program. It appears by rename, and
 * is ignored if its text or checksum is wrong. So killed processes, or several at once, cost no more than computing it
 * again. */
#ifndef PARTGRAD_HARNESS_TRAINING_SHARED_H
#define PARTGRAD_HARNESS_TRAINING_SHARED_H

#include "base/error.h"
#include "datasets/pack.h"
#include "harness/tables/settings.h"
#include "harness/training/crop.h"
#include "network/network.h"

/* Like embedding_compute (embed_pack.h), but reads the folder's file if there is one, and otherwise computes and writes
 * it. If it cannot be written, a note on stderr says so. The settings are those that the network was made with. */
int shared_embed(const char *folder, const struct settings *, struct network *, const struct pack *, const int *image,
                 int count, const struct crop_center *, float *embeddings, struct error *);

/* Removes the folder's files, and the folder. */
void shared_forget(const char *folder);

#endif
