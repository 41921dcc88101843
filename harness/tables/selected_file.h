/* selected_file.h - a file of the images that each training step selected; docs/formats.md has the layout.
 *
 * A step is its number of images followed by the images, ascending, each as the difference from the one before (the
 * first from 0). Numbers take 7 bits per byte, low bits first, with the high bit set if more bytes follow: about one
 * byte per image. */
#ifndef PARTGRAD_HARNESS_TABLES_SELECTED_FILE_H
#define PARTGRAD_HARNESS_TABLES_SELECTED_FILE_H

#include <stdint.h>

#include "base/file.h"

/* What the selections are of. */
struct selected_source {
    uint64_t settings; /* hash of the cell's identity; 0: not known */
    uint64_t pack;     /* its checksum */
    int image_count;   /* of the pack; every image is below it */
    int most;          /* largest number of images in a step */
    int steps_per_epoch;
    int64_t steps;
};

/* ---- writing ---- */

/* The most bytes that a step of so many images can take. */
size_t selected_step_bytes(int count, int image_count);
/* Writes a step to `bytes`, which has room for it; returns the number of bytes. images (count) are ascending. */
size_t selected_step_write(unsigned char *bytes, const int *images, int count);

/* Writes PATH from the steps (size bytes), one after another. On failure leaves no file. */
int selected_file_write(const char *path, const struct selected_source *, const unsigned char *bytes, size_t size,
                        struct error *);

/* ---- reading ---- */

struct selected_file {
    struct file_map map;
    struct selected_source source;
    size_t at; /* where the next step begins */
};

/* Fails if the file is not of this kind or version, truncated, damaged, or has impossible steps. */
int selected_file_open(struct selected_file *, const char *path, struct error *);
void selected_file_release(struct selected_file *); /* safe on a zeroed file */

/* Fills images (source.most) with those of the next step; returns how many, or -1 after the last step. */
int selected_file_next(struct selected_file *, int *images);

#endif
