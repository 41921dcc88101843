/* catalogue.h - what is known about a data set's images before any is decoded: classes, splits, order and where each
 * image is stored. Each data set fills one; everything after that (datasets/prepare.h) is the same for all. */
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
    char *path;  /* member of the archive or path of the file; owned; NULL for images that are drawn */
    int archive; /* position in `archives`, or CATALOGUE_FILE */
    int class;   /* position in `classes` */
    int number;  /* within its class, of an image that is drawn */
    int gallery; /* 1: an image of the gallery, which queries are ranked against and which is not a query itself */
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

/* Each adds a copy of its argument and sets *position unless that is NULL; an archive that was added before keeps its
 * position. They fail beyond the limits above, or if memory runs out. */
int catalogue_add_class(struct catalogue *, const char *name, enum pack_split, int *position, struct error *);
int catalogue_add_image(struct catalogue *, const struct catalogue_image *, struct error *);
int catalogue_add_archive(struct catalogue *, const char *path, int *position, struct error *);

/* Adds a line of at most CATALOGUE_NOTE_SIZE bytes to the notes. Fails if memory runs out. */
int catalogue_note(struct catalogue *, struct error *, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Removes the images marked in leave_out (count); the others keep their order. */
void catalogue_leave_out(struct catalogue *, const unsigned char *leave_out);

/* Position of the image stored under `path` in an archive, or -1. `order` comes from catalogue_sort. */
int catalogue_find(const struct catalogue *, const int *order, int archive, const char *path);
/* The positions of all images, sorted by (archive, path), for catalogue_find; the caller frees. Fails if two images
 * have the same path, or if memory runs out. */
int catalogue_sort(const struct catalogue *, int **order, struct error *);

#endif
