/* provenance.h - what a pack tells about where it comes from: data set, archives with sizes and checksums, settings. */
#ifndef PARTGRAD_DATASETS_PROVENANCE_H
#define PARTGRAD_DATASETS_PROVENANCE_H

#include "datasets/prepare.h"

/* "key: value" lines, as a new string that the caller frees. Reads all archives, for their checksums. */
int provenance_make(const struct prepare_request *, char **provenance, struct error *);

#endif
