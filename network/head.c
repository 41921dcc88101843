/* head.c - see head.h.
 *
 * The linear layer's forward pass is our own loop. In a library's product, rounding depends on a sample's place in the
 * micro-batch, the size of that and the number of threads; an embedding must depend on none of these. */
#include "network/head.h"

#include <cblas.h>
#include <math.h>
#include <string.h>

#include "base/isa.h"

enum { LANES = 32 }; /* independent sums: enough to keep a CPU's adders busy */

static const float GEM_FLOOR = 1e-6f; /* keeps powers and their slopes finite if the map is 0 */

static float power(float x, int p)
{
    float result = 1;
    for (int i = 0; i < p; i++) result *= x;
    return result;
}

static float clamp(float x)
{
    return x > GEM_FLOOR ? x : GEM_FLOOR;
}

static float pool(const struct head *head, const float *map)
{
    float sum = 0;
    if (head->power == 0) {
        for (int i = 0; i < head->area; i++) sum += map[i];
        return sum / (float)head->area;
    }
    for (int i = 0; i < head->area; i++) sum += power(clamp(map[i]), head->power);
    return powf(sum / (float)head->area, 1 / (float)head->power);
}

/* dL/dmap from dL/dpooled: GeM's slope is x^(p-1) f^(1-p) / area where x is above the floor. */
static void pool_backward(const struct head *head, const float *map, float pooled, float gradient, float *map_gradient)
{
    float share = gradient / (float)head->area;
    if (head->power == 0) {
        for (int i = 0; i < head->area; i++) map_gradient[i] = share;
        return;
    }
    share /= power(pooled, head->power - 1);
    for (int i = 0; i < head->area; i++)
        map_gradient[i] = map[i] > GEM_FLOOR ? share * power(map[i], head->power - 1) : 0;
}

/* A row of length 0 stays 0. */
static void normalize(float *row, int dim, float *norm)
{
    float square = 0;
    for (int k = 0; k < dim; k++) square += row[k] * row[k];
    *norm = sqrtf(square);
    for (int k = 0; k < dim; k++) row[k] = *norm > 0 ? row[k] / *norm : 0;
}

void head_normalize_backward(const float *z, float length, int dim, float *gradient)
{
    float along = 0;
    for (int k = 0; k < dim; k++) along += gradient[k] * z[k];
    for (int k = 0; k < dim; k++) gradient[k] = length > 0 ? (gradient[k] - along * z[k]) / length : 0;
}

/* a . b. The order of its sum depends on nothing but `count`. */
WITHIN_EACH_ISA float dot(const float *a, const float *b, int count)
{
    float sum[LANES] = {0};
    int i = 0;
    for (; i + LANES <= count; i += LANES)
        for (int l = 0; l < LANES; l++) sum[l] += a[i + l] * b[i + l];
    for (int l = 0; i + l < count; l++) sum[l] += a[i + l] * b[i + l];
    for (int half = LANES / 2; half > 0; half /= 2)
        for (int l = 0; l < half; l++) sum[l] += sum[half + l];
    return sum[0];
}

/* Computes dimension k of the m embeddings. */
FOR_EACH_ISA static void connect(const struct head *head, const struct head_tape *tape, int k)
{
    size_t c = (size_t)head->channels, d = (size_t)head->dim;
    for (int i = 0; i < head->samples; i++)
        tape->embeddings[(size_t)i * d + (size_t)k] =
            head->bias[k] + dot(head->weight + (size_t)k * c, tape->pooled + (size_t)i * c, head->channels);
}

void head_forward(const struct head *head, const float *features, const struct head_tape *tape)
{
    int m = head->samples, c = head->channels, d = head->dim;
#pragma omp parallel for schedule(static)
    for (int i = 0; i < m * c; i++) tape->pooled[i] = pool(head, features + (size_t)i * (size_t)head->area);
    if (head->weight) {
#pragma omp parallel for schedule(static)
        for (int k = 0; k < d; k++) connect(head, tape, k);
    } else {
        memcpy(tape->embeddings, tape->pooled, (size_t)m * d * sizeof(float));
    }
    for (int i = 0; i < m; i++) normalize(tape->embeddings + (size_t)i * d, d, &tape->norms[i]);
}

void head_backward(const struct head *head, const float *features, const struct head_tape *tape, float *gradients,
                   float *pooled_gradients, float *feature_gradients)
{
    int m = head->samples, c = head->channels, d = head->dim;
    for (int i = 0; i < m; i++)
        head_normalize_backward(tape->embeddings + (size_t)i * d, tape->norms[i], d, gradients + (size_t)i * d);
    if (head->weight) {
        cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, d, c, m, 1, gradients, d, tape->pooled, c, 1,
                    head->weight_gradient, c);
        for (int i = 0; i < m; i++) cblas_saxpy(d, 1, gradients + (size_t)i * d, 1, head->bias_gradient, 1);
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, c, d, 1, gradients, d, head->weight, c, 0,
                    pooled_gradients, c);
    } else {
        memcpy(pooled_gradients, gradients, (size_t)m * d * sizeof(float));
    }
#pragma omp parallel for schedule(static)
    for (int i = 0; i < m * c; i++) {
        size_t start = (size_t)i * (size_t)head->area;
        pool_backward(head, features + start, tape->pooled[i], pooled_gradients[i], feature_gradients + start);
    }
}
