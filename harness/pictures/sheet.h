/* sheet.h - draws images of a pack side by side, as a PNG file in memory.
 *
 * What an image is, is told twice, so that it is seen in grey too: the right ones have a whole green frame, the wrong
 * ones a dashed red one and a cross in the corner. A query stands apart, in a thin frame. */
#ifndef PARTGRAD_HARNESS_PICTURES_SHEET_H
#define PARTGRAD_HARNESS_PICTURES_SHEET_H

#include <stddef.h>

#include "datasets/pack.h"
#include "harness/pictures/tiles.h"

enum { SHEET_SIDE_MIN = 16, SHEET_SIDE_MAX = 1024 };

/* Pixels a side of each image if `wanted` are asked for: an image that is smaller is enlarged by a whole factor, so
 * that its pixels stay squares; one that is larger is scaled down to what is wanted. */
int sheet_side(const struct pack *, int wanted);

/* *png (*size) is a new string of bytes that the caller frees; the same for the same tiles, pack and side. Fails if
 * the picture would be larger than a reader takes (SHEET_PIXELS_MAX) or memory is out. */
enum { SHEET_PIXELS_MAX = 1 << 26 };
int sheet_draw(const struct tiles *, const struct pack *, int side, unsigned char **png, size_t *size, struct error *);

#endif
