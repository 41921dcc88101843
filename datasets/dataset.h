/* dataset.h - what a data set is: a plug-in that lists its images and, if they are generated, draws them.
 *
 * To add one: write a file NAME.c beside this one that exports `const struct dataset dataset_NAME`, and add its
 * declaration and row to registry.c. Reading archives and files, decoding, scaling and packing are the same for all
 * (datasets/prepare.h). */
#ifndef PARTGRAD_DATASETS_DATASET_H
#define PARTGRAD_DATASETS_DATASET_H

#include "base/plugin.h"
#include "datasets/catalogue.h"

enum { DATASET_FILES_MAX = OPTION_PATHS_MAX };

/* A set of files that a data set can be made from; all are needed. */
struct dataset_form {
    const char *name;
    const char *files[DATASET_FILES_MAX + 1]; /* ends with NULL; datasets/addresses.c lists them as DATASET/FILE */
};

/* Of one split. */
struct dataset_count {
    int classes, images;
};

struct dataset {
    struct plugin plugin;
    int default_size; /* side of the packed images, in pixels, unless the user says otherwise */
    const char
        *license; /* under which anybody may show and redistribute its images, as in a report; NULL: none is known */

    /* What the official set holds of each split (enum pack_split); all 0 if there is no official set. Results on a pack
     * that holds anything else cannot be compared with published ones. */
    struct dataset_count official[PACK_SPLITS];

    /* What can be downloaded, the preferred form first, ending with one without a name. NULL: nothing. */
    const struct dataset_form *forms;

    /* Fills an empty catalogue from the options and the archives, which the user named or which were downloaded, in any
     * order. On failure the caller releases the catalogue. */
    int (*list)(const void *options, const struct option_paths *archives, struct catalogue *, struct error *);

    /* Draws image i of the catalogue into (3, size, size) RGB planes; The result depends on nothing but the arguments;
     * many threads call it at once. NULL: images are read. */
    void (*draw)(const void *options, const struct catalogue *, int i, int size, unsigned char *planes);
};

/* All data sets; ends with NULL. */
extern const struct plugin *const dataset_registry[];

#endif
