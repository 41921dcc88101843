/* tile_convolution_plan.h - how tile_convolution computes a shape, planned before anything runs; read by the files that
 * run parts of it. */
#ifndef PARTGRAD_NETWORK_KERNELS_AMX_TILE_CONVOLUTION_PLAN_H
#define PARTGRAD_NETWORK_KERNELS_AMX_TILE_CONVOLUTION_PLAN_H

#include <stddef.h>
#include <stdint.h>

#include "network/kernels/amx/tile.h"

enum { TILE_PHASES_MAX = 4 };

/* A position of the window: where it reads in the padded copy, beside where its output stands. */
struct tile_tap {
    int position; /* row * window + column */
    int plane, row, offset /* elements */;
    size_t start; /* elements: plane, row and offset together */
};

/* The outputs at (stride * row + this row, stride * column + this column); forward there is one phase. */
struct tile_phase {
    int row, column, first_tap, last_tap;
};

/* How a shape is computed; tile_convolution_plan fills it. */
struct tile_convolution {
    struct tile_shape shape;
    int backward;                                       /* 1: the gradient of the input */
    int from_channels, from_size, to_channels, to_size; /* of what is read and written */
    int read_stride, write_stride;
    int direct;              /* 1: reads in place */
    int merged;              /* 1: a row of the window is merged into the channels, of which there are few */
    int depth, depth_tiles;  /* channels that one tile reads, and how many tiles read all */
    int blocks, block_group; /* of 32 written channels; blocks whose weights stay in the cache together */
    int phase_count, tap_count;
    struct tile_phase phase[TILE_PHASES_MAX];
    struct tile_tap tap[TILE_TAPS_MAX];
    int planes, top, left, row_span, column_span; /* least offsets, negated, and how far they spread */
    int grid;                                     /* outputs in a row of a phase */
    int row_elements, column_step;                /* of a plane */
    int strip_images, strip_rows, strip_pixels, strips;
    size_t part_elements;              /* of `depth` channels of a plane */
    size_t part_step;                  /* from one to the next */
    size_t plane_elements, copy_bytes; /* of one thread */
    int tile_count;                    /* in a strip, even */
    int threads;
};

/* backward: reads the gradient of the output, writes that of the input. Returns 0, or -1 if the shape cannot be
 * computed on tiles. */
int tile_convolution_plan(struct tile_convolution *, const struct tile_shape *, int backward, int threads);

/* Elements of the packed weights for 32 channels that are written. */
size_t tile_convolution_block_elements(const struct tile_convolution *);

/* Number of tiles of 16 outputs in `rows` rows of one image. Tiles run across rows that follow each other in a
 * plane. */
static inline int tile_image_tiles(const struct tile_convolution *plan, int rows)
{
    if (plan->merged) return rows * tile_up(plan->grid, TILE);
    return tile_up(rows * (plan->grid + plan->column_span), TILE);
}

#endif
