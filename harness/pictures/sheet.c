/* sheet.c - see sheet.h. */
#include "harness/pictures/sheet.h"

#include <stdlib.h>
#include <string.h>

#include "datasets/png.h"
#include "datasets/resize.h"

enum {
    CHANNELS = PACK_CHANNELS,
    MARGIN = 6,      /* margin around each image, which holds the frame */
    FRAME = 4,       /* width of a frame */
    DASH = 8,        /* its dashes and the gaps between, in pixels */
    QUERY_GAP = 10,  /* between a query and what is nearest to it */
    CROSS_SHARE = 4, /* a cross takes this part of the image's side */
    WHITE = 255,
};

struct color {
    unsigned char channel[CHANNELS];
};

/* Colors that color-blind readers can tell apart (Okabe and Ito 2008). */
static const struct color green = {{0, 158, 115}}, red = {{213, 94, 0}}, gray = {{128, 128, 128}},
                          white = {{WHITE, WHITE, WHITE}};

struct canvas {
    int width, height, side;
    unsigned char *pixels;  /* (height, width, 3) */
    unsigned char *planes;  /* (3, side, side) of one image */
    struct resizer resizer; /* for images that are scaled down */
};

int sheet_side(const struct pack *pack, int wanted)
{
    return wanted > pack->size ? wanted / pack->size * pack->size : wanted;
}

/* ---- what is painted ---- */

static void paint(struct canvas *canvas, int x, int y, struct color color)
{
    memcpy(canvas->pixels + ((size_t)y * (size_t)canvas->width + (size_t)x) * CHANNELS, color.channel, CHANNELS);
}

/* Paints a frame of that width around the image at (x, y), in dashes of that length; 0: solid. */
static void paint_frame(struct canvas *canvas, int x, int y, int width, int dash, struct color color)
{
    int whole = canvas->side + 2 * width;
    for (int along = 0; along < whole; along++) {
        if (dash > 0 && along / dash % 2 == 1) continue;
        for (int w = 0; w < width; w++) {
            paint(canvas, x - width + along, y - width + w, color);
            paint(canvas, x - width + along, y + canvas->side + w, color);
            paint(canvas, x - width + w, y - width + along, color);
            paint(canvas, x + canvas->side + w, y - width + along, color);
        }
    }
}

/* Paints a cross in a white square in the upper right corner of the image at (x, y). */
static void paint_cross(struct canvas *canvas, int x, int y)
{
    int side = canvas->side / CROSS_SHARE, thick = side / 8 + 1;
    for (int v = 0; v < side; v++)
        for (int u = 0; u < side; u++) {
            int on = abs(u - v) < thick || abs(u + v - side + 1) < thick;
            paint(canvas, x + canvas->side - side + u, y + v, on ? red : white);
        }
}

static void paint_mark(struct canvas *canvas, int x, int y, enum tile_mark mark)
{
    switch (mark) {
    case TILE_PLAIN:
        break;
    case TILE_QUERY:
        paint_frame(canvas, x, y, 1, 0, gray);
        break;
    case TILE_RIGHT:
        paint_frame(canvas, x, y, FRAME, 0, green);
        break;
    case TILE_WRONG:
        paint_frame(canvas, x, y, FRAME, DASH, red);
        paint_cross(canvas, x, y);
        break;
    }
}

/* ---- images ---- */

static void enlarge(const unsigned char *image, int size, unsigned char *planes, int side)
{
    for (int c = 0; c < CHANNELS; c++)
        for (int y = 0; y < side; y++)
            for (int x = 0; x < side; x++) *planes++ = image[(c * size + y * size / side) * size + x * size / side];
}

/* Scales the image into the canvas's planes. */
static int scale(struct canvas *canvas, const unsigned char *image, int size, struct error *error)
{
    struct planes source = {image, size, size, (size_t)size};
    if (canvas->side >= size) {
        enlarge(image, size, canvas->planes, canvas->side);
        return 0;
    }
    return resize_region(&canvas->resizer, &source, (struct region){0, 0, size, size}, canvas->planes, canvas->side,
                         canvas->side, error);
}

static int paint_tile(struct canvas *canvas, const struct pack *pack, const struct tile *tile, int x, int y,
                      struct error *error)
{
    size_t area = (size_t)canvas->side * (size_t)canvas->side;
    if (tile->image < 0) return 0;
    if (scale(canvas, pack_image(pack, tile->image), pack->size, error) != 0) return -1;
    for (int v = 0; v < canvas->side; v++)
        for (int u = 0; u < canvas->side; u++) {
            const unsigned char *at = canvas->planes + v * canvas->side + u;
            paint(canvas, x + u, y + v, (struct color){{at[0], at[area], at[2 * area]}});
        }
    paint_mark(canvas, x, y, tile->mark);
    return 0;
}

/* ---- the whole ---- */

/* Where a column begins. There is a gap after the query. */
static int column_start(const struct tiles *tiles, int side, int column)
{
    int has_queries = tiles->rows > 0 && tiles->columns > 0 && tiles_at(tiles, 0, 0)->mark == TILE_QUERY;
    return column * (side + 2 * MARGIN) + (has_queries && column > 0 ? QUERY_GAP : 0);
}

static int canvas_init(struct canvas *canvas, const struct tiles *tiles, int side, struct error *error)
{
    long long width = column_start(tiles, side, tiles->columns), height = (long long)tiles->rows * (side + 2 * MARGIN);
    if (width * height > SHEET_PIXELS_MAX)
        return error_set(
            error,
            "%d rows of %d images of %d pixels a side are too many for one picture: ask for fewer or smaller ones",
            tiles->rows, tiles->columns, side);
    *canvas = (struct canvas){(int)width,
                              (int)height,
                              side,
                              malloc((size_t)(width * height * CHANNELS) + 1),
                              malloc((size_t)side * (size_t)side * CHANNELS),
                              {.filter = RESIZE_TRIANGLE}};
    if (!canvas->pixels || !canvas->planes) return error_set(error, "out of memory for a picture");
    memset(canvas->pixels, WHITE, (size_t)(width * height * CHANNELS));
    return 0;
}

static void canvas_release(struct canvas *canvas)
{
    resizer_release(&canvas->resizer);
    free(canvas->planes);
    free(canvas->pixels);
}

int sheet_draw(const struct tiles *tiles, const struct pack *pack, int side, unsigned char **png, size_t *size,
               struct error *error)
{
    struct canvas canvas = {0};
    int status = canvas_init(&canvas, tiles, side, error);
    for (int row = 0; row < tiles->rows && status == 0; row++)
        for (int column = 0; column < tiles->columns && status == 0; column++)
            status = paint_tile(&canvas, pack, tiles_at(tiles, row, column), column_start(tiles, side, column) + MARGIN,
                                row * (side + 2 * MARGIN) + MARGIN, error);
    if (status == 0) status = png_encode(canvas.pixels, canvas.width, canvas.height, png, size, error);
    canvas_release(&canvas);
    return status;
}
