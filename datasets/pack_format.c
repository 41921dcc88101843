/* pack_format.c - see pack_format.h. */
#include "datasets/pack_format.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"

enum { ALIGNMENT = 64, SIZE_MAX_PIXELS = 4096 };

const char *const pack_split_names[] = {"train", "test", "valid", "gallery", NULL};

const char pack_magic[8] = "PGPACK\r\n"; /* damage by text-mode transfer shows */

static int add(size_t *at, size_t count, size_t size)
{
    size_t bytes;
    return size_multiply(count, size, &bytes) != 0 || __builtin_add_overflow(*at, bytes, at) ? -1 : 0;
}

int pack_layout_set(struct pack_layout *layout, const struct pack_header *header)
{
    if (header->count < 1 || header->count > INT_MAX || header->class_count < 1 ||
        header->class_count > header->count || header->size < 1 || header->size > SIZE_MAX_PIXELS)
        return -1;
    size_t at = sizeof *header, image = (size_t)PACK_CHANNELS * header->size * header->size;
    layout->image_bytes = image;
    layout->labels = at;
    if (add(&at, header->count, sizeof(int32_t)) != 0) return -1;
    layout->name_starts = at;
    if (add(&at, header->class_count, sizeof(uint32_t)) != 0) return -1;
    layout->splits = at;
    if (add(&at, header->count, 1) != 0) return -1;
    layout->names = at;
    if (header->names_bytes < 1 || header->names_bytes > UINT32_MAX || add(&at, header->names_bytes, 1) != 0) return -1;
    if (add(&at, ALIGNMENT - 1, 1) != 0) return -1;
    layout->pixels = at = at / ALIGNMENT * ALIGNMENT;
    if (add(&at, header->count, image) != 0) return -1;
    layout->provenance = at;
    if (header->provenance_bytes < 1 || add(&at, header->provenance_bytes, 1) != 0) return -1;
    layout->end = at;
    return 0;
}

uint64_t pack_header_checksum(const struct pack_header *header)
{
    return file_checksum(header, offsetof(struct pack_header, header_checksum));
}

uint64_t pack_checksum(const uint64_t *parts, int count)
{
    return file_checksum(parts, ((size_t)count + PACK_PARTS_BESIDE_IMAGES) * sizeof *parts);
}

int pack_check_labels(const int32_t *labels, const uint8_t *splits, int count, int class_count, struct error *error)
{
    enum { UNSEEN = 0xff };
    unsigned char *split_of = malloc((size_t)class_count);
    if (!split_of) return error_set(error, "out of memory for %d classes", class_count);
    memset(split_of, UNSEEN, (size_t)class_count);
    int status = 0, galleries = 0, queries = 0;
    for (int i = 0; i < count && status == 0; i++) {
        int split = splits[i] == PACK_GALLERY ? PACK_TEST : splits[i];
        galleries += splits[i] == PACK_GALLERY;
        queries += splits[i] == PACK_TEST;
        if (labels[i] < 0 || labels[i] >= class_count)
            status = error_set(error, "image %d has label %d of %d", i, (int)labels[i], class_count);
        else if (splits[i] >= PACK_SPLITS)
            status = error_set(error, "image %d has split %d of %d", i, splits[i], PACK_SPLITS);
        else if (split_of[labels[i]] != UNSEEN && split_of[labels[i]] != split)
            status = error_set(error, "class %d is in two splits", (int)labels[i]);
        else
            split_of[labels[i]] = (unsigned char)split;
    }
    for (int c = 0; c < class_count && status == 0; c++)
        if (split_of[c] == UNSEEN) status = error_set(error, "class %d has no images", c);
    free(split_of);
    if (status == 0 && galleries > 0 && queries == 0) status = error_set(error, "a gallery has no queries");
    return status;
}
