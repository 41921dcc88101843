/* label_noise.c - see label_noise.h. */
#include "harness/training/label_noise.h"

#include <math.h>
#include <stdlib.h>

#include "base/random.h"

/* All arrays in one allocation. */
struct noise {
    int *order;    /* (count) positions in trained->image */
    int *class_of; /* (count) of each position */
    int *size;     /* (class_count) images that have the class's label now */
};

static int noise_init(struct noise *noise, const struct pack_classes *trained)
{
    size_t count = (size_t)trained->count;
    noise->order = calloc(2 * count + (size_t)trained->class_count + 1, sizeof *noise->order);
    if (!noise->order) return -1;
    noise->class_of = noise->order + count;
    noise->size = noise->class_of + count;
    for (int c = 0; c < trained->class_count; c++) {
        noise->size[c] = trained->start[c + 1] - trained->start[c];
        for (int at = trained->start[c]; at < trained->start[c + 1]; at++) {
            noise->order[at] = at;
            noise->class_of[at] = c;
        }
    }
    return 0;
}

/* Moves images in their order until `wanted` are wrong; returns how many are. */
static int move_images(struct noise *noise, int32_t *labels, const struct pack_classes *trained, int wanted,
                       struct random *random)
{
    int moved = 0;
    for (int n = 0; n < trained->count && moved < wanted; n++) {
        int at = noise->order[n], from = noise->class_of[at];
        int to = (int)random_below(random, (uint32_t)trained->class_count - 1);
        if (to >= from) to++;
        if (noise->size[from] == 1) continue;
        labels[trained->image[at]] = trained->label[to];
        noise->size[from]--;
        noise->size[to]++;
        moved++;
    }
    return moved;
}

int label_noise_add(int32_t *labels, const struct pack_classes *trained, double share, int seed, struct error *error)
{
    struct noise noise;
    struct random random = random_stream((uint64_t)seed, RANDOM_LABEL_NOISE, 0, 0);
    int wanted = (int)lround(share * trained->count);
    if (wanted == 0) return 0;
    if (trained->class_count < 2) return error_set(error, "label_noise: %g needs a second train class", share);
    if (noise_init(&noise, trained) != 0) return error_set(error, "out of memory");
    random_shuffle(&random, noise.order, trained->count);
    int moved = move_images(&noise, labels, trained, wanted, &random);
    free(noise.order);
    if (moved == wanted) return 0;
    return error_set(error,
                     "label_noise: %g of the %d train images leaves one of the %d classes without an image; use a "
                     "smaller share",
                     share, trained->count, trained->class_count);
}
