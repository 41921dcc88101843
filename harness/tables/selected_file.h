/* selected_file.h - which images each training step selected, in one file: docs/formats.md has the layout.
 *
 * A step is its number of images and then these, ascending, each as the difference to the one before (the first to 0),
 * all in 7 bits to a byte, the low ones first, the high bit set if more follow: about a byte for each image. */
#ifndef PARTGRAD_HARNESS_TABLES_SELECTED_FILE_H
#define PARTGRAD_HARNESS_TABLES_SELECTED_FILE_H

#include <stdint.h>

#include "base/file.h"

/* What the selections are of. */
struct selected_source {
    uint64_t settings; /* hash of the cell's settings; 0: not known */
    uint64_t pack;     /* its checksum */
    int image_count;   /* of the pack: images lie below */
    int most;          /* images of a step, at most */
    int steps_per_epoch;
    int64_t steps;
};

/* ---- writing ---- */

/* Bytes that a step of so many images takes, at most. */
size_t selected_step_bytes(int count, int image_count);
/* Appends a step to bytes, which have room; returns how many it took. images (count) ascending. */
size_t selected_step_write(unsigned char *bytes, const int *images, int count);

/* Writes PATH, whole or not at all: the steps (size bytes), one after the other. */
int selected_file_write(const char *path, const struct selected_source *, const unsigned char *bytes, size_t size,
                        struct error *);

/* ---- reading ---- */

struct selected_file {
    struct file_map map;
    struct selected_source source;
    size_t at; /* where the next step begins */
};

/* Fails on a file that is no such file, of another version, cut off, damaged, or has steps that cannot be. */
int selected_file_open(struct selected_file *, const char *path, struct error *);
void selected_file_release(struct selected_file *); /* safe on a zeroed file */

/* images (source.most) = those of the next step; returns how many, or -1 after the last. */
int selected_file_next(struct selected_file *, int *images);

#endif
