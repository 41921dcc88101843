/* colour.h - scaled planes of 256ths (datasets/resize.h) to 8-bit red, green and blue. */
#ifndef PARTGRAD_DATASETS_COLOUR_H
#define PARTGRAD_DATASETS_COLOUR_H

#include <stdint.h>

/* One row of `count` pixels each: brightness, blueness and redness as JFIF defines them (BT.601, all of 0 .. 255). */
void colour_from_ycc(const uint16_t *y, const uint16_t *cb, const uint16_t *cr, int count, uint8_t *red, uint8_t *green,
                     uint8_t *blue);

/* One row of one plane: only rounded. */
void colour_round(const uint16_t *words, int count, uint8_t *bytes);

#endif
