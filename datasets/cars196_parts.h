/* cars196_parts.h - finds out which parts of Stanford Cars a user's files hold, from their contents, whatever their
 * names and folders are. */
#ifndef PARTGRAD_DATASETS_CARS196_PARTS_H
#define PARTGRAD_DATASETS_CARS196_PARTS_H

#include <stddef.h>

#include "base/error.h"
#include "base/option.h"

enum cars196_part {
    CARS196_IMAGES,       /* car_ims.tgz */
    CARS196_ANNOTATIONS,  /* cars_annos.mat */
    CARS196_TRAIN,        /* cars_train.tgz */
    CARS196_TEST,         /* cars_test.tgz */
    CARS196_TRAIN_LABELS, /* cars_train_annos.mat, of car_devkit.tgz */
    CARS196_TEST_LABELS,  /* cars_test_annos_withlabels.mat */
    CARS196_META,         /* cars_meta.mat, of car_devkit.tgz: class names */
    CARS196_SHARDS,       /* of a web dataset; any number */
    CARS196_PARTS,
};

struct cars196_found {
    const char *path; /* of the file that holds the part; NULL: not found; borrowed */
    char *root;       /* of images: the folder that they are in, with "/" behind it, or ""; owned */
    char *bytes;      /* (size) of MAT files; owned */
    size_t size;
};

struct cars196_parts {
    struct cars196_found found[CARS196_PARTS]; /* of shards, only the first one's path */
    const char *shards[OPTION_PATHS_MAX];      /* (shard_count) borrowed */
    int shard_count;
};

/* The name under which a part is published: "cars_train". */
extern const char *const cars196_part_names[CARS196_PARTS];

/* Looks for parts in the files (MAT files, archives or folders). Archives are read only up to their first image, unless
 * `whole` says that there may be more. Fails if two hold the same images. */
int cars196_parts_find(struct cars196_parts *, const struct option_paths *, int whole, struct error *);
void cars196_parts_release(struct cars196_parts *); /* safe on zeroed parts */

#endif
