/* color.h - turns scaled values of planes into bytes. Values outside 0 .. 255 are clamped. */
#ifndef PARTGRAD_DATASETS_COLOR_H
#define PARTGRAD_DATASETS_COLOR_H

#include <stddef.h>

/* Rounds one plane's `count` values to bytes. */
void color_round(const float *const values[], size_t count, unsigned char *const bytes[]);

/* Converts three planes, brightness, blueness and redness as JFIF defines them (BT.601, full range), to red, green,
 * blue. */
void color_from_ycc(const float *const values[], size_t count, unsigned char *const bytes[]);

#endif
