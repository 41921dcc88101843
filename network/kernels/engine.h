/* engine.h - the precision in which the network computes, the arrangement of activations in memory, and loops over
 * whole activations that no primitive does.
 *
 * oneDNN picks the instructions (AMX, AVX-512, AVX2) at run time. The arrangement is the one that its kernels for them
 * are fastest with: channels last with AMX, else blocks of 16 or 8 channels. Outside of the kernels it is only a number
 * of bytes. */
#ifndef PARTGRAD_NETWORK_KERNELS_ENGINE_H
#define PARTGRAD_NETWORK_KERNELS_ENGINE_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "network/kernels/layer.h"

struct engine;

/* How activations are arranged. */
enum engine_layout { LAYOUT_AUTO, LAYOUT_CHANNELS_LAST, LAYOUT_BLOCKED };
/* What computes dense convolutions: oneDNN; oneDNN, with the weight gradient of 1x1 windows as a product of two
 * matrices; or our own code on AMX tiles. The latter two need channels last, and the last needs bf16. */
enum engine_convolution { CONVOLUTION_AUTO, CONVOLUTION_ONEDNN, CONVOLUTION_MATMUL, CONVOLUTION_TILES };

struct engine_request {
    int bf16; /* 1 or 0, or -1 for 1 if the CPU has native bf16; 1 on a CPU without it is an error */
    enum engine_layout layout;
    enum engine_convolution convolution; /* AUTO: by a table of CPUs, so that runs repeat bit for bit */
};
/* The caller frees *engine. */
int engine_create(struct engine **engine, const struct engine_request *, struct error *);
void engine_free(struct engine *); /* NULL-safe */
/* Whether it computes in bf16. */
int engine_bf16(const struct engine *);
/* Whether this CPU has native bf16 arithmetic. */
int engine_native_bf16(void);
/* Writes the library's version and instruction set: "oneDNN 2.6.3, ISA 0xe7". */
void engine_describe(char *text, size_t size);

/* Bytes of an activation (samples, channels, size, size) in the engine's precision and arrangement. */
size_t engine_activation_bytes(const struct engine *, int samples, struct tensor);

/* The value above which an activation cuts off; 0: no activation. */
float engine_ceiling(enum activation);
/* In place over a whole activation of `bytes`: output = activation(output + residual). `residual` may be NULL. */
void engine_activate(const struct engine *, void *output, const void *residual, enum activation, size_t bytes);
/* In place over a whole activation of `bytes`: gradient = (gradient + other) * activation'(output). `other` may be
 * NULL. */
void engine_combine_gradient(const struct engine *, void *gradient, const void *other, const void *output,
                             enum activation, size_t bytes);

/* Writes one image, planes (3, size, size) uint8, as sample `sample` of an input activation: x * scale[c] +
 * shift[c]. */
void engine_load_pixels(const struct engine *, const uint8_t *planes, int size, const float scale[3],
                        const float shift[3], int sample, void *activation);

#endif
