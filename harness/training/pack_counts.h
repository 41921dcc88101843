/* pack_counts.h - what a pack holds beside what the official sets of its data set hold. */
#ifndef PARTGRAD_HARNESS_TRAINING_PACK_COUNTS_H
#define PARTGRAD_HARNESS_TRAINING_PACK_COUNTS_H

#include "base/error.h"
#include "harness/tables/packs.h"

/* Of the pack PATH, which settings call `name`. */
int pack_counts_read(struct packs_row *, const char *name, const char *path, struct error *);

#endif
