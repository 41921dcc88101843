/* pack.h - a preprocessed data set: one memory-mapped, checksummed, versioned file of fixed-size uint8 images, class
 * labels and split. docs/formats.md has the layout byte by byte. */
#ifndef PARTGRAD_DATASETS_PACK_H
#define PARTGRAD_DATASETS_PACK_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/file.h"

enum pack_split { PACK_TRAIN, PACK_TEST, PACK_SPLITS }; /* class-disjoint */

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

/* Maps a pack and checks magic, version, sizes, labels and splits; with `verify` also the checksum, which reads it all.
 */
int pack_open(struct pack *, const char *path, int verify, struct error *);
void pack_release(struct pack *); /* safe on a zeroed pack */

/* (3, s, s) RGB planes of image i. */
const unsigned char *pack_image(const struct pack *, int i);
/* Lets go of image i's memory, which stays in the system's cache: reading a pack end to end need not grow the process.
 */
void pack_forget_image(const struct pack *, int i);
/* Name of class c. */
const char *pack_class_name(const struct pack *, int c);

/* What a new pack holds besides its pixels; borrowed. */
struct pack_contents {
    int count, class_count, size;   /* n, C, s */
    const int32_t *labels;          /* (n) 0 .. C-1; every class has images */
    const uint8_t *splits;          /* (n) enum pack_split */
    const char *const *class_names; /* (C) */
    const char *provenance;         /* "key: value" lines */
};

/* A pack being written, under a temporary name until it is whole. */
struct pack_writer {
    struct file_writer file;
    size_t pixels_start;    /* bytes from the file's start to its pixels */
    size_t image_bytes;     /* 3 s s */
    int count;              /* n */
    unsigned char *written; /* (n) 1 where an image was put; owned */
};

/* Starts a pack at `path` and writes everything but the pixels. Fails where pack_open would refuse the contents. */
int pack_writer_open(struct pack_writer *, const char *path, const struct pack_contents *, struct error *);
/* Writes image i, (3, s, s) RGB planes. Any order, and many threads at once, each with images of its own. */
int pack_writer_put(struct pack_writer *, int i, const unsigned char *planes, struct error *);
/* Checks that every image is there, adds the checksums and gives the file its name. Fails leaving nothing. */
int pack_writer_commit(struct pack_writer *, struct error *);
/* Removes what was not committed, and frees. Safe after commit and on a zeroed writer. */
void pack_writer_release(struct pack_writer *);

/* The images of one split, grouped by class. */
struct pack_classes {
    int class_count; /* classes with images in this split */
    int count;       /* images in this split */
    int *label;      /* (class_count) their labels in the pack, ascending */
    int *start;      /* (class_count + 1) where class c's images begin in `image` */
    int *image;      /* (count) positions in the pack, ascending within a class */
};
int pack_classes_init(struct pack_classes *, const struct pack *, enum pack_split, struct error *);
void pack_classes_release(struct pack_classes *);

#endif
