/* orientation.h - how a camera was held, by the Exif tag Orientation (0x0112, JEITA CP-3451): 1 (upright as stored) to
 * 8. */
#ifndef PARTGRAD_DATASETS_ORIENTATION_H
#define PARTGRAD_DATASETS_ORIENTATION_H

#include <stddef.h>

/* The orientation in an Exif block, which begins with "Exif\0\0"; 1 if it has none or is damaged. */
int orientation_read(const unsigned char *exif, size_t size);

/* Turns and mirrors `planes` (3, size, size) upright, into `upright`. */
void orientation_apply(int orientation, const unsigned char *planes, int size, unsigned char *upright);

#endif
