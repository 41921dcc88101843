/* catalogue.h - what a data set says about its images before any of them is decoded: classes, split, order and where
 * each image is kept. A data set fills one; everything behind it (datasets/prepare.h) is the same for all of them. */
#ifndef PARTGRAD_DATASETS_CATALOGUE_H
#define PARTGRAD_DATASETS_CATALOGUE_H

#include <stddef.h>

#include "base/error.h"
#include "datasets/pack.h"
#include "datasets/resize.h"

enum {
    CATALOGUE_IMAGES_MAX = 1 << 21,
    CATALOGUE_TEXT_MAX = 128 << 20 /* bytes of all names */,
    CATALOGUE_NOTE_SIZE = 2048
};

enum { CATALOGUE_FILE = -1 }; /* an image that is a file, not a member of an archive */

struct catalogue_class {
    char *name; /* owned */
    enum pack_split split;
};

struct catalogue_image {
    char *path;        /* member of the archive or path of the file; owned; NULL for images that are drawn */
    int archive;       /* position in `archives`, or CATALOGUE_FILE */
    int class;         /* position in `classes` */
    int number;        /* within its class, of an image that is drawn */
    int gallery;       /* 1: if its class is tested, queries are ranked against it, and it is no query itself */
    struct region box; /* the part to keep, in pixels of the image; width 0: all of it */
};

struct catalogue {
    int class_count, class_capacity;
    struct catalogue_class *classes; /* (class_count) in the data set's official order; some may have no images */
    int count, capacity;
    struct catalogue_image *images; /* (count) in the data set's official order */
    int archive_count;
    char **archives;   /* (archive_count) paths; owned */
    size_t text_bytes; /* of all names and paths of classes and images */
    char *notes;       /* "note: ..." lines for the user and the pack's provenance; NULL for none; owned */
};

void catalogue_release(struct catalogue *); /* safe on a zeroed catalogue */

/* Each adds one copy of what it is given and sets *position if that is not NULL; an archive that is there already
 * keeps its position. They fail beyond the limits above and when memory is out. */
int catalogue_add_class(struct catalogue *, const char *name, enum pack_split, int *position, struct error *);
int catalogue_add_image(struct catalogue *, const struct catalogue_image *, struct error *);
int catalogue_add_archive(struct catalogue *, const char *path, int *position, struct error *);

/* Adds a line to the notes, of at most CATALOGUE_NOTE_SIZE bytes. Fails when memory is out. */
int catalogue_note(struct catalogue *, struct error *, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Removes the images marked in leave_out (count); the others keep their order. */
void catalogue_leave_out(struct catalogue *, const unsigned char *leave_out);

/* Position of the image kept under `path` in an archive, or -1. `order` is what catalogue_sort gave. */
int catalogue_find(const struct catalogue *, const int *order, int archive, const char *path);
/* The positions of all images, sorted by (archive, path), for catalogue_find; the caller frees. Fails if two images
 * claim the same path, and when memory is out. */
int catalogue_sort(const struct catalogue *, int **order, struct error *);

#endif
