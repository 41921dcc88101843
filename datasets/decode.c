/* decode.c - see decode.h. */
#include "datasets/decode.h"

#include <setjmp.h>
#include <stdio.h> /* before jpeglib.h, which needs it */
#include <stdlib.h>
#include <string.h>
#include <jpeglib.h>
#include <jerror.h>
#include <png.h>

#include "base/file.h"

enum { PLANES = 3, CMYK = 4, WHITE = 255 };

void decoded_release(struct decoded *decoded)
{
    free(decoded->memory);
    *decoded = (struct decoded){0};
}

/* Checks the size that a file claims. */
static int check_size(uint32_t width, uint32_t height, struct error *error)
{
    if (width > 0 && height > 0 && width <= DECODE_SIDE_MAX && height <= DECODE_SIDE_MAX &&
        (size_t)width * height <= DECODE_PIXELS_MAX)
        return 0;
    return error_set(error, "%u x %u pixels; 1 to %d a side and %d in all are allowed", (unsigned)width,
                     (unsigned)height, DECODE_SIDE_MAX, DECODE_PIXELS_MAX);
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

/* The largest divisor of 8 by which both sides may shrink and keep `least` pixels. */
static unsigned choose_divisor(const struct jpeg_decompress_struct *decompress, int least)
{
    unsigned divisor = 8;
    while (divisor > 1 && (least <= 0 || decompress->image_width / divisor < (unsigned)least ||
                           decompress->image_height / divisor < (unsigned)least))
        divisor /= 2;
    return divisor;
}

/* Decodes all rows; libjpeg's errors leave it by longjmp, and no memory is its own. */
static int jpeg_rows(struct jpeg_reader *reader, struct decoded *decoded, int least, struct error *error)
{
    struct jpeg_decompress_struct *decompress = &reader->decompress;
    jpeg_read_header(decompress, TRUE);
    if (check_size(decompress->image_width, decompress->image_height, error) != 0) return -1;
    int four = decompress->jpeg_color_space == JCS_CMYK || decompress->jpeg_color_space == JCS_YCCK;
    decompress->out_color_space = four ? JCS_CMYK : JCS_RGB;
    decompress->scale_num = 1;
    decompress->scale_denom = choose_divisor(decompress, least);
    jpeg_start_decompress(decompress);
    int width = (int)decompress->output_width, height = (int)decompress->output_height;
    unsigned char *row = reserve(decoded, width, height, (size_t)width * CMYK, error);
    if (!row) return -1;
    decoded->width = (int)decompress->image_width;
    decoded->height = (int)decompress->image_height;
    for (int y = 0; y < height; y++) {
        jpeg_read_scanlines(decompress, &row, 1);
        if (four)
            store_cmyk(decoded, y, row, decompress->saw_Adobe_marker);
        else
            store_rgb(decoded, y, row);
    }
    jpeg_finish_decompress(decompress);
    return 0;
}

static int decode_jpeg(struct decoded *decoded, const unsigned char *bytes, size_t size, int least, struct error *error)
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
        status = jpeg_rows(&reader, decoded, least, error);
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
    png_color white = {WHITE, WHITE, WHITE};
    if (!png_image_finish_read(image, &white, rows, (png_int_32)stride, NULL))
        return error_set(error, "PNG: %s", image->message);
    for (int y = 0; y < height; y++) store_rgb(decoded, y, rows + (size_t)y * stride);
    return 0;
}

static int decode_png(struct decoded *decoded, const unsigned char *bytes, size_t size, struct error *error)
{
    png_image image = {.version = PNG_IMAGE_VERSION};
    if (!png_image_begin_read_from_memory(&image, bytes, size)) return error_set(error, "PNG: %s", image.message);
    int status = check_size(image.width, image.height, error);
    if (status == 0) status = png_rows(decoded, &image, error);
    png_image_free(&image);
    return status;
}

int decode_image(struct decoded *decoded, const unsigned char *bytes, size_t size, int least, struct error *error)
{
    static const unsigned char jpeg[] = {0xff, 0xd8, 0xff}, png[] = {0x89, 'P', 'N', 'G'};
    if (size >= sizeof jpeg && memcmp(bytes, jpeg, sizeof jpeg) == 0)
        return decode_jpeg(decoded, bytes, size, least, error);
    if (size >= sizeof png && memcmp(bytes, png, sizeof png) == 0) return decode_png(decoded, bytes, size, error);
    return error_set(error, "neither JPEG nor PNG");
}
