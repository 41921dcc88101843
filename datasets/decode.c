/* decode.c - see decode.h. */
#include "datasets/decode.h"

#include <math.h>
#include <setjmp.h>
#include <stdio.h> /* before jpeglib.h, which needs it */
#include <stdlib.h>
#include <string.h>
#include <jpeglib.h>
#include <jerror.h>
#include <png.h>

#include "base/file.h"
#include "datasets/orientation.h"

enum { PLANES = 3, CMYK = 4, WHITE = 255, COEFFICIENT_BYTES = 2, MARKER_MAX = 0xffff };

void decoded_release(struct decoded *decoded)
{
    free(decoded->memory);
    *decoded = (struct decoded){0};
}

/* Fails where an image of a size that its file claims takes too much memory. Sides are below 2^31, by their formats. */
static int check_memory(uint32_t width, uint32_t height, double bytes, struct error *error)
{
    if (width > 0 && height > 0 && bytes <= DECODE_BYTES_MAX) return 0;
    return error_set(error, "%u x %u pixels take %.0f MB to decode; at most %d are allowed", (unsigned)width,
                     (unsigned)height, bytes / (1 << 20), DECODE_BYTES_MAX >> 20);
}

/* Places (3, height, width) planes and, behind them, `extra` bytes in the image's memory; returns the extra bytes. */
static unsigned char *reserve(struct decoded *decoded, int width, int height, size_t extra, struct error *error)
{
    size_t size = PLANES * (size_t)width * (size_t)height;
    if (size + extra > decoded->capacity) {
        free(decoded->memory);
        decoded->capacity = 0;
        decoded->memory = malloc(size + extra);
        if (!decoded->memory) {
            error_set(error, "out of memory for an image of %d x %d pixels", width, height);
            return NULL;
        }
        decoded->capacity = size + extra;
    }
    decoded->planes = (struct planes){decoded->memory, width, height, (size_t)width};
    return decoded->memory + size;
}

/* Spreads a row of RGB triples over row y of the planes. */
static void store_rgb(struct decoded *decoded, int y, const unsigned char *row)
{
    size_t width = decoded->planes.stride, plane = width * (size_t)decoded->planes.height;
    unsigned char *red = decoded->memory + (size_t)y * width;
    for (size_t x = 0; x < width; x++) {
        red[x] = row[PLANES * x];
        red[plane + x] = row[PLANES * x + 1];
        red[2 * plane + x] = row[PLANES * x + 2];
    }
}

/* The same for pixels of four bytes, the last of which says nothing: compilers make more of words than of triples. */
static void store_rgbx(struct decoded *decoded, int y, const unsigned char *row)
{
    size_t width = decoded->planes.stride, plane = width * (size_t)decoded->planes.height;
    unsigned char *restrict red = decoded->memory + (size_t)y * width;
    unsigned char *restrict green = red + plane, *restrict blue = green + plane;
    for (size_t x = 0; x < width; x++) {
        uint32_t pixel;
        memcpy(&pixel, row + sizeof pixel * x, sizeof pixel);
        red[x] = (unsigned char)pixel;
        green[x] = (unsigned char)(pixel >> 8);
        blue[x] = (unsigned char)(pixel >> 16);
    }
}

/* The same for CMYK, of which Adobe's programs store the complement. */
static void store_cmyk(struct decoded *decoded, int y, const unsigned char *row, int complement)
{
    size_t width = decoded->planes.stride, plane = width * (size_t)decoded->planes.height;
    unsigned char *red = decoded->memory + (size_t)y * width;
    unsigned flip = complement ? 0 : 255;
    for (size_t x = 0; x < width; x++) {
        unsigned light = row[CMYK * x + 3] ^ flip;
        for (size_t c = 0; c < PLANES; c++)
            red[c * plane + x] = (unsigned char)(((row[CMYK * x + c] ^ flip) * light + 127) / 255);
    }
}

/* ---- JPEG ---- */

struct jpeg_reader {
    struct jpeg_decompress_struct decompress;
    struct jpeg_error_mgr handler;
    struct jpeg_progress_mgr progress;
    jmp_buf failed;
    struct error *error;
};

static void jpeg_failed(j_common_ptr common)
{
    struct jpeg_reader *reader = common->client_data;
    char message[JMSG_LENGTH_MAX];
    common->err->format_message(common, message);
    error_set(reader->error, "JPEG: %s", message);
    longjmp(reader->failed, 1);
}

/* Warnings that mean lost pixels are errors here; the others (junk between markers, odd colour tags) are not. */
static void jpeg_warned(j_common_ptr common, int level)
{
    if (level >= 0) return;
    switch (common->err->msg_code) {
    case JWRN_HIT_MARKER:
    case JWRN_HUFF_BAD_CODE:
    case JWRN_JPEG_EOF:
    case JWRN_MUST_RESYNC:
    case JWRN_NOT_SEQUENTIAL:
        jpeg_failed(common);
    }
}

static void jpeg_count_scans(j_common_ptr common)
{
    struct jpeg_reader *reader = common->client_data;
    if (reader->decompress.input_scan_number <= DECODE_SCANS_MAX) return;
    error_set(reader->error, "JPEG: more than %d scans", DECODE_SCANS_MAX);
    longjmp(reader->failed, 1);
}

/* The largest divisor of 8 by which the part's sides may shrink and keep `least` pixels. */
static unsigned choose_divisor(const struct jpeg_decompress_struct *decompress, const struct decode_want *want)
{
    double width = decompress->image_width, height = decompress->image_height;
    if (want->part.width > 0) {
        width = fmin(width, want->part.width);
        height = fmin(height, want->part.height);
    }
    unsigned divisor = 8;
    while (divisor > 1 && (want->least <= 0 || width / divisor < want->least || height / divisor < want->least))
        divisor /= 2;
    return divisor;
}

/* Reads the header and decides on the size to decode to. A file of several scans is held as coefficients, all of it. */
static int jpeg_plan(struct jpeg_decompress_struct *decompress, const struct decode_want *want, size_t *memory,
                     struct error *error)
{
    jpeg_save_markers(decompress, JPEG_APP0 + 1, MARKER_MAX);
    jpeg_read_header(decompress, TRUE);
    double pixels = (double)decompress->image_width * decompress->image_height;
    decompress->scale_num = 1;
    decompress->scale_denom = choose_divisor(decompress, want);
    double bytes = PLANES * pixels / (decompress->scale_denom * decompress->scale_denom);
    if (jpeg_has_multiple_scans(decompress)) bytes += COEFFICIENT_BYTES * pixels * decompress->num_components;
    *memory = (size_t)fmin(bytes, DECODE_BYTES_MAX);
    return check_memory(decompress->image_width, decompress->image_height, bytes, error);
}

/* The orientation that one of the file's Exif blocks tells. */
static int jpeg_orientation(const struct jpeg_decompress_struct *decompress)
{
    int orientation = 1;
    for (jpeg_saved_marker_ptr marker = decompress->marker_list; marker && orientation == 1; marker = marker->next)
        orientation = orientation_read(marker->data, marker->data_length);
    return orientation;
}

/* Decodes all rows; libjpeg's errors leave it by longjmp, and no memory is its own. */
static int jpeg_rows(struct jpeg_decompress_struct *decompress, struct decoded *decoded, struct error *error)
{
    int four = decompress->jpeg_color_space == JCS_CMYK || decompress->jpeg_color_space == JCS_YCCK;
    decompress->out_color_space = four ? JCS_CMYK : JCS_EXT_RGBX;
    jpeg_start_decompress(decompress);
    int width = (int)decompress->output_width, height = (int)decompress->output_height;
    unsigned char *row = reserve(decoded, width, height, (size_t)width * CMYK, error);
    if (!row) return -1;
    decoded->width = (int)decompress->image_width;
    decoded->height = (int)decompress->image_height;
    decoded->orientation = jpeg_orientation(decompress);
    for (int y = 0; y < height; y++) {
        jpeg_read_scanlines(decompress, &row, 1);
        if (four)
            store_cmyk(decoded, y, row, decompress->saw_Adobe_marker);
        else
            store_rgbx(decoded, y, row);
    }
    jpeg_finish_decompress(decompress);
    return 0;
}

/* Plans, and decodes where there is a place for it. */
static int decode_jpeg(struct decoded *decoded, const unsigned char *bytes, size_t size, const struct decode_want *want,
                       size_t *memory, struct error *error)
{
    struct jpeg_reader reader = {.error = error};
    reader.decompress.err = jpeg_std_error(&reader.handler);
    reader.decompress.client_data = &reader;
    reader.handler.error_exit = jpeg_failed;
    reader.handler.emit_message = jpeg_warned;
    reader.progress.progress_monitor = jpeg_count_scans;
    int status = -1;
    if (setjmp(reader.failed) == 0) {
        jpeg_create_decompress(&reader.decompress);
        reader.decompress.progress = &reader.progress;
        jpeg_mem_src(&reader.decompress, bytes, size);
        status = jpeg_plan(&reader.decompress, want, memory, error);
        if (status == 0 && decoded) status = jpeg_rows(&reader.decompress, decoded, error);
    } else {
        status = -1;
    }
    jpeg_destroy_decompress(&reader.decompress);
    return status;
}

/* ---- PNG ---- */

static int png_rows(struct decoded *decoded, png_image *image, struct error *error)
{
    image->format = PNG_FORMAT_RGB;
    image->flags |= PNG_IMAGE_FLAG_16BIT_sRGB;
    int width = (int)image->width, height = (int)image->height;
    size_t stride = PLANES * (size_t)width;
    unsigned char *rows = reserve(decoded, width, height, stride * (size_t)height, error);
    if (!rows) return -1;
    decoded->width = width;
    decoded->height = height;
    decoded->orientation = 1;
    png_color white = {WHITE, WHITE, WHITE};
    if (!png_image_finish_read(image, &white, rows, (png_int_32)stride, NULL))
        return error_set(error, "PNG: %s", image->message);
    for (int y = 0; y < height; y++) store_rgb(decoded, y, rows + (size_t)y * stride);
    return 0;
}

/* Plans, and decodes where there is a place for it: planes, and the rows that libpng gives. */
static int decode_png(struct decoded *decoded, const unsigned char *bytes, size_t size, const struct decode_want *want,
                      size_t *memory, struct error *error)
{
    (void)want; /* PNG has no smaller sizes inside */
    png_image image = {.version = PNG_IMAGE_VERSION};
    if (!png_image_begin_read_from_memory(&image, bytes, size)) return error_set(error, "PNG: %s", image.message);
    double taken = 2.0 * PLANES * image.width * image.height;
    *memory = (size_t)fmin(taken, DECODE_BYTES_MAX);
    int status = check_memory(image.width, image.height, taken, error);
    if (status == 0 && decoded) status = png_rows(decoded, &image, error);
    png_image_free(&image);
    return status;
}

/* ---- both ---- */

static int decode(struct decoded *decoded, const unsigned char *bytes, size_t size, const struct decode_want *want,
                  size_t *memory, struct error *error)
{
    static const unsigned char jpeg[] = {0xff, 0xd8, 0xff}, png[] = {0x89, 'P', 'N', 'G'};
    if (size >= sizeof jpeg && memcmp(bytes, jpeg, sizeof jpeg) == 0)
        return decode_jpeg(decoded, bytes, size, want, memory, error);
    if (size >= sizeof png && memcmp(bytes, png, sizeof png) == 0)
        return decode_png(decoded, bytes, size, want, memory, error);
    return error_set(error, "neither JPEG nor PNG");
}

int decode_image(struct decoded *decoded, const unsigned char *bytes, size_t size, const struct decode_want *want,
                 struct error *error)
{
    size_t memory;
    return decode(decoded, bytes, size, want, &memory, error);
}

int decode_measure(const unsigned char *bytes, size_t size, const struct decode_want *want, size_t *memory,
                   struct error *error)
{
    return decode(NULL, bytes, size, want, memory, error);
}
