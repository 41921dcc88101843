/* elementwise.h - loops over whole arrays in fused forms that no library offers.
 *
 * bf16 is the upper half of an f32, rounded to nearest even (Intel 2018, "BFLOAT16 - hardware numerics definition").
 * Each loop runs on all threads and gives the same result for any number of them. */
#ifndef PARTGRAD_NETWORK_KERNELS_ELEMENTWISE_H
#define PARTGRAD_NETWORK_KERNELS_ELEMENTWISE_H

#include <stddef.h>
#include <stdint.h>

/* values[i * step] = pixels[i] * scale + shift, for i < count. Runs on the calling thread. */
void elementwise_pixels_f32(const uint8_t *pixels, size_t count, float scale, float shift, int step, float *values);
void elementwise_pixels_bf16(const uint8_t *pixels, size_t count, float scale, float shift, int step, uint16_t *values);

/* In place: gradient = (gradient + other) where 0 < output < ceiling, else 0. `other` and `output` may be NULL. */
void elementwise_combine_f32(float *gradient, const float *other, const float *output, float ceiling, size_t count);
void elementwise_combine_bf16(uint16_t *gradient, const uint16_t *other, const uint16_t *output, float ceiling,
                              size_t count);

/* to = from, over bytes. */
void elementwise_copy(void *to, const void *from, size_t bytes);

/* In place: output = max(0, min(output + residual, ceiling)), or without a ceiling (0) the sum alone. `residual` may be
 * NULL. */
void elementwise_activate_f32(float *output, const float *residual, float ceiling, size_t count);
void elementwise_activate_bf16(uint16_t *output, const uint16_t *residual, float ceiling, size_t count);

/* sums (columns) of a matrix (rows, columns). */
void elementwise_column_sums_f32(const float *matrix, size_t rows, size_t columns, float *sums);
void elementwise_column_sums_bf16(const uint16_t *matrix, size_t rows, size_t columns, float *sums);

/* sum += value. */
void elementwise_add(float *sum, const float *value, size_t count);

/* AdamW (Loshchilov & Hutter 2019, algorithm 2) over one array: m and v are the running moments, correction1 and
 * correction2 are 1 - beta^t, decay is learning rate x weight decay. */
struct adamw {
    float rate, beta1, beta2, epsilon, correction1, correction2, decay;
};
/* Returns 1 if a value or moment is not finite afterwards, else 0. */
int elementwise_adamw(const struct adamw *, float *value, const float *gradient, float *first, float *second,
                      size_t count);

/* SGD with momentum as in PyTorch: g += decay x value; m = momentum x m + g; value -= rate x m. */
struct sgd {
    float rate, momentum, decay;
};
/* Returns as elementwise_adamw does. */
int elementwise_sgd(const struct sgd *, float *value, const float *gradient, float *momentum, size_t count);

/* RMSprop (Hinton 2012, lecture 6e) as in PyTorch: g += decay x value; v = alpha x v + (1 - alpha) g^2; m = momentum x
 * m + g / (sqrt(v) + epsilon); value -= rate x m. */
struct rmsprop {
    float rate, alpha, momentum, epsilon, decay;
};
/* Returns as elementwise_adamw does. */
int elementwise_rmsprop(const struct rmsprop *, float *value, const float *gradient, float *momentum, float *square,
                        size_t count);

#endif
