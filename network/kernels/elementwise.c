/* elementwise.c - see elementwise.h. Threads take blocks of a fixed size; inside a block the compiler vectorizes, for
 * each instruction set that pays. */
#include "network/kernels/elementwise.h"

#include <math.h>
#include <string.h>

#include "base/isa.h"
#include "network/kernels/bf16.h"

enum {
    BLOCK = 1 << 14,      /* elements */
    COPY_BLOCK = 1 << 16, /* bytes */
    COLUMN_BLOCK = 32,
};

void elementwise_pixels_f32(const uint8_t *pixels, size_t count, float scale, float shift, int step, float *values)
{
    for (size_t i = 0; i < count; i++) values[i * (size_t)step] = (float)pixels[i] * scale + shift;
}

FOR_EACH_ISA static void pixels_dense(const uint8_t *restrict pixels, size_t count, float scale, float shift,
                                      uint16_t *restrict values)
{
    for (size_t i = 0; i < count; i++) values[i] = bf16_narrow((float)pixels[i] * scale + shift);
}

void elementwise_pixels_bf16(const uint8_t *pixels, size_t count, float scale, float shift, int step, uint16_t *values)
{
    if (step == 1) {
        pixels_dense(pixels, count, scale, shift, values);
        return;
    }
    for (size_t i = 0; i < count; i++) values[i * (size_t)step] = bf16_narrow((float)pixels[i] * scale + shift);
}

FOR_EACH_ISA static void combine_f32(float *restrict gradient, const float *restrict other,
                                     const float *restrict output, float ceiling, size_t count)
{
    if (other)
        for (size_t i = 0; i < count; i++) gradient[i] += other[i];
    if (output)
        for (size_t i = 0; i < count; i++) gradient[i] = output[i] > 0 && output[i] < ceiling ? gradient[i] : 0;
}

/* Positive bf16 values have the same order as their bits read as int16. */
FOR_EACH_ISA static void combine_bf16(uint16_t *restrict gradient, const uint16_t *restrict other,
                                      const uint16_t *restrict output, int16_t ceiling, size_t count)
{
    if (other)
        for (size_t i = 0; i < count; i++) gradient[i] = bf16_narrow(bf16_widen(gradient[i]) + bf16_widen(other[i]));
    if (output)
        for (size_t i = 0; i < count; i++) {
            int16_t y = (int16_t)output[i];
            uint16_t keep = y > 0 && y < ceiling ? 0xFFFF : 0;
            gradient[i] &= keep;
        }
}

static size_t block_length(size_t start, size_t count)
{
    return count - start < BLOCK ? count - start : BLOCK;
}

void elementwise_combine_f32(float *gradient, const float *other, const float *output, float ceiling, size_t count)
{
#pragma omp parallel for schedule(static)
    for (size_t i = 0; i < count; i += BLOCK)
        combine_f32(gradient + i, other ? other + i : NULL, output ? output + i : NULL, ceiling,
                    block_length(i, count));
}

void elementwise_combine_bf16(uint16_t *gradient, const uint16_t *other, const uint16_t *output, float ceiling,
                              size_t count)
{
    int16_t bits = (int16_t)bf16_narrow(ceiling);
#pragma omp parallel for schedule(static)
    for (size_t i = 0; i < count; i += BLOCK)
        combine_bf16(gradient + i, other ? other + i : NULL, output ? output + i : NULL, bits, block_length(i, count));
}

void elementwise_copy(void *to, const void *from, size_t bytes)
{
#pragma omp parallel for schedule(static)
    for (size_t i = 0; i < bytes; i += COPY_BLOCK)
        memcpy((char *)to + i, (const char *)from + i, bytes - i < COPY_BLOCK ? bytes - i : COPY_BLOCK);
}

FOR_EACH_ISA static void activate_f32(float *restrict output, const float *restrict residual, float ceiling,
                                      size_t count)
{
    if (residual)
        for (size_t i = 0; i < count; i++) output[i] += residual[i];
    if (ceiling > 0)
        for (size_t i = 0; i < count; i++) {
            float y = output[i] > 0 ? output[i] : 0;
            output[i] = y < ceiling ? y : ceiling;
        }
}

FOR_EACH_ISA static void activate_bf16(uint16_t *restrict output, const uint16_t *restrict residual, float ceiling,
                                       size_t count)
{
    for (size_t i = 0; i < count; i++) {
        float y = bf16_widen(output[i]) + (residual ? bf16_widen(residual[i]) : 0);
        if (ceiling > 0) {
            y = y > 0 ? y : 0;
            y = y < ceiling ? y : ceiling;
        }
        output[i] = bf16_narrow(y);
    }
}

void elementwise_activate_f32(float *output, const float *residual, float ceiling, size_t count)
{
#pragma omp parallel for schedule(static)
    for (size_t i = 0; i < count; i += BLOCK)
        activate_f32(output + i, residual ? residual + i : NULL, ceiling, block_length(i, count));
}

void elementwise_activate_bf16(uint16_t *output, const uint16_t *residual, float ceiling, size_t count)
{
#pragma omp parallel for schedule(static)
    for (size_t i = 0; i < count; i += BLOCK)
        activate_bf16(output + i, residual ? residual + i : NULL, ceiling, block_length(i, count));
}

FOR_EACH_ISA static void sum_columns_f32(const float *restrict matrix, size_t rows, size_t stride, size_t count,
                                         float *restrict sums)
{
    for (size_t c = 0; c < count; c++) sums[c] = 0;
    for (size_t r = 0; r < rows; r++)
        for (size_t c = 0; c < count; c++) sums[c] += matrix[r * stride + c];
}

FOR_EACH_ISA static void sum_columns_bf16(const uint16_t *restrict matrix, size_t rows, size_t stride, size_t count,
                                          float *restrict sums)
{
    for (size_t c = 0; c < count; c++) sums[c] = 0;
    for (size_t r = 0; r < rows; r++)
        for (size_t c = 0; c < count; c++) sums[c] += bf16_widen(matrix[r * stride + c]);
}

static size_t column_count(size_t first, size_t columns)
{
    return columns - first < COLUMN_BLOCK ? columns - first : COLUMN_BLOCK;
}

void elementwise_column_sums_f32(const float *matrix, size_t rows, size_t columns, float *sums)
{
#pragma omp parallel for schedule(static)
    for (size_t c = 0; c < columns; c += COLUMN_BLOCK)
        sum_columns_f32(matrix + c, rows, columns, column_count(c, columns), sums + c);
}

void elementwise_column_sums_bf16(const uint16_t *matrix, size_t rows, size_t columns, float *sums)
{
#pragma omp parallel for schedule(static)
    for (size_t c = 0; c < columns; c += COLUMN_BLOCK)
        sum_columns_bf16(matrix + c, rows, columns, column_count(c, columns), sums + c);
}

FOR_EACH_ISA static void add(float *restrict sum, const float *restrict value, size_t count)
{
    for (size_t i = 0; i < count; i++) sum[i] += value[i];
}

void elementwise_add(float *sum, const float *value, size_t count)
{
#pragma omp parallel for schedule(static)
    for (size_t i = 0; i < count; i += BLOCK) add(sum + i, value + i, block_length(i, count));
}

/* Not 0 if x is NaN or infinite: then all bits of its exponent are set, so adding one to them carries into the sign. */
WITHIN_EACH_ISA uint32_t overflow_bit(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return ((bits & 0x7fffffffu) + 0x00800000u) & 0x80000000u;
}

FOR_EACH_ISA static uint32_t adamw(struct adamw p, float *restrict value, const float *restrict gradient,
                                   float *restrict first, float *restrict second, size_t count)
{
    uint32_t broken = 0;
    for (size_t i = 0; i < count; i++) {
        first[i] = p.beta1 * first[i] + (1 - p.beta1) * gradient[i];
        second[i] = p.beta2 * second[i] + (1 - p.beta2) * gradient[i] * gradient[i];
        float step = first[i] / p.correction1 / (sqrtf(second[i] / p.correction2) + p.epsilon);
        value[i] -= p.decay * value[i] + p.rate * step;
        broken |= overflow_bit(first[i]) | overflow_bit(second[i]) | overflow_bit(value[i]);
    }
    return broken;
}

int elementwise_adamw(const struct adamw *p, float *value, const float *gradient, float *first, float *second,
                      size_t count)
{
    uint32_t broken = 0;
#pragma omp parallel for schedule(static) reduction(| : broken)
    for (size_t i = 0; i < count; i += BLOCK)
        broken |= adamw(*p, value + i, gradient + i, first + i, second + i, block_length(i, count));
    return broken != 0;
}

FOR_EACH_ISA static uint32_t sgd(struct sgd p, float *restrict value, const float *restrict gradient,
                                 float *restrict momentum, size_t count)
{
    uint32_t broken = 0;
    for (size_t i = 0; i < count; i++) {
        momentum[i] = p.momentum * momentum[i] + gradient[i] + p.decay * value[i];
        value[i] -= p.rate * momentum[i];
        broken |= overflow_bit(momentum[i]) | overflow_bit(value[i]);
    }
    return broken;
}

int elementwise_sgd(const struct sgd *p, float *value, const float *gradient, float *momentum, size_t count)
{
    uint32_t broken = 0;
#pragma omp parallel for schedule(static) reduction(| : broken)
    for (size_t i = 0; i < count; i += BLOCK)
        broken |= sgd(*p, value + i, gradient + i, momentum + i, block_length(i, count));
    return broken != 0;
}

FOR_EACH_ISA static uint32_t rmsprop(struct rmsprop p, float *restrict value, const float *restrict gradient,
                                     float *restrict momentum, float *restrict square, size_t count)
{
    uint32_t broken = 0;
    for (size_t i = 0; i < count; i++) {
        float g = gradient[i] + p.decay * value[i];
        square[i] = p.alpha * square[i] + (1 - p.alpha) * g * g;
        momentum[i] = p.momentum * momentum[i] + g / (sqrtf(square[i]) + p.epsilon);
        value[i] -= p.rate * momentum[i];
        broken |= overflow_bit(momentum[i]) | overflow_bit(square[i]) | overflow_bit(value[i]);
    }
    return broken;
}

int elementwise_rmsprop(const struct rmsprop *p, float *value, const float *gradient, float *momentum, float *square,
                        size_t count)
{
    uint32_t broken = 0;
#pragma omp parallel for schedule(static) reduction(| : broken)
    for (size_t i = 0; i < count; i += BLOCK)
        broken |= rmsprop(*p, value + i, gradient + i, momentum + i, square + i, block_length(i, count));
    return broken != 0;
}
