/* fixture.h - what the tests of data sets need: a folder that vanishes, encoded images and archives made on the spot.
 */
#ifndef PARTGRAD_TESTS_SUPPORT_FIXTURE_H
#define PARTGRAD_TESTS_SUPPORT_FIXTURE_H

#include <archive.h>
#include <archive_entry.h>
#include <criterion/criterion.h>
#include <dirent.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <jpeglib.h>
#include <png.h>
#include <webp/encode.h>

#include "base/file.h"

/* ---- a folder that vanishes ---- */

static inline char *fixture_folder(void)
{
    char *path = strdup("/tmp/partgrad-test-XXXXXX");
    cr_assert_not_null(mkdtemp(path));
    return path;
}

static inline int fixture_remove_one(const char *path, const struct stat *status, int type, struct FTW *ftw)
{
    (void)status, (void)type, (void)ftw;
    return remove(path);
}

static inline void fixture_remove(char *folder)
{
    nftw(folder, fixture_remove_one, 8, FTW_DEPTH | FTW_PHYS);
    free(folder);
}

/* How many names a folder holds. */
static inline int fixture_count(const char *folder)
{
    struct dirent **entries;
    int count = scandir(folder, &entries, NULL, NULL);
    for (int i = 0; i < count; i++) free(entries[i]);
    free(entries);
    return count - 2; /* "." and ".." */
}

/* Writes FOLDER/name. */
static inline void fixture_write(const char *folder, const char *name, const char *text)
{
    struct error error;
    char *path = file_join(folder, "%s", name);
    cr_assert_eq(file_write(path, text, strlen(text), &error), 0, "%s", error.message);
    free(path);
}

/* The text of FOLDER/name; the caller frees. */
static inline char *fixture_read(const char *folder, const char *name)
{
    struct error error;
    char *path = file_join(folder, "%s", name), *text;
    cr_assert_eq(file_read(path, 1 << 20, &text, NULL, &error), 0, "%s", error.message);
    free(path);
    return text;
}

/* ---- images ---- */

struct encoded {
    unsigned char *bytes; /* (size) on the heap */
    size_t size;
};

/* Interleaved pixels (height, width, channels) of one color. */
static inline unsigned char *fixture_flat(int width, int height, int channels, const unsigned char *color)
{
    unsigned char *pixels = malloc((size_t)width * (size_t)height * (size_t)channels);
    for (int i = 0; i < width * height; i++)
        for (int c = 0; c < channels; c++) pixels[i * channels + c] = color[c];
    return pixels;
}

struct jpeg_kind {
    J_COLOR_SPACE space;
    int channels, progressive, adobe;
};

static inline struct encoded fixture_jpeg(const unsigned char *pixels, int width, int height, struct jpeg_kind kind)
{
    struct jpeg_compress_struct compress;
    struct jpeg_error_mgr handler;
    unsigned char *bytes = NULL;
    unsigned long size = 0;
    compress.err = jpeg_std_error(&handler);
    jpeg_create_compress(&compress);
    jpeg_mem_dest(&compress, &bytes, &size);
    compress.image_width = (JDIMENSION)width;
    compress.image_height = (JDIMENSION)height;
    compress.input_components = kind.channels;
    compress.in_color_space = kind.space;
    jpeg_set_defaults(&compress);
    jpeg_set_quality(&compress, 95, TRUE);
    if (kind.progressive) jpeg_simple_progression(&compress);
    compress.write_Adobe_marker = kind.adobe;
    jpeg_start_compress(&compress, TRUE);
    while (compress.next_scanline < compress.image_height) {
        JSAMPROW row = (JSAMPROW)pixels + compress.next_scanline * (JDIMENSION)(width * kind.channels);
        jpeg_write_scanlines(&compress, &row, 1);
    }
    jpeg_finish_compress(&compress);
    jpeg_destroy_compress(&compress);
    return (struct encoded){bytes, size};
}

/* A JPEG of one color. */
static inline struct encoded fixture_flat_jpeg(int width, int height, unsigned char red, unsigned char green,
                                               unsigned char blue)
{
    unsigned char *pixels = fixture_flat(width, height, 3, (unsigned char[]){red, green, blue});
    struct encoded jpeg = fixture_jpeg(pixels, width, height, (struct jpeg_kind){JCS_RGB, 3, 0, 0});
    free(pixels);
    return jpeg;
}

/* An Exif block with one tag before the orientation, in either order of bytes; returns its length, below 64. */
static inline size_t fixture_exif(unsigned char *block, int orientation, int big)
{
    static const unsigned char little[] = "Exif\0\0II*\0\10\0\0\0\2\0\17\1\2\0\1\0\0\0A\0\0\0\22\1\3\0\1\0\0\0\0\0\0";
    static const unsigned char large[] = "Exif\0\0MM\0*\0\0\0\10\0\2\1\17\0\2\0\0\0\1A\0\0\0\1\22\0\3\0\0\0\1\0\0\0";
    _Static_assert(sizeof little == sizeof large, "the same block twice");
    size_t size = sizeof little; /* its NUL is the last byte of the value's place */
    memcpy(block, big ? large : little, size);
    block[size - (big ? 3 : 4)] = (unsigned char)orientation;
    return size;
}

/* Adds an orientation to a JPEG, which is replaced. */
static inline struct encoded fixture_turn(struct encoded jpeg, int orientation)
{
    unsigned char block[64];
    size_t size = fixture_exif(block, orientation, 1), length = size + 2;
    struct encoded turned = {malloc(jpeg.size + size + 4), jpeg.size + size + 4};
    memcpy(turned.bytes, jpeg.bytes, 2); /* start of image, then the marker APP1 */
    memcpy(turned.bytes + 2, (unsigned char[]){0xff, 0xe1, (unsigned char)(length >> 8), (unsigned char)length}, 4);
    memcpy(turned.bytes + 6, block, size);
    memcpy(turned.bytes + 6 + size, jpeg.bytes + 2, jpeg.size - 2);
    free(jpeg.bytes);
    return turned;
}

/* A PNG of the simplified interface's format; `pixels` are in that format, `colormap` for those that have one. */
static inline struct encoded fixture_png(const void *pixels, int width, int height, unsigned format,
                                         const void *colormap, unsigned entries)
{
    png_image image = {.version = PNG_IMAGE_VERSION,
                       .width = (png_uint_32)width,
                       .height = (png_uint_32)height,
                       .format = format,
                       .colormap_entries = entries};
    struct encoded png = {NULL, 0};
    png_alloc_size_t size = 0;
    cr_assert(png_image_write_get_memory_size(image, size, 0, pixels, 0, colormap), "%s", image.message);
    png.bytes = malloc(size);
    cr_assert(png_image_write_to_memory(&image, png.bytes, &size, 0, pixels, 0, colormap), "%s", image.message);
    png.size = size;
    return png;
}

/* A WebP file of RGB pixels. */
static inline struct encoded fixture_webp(const unsigned char *pixels, int width, int height, int lossy)
{
    struct encoded webp = {0};
    webp.size = lossy ? WebPEncodeRGB(pixels, width, height, 3 * width, 90, &webp.bytes)
                      : WebPEncodeLosslessRGB(pixels, width, height, 3 * width, &webp.bytes);
    cr_assert_gt(webp.size, 0);
    return webp;
}

/* ---- archives ---- */

enum fixture_format { FIXTURE_TGZ, FIXTURE_TAR, FIXTURE_ZIP };

static inline struct archive *fixture_archive(const char *path, enum fixture_format format)
{
    struct archive *archive = archive_write_new();
    if (format == FIXTURE_ZIP)
        archive_write_set_format_zip(archive);
    else
        archive_write_set_format_pax_restricted(archive);
    if (format == FIXTURE_TGZ) archive_write_add_filter_gzip(archive);
    cr_assert_eq(archive_write_open_filename(archive, path), ARCHIVE_OK);
    return archive;
}

/* Adds a file, or with a `link` a symbolic link. */
static inline void fixture_add(struct archive *archive, const char *name, const void *bytes, size_t size,
                               const char *link)
{
    struct archive_entry *entry = archive_entry_new();
    archive_entry_set_pathname(entry, name);
    archive_entry_set_filetype(entry, link ? AE_IFLNK : AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_size(entry, link ? 0 : (la_int64_t)size);
    if (link) archive_entry_set_symlink(entry, link);
    cr_assert_eq(archive_write_header(archive, entry), ARCHIVE_OK, "%s", archive_error_string(archive));
    if (!link && size > 0) cr_assert_eq(archive_write_data(archive, bytes, size), (la_ssize_t)size);
    archive_entry_free(entry);
}

static inline void fixture_add_text(struct archive *archive, const char *name, const char *text)
{
    fixture_add(archive, name, text, strlen(text), NULL);
}

static inline void fixture_add_image(struct archive *archive, const char *name, struct encoded image)
{
    fixture_add(archive, name, image.bytes, image.size, NULL);
    free(image.bytes);
}

static inline void fixture_close(struct archive *archive)
{
    cr_assert_eq(archive_write_close(archive), ARCHIVE_OK);
    archive_write_free(archive);
}

/* Cuts a file to a share of its length. */
static inline void fixture_cut(const char *path, double share)
{
    FILE *file = fopen(path, "rb");
    cr_assert_not_null(file);
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    fclose(file);
    cr_assert_eq(truncate(path, (off_t)((double)size * share)), 0);
}

#endif
