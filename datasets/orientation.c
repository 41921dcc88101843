/* orientation.c - see orientation.h. */
#include "datasets/orientation.h"

#include <stdint.h>
#include <string.h>

enum {
    CHANNELS = 3,
    NONE = 1,
    LAST = 8,
    PREFIX_BYTES = 6,
    HEADER_BYTES = 8,
    ENTRY_BYTES = 12,
    TAG = 0x0112,
    SHORT = 3
};

/* A block of TIFF, in either order of bytes. */
struct tiff {
    const unsigned char *bytes; /* (size) */
    size_t size;
    int is_big_endian;
};

/* Two or four bytes at a place that the caller has checked. */
static uint32_t number_at(const struct tiff *tiff, size_t at, int count)
{
    uint32_t value = 0;
    for (int i = 0; i < count; i++)
        value = value << 8 | tiff->bytes[at + (size_t)(tiff->is_big_endian ? i : count - 1 - i)];
    return value;
}

int orientation_read(const unsigned char *exif, size_t size)
{
    if (size < PREFIX_BYTES + HEADER_BYTES || memcmp(exif, "Exif\0\0", PREFIX_BYTES) != 0) return NONE;
    struct tiff tiff = {exif + PREFIX_BYTES, size - PREFIX_BYTES, exif[PREFIX_BYTES] == 'M'};
    size_t at = number_at(&tiff, 4, 4); /* of the first directory */
    if (at > tiff.size - 2) return NONE;
    uint32_t entries = number_at(&tiff, at, 2);
    at += 2;
    for (uint32_t i = 0; i < entries && tiff.size - at >= ENTRY_BYTES; i++, at += ENTRY_BYTES) {
        if (number_at(&tiff, at, 2) != TAG || number_at(&tiff, at + 2, 2) != SHORT) continue;
        uint32_t value = number_at(&tiff, at + 8, 2);
        return value >= NONE && value <= LAST ? (int)value : NONE;
    }
    return NONE;
}

void orientation_apply(int orientation, const unsigned char *planes, int size, unsigned char *upright)
{
    /* Where the upright pixel (x, y) is stored: at (x, y), or with `swapped` at (y, x), each counted from the far end
     * where the flag says so. */
    static const struct {
        int swapped, far_column, far_row;
    } kinds[LAST + 1] = {
        [1] = {0, 0, 0}, [2] = {0, 1, 0}, [3] = {0, 1, 1}, [4] = {0, 0, 1},
        [5] = {1, 0, 0}, [6] = {1, 0, 1}, [7] = {1, 1, 1}, [8] = {1, 1, 0},
    };
    size_t plane = (size_t)size * (size_t)size;
    for (int y = 0; y < size; y++)
        for (int x = 0; x < size; x++) {
            int column = kinds[orientation].swapped ? y : x, row = kinds[orientation].swapped ? x : y;
            if (kinds[orientation].far_column) column = size - 1 - column;
            if (kinds[orientation].far_row) row = size - 1 - row;
            for (size_t c = 0; c < CHANNELS; c++)
                upright[c * plane + (size_t)(y * size + x)] = planes[c * plane + (size_t)(row * size + column)];
        }
}
