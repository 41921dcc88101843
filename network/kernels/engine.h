/* engine.h - the CPU as the network sees it: in which precision it computes, how activations are arranged in memory,
 * and the loops over whole activations that no primitive does.
 *
 * oneDNN picks the instructions (AMX, AVX-512, AVX2) at run time; the arrangement follows them: channels last if AMX
 * is, blocks of 16 or 8 channels elsewhere, whichever its kernels are fastest with. Nothing outside of the kernels sees
 * more of it than bytes. */
#ifndef PARTGRAD_NETWORK_KERNELS_ENGINE_H
#define PARTGRAD_NETWORK_KERNELS_ENGINE_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "network/kernels/layer.h"

struct engine;

/* How activations are arranged. */
enum engine_layout { LAYOUT_AUTO, LAYOUT_CHANNELS_LAST, LAYOUT_BLOCKED };
/* What computes dense convolutions: oneDNN; oneDNN, with the weight gradient of 1x1 windows as the product of two
 * matrices that it is; or our own code on AMX tiles. The latter two want channels last, the last bf16 too. */
enum engine_convolution { CONVOLUTION_AUTO, CONVOLUTION_ONEDNN, CONVOLUTION_MATMUL, CONVOLUTION_TILES };

struct engine_request {
    int bf16; /* 1 or 0, or -1 for whatever the CPU does natively; 1 on a CPU without it is an error */
    enum engine_layout layout;
    enum engine_convolution convolution; /* AUTO: a table by CPU, so that a run can be repeated bit for bit */
};
int engine_create(struct engine **engine, const struct engine_request *, struct error *);
void engine_free(struct engine *); /* NULL-safe */
int engine_bf16(const struct engine *);
/* Whether this CPU computes in bf16. */
int engine_native_bf16(void);
/* "oneDNN 2.6.3, ISA 0xe7" */
void engine_describe(char *text, size_t size);

/* Bytes of an activation (samples, channels, size, size) in the engine's precision and arrangement. */
size_t engine_activation_bytes(const struct engine *, int samples, struct tensor);

/* If an activation cuts off above; 0: no activation. */
float engine_ceiling(enum activation);
/* In place over a whole activation of `bytes`: output = activation(output + residual). `residual` may be NULL. */
void engine_activate(const struct engine *, void *output, const void *residual, enum activation, size_t bytes);
/* In place over a whole activation of `bytes`: gradient = (gradient + other) * activation'(output). `other` may be
 * NULL. */
void engine_combine_gradient(const struct engine *, void *gradient, const void *other, const void *output,
                             enum activation, size_t bytes);

/* One image: planes (3, size, size) uint8 to sample `sample` of an input activation: x * scale[c] + shift[c]. */
void engine_load_pixels(const struct engine *, const uint8_t *planes, int size, const float scale[3],
                        const float shift[3], int sample, void *activation);

#endif
