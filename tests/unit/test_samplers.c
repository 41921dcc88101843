/* test_samplers.c - the contract that every sampler in the registry keeps, sampler_check, and the balanced layout.
 *
 * The contract tests walk sampler_registry, so a new sampler is tested without a line here. */
#include <criterion/criterion.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "strategies/samplers/sampler.h"

/* Ten classes of 8, 9, 1, 30, 2, 8, 8, 8, 8, 4 images; the id of image i is 1000 + 3 i. */
enum { CLASSES = 10, IMAGES = 86 };
static const int class_sizes[CLASSES] = {8, 9, 1, 30, 2, 8, 8, 8, 8, 4};

struct images {
    int start[CLASSES + 1], image[IMAGES];
    struct sampler_classes classes;
};

static void make_images(struct images *images)
{
    images->start[0] = 0;
    for (int c = 0; c < CLASSES; c++) images->start[c + 1] = images->start[c] + class_sizes[c];
    for (int i = 0; i < IMAGES; i++) images->image[i] = 1000 + 3 * i;
    images->classes = (struct sampler_classes){.class_count = CLASSES, .start = images->start, .image = images->image};
}

static int class_of(const struct images *images, int id)
{
    int i = (id - 1000) / 3, c = 0;
    cr_assert(i >= 0 && i < IMAGES && images->image[i] == id, "%d is no image", id);
    while (images->start[c + 1] <= i) c++;
    return c;
}

/* Composes the batch of a step into image (size). */
static void compose(const struct plugin *plugin, const struct images *images, int size, int samples_per_class, int step,
                    int *image)
{
    struct random random = random_stream(0, RANDOM_SAMPLER, 1, (uint64_t)step);
    /* As large as promised and no larger, so that the sanitizer sees a write behind the end. */
    int *scratch = malloc((IMAGES + CLASSES) * sizeof *scratch);
    void *options = calloc(1, plugin->options_size + 1);
    struct sampler_batch batch = {size, samples_per_class, malloc((size_t)size * sizeof(int))};
    if (plugin->fields) option_defaults(plugin->fields, options);
    ((const struct sampler *)plugin)->compose(options, &images->classes, &batch, &random, scratch);
    memcpy(image, batch.image, (size_t)size * sizeof *image);
    free(batch.image);
    free(options);
    free(scratch);
}

Test(samplers, have_unique_names_summaries_and_a_compose)
{
    cr_assert_not_null(sampler_registry[0]);
    for (int i = 0; sampler_registry[i]; i++) {
        const struct sampler *sampler = (const struct sampler *)sampler_registry[i];
        cr_assert(sampler->plugin.name && sampler->plugin.summary && sampler->compose);
        for (int j = 0; j < i; j++) cr_assert_str_neq(sampler->plugin.name, sampler_registry[j]->name);
    }
}

Test(samplers, fill_batches_of_every_shape_with_training_images)
{
    const int shapes[][2] = {{1, 1}, {10, 1}, {8, 4}, {20, 2}, {7, 3}, {40, 4}, {33, 4}, {90, 90}, {300, 50}};
    struct images images;
    int image[300];
    make_images(&images);
    for (int p = 0; sampler_registry[p]; p++)
        for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
            memset(image, 0xff, sizeof image);
            compose(sampler_registry[p], &images, shapes[s][0], shapes[s][1], 0, image);
            for (int i = 0; i < shapes[s][0]; i++) class_of(&images, image[i]);
        }
}

Test(samplers, are_functions_of_the_stream_alone)
{
    struct images images;
    int image[24], again[24], differing = 0;
    make_images(&images);
    for (int p = 0; sampler_registry[p]; p++)
        for (int step = 0; step < 20; step++) {
            compose(sampler_registry[p], &images, 24, 4, step, image);
            compose(sampler_registry[p], &images, 24, 4, step, again);
            cr_assert_eq(memcmp(image, again, sizeof image), 0);
            compose(sampler_registry[p], &images, 24, 4, step + 1, again);
            differing += memcmp(image, again, sizeof image) != 0;
        }
    cr_assert_gt(differing, 0);
}

Test(samplers, reach_every_class)
{
    struct images images;
    int image[8], reached[CLASSES];
    make_images(&images);
    for (int p = 0; sampler_registry[p]; p++) {
        memset(reached, 0, sizeof reached);
        for (int step = 0; step < 200; step++) {
            compose(sampler_registry[p], &images, 8, 4, step, image);
            for (int i = 0; i < 8; i++) reached[class_of(&images, image[i])] = 1;
        }
        for (int c = 0; c < CLASSES; c++) cr_assert(reached[c], "%s, class %d", sampler_registry[p]->name, c);
    }
}

/* --- sampler_check --- */

static const struct sampler *find_sampler(const char *name)
{
    struct error error;
    return (const struct sampler *)plugin_find(sampler_registry, "sampler", name, &error);
}

static const struct sampler *balanced(void)
{
    return find_sampler("balanced");
}

Test(sampler_check, counts_classes_drawn_with_replacement)
{
    struct error error;
    struct images images;
    int thin;
    make_images(&images);
    cr_assert_eq(sampler_check(balanced(), &images.classes, 40, 4, &thin, &error), 0);
    cr_assert_eq(thin, 2);
    cr_assert_eq(sampler_check(balanced(), &images.classes, 10, 1, &thin, &error), 0);
    cr_assert_eq(thin, 0);
}

Test(sampler_check, refuses_what_would_not_work)
{
    const int shapes[][2] = {{41, 4}, {11, 1}, {0, 4}, {-8, 4}, {8, 0}, {8, -1}, {2147483647, 4}};
    struct error error;
    struct images images;
    int thin;
    make_images(&images);
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++)
        cr_assert_eq(sampler_check(balanced(), &images.classes, shapes[s][0], shapes[s][1], &thin, &error), -1);
    sampler_check(balanced(), &images.classes, 44, 4, &thin, &error);
    cr_assert(strstr(error.message, "11 classes") && strstr(error.message, "10"), "%s", error.message);
    images.start[4] = images.start[3];
    cr_assert_eq(sampler_check(balanced(), &images.classes, 8, 4, &thin, &error), -1);
    cr_assert(strstr(error.message, "class 3"), "%s", error.message);
}

/* --- balanced --- */

static const struct plugin *find_balanced(void)
{
    for (int p = 0; sampler_registry[p]; p++)
        if (strcmp(sampler_registry[p]->name, "balanced") == 0) return sampler_registry[p];
    cr_assert_fail("no sampler balanced");
    return NULL;
}

Test(sampler_balanced, lays_distinct_classes_in_blocks)
{
    const int shapes[][2] = {{8, 4}, {24, 4}, {40, 4}, {10, 1}, {22, 4}, {7, 8}, {17, 2}};
    struct images images;
    int image[40];
    make_images(&images);
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++)
        for (int step = 0; step < 50; step++) {
            int size = shapes[s][0], m = shapes[s][1], seen[CLASSES] = {0};
            compose(find_balanced(), &images, size, m, step, image);
            for (int i = 0; i < size; i++) {
                int class = class_of(&images, image[i]), block = class_of(&images, image[i / m * m]);
                cr_assert_eq(class, block, "sample %d is not of its block's class", i);
                if (i % m == 0) cr_assert_eq(seen[class]++, 0, "class %d has two blocks", class);
            }
        }
}

Test(sampler_balanced, repeats_images_only_of_classes_too_small)
{
    struct images images;
    int image[40], repeats_of_thin = 0;
    make_images(&images);
    for (int step = 0; step < 50; step++) {
        compose(find_balanced(), &images, 40, 4, step, image);
        for (int i = 0; i < 40; i++)
            for (int j = i / 4 * 4; j < i; j++) {
                if (image[j] != image[i]) continue;
                cr_assert_lt(class_sizes[class_of(&images, image[i])], 4);
                repeats_of_thin++;
            }
    }
    cr_assert_gt(repeats_of_thin, 50 * 6); /* the class of one image alone makes six pairs a batch */
}

Test(sampler_balanced, draws_classes_and_images_equally_often)
{
    enum { STEPS = 3000 };
    struct images images;
    int image[8], classes[CLASSES] = {0}, drawn[IMAGES] = {0};
    make_images(&images);
    for (int step = 0; step < STEPS; step++) {
        compose(find_balanced(), &images, 8, 4, step, image);
        for (int i = 0; i < 8; i++) drawn[(image[i] - 1000) / 3]++;
        for (int i = 0; i < 8; i += 4) classes[class_of(&images, image[i])]++;
    }
    /* A class is in a batch with probability 1/5: 600 times, standard deviation 22. */
    for (int c = 0; c < CLASSES; c++) cr_assert(abs(classes[c] - 600) < 5 * 22, "class %d: %d", c, classes[c]);
    /* An image of a class of 8 with 1/10: 300 times, standard deviation 16. */
    for (int i = 0; i < 8; i++) cr_assert(abs(drawn[i] - 300) < 5 * 17, "image %d: %d", i, drawn[i]);
}

/* --- the other layouts --- */

Test(sampler_uniform, needs_no_classes_and_draws_every_image_equally_often)
{
    struct images images;
    struct error error;
    int thin, image[20], taken[IMAGES] = {0};
    make_images(&images);
    cr_expect_eq(sampler_check(find_sampler("uniform"), &images.classes, 84, 1, &thin, &error), 0);
    for (int step = 0; step < 2000; step++) {
        compose(&find_sampler("uniform")->plugin, &images, 20, 4, step, image);
        for (int i = 0; i < 20; i++) {
            taken[(image[i] - 1000) / 3]++;
            for (int j = 0; j < i; j++) cr_assert_neq(image[i], image[j]);
        }
    }
    for (int i = 0; i < IMAGES; i++) cr_expect(abs(taken[i] - 465) < 110, "image %d: %d", i, taken[i]);
}

Test(sampler_balanced_shuffled, has_m_of_each_class_in_any_order)
{
    struct images images;
    int image[24], blocks = 0;
    make_images(&images);
    for (int step = 0; step < 50; step++) {
        int count[CLASSES] = {0}, changes = 0;
        compose(&find_sampler("balanced_shuffled")->plugin, &images, 24, 4, step, image);
        for (int i = 0; i < 24; i++) {
            count[class_of(&images, image[i])]++;
            changes += i > 0 && class_of(&images, image[i]) != class_of(&images, image[i - 1]);
        }
        for (int c = 0; c < CLASSES; c++) cr_assert(count[c] == 0 || count[c] == 4);
        blocks += changes == 5;
    }
    cr_expect_lt(blocks, 5);
}

/* Classes on a circle: those with near numbers are near each other. */
Test(sampler_hard_classes, puts_neighbors_beside_each_other)
{
    struct images images;
    float centroids[CLASSES * 2];
    int image[16];
    make_images(&images);
    for (int c = 0; c < CLASSES; c++) {
        centroids[2 * c] = cosf(0.3f * (float)c);
        centroids[2 * c + 1] = sinf(0.3f * (float)c);
    }
    images.classes.centroids = centroids;
    images.classes.dim = 2;
    for (int step = 0; step < 100; step++) {
        compose(&find_sampler("hard_classes")->plugin, &images, 16, 4, step, image);
        int center = class_of(&images, image[0]), far = 0;
        for (int k = 1; k < 4; k++) {
            int c = class_of(&images, image[4 * k]);
            cr_assert_neq(c, center);
            far = abs(c - center) > far ? abs(c - center) : far;
        }
        cr_assert_leq(far, 3, "a class %d places away is no neighbor of class %d", far, center);
    }
}
