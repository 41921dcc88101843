/* procedural.c - the built-in data set: fine-grained classes drawn from a seed (datasets/specimen.h), for tests, demos
 * and experiments without downloads. The first half of the classes trains.
 *
 * It covers both regimes of metric learning: few classes with many samples, or thousands of classes with few. */
#include "datasets/dataset.h"

#include <stdio.h>

#include "datasets/specimen.h"

enum { NAME_SIZE = 32, IMAGES_MAX = 1 << 24 };

struct procedural_options {
    int classes, samples_per_class, seed;
    double difficulty;
};

static const struct field fields[] = {
    {"classes", "how many classes", OPTION_INT, offsetof(struct procedural_options, classes), "200", 2, 1 << 20, NULL},
    {"samples_per_class", "images of each class", OPTION_INT, offsetof(struct procedural_options, samples_per_class),
     "30", 1, 1 << 20, NULL},
    {"difficulty", "how close the classes are and how much else varies", OPTION_REAL,
     offsetof(struct procedural_options, difficulty), "0.6", 0, 1, NULL},
    {"seed", "everything is drawn from it", OPTION_INT, offsetof(struct procedural_options, seed), "0", 0, 1 << 30,
     NULL},
    {0},
};

static int add_class(const struct procedural_options *options, int number, struct catalogue *catalogue,
                     struct error *error)
{
    char name[NAME_SIZE];
    int train = number < (options->classes + 1) / 2;
    struct catalogue_image image = {.archive = CATALOGUE_FILE, .class = number};
    snprintf(name, sizeof name, "kind-%07d", number);
    int status = catalogue_add_class(catalogue, name, train ? PACK_TRAIN : PACK_TEST, NULL, error);
    for (image.number = 0; image.number < options->samples_per_class && status == 0; image.number++)
        status = catalogue_add_image(catalogue, &image, error);
    return status;
}

static int procedural_list(const void *given, const struct option_paths *archives, struct catalogue *catalogue,
                           struct error *error)
{
    const struct procedural_options *options = given;
    if (archives->count > 0) return error_set(error, "takes no --archive; it is drawn");
    if ((long long)options->classes * options->samples_per_class > IMAGES_MAX)
        return error_set(error, "%d classes of %d samples are more than %d images", options->classes,
                         options->samples_per_class, IMAGES_MAX);
    for (int c = 0; c < options->classes; c++)
        if (add_class(options, c, catalogue, error) != 0) return -1;
    return 0;
}

static void procedural_draw(const void *given, const struct catalogue *catalogue, int i, int size,
                            unsigned char *planes)
{
    const struct procedural_options *options = given;
    const struct catalogue_image *image = &catalogue->images[i];
    specimen_draw((uint64_t)options->seed, image->class, image->number, options->difficulty, size, planes);
}

const struct dataset dataset_procedural = {
    .plugin = {"procedural", "fine-grained classes drawn from a seed, the built-in default", fields,
               sizeof(struct procedural_options)},
    .default_size = 32,
    .license = "MIT, as this program is, which draws them",
    .list = procedural_list,
    .draw = procedural_draw,
};
