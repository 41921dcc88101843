/* proxies.c - see proxies.h. */
#include "losses/proxies.h"

#include <math.h>
#include <string.h>

void proxies_take(struct proxies *proxies, int count, int dim, struct arena *arena)
{
    size_t values = (size_t)count * (size_t)dim;
    *proxies = (struct proxies){.count = count, .dim = dim};
    proxies->labels = arena_take(arena, (size_t)count, sizeof(int));
    proxies->values = arena_take(arena, values, sizeof(float));
    proxies->gradients = arena_take(arena, values, sizeof(float));
    proxies->units = arena_take(arena, values, sizeof(float));
    proxies->unit_gradients = arena_take(arena, values, sizeof(float));
}

void proxies_init(struct proxies *proxies, struct random *random)
{
    size_t values = (size_t)proxies->count * (size_t)proxies->dim;
    float deviation = 1 / sqrtf((float)proxies->dim);
    for (size_t i = 0; i < values; i++) proxies->values[i] = deviation * random_normal(random);
}

void proxies_clear_gradients(struct proxies *proxies)
{
    memset(proxies->gradients, 0, (size_t)proxies->count * (size_t)proxies->dim * sizeof(float));
}

static double dot(const float *a, const float *b, int dim)
{
    double sum = 0;
    for (int k = 0; k < dim; k++) sum += (double)a[k] * b[k];
    return sum;
}

void proxies_normalize(struct proxies *proxies)
{
    for (int c = 0; c < proxies->count; c++) {
        size_t at = (size_t)c * (size_t)proxies->dim;
        double length = sqrt(dot(proxies->values + at, proxies->values + at, proxies->dim));
        for (int k = 0; k < proxies->dim; k++)
            proxies->units[at + (size_t)k] = (float)(proxies->values[at + (size_t)k] / length);
    }
}

/* With u = v / |v|: dL/dv = (dL/du - (dL/du . u) u) / |v|. */
void proxies_backward(struct proxies *proxies)
{
    for (int c = 0; c < proxies->count; c++) {
        size_t at = (size_t)c * (size_t)proxies->dim;
        const float *unit = proxies->units + at, *slope = proxies->unit_gradients + at;
        double length = sqrt(dot(proxies->values + at, proxies->values + at, proxies->dim));
        double radial = dot(slope, unit, proxies->dim);
        for (int k = 0; k < proxies->dim; k++)
            proxies->gradients[at + (size_t)k] += (float)((slope[k] - radial * unit[k]) / length);
    }
}
