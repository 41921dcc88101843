/* provenance.h - what a pack tells about where it comes from: data set, archives with sizes and checksums, settings,
 * what was left out. */
#ifndef PARTGRAD_DATASETS_PROVENANCE_H
#define PARTGRAD_DATASETS_PROVENANCE_H

#include "datasets/broken.h"
#include "datasets/prepare.h"

/* The lines about the archives, which it reads for their checksums; a new string that the caller frees. */
int provenance_of_archives(const struct option_paths *, char **lines, struct error *);

/* All "key: value" lines, as a new string that the caller frees. `archives` are the lines about them, `listed` the
 * images before any was left out, `notes` the catalogue's or NULL. */
int provenance_make(const struct prepare_request *, const char *archives, int listed, const struct broken *,
                    const char *notes, char **provenance, struct error *);

#endif
