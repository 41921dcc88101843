/* taps.c - see taps.h. */
#include "datasets/taps.h"

#include <math.h>
#include <stdlib.h>

static double triangle(double x)
{
    return fmax(1 - fabs(x), 0);
}

static double catmull_rom(double x)
{
    x = fabs(x);
    if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
    return x < 2 ? ((2.5 - 0.5 * x) * x - 4) * x + 2 : 0;
}

/* Each filter, and how far it reaches to each side. */
static const struct {
    double (*value)(double x);
    double radius;
} filters[] = {
    [RESIZE_TRIANGLE] = {triangle, 1},
    [RESIZE_CATMULL_ROM] = {catmull_rom, 2},
};

/* The filter around one pixel of the scaled side, in source pixels. */
struct window {
    double center, width; /* of its unit */
    int first, last;      /* source pixels whose centers it covers: [first, last), at least one */
};

static struct window place_window(const struct taps_request *request, int i)
{
    double step = request->length / request->size, width = fmax(step, 1);
    double center = request->start + (i + 0.5) * step, reach = width * filters[request->filter].radius;
    int first = (int)fmax(center - reach + 0.5, 0), last = (int)fmin(center + reach + 0.5, request->limit);
    if (first > request->limit - 1) first = request->limit - 1;
    return (struct window){center, width, first, last > first ? last : first + 1};
}

static int largest_window(const struct taps_request *request)
{
    int largest = 1;
    for (int i = 0; i < request->size; i++) {
        struct window window = place_window(request, i);
        if (window.last - window.first > largest) largest = window.last - window.first;
    }
    return largest;
}

/* Row i of the weights; those of pixels outside the window stay 0. */
static void weigh(struct taps *taps, int i)
{
    const struct taps_request *request = &taps->request;
    struct window window = place_window(request, i);
    int latest = request->limit - taps->count, first = window.first < latest ? window.first : latest;
    float *weight = taps->weight + (size_t)i * (size_t)taps->count;
    double sum = 0;
    taps->first[i] = first;
    for (int x = window.first; x < window.last; x++) {
        double value = filters[request->filter].value((x + 0.5 - window.center) / window.width);
        weight[x - first] = (float)value;
        sum += value;
    }
    for (int t = 0; t < taps->count; t++) weight[t] = (float)(weight[t] / sum);
}

int taps_init(struct taps *taps, const struct taps_request *request, struct error *error)
{
    size_t size = (size_t)request->size;
    *taps = (struct taps){.request = *request, .count = largest_window(request)};
    taps->first = malloc(size * sizeof *taps->first);
    taps->weight = calloc(size * (size_t)taps->count, sizeof *taps->weight);
    if (!taps->first || !taps->weight) {
        taps_release(taps);
        return error_set(error, "out of memory to resize an image");
    }
    for (int i = 0; i < request->size; i++) weigh(taps, i);
    return 0;
}

void taps_release(struct taps *taps)
{
    free(taps->first);
    free(taps->weight);
    *taps = (struct taps){0};
}

int taps_serve(const struct taps *taps, const struct taps_request *request)
{
    const struct taps_request *own = &taps->request;
    return taps->first && own->filter == request->filter && own->limit == request->limit &&
           own->size == request->size && own->start == request->start && own->length == request->length;
}
