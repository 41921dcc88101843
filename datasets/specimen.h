/* specimen.h - drawings of made-up things that come in kinds: a kind is a point in a space of outlines, colors,
 * textures and marks; a specimen is one drawing of a kind in a pose, a light and a place of its own.
 *
 * Kinds share their factors (every kind is some outline, some texture, ...), so that what is learnt on some kinds helps
 * to tell others apart. Everything follows from (seed, kind, specimen, difficulty); drawing scales with the pixels. */
#ifndef PARTGRAD_DATASETS_SPECIMEN_H
#define PARTGRAD_DATASETS_SPECIMEN_H

#include <stdint.h>

/* Draws specimen number `specimen` of kind number `kind` into (3, size, size) RGB planes. `difficulty` within 0 .. 1
 * moves the kinds together and their specimens apart: more turning, light, clutter and noise. */
void specimen_draw(uint64_t seed, int kind, int specimen, double difficulty, int size, unsigned char *planes);

#endif
