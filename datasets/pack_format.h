/* pack_format.h - the layout of a pack, which docs/formats.md describes byte by byte; shared by reader and writer. */
#ifndef PARTGRAD_DATASETS_PACK_FORMAT_H
#define PARTGRAD_DATASETS_PACK_FORMAT_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum { PACK_VERSION = 2, PACK_CHANNELS = 3 };

/* A class is in one split, except that test classes may have images in the gallery too: then test images are queries,
 * ranked against the gallery alone. Few packs have validation classes; nothing trains on them. */
enum pack_split { PACK_TRAIN, PACK_TEST, PACK_VALID, PACK_GALLERY, PACK_SPLITS };
extern const char *const pack_split_names[]; /* "train", "test", "valid", "gallery", NULL */

extern const char pack_magic[8];

/* The first 64 bytes. Numbers are little-endian, as is the machine. */
struct pack_header {
    char magic[8];
    uint32_t version;
    uint32_t count;            /* n */
    uint32_t class_count;      /* C */
    uint32_t size;             /* s */
    uint64_t names_bytes;      /* of the class names with their NULs */
    uint64_t provenance_bytes; /* of the provenance with its NUL */
    uint64_t file_bytes;
    uint64_t checksum;        /* of the checksums of the parts behind the header, pack_format.h's `parts` */
    uint64_t header_checksum; /* of the header's bytes before this one */
};
_Static_assert(sizeof(struct pack_header) == 64, "the header is part of the format");

/* Where each array begins, in bytes from the file's start; all of it follows from the header. The provenance comes
 * last, because parts of it are known last. */
struct pack_layout {
    size_t labels, name_starts, splits, names, pixels, provenance, end;
    size_t image_bytes; /* 3 s s */
};

/* Fails if a size makes no sense or a sum overflows. */
int pack_layout_set(struct pack_layout *, const struct pack_header *);

uint64_t pack_header_checksum(const struct pack_header *);

/* Each part has its own checksum, so that many threads can write a pack: first the arrays between header and pixels,
 * with their padding; then each image; then the provenance. */
enum { PACK_PART_ARRAYS = 0, PACK_PART_IMAGES = 1, PACK_PARTS_BESIDE_IMAGES = 2 };
uint64_t pack_checksum(const uint64_t *parts, int count); /* parts (count + 2) */

/* Checks that every label and split is in range, that every class has images and is in one split only (test and gallery
 * count as one), and that a gallery has queries. */
int pack_check_labels(const int32_t *labels, const uint8_t *splits, int count, int class_count, struct error *);

#endif
