/* kept_weights.h - the weights that a cell keeps, FOLDER/weights.safetensors, with notes on how to use them; and how
 * they are found by the cell's name.
 *
 * They are written before the cell's row, which has their checksum; a row without its weights does not count. */
#ifndef PARTGRAD_HARNESS_TRAINING_KEPT_WEIGHTS_H
#define PARTGRAD_HARNESS_TRAINING_KEPT_WEIGHTS_H

#include "base/error.h"
#include "harness/tables/identity.h"

/* FOLDER/weights.safetensors; the caller frees. */
char *kept_weights_file(const char *folder);
/* Computes the checksum of a weights file. */
int kept_weights_checksum(const char *path, char checksum[IDENTITY_SIZE], struct error *);
/* Removes FOLDER/weights.safetensors if it exists. */
void kept_weights_remove(const char *folder);

/* The folder of a cell given as RUN/CELL or as RUN/cells/CELL; a new string that the caller frees. NULL if there is
 * none. */
char *kept_weights_folder(const char *cell);
/* The path that a model's `weights` means: the file itself, or the kept file of RUN/CELL; the caller frees. */
char *kept_weights_path(const char *weights);
/* Fails if the folder's cell has no row, has failed or keeps no weights, or if the file does not have the row's
 * checksum. */
int kept_weights_check(const char *folder, struct error *);

#endif
