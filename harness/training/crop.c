/* crop.c - see crop.h. */
#include "harness/training/crop.h"

#include <math.h>

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

struct region crop_centre(int size, int image_size, double share)
{
    double resized = round(image_size / share);
    if (resized > size) resized = size > image_size ? size : image_size;
    double scale = size / resized, start = (resized - image_size) / 2;
    return (struct region){start * scale, start * scale, image_size * scale, image_size * scale};
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
