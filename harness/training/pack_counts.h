/* pack_counts.h - counts what a pack holds, beside what its official data set holds. */
#ifndef PARTGRAD_HARNESS_TRAINING_PACK_COUNTS_H
#define PARTGRAD_HARNESS_TRAINING_PACK_COUNTS_H

#include "base/error.h"
#include "harness/tables/packs.h"

/* Fills the row of the pack at PATH, which settings call `name`. */
int pack_counts_read(struct packs_row *, const char *name, const char *path, struct error *);

#endif
