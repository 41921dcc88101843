/* decode.c - see decode.h. */
#include "datasets/decode.h"

#include <string.h>
#include <strings.h>

#include "datasets/jpeg.h"
#include "datasets/png.h"
#include "datasets/webp.h"

enum { ENDINGS_MAX = 4, START_BYTES = 4 };

/* The formats and the bytes that their files have at a place. To add one, write a reader and add its row. */
static const struct {
    const char *endings[ENDINGS_MAX];
    size_t at, length;
    unsigned char start[START_BYTES];
    int (*decode)(struct decoded *, const unsigned char *bytes, size_t size, const struct decode_want *,
                  struct error *);
} formats[] = {
    {{".jpg", ".jpeg", ".jpe", ".jfif"}, 0, 3, {0xff, 0xd8, 0xff}, jpeg_decode},
    {{".png"}, 0, 4, {0x89, 'P', 'N', 'G'}, png_decode},
    {{".webp"}, 8, 4, {'W', 'E', 'B', 'P'}, webp_decode},
};

enum { FORMATS = sizeof formats / sizeof *formats };

/* Kinds of files that are recognized only for the error message: other image formats, and what servers send instead of
 * an image. "?" is any byte. */
static const struct {
    const char *name, *start;
} others[] = {
    {"a GIF", "GIF8"},
    {"a TIFF", "II*"},
    {"a TIFF", "MM"},
    {"a BMP", "BM"},
    {"a HEIC", "????ftyphei"},
    {"a HEIC", "????ftypmif1"},
    {"an AVIF", "????ftypavif"},
    {"a JPEG 2000", "????jP  "},
    {"a JPEG XL", "\xff\x0a"},
    {"a web page", "<!DOCTYPE"},
    {"a web page", "<!doctype"},
    {"a web page", "<html"},
    {"XML, as SVG is", "<?xml"},
    {"an SVG", "<svg"},
};

/* "a GIF", or whatever else can be said about it. */
static const char *name_other(const unsigned char *bytes, size_t size)
{
    if (size == 0) return "an empty file";
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        const char *start = others[i].start;
        size_t k = 0, length = strlen(start);
        while (k < length && k < size && (start[k] == '?' || (unsigned char)start[k] == bytes[k])) k++;
        if (k == length) return others[i].name;
    }
    return NULL;
}

int decode_image(struct decoded *decoded, const unsigned char *bytes, size_t size, const struct decode_want *want,
                 struct error *error)
{
    for (int i = 0; i < FORMATS; i++)
        if (size >= formats[i].at + formats[i].length &&
            memcmp(bytes + formats[i].at, formats[i].start, formats[i].length) == 0)
            return formats[i].decode(decoded, bytes, size, want, error);
    const char *other = name_other(bytes, size);
    return error_set(error, "not a JPEG, PNG or WebP image%s%s", other ? ", but " : "", other ? other : "");
}

int decode_is_image_name(const char *name)
{
    const char *ending = strrchr(name, '.');
    for (int i = 0; ending && i < FORMATS; i++)
        for (int k = 0; k < ENDINGS_MAX && formats[i].endings[k]; k++)
            if (strcasecmp(ending, formats[i].endings[k]) == 0) return 1;
    return 0;
}
