/* provenance.h - what a pack tells about where it comes from: data set, archives with sizes and checksums, settings,
 * what was left out. */
#ifndef PARTGRAD_DATASETS_PROVENANCE_H
#define PARTGRAD_DATASETS_PROVENANCE_H

#include "datasets/prepare.h"

/* "key: value" lines, as a new string that the caller frees. Reads all archives, for their checksums. `skipped` is a
 * line for each image left out. */
int provenance_make(const struct prepare_request *, int listed, int skipped_count, const char *skipped,
                    char **provenance, struct error *);

#endif
