/* kept_weights.h - the weights that a cell leaves: FOLDER/weights.safetensors, which any program reads, with what it
 * takes to use them as notes; and how they are found again by the cell's name.
 *
 * They are there before the cell's row is, and the row has their checksum: a row without its weights is none. */
#ifndef PARTGRAD_HARNESS_TRAINING_KEPT_WEIGHTS_H
#define PARTGRAD_HARNESS_TRAINING_KEPT_WEIGHTS_H

#include "base/error.h"
#include "harness/tables/identity.h"

/* FOLDER/weights.safetensors; the caller frees. */
char *kept_weights_file(const char *folder);
/* The checksum of a file of weights. */
int kept_weights_checksum(const char *path, char checksum[IDENTITY_SIZE], struct error *);
/* Removes FOLDER/weights.safetensors, if there is one. */
void kept_weights_remove(const char *folder);

/* The folder of a cell that is given as RUN/CELL or by its folder, RUN/cells/CELL; a new string that the caller frees.
 * NULL if there is none. */
char *kept_weights_folder(const char *cell);
/* What `weights` of a model means: the file, or of RUN/CELL the cell's file; the caller frees. */
char *kept_weights_path(const char *weights);
/* Fails if the folder's cell has no row, has failed, keeps no weights, or if the file is not the row's. */
int kept_weights_check(const char *folder, struct error *);

#endif
