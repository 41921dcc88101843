/* jpeg.c - see jpeg.h. */
#include "datasets/jpeg.h"

#include <math.h>
#include <setjmp.h>
#include <stdio.h> /* before jpeglib.h, which needs it */
#include <jpeglib.h>
#include <jerror.h>

#include "datasets/orientation.h"

enum { CMYK = 4, COEFFICIENT_BYTES = 2, MARKER_MAX = 0xffff, ROWS_MAX = MAX_SAMP_FACTOR * DCTSIZE };

struct jpeg_reader {
    struct jpeg_decompress_struct decompress;
    struct jpeg_error_mgr handler;
    struct jpeg_progress_mgr progress;
    jmp_buf failed;
    struct error *error;
};

/* ---- what libjpeg calls ---- */

static void on_error(j_common_ptr common)
{
    struct jpeg_reader *reader = common->client_data;
    char message[JMSG_LENGTH_MAX];
    common->err->format_message(common, message);
    error_set(reader->error, "JPEG: %s", message);
    longjmp(reader->failed, 1);
}

/* Warnings that mean lost pixels are errors here; the others (junk between markers, odd color tags) are not. */
static void on_warning(j_common_ptr common, int level)
{
    if (level >= 0) return;
    switch (common->err->msg_code) {
    case JWRN_HIT_MARKER:
    case JWRN_HUFF_BAD_CODE:
    case JWRN_JPEG_EOF:
    case JWRN_MUST_RESYNC:
    case JWRN_NOT_SEQUENTIAL:
        on_error(common);
    }
}

static void on_progress(j_common_ptr common)
{
    struct jpeg_reader *reader = common->client_data;
    if (reader->decompress.input_scan_number <= JPEG_SCANS_MAX) return;
    error_set(reader->error, "JPEG: more than %d scans", JPEG_SCANS_MAX);
    longjmp(reader->failed, 1);
}

/* ---- the header ---- */

/* The largest divisor of 8 by which the part's sides may shrink and keep `least` pixels. */
static unsigned choose_divisor(const struct jpeg_decompress_struct *decompress, const struct decode_want *want)
{
    double width = decompress->image_width, height = decompress->image_height;
    if (want->part.width > 0) {
        width = fmin(width, want->part.width);
        height = fmin(height, want->part.height);
    }
    unsigned divisor = DCTSIZE;
    while (divisor > 1 && (want->least <= 0 || width / divisor < want->least || height / divisor < want->least))
        divisor /= 2;
    return divisor;
}

/* Decides on the size to decode to, and checks its memory. libjpeg holds all coefficients of a file of several
 * scans. */
static int choose_size(struct jpeg_decompress_struct *decompress, const struct decode_want *want, struct error *error)
{
    double pixels = (double)decompress->image_width * decompress->image_height;
    decompress->scale_num = 1;
    decompress->scale_denom = choose_divisor(decompress, want);
    double bytes = DECODED_PLANES * pixels / (decompress->scale_denom * decompress->scale_denom);
    if (jpeg_has_multiple_scans(decompress)) bytes += COEFFICIENT_BYTES * pixels * decompress->num_components;
    return decoded_check(want, decompress->image_width, decompress->image_height, bytes, error);
}

/* The orientation, from one of the file's Exif blocks. */
static int find_orientation(const struct jpeg_decompress_struct *decompress)
{
    int orientation = 1;
    for (jpeg_saved_marker_ptr marker = decompress->marker_list; marker && orientation == 1; marker = marker->next)
        orientation = orientation_read(marker->data, marker->data_length);
    return orientation;
}

/* ---- planes as they are stored ---- */

/* Side, in pixels, to which an 8 x 8 block of the component is decoded. */
static int block_side(const jpeg_component_info *component)
{
#if JPEG_LIB_VERSION >= 70
    return component->DCT_h_scaled_size;
#else
    return component->DCT_scaled_size;
#endif
}

static void copy_sides(struct decoded *decoded, const struct jpeg_decompress_struct *decompress)
{
    decoded->width = (int)decompress->image_width;
    decoded->height = (int)decompress->image_height;
    decoded->orientation = find_orientation(decompress);
}

/* Allocates a plane for each component, with room for whole blocks; then cuts the sides to the image. */
static int place_components(const struct jpeg_decompress_struct *decompress, struct decoded *decoded,
                            struct error *error)
{
    decoded->plane_count = decompress->num_components;
    decoded->is_ycc = decompress->jpeg_color_space == JCS_YCbCr;
    for (int c = 0; c < decoded->plane_count; c++) {
        const jpeg_component_info *component = &decompress->comp_info[c];
        int side = block_side(component);
        decoded->planes[c] = (struct decoded_plane){
            .plane = {.width = (int)component->width_in_blocks * side,
                      .height = (int)decompress->total_iMCU_rows * component->v_samp_factor * side},
            .across = (double)component->h_samp_factor * side / (decompress->max_h_samp_factor * DCTSIZE),
            .down = (double)component->v_samp_factor * side / (decompress->max_v_samp_factor * DCTSIZE),
        };
    }
    if (decoded_place(decoded, 0, NULL, error) != 0) return -1;
    for (int c = 0; c < decoded->plane_count; c++) {
        decoded->planes[c].plane.width = (int)decompress->comp_info[c].downsampled_width;
        decoded->planes[c].plane.height = (int)decompress->comp_info[c].downsampled_height;
    }
    return 0;
}

static int read_components(struct jpeg_decompress_struct *decompress, struct decoded *decoded, struct error *error)
{
    decompress->raw_data_out = TRUE;
    jpeg_start_decompress(decompress);
    copy_sides(decoded, decompress);
    if (place_components(decompress, decoded, error) != 0) return -1;
    JSAMPROW rows[DECODED_PLANES][ROWS_MAX];
    JSAMPARRAY planes[DECODED_PLANES] = {rows[0], rows[1], rows[2]};
    for (int band = 0; decompress->output_scanline < decompress->output_height; band++) {
        for (int c = 0; c < decoded->plane_count; c++) {
            const jpeg_component_info *component = &decompress->comp_info[c];
            int count = component->v_samp_factor * block_side(component);
            for (int y = 0; y < count; y++) rows[c][y] = decoded_row(decoded, c, band * count + y);
        }
        jpeg_read_raw_data(decompress, planes, ROWS_MAX);
    }
    jpeg_finish_decompress(decompress);
    return 0;
}

/* ---- CMYK ---- */

/* Spreads a row over row y of the planes. Adobe's programs store the complement. */
static void store_cmyk(const struct decoded *decoded, int y, const unsigned char *row, int complement)
{
    unsigned flip = complement ? 0 : 255;
    for (int c = 0; c < DECODED_PLANES; c++) {
        unsigned char *plane = decoded_row(decoded, c, y);
        for (int x = 0; x < decoded->planes[c].plane.width; x++) {
            unsigned light = row[CMYK * x + CMYK - 1] ^ flip;
            plane[x] = (unsigned char)(((row[CMYK * x + c] ^ flip) * light + 127) / 255);
        }
    }
}

static int read_cmyk(struct jpeg_decompress_struct *decompress, struct decoded *decoded, struct error *error)
{
    decompress->out_color_space = JCS_CMYK;
    jpeg_start_decompress(decompress);
    copy_sides(decoded, decompress);
    int width = (int)decompress->output_width, height = (int)decompress->output_height;
    unsigned char *row;
    if (decoded_place_rgb(decoded, width, height, 1.0 / decompress->scale_denom, (size_t)width * CMYK, &row, error) !=
        0)
        return -1;
    for (int y = 0; y < height; y++) {
        jpeg_read_scanlines(decompress, &row, 1);
        store_cmyk(decoded, y, row, decompress->saw_Adobe_marker);
    }
    jpeg_finish_decompress(decompress);
    return 0;
}

/* ---- all ---- */

/* libjpeg itself refuses other color spaces than these. */
static int has_stored_planes(const struct jpeg_decompress_struct *decompress)
{
    J_COLOR_SPACE space = decompress->jpeg_color_space;
    return space == JCS_GRAYSCALE || space == JCS_YCbCr || space == JCS_RGB;
}

/* libjpeg's errors leave this function by longjmp, so it must own no memory. */
static int read_file(struct jpeg_decompress_struct *decompress, struct decoded *decoded, const struct decode_want *want,
                     struct error *error)
{
    jpeg_save_markers(decompress, JPEG_APP0 + 1, MARKER_MAX);
    jpeg_read_header(decompress, TRUE);
    int status = choose_size(decompress, want, error);
    if (status != 0) return status;
    return has_stored_planes(decompress) ? read_components(decompress, decoded, error)
                                         : read_cmyk(decompress, decoded, error);
}

int jpeg_decode(struct decoded *decoded, const unsigned char *bytes, size_t size, const struct decode_want *want,
                struct error *error)
{
    struct jpeg_reader reader = {.error = error};
    reader.decompress.err = jpeg_std_error(&reader.handler);
    reader.decompress.client_data = &reader;
    reader.handler.error_exit = on_error;
    reader.handler.emit_message = on_warning;
    reader.progress.progress_monitor = on_progress;
    int status = -1;
    if (setjmp(reader.failed) == 0) {
        jpeg_create_decompress(&reader.decompress);
        reader.decompress.progress = &reader.progress;
        jpeg_mem_src(&reader.decompress, bytes, size);
        status = read_file(&reader.decompress, decoded, want, error);
    } else {
        status = -1;
    }
    jpeg_destroy_decompress(&reader.decompress);
    return status;
}
