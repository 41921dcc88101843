/* specimen.h - draws imaginary objects. A kind is a point in a space of outlines, colors, textures and marks; a
 * specimen is one drawing of a kind, with its own pose, light and place.
 *
 * All kinds combine the same factors (an outline, a texture, ...), so what is learned on some kinds helps to
 * distinguish others. Everything follows from (seed, kind, specimen, difficulty); drawing scales with the pixels. */
#ifndef PARTGRAD_DATASETS_SPECIMEN_H
#define PARTGRAD_DATASETS_SPECIMEN_H

#include <stdint.h>

/* Draws specimen number `specimen` of kind number `kind` into (3, size, size) RGB planes. `difficulty`, 0 .. 1, moves
 * kinds closer together and specimens of a kind further apart: more rotation, light, clutter and noise. */
void specimen_draw(uint64_t seed, int kind, int specimen, double difficulty, int size, unsigned char *planes);

#endif
