/* folder_class.h - reads class folders with image files, for the data set `folder`, and notes what in them is not an
 * image. */
#ifndef PARTGRAD_DATASETS_FOLDER_CLASS_H
#define PARTGRAD_DATASETS_FOLDER_CLASS_H

#include <dirent.h>

#include "datasets/catalogue.h"
#include "datasets/tally.h"

/* The names in a folder, hidden ones left out, sorted bytewise. */
struct folder_names {
    int count;
    struct dirent **entries; /* (count) owned */
};
int folder_names_init(struct folder_names *, const char *folder, struct error *);
void folder_names_release(struct folder_names *);

/* Whether a path is a folder that has folders and no images. */
int folder_holds_classes(const char *path);

/* What was skipped or looks wrong, by path. */
struct folder_notes {
    struct tally empty;  /* class folders without images */
    struct tally single; /* classes of one image */
    struct tally loose;  /* images in no class folder */
    struct tally deep;   /* folders in class folders */
    struct tally others; /* files of kinds that are not read */
    struct tally absent; /* names of images that lead to no file */
};

/* Adds every class folder in `folder` that has images, and its images, in the order of their names. Fails on names with
 * control characters. */
int folder_add_classes(const char *folder, struct catalogue *, struct folder_notes *, struct error *);

/* Adds the notes to the catalogue's. */
int folder_notes_add(const struct folder_notes *, struct catalogue *, struct error *);

#endif
