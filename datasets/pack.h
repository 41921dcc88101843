/* pack.h - a preprocessed data set: one memory-mapped, checksummed, versioned file of fixed-size uint8 images, class
 * labels and splits. This file reads it, datasets/pack_writer.h writes it, docs/formats.md has the layout byte by
 * byte. */
#ifndef PARTGRAD_DATASETS_PACK_H
#define PARTGRAD_DATASETS_PACK_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/file.h"
#include "datasets/pack_format.h"

/* An open pack, read-only; all pointers lead into the mapping. */
struct pack {
    struct file_map map;
    int count;                   /* n, images, in the data set's official order */
    int class_count;             /* C, classes that have images */
    int size;                    /* s, height and width of every image */
    const int32_t *labels;       /* (n) 0 .. C-1 */
    const uint8_t *splits;       /* (n) enum pack_split; one for all images of a class */
    const uint32_t *name_starts; /* (C) where each class's name begins in `names` */
    const char *names;           /* class names, each NUL-terminated */
    const unsigned char *pixels; /* (n, 3, s, s) RGB planes */
    const char *provenance;      /* "key: value" lines: data set, archives, checksums, settings, counts */
    uint64_t checksum;           /* of everything behind the header */
};

/* Maps a pack and checks magic, version, sizes, labels and splits; with `verify` also the checksum, which reads the
 * whole file. */
int pack_open(struct pack *, const char *path, int verify, struct error *);
void pack_release(struct pack *); /* safe on a zeroed pack */

/* (3, s, s) RGB planes of image i. */
const unsigned char *pack_image(const struct pack *, int i);
/* Releases image i's pages, which stay in the system's cache, so that reading a whole pack does not grow the
 * process. */
void pack_forget_image(const struct pack *, int i);
/* Name of class c. */
const char *pack_class_name(const struct pack *, int c);

/* The images of one split, grouped by class. */
struct pack_classes {
    int class_count; /* classes with images in this split */
    int count;       /* images in this split */
    int *label;      /* (class_count) their labels in the pack, ascending */
    int *start;      /* (class_count + 1) where class c's images begin in `image` */
    int *image;      /* (count) positions in the pack, ascending within a class */
};
int pack_classes_init(struct pack_classes *, const struct pack *, enum pack_split, struct error *);
/* The same for the images i with numbers[i] == of; numbers (n) take the place of the pack's splits. */
int pack_classes_pick(struct pack_classes *, const struct pack *, const uint8_t *numbers, int of, struct error *);
void pack_classes_release(struct pack_classes *);

#endif
