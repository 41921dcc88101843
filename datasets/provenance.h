/* provenance.h - a pack's record of its origin: data set, archives with sizes and checksums, settings, and what was
 * left out. */
#ifndef PARTGRAD_DATASETS_PROVENANCE_H
#define PARTGRAD_DATASETS_PROVENANCE_H

#include "datasets/broken.h"
#include "datasets/dataset.h"
#include "datasets/thumbnail.h"

/* What is recorded; all borrowed. */
struct provenance {
    const struct dataset *dataset;
    const void *options;  /* the data set's */
    const char *archives; /* the lines about them, as below */
    int size;             /* pixels a side */
    enum thumbnail_fit fit;
    int listed;                  /* images before any was left out */
    const struct broken *broken; /* those that were */
    const char *notes;           /* the catalogue's, or NULL */
};

/* Reads the archives and the class split (NULL: the official one) for their checksums, and returns the lines about them
 * in a new string that the caller frees. */
int provenance_of_inputs(const struct option_paths *archives, const char *split, char **lines, struct error *);

/* All of it as "key: value" lines, in a new string that the caller frees. */
int provenance_make(const struct provenance *, char **lines, struct error *);

/* The data set that a pack's lines name; NULL if this program does not know it. */
const struct dataset *provenance_dataset(const char *lines);

#endif
