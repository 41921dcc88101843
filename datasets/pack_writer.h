/* pack_writer.h - writes a pack: any thread puts images, in any order, and the file appears when it is complete. */
#ifndef PARTGRAD_DATASETS_PACK_WRITER_H
#define PARTGRAD_DATASETS_PACK_WRITER_H

#include <stdatomic.h>

#include "base/file.h"
#include "datasets/pack_contents.h"

/* A pack being written, under a temporary name until it is complete. */
struct pack_writer {
    struct file_writer file;
    size_t pixels_start;    /* bytes from the file's start to its pixels */
    size_t image_bytes;     /* 3 s s */
    int count;              /* n */
    unsigned char *written; /* (n) 1 if an image was put; owned */
    uint64_t *parts;        /* (n + 2) checksums, datasets/pack_format.h; owned */
    atomic_size_t finished; /* bytes of pixels that were put */
};

/* Starts a pack at `path` and writes everything before the pixels. Fails if pack_open would refuse the contents. */
int pack_writer_open(struct pack_writer *, const char *path, const struct pack_contents *, struct error *);
/* Writes `count` images from `first` on, (count, 3, s, s) RGB planes. In any order, and from many threads at once, each
 * with its own images. */
int pack_writer_put(struct pack_writer *, int first, int count, const unsigned char *planes, struct error *);
/* (n) the checksum of each image that was put. */
const uint64_t *pack_writer_checksums(const struct pack_writer *);
/* Checks that every image was put, adds the provenance ("key: value" lines) and the checksums, and renames the file to
 * its final name. If that fails, no file is left. */
int pack_writer_commit(struct pack_writer *, const char *provenance, struct error *);
/* Removes what was not committed, and frees. Safe after commit and on a zeroed writer. */
void pack_writer_release(struct pack_writer *);

#endif
