/* tile_convolution.h - a dense bf16 convolution on the CPU's tile registers (AMX), or the gradient of its input, with
 * what follows it on the same pixels: bias, sum and activation, or sum and the activation's slope.
 *
 * Activations lie channels last, and 16 neighbouring pixels are a tile as they lie. Windows larger than 1 and strides
 * read from a padded copy of a strip, which is taken apart by stride, so that neighbouring outputs read neighbouring
 * pixels there, and by channels, as many as a tile takes in, so that a tile reads lines of the cache that follow one
 * another. A gradient writes each of its stride x stride phases for itself. */
#ifndef PARTGRAD_NETWORK_KERNELS_AMX_TILE_CONVOLUTION_H
#define PARTGRAD_NETWORK_KERNELS_AMX_TILE_CONVOLUTION_H

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
    int merged;              /* 1: a row of the window counts as channels, there being so few of them */
    int depth, depth_tiles;  /* channels that one tile reads, and how many tiles read all */
    int blocks, block_group; /* of 32 channels that are written; whose weights stay in the cache */
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

/* backward: reads the gradient of the output, writes that of the input. Returns 0, or -1 where the tiles have no way
 * for the shape. */
int tile_convolution_plan(struct tile_convolution *, const struct tile_shape *, int backward, int threads);

/* Bytes of `packed` and of `scratch` below. */
size_t tile_convolution_weights_bytes(const struct tile_convolution *);
size_t tile_convolution_scratch_bytes(const struct tile_convolution *);

/* weights (output_channels, input_channels, window, window) f32, to the arrangement that is computed with. */
void tile_convolution_load(const struct tile_convolution *, const float *weights, uint16_t *packed);

/* output = activation(convolution(input) + bias + sum), or backward, with a slope of 1 where 0 < slope_of < ceiling and
 * 0 elsewhere, gradient of input = (gradient from output + sum) * slope. */
struct tile_epilogue {
    const float *bias;        /* (channels) or NULL */
    const uint16_t *sum;      /* as the output, and may be it; or NULL */
    const uint16_t *slope_of; /* as the output; or NULL */
    int activate;             /* 1: cut to 0 .. ceiling */
    float ceiling;
};
void tile_convolution_run(const struct tile_convolution *, const uint16_t *input, const uint16_t *packed,
                          const struct tile_epilogue *, uint16_t *output, void *scratch);

#endif
