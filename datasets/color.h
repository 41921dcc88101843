/* color.h - scaled values of planes to bytes. Values lie around 0 .. 255; what is beyond is cut. */
#ifndef PARTGRAD_DATASETS_COLOR_H
#define PARTGRAD_DATASETS_COLOR_H

#include <stddef.h>

/* One plane's `count` values to the nearest bytes. */
void color_round(const float *const values[], size_t count, unsigned char *const bytes[]);

/* Three planes, brightness, blueness and redness as JFIF defines them (BT.601, all of 0 .. 255), to red, green, blue.
 */
void color_from_ycc(const float *const values[], size_t count, unsigned char *const bytes[]);

#endif
