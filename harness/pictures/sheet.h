/* sheet.h - draws images of a pack side by side, as a PNG file in memory.
 *
 * Right and wrong images differ by more than color, so that they can be told apart in gray too: right ones have a solid
 * green frame, wrong ones a dashed red frame and a cross in the corner. A query is set apart, in a thin frame. */
#ifndef PARTGRAD_HARNESS_PICTURES_SHEET_H
#define PARTGRAD_HARNESS_PICTURES_SHEET_H

#include <stddef.h>

#include "datasets/pack.h"
#include "harness/pictures/tiles.h"

enum { SHEET_SIDE_MIN = 16, SHEET_SIDE_MAX = 1024 };

/* The side of each image on the sheet, in pixels, if `wanted` is asked for. Smaller images are enlarged by a whole
 * factor, so that their pixels stay squares; larger ones are scaled down. */
int sheet_side(const struct pack *, int wanted);

/* *png (*size) becomes a new block that the caller frees; the same for the same tiles, pack and side. Fails if the
 * picture would have more than SHEET_PIXELS_MAX pixels, which viewers may refuse, or if memory runs out. */
enum { SHEET_PIXELS_MAX = 1 << 26 };
int sheet_draw(const struct tiles *, const struct pack *, int side, unsigned char **png, size_t *size, struct error *);

#endif
