/* gradient_sketch.c - see gradient_sketch.h. */
#include "harness/training/gradient_sketch.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"

static int init_places(struct gradient_sketch *sketch, struct error *error)
{
    struct random random = random_stream(0, RANDOM_PROJECTION, 0, 0);
    sketch->place = malloc(sketch->values * sizeof *sketch->place);
    if (!sketch->place) return error_set(error, "out of memory");
    for (size_t i = 0; i < sketch->values; i++)
        sketch->place[i] = 2 * random_below(&random, (uint32_t)sketch->size) + (random_bits(&random) & 1);
    return 0;
}

int gradient_sketch_init(struct gradient_sketch *sketch, const struct parameter *parameters, int count, size_t k,
                         struct error *error)
{
    *sketch = (struct gradient_sketch){0};
    for (int p = 0; p < count; p++) sketch->values += parameters[p].trained ? parameters[p].count : 0;
    sketch->size = sketch->values < k ? sketch->values : k;
    sketch->sums = calloc(sketch->size + 1, sizeof *sketch->sums);
    if (!sketch->sums) return error_set(error, "out of memory");
    return sketch->size < sketch->values ? init_places(sketch, error) : 0;
}

void gradient_sketch_release(struct gradient_sketch *sketch)
{
    free(sketch->place);
    free(sketch->sums);
    *sketch = (struct gradient_sketch){0};
}

/* Adds a parameter's gradient, whose values begin at number `first` of all values. */
static void add(struct gradient_sketch *sketch, const float *gradient, size_t first, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t place = sketch->place ? sketch->place[first + i] : (uint32_t)(2 * (first + i));
        sketch->sums[place >> 1] += place & 1 ? -gradient[i] : gradient[i];
    }
}

int gradient_sketch_take(struct gradient_sketch *sketch, const struct parameter *parameters, int count, float *out)
{
    size_t first = 0;
    int finite = 1;
    memset(sketch->sums, 0, sketch->size * sizeof *sketch->sums);
    for (int p = 0; p < count; p++) {
        if (!parameters[p].gradient) continue;
        add(sketch, parameters[p].gradient, first, parameters[p].count);
        first += parameters[p].count;
    }
    for (size_t k = 0; k < sketch->size; k++) {
        out[k] = (float)sketch->sums[k];
        finite &= isfinite(out[k]) != 0;
    }
    return finite ? 0 : -1;
}

double gradient_sketch_error(const struct gradient_sketch *sketch)
{
    return sketch->place ? sqrt(2 / (double)sketch->size) : 0;
}
