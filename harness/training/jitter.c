/* jitter.c - see jitter.h. */
#include "harness/training/jitter.h"

#include <math.h>
#include <stddef.h>

enum { CHANNELS = 3 };
static const float gray_weights[CHANNELS] = {0.299f, 0.587f, 0.114f};

/* Whole numbers are summed: the same in any order. */
static float mean_gray(const unsigned char *planes, size_t pixels)
{
    double gray = 0;
    for (int c = 0; c < CHANNELS; c++) {
        unsigned long sum = 0;
        for (size_t i = 0; i < pixels; i++) sum += planes[(size_t)c * pixels + i];
        gray += (double)gray_weights[c] * (double)sum;
    }
    return (float)(gray / (double)pixels);
}

static float pixel_gray(const unsigned char *planes, size_t pixels, size_t i)
{
    float gray = 0;
    for (int c = 0; c < CHANNELS; c++) gray += gray_weights[c] * planes[(size_t)c * pixels + i];
    return gray;
}

static unsigned char blend(float x, float y, float factor)
{
    return (unsigned char)(fminf(fmaxf(factor * x + (1 - factor) * y, 0), 255) + 0.5f);
}

void jitter_apply(unsigned char *planes, int size, enum jitter jitter, float factor)
{
    size_t pixels = (size_t)size * (size_t)size;
    float mean = jitter == JITTER_CONTRAST ? mean_gray(planes, pixels) : 0;
    for (size_t i = 0; i < pixels; i++) {
        float towards = jitter == JITTER_SATURATION ? pixel_gray(planes, pixels, i) : mean;
        for (size_t c = 0; c < CHANNELS; c++) planes[c * pixels + i] = blend(planes[c * pixels + i], towards, factor);
    }
}

void jitter_colors(struct random *random, unsigned char *planes, int size, double strength)
{
    int order[JITTERS] = {JITTER_BRIGHTNESS, JITTER_CONTRAST, JITTER_SATURATION};
    random_shuffle(random, order, JITTERS);
    for (int j = 0; j < JITTERS; j++)
        jitter_apply(planes, size, (enum jitter)order[j], 1 + (float)strength * (2 * random_uniform(random) - 1));
}
