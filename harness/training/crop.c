/* crop.c - see crop.h. */
#include "harness/training/crop.h"

#include <math.h>

#include "harness/tables/settings.h"

enum { CROP_TRIES = 10 };

struct region crop_random(struct random *random, int size, double least_area)
{
    double area = (double)size * size, log_aspect = log(4.0 / 3.0);
    for (int attempt = 0; attempt < CROP_TRIES; attempt++) {
        double target = area * (least_area + (1 - least_area) * random_uniform(random));
        double aspect = exp(log_aspect * (2 * random_uniform(random) - 1));
        double width = round(sqrt(target * aspect)), height = round(sqrt(target / aspect));
        if (width < 1 || height < 1 || width > size || height > size) continue;
        return (struct region){
            .x = (double)random_below(random, (uint32_t)(size - (int)width) + 1),
            .y = (double)random_below(random, (uint32_t)(size - (int)height) + 1),
            .width = width,
            .height = height,
        };
    }
    return (struct region){0, 0, size, size};
}

struct region crop_center_region(const struct crop_center *center, int size)
{
    double side = center->image_size, resized = round(side / center->share);
    if (resized > size) resized = fmax(size, side);
    double scale = size / resized, start = (resized - side) / 2;
    start = center->offset == CROP_OFFSET_ROUND ? nearbyint(start) : floor(start); /* nearbyint: half to even */
    return (struct region){start * scale, start * scale, side * scale, side * scale};
}

int crop_cut(struct resizer *resizer, const struct pack *pack, int i, struct region region, int image_size,
             unsigned char *planes, struct error *error)
{
    struct planes source = {pack_image(pack, i), pack->size, pack->size, (size_t)pack->size};
    resizer->filter = RESIZE_CATMULL_ROM; /* packed images have been scaled once already; this filter blurs least */
    int status = resize_region(resizer, &source, region, planes, image_size, image_size, error);
    pack_forget_image(pack, i);
    return status;
}

void crop_flip(unsigned char *planes, int size)
{
    for (int row = 0; row < 3 * size; row++) {
        unsigned char *pixels = planes + (size_t)row * (size_t)size;
        for (int left = 0, right = size - 1; left < right; left++, right--) {
            unsigned char pixel = pixels[left];
            pixels[left] = pixels[right];
            pixels[right] = pixel;
        }
    }
}
