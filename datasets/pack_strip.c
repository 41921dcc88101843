/* pack_strip.c - see pack_strip.h. */
#include "datasets/pack_strip.h"

#include <stdlib.h>
#include <string.h>

enum { STRIP_BYTES = 512 << 10 };

int pack_strip_init(struct pack_strip *strip, struct pack_writer *writer, int size, struct error *error)
{
    size_t image_bytes = (size_t)PACK_CHANNELS * (size_t)size * (size_t)size;
    int kept = image_bytes < STRIP_BYTES ? (int)(STRIP_BYTES / image_bytes) : 1;
    *strip = (struct pack_strip){.writer = writer, .image_bytes = image_bytes, .capacity = kept + 1};
    strip->planes = malloc((size_t)strip->capacity * image_bytes);
    return strip->planes ? 0 : error_set(error, "out of memory for images of %d pixels", size);
}

void pack_strip_release(struct pack_strip *strip)
{
    free(strip->planes);
    *strip = (struct pack_strip){0};
}

unsigned char *pack_strip_room(const struct pack_strip *strip)
{
    return strip->planes + (size_t)strip->count * strip->image_bytes;
}

int pack_strip_flush(struct pack_strip *strip, struct error *error)
{
    int count = strip->count;
    strip->count = 0;
    return count > 0 ? pack_writer_put(strip->writer, strip->first, count, strip->planes, error) : 0;
}

int pack_strip_put(struct pack_strip *strip, int i, struct error *error)
{
    const unsigned char *made = pack_strip_room(strip);
    if (strip->count > 0 && i != strip->first + strip->count) {
        if (pack_strip_flush(strip, error) != 0) return -1;
        memcpy(strip->planes, made, strip->image_bytes);
    }
    if (strip->count == 0) strip->first = i;
    strip->count++;
    return strip->count + 1 < strip->capacity ? 0 : pack_strip_flush(strip, error);
}
