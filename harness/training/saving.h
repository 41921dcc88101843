/* saving.h - writes the weights that a cell keeps (kept_weights.h). */
#ifndef PARTGRAD_HARNESS_TRAINING_SAVING_H
#define PARTGRAD_HARNESS_TRAINING_SAVING_H

#include "base/error.h"
#include "harness/tables/cell.h"
#include "harness/training/update.h"

/* Writes all parameters and fixed statistics, and a loss's proxies as tensor "loss.proxies" (C, d), in the order of the
 * pack's train classes. `checksum` becomes that of the file. Equal training runs write equal bytes. */
int saving_write(const struct update *, const struct cell *, const char *folder, int epoch,
                 char checksum[IDENTITY_SIZE], struct error *);

/* Bytes of such a file without its header; 0 if none is kept. */
double saving_bytes(const struct settings *, const struct update_plan *);

#endif
