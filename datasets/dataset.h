/* dataset.h - what a data set is: a plug-in that lists its images, and where they are drawn and not read, draws them.
 *
 * To add one: a file NAME.c beside this one that exports `const struct dataset dataset_NAME`, and its
 * declaration and row in registry.c. Reading archives and files, decoding, scaling and packing are the same for all
 * (datasets/prepare.h). */
#ifndef PARTGRAD_DATASETS_DATASET_H
#define PARTGRAD_DATASETS_DATASET_H

#include "base/plugin.h"
#include "datasets/catalogue.h"

enum { DATASET_FILES_MAX = OPTION_PATHS_MAX };

/* One set of files that a data set can be made from, all of them needed. */
struct dataset_form {
    const char *name;
    const char *files[DATASET_FILES_MAX + 1]; /* ended by NULL; datasets/addresses.c has them as DATASET/FILE */
};

/* Of one split. */
struct dataset_count {
    int classes, images;
};

struct dataset {
    struct plugin plugin;
    int default_size;    /* pixels a side of the packed images, unless the user says otherwise */
    const char *license; /* under which anybody may show and pass on its images, as in a report; NULL: none is known */

    /* What the official sets hold of each split (enum pack_split), as published figures are of them; all 0 if there
     * are none: a pack that holds anything else has figures that cannot be compared. */
    struct dataset_count official[PACK_SPLITS];

    /* What can be downloaded, the form to try first first, ended by one without a name. NULL: nothing. */
    const struct dataset_form *forms;

    /* Fills an empty catalogue from what the user gave: the options and the archives named on the command line or
     * downloaded, in any order. On failure the caller releases the catalogue. */
    int (*list)(const void *options, const struct option_paths *archives, struct catalogue *, struct error *);

    /* Draws image i of the catalogue into (3, size, size) RGB planes; depends on nothing but its arguments, and is
     * called by many threads. NULL: images are read. */
    void (*draw)(const void *options, const struct catalogue *, int i, int size, unsigned char *planes);
};

/* All data sets, ended by NULL. */
extern const struct plugin *const dataset_registry[];

#endif
