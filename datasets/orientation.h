/* orientation.h - how a camera was held, as the Exif tag Orientation (0x0112, JEITA CP-3451) tells it: the numbers 1,
 * as stored, to 8. */
#ifndef PARTGRAD_DATASETS_ORIENTATION_H
#define PARTGRAD_DATASETS_ORIENTATION_H

#include <stddef.h>

/* The orientation that an Exif block holds, "Exif\0\0" and all; 1 if it tells none or is damaged. */
int orientation_read(const unsigned char *exif, size_t size);

/* Turns and mirrors (3, size, size) planes upright, from `planes` to `upright`. */
void orientation_apply(int orientation, const unsigned char *planes, int size, unsigned char *upright);

#endif
