/* test_loader.c - training batches: each a function of (seed, epoch, step), whatever the thread behind them does. */
#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "datasets/pack_writer.h"
#include "tests/support/fixture.h"
#include "harness/training/loader.h"
#include "strategies/samplers/sampler.h"

/* Class c has 3 + c images; all pixels of image i are of color 8 i in every plane, but for a darker left half. */
enum {
    CLASSES = 6,
    IMAGES = 33,
    SIZE = 24,
    BATCH = 8,
    IMAGE_SIZE = 16,
    STEPS = 5,
    PIXELS = 3 * IMAGE_SIZE * IMAGE_SIZE
};

struct fixture {
    char *folder, *path;
    struct pack pack;
    struct pack_classes classes;
    struct settings settings;
};

static unsigned char color_of(int image)
{
    return (unsigned char)(7 * image + 20);
}

static void write_pack(const char *path)
{
    static const char *const names[CLASSES] = {"a", "b", "c", "d", "e", "f"};
    int32_t labels[IMAGES];
    uint8_t splits[IMAGES] = {0}; /* PACK_TRAIN */
    int count = 0;
    for (int c = 0; c < CLASSES; c++)
        for (int i = 0; i < 3 + c; i++) labels[count++] = c;
    cr_assert_eq(count, IMAGES);
    struct pack_contents contents = {IMAGES, CLASSES, SIZE, labels, splits, names};
    struct pack_writer writer;
    struct error error;
    unsigned char planes[3 * SIZE * SIZE];
    cr_assert_eq(pack_writer_open(&writer, path, &contents, &error), 0, "%s", error.message);
    for (int i = 0; i < IMAGES; i++) {
        for (int p = 0; p < 3 * SIZE * SIZE; p++)
            planes[p] = (unsigned char)(color_of(i) - (p % SIZE < SIZE / 2 ? 20 : 0));
        cr_assert_eq(pack_writer_put(&writer, i, 1, planes, &error), 0, "%s", error.message);
    }
    cr_assert_eq(pack_writer_commit(&writer, "dataset: test\n", &error), 0, "%s", error.message);
    pack_writer_release(&writer);
}

static struct fixture *fixture_create(void)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    struct error error;
    fixture->folder = fixture_folder();
    fixture->path = file_join(fixture->folder, "test.pack");
    write_pack(fixture->path);
    cr_assert_eq(pack_open(&fixture->pack, fixture->path, 1, &error), 0, "%s", error.message);
    cr_assert_eq(pack_classes_init(&fixture->classes, &fixture->pack, PACK_TRAIN, &error), 0);
    fixture->settings = (struct settings){
        .sampler = {sampler_registry[0], NULL},
        .image_size = IMAGE_SIZE,
        .crop_area = 0.3,
        .flip = 1,
        .batch_size = BATCH,
        .samples_per_class = 2,
        .seed = 11,
    };
    return fixture;
}

static void fixture_free(struct fixture *fixture)
{
    pack_classes_release(&fixture->classes);
    pack_release(&fixture->pack);
    free(fixture->path);
    fixture_remove(fixture->folder);
    free(fixture);
}

static struct loader *start(const struct fixture *fixture, int first_epoch)
{
    struct loader *loader;
    struct error error;
    cr_assert_eq(loader_create(&loader, &fixture->settings, &fixture->pack, &fixture->classes, STEPS,
                               (struct loader_position){first_epoch, 0}, &error),
                 0, "%s", error.message);
    return loader;
}

static struct loader_batch next(struct loader *loader)
{
    struct loader_batch batch;
    struct error error;
    cr_assert_eq(loader_next(loader, &batch, &error), 0, "%s", error.message);
    return batch;
}

static int same(const struct loader_batch *a, const struct loader_batch *b)
{
    return memcmp(a->labels, b->labels, BATCH * sizeof(int)) == 0 &&
           memcmp(a->pixels, b->pixels, (size_t)BATCH * PIXELS) == 0;
}

static void rest(long milliseconds)
{
    nanosleep(&(struct timespec){0, milliseconds * 1000000}, NULL);
}

/* ---- the same batches ---- */

Test(loader, colors_change_and_nothing_else)
{
    struct fixture *fixture = fixture_create();
    struct loader *plain = start(fixture, 1);
    struct loader_batch before = next(plain);
    fixture->settings.color_jitter = 0.4;
    struct loader *one = start(fixture, 1), *two = start(fixture, 1);
    struct loader_batch first = next(one), second = next(two);
    cr_expect(same(&first, &second));
    cr_expect_not(same(&first, &before));
    cr_expect_eq(memcmp(first.labels, before.labels, BATCH * sizeof(int)), 0);
    loader_free(plain);
    loader_free(one);
    loader_free(two);
    fixture_free(fixture);
}

Test(loader, two_loaders_agree_byte_for_byte)
{
    struct fixture *fixture = fixture_create();
    struct loader *one = start(fixture, 1), *two = start(fixture, 1);
    for (int b = 0; b < 3 * STEPS; b++) {
        struct loader_batch first = next(one), second = next(two);
        cr_assert(same(&first, &second), "batch %d", b);
    }
    loader_free(one);
    loader_free(two);
    fixture_free(fixture);
}

Test(loader, one_that_starts_at_a_later_epoch_goes_on_with_the_same_sequence)
{
    struct fixture *fixture = fixture_create();
    struct loader *one = start(fixture, 1), *two = start(fixture, 3);
    for (int b = 0; b < 2 * STEPS; b++) next(one);
    for (int b = 0; b < 2 * STEPS; b++) {
        struct loader_batch first = next(one), second = next(two);
        cr_assert(same(&first, &second), "batch %d", b);
    }
    loader_free(one);
    loader_free(two);
    fixture_free(fixture);
}

/* The first batch of another epoch or seed, and the second of this one, are not the first of this one. */
static void differ(const struct fixture *fixture, const struct fixture *other_seed)
{
    struct loader *one = start(fixture, 1), *two = start(fixture, 2), *three = start(other_seed, 1);
    struct loader *again = start(fixture, 1);
    struct loader_batch first = next(one), epoch = next(two), seed = next(three), step;
    cr_assert(!same(&first, &epoch));
    cr_assert(!same(&first, &seed));
    next(again);
    step = next(again);
    cr_assert(!same(&first, &step));
    loader_free(one);
    loader_free(two);
    loader_free(three);
    loader_free(again);
}

Test(loader, steps_epochs_and_seeds_compose_other_batches)
{
    struct fixture *fixture = fixture_create(), *other = fixture_create();
    fixture->settings.crop_area = other->settings.crop_area = 1; /* no augmentation: what differs are the images */
    fixture->settings.flip = other->settings.flip = 0;
    other->settings.seed++;
    differ(fixture, other);
    fixture_free(fixture);
    fixture_free(other);
}

Test(loader, steps_epochs_seeds_and_positions_are_augmented_in_other_ways)
{
    struct fixture *fixture = fixture_create(), *other = fixture_create();
    struct pack_classes whole = fixture->classes, other_whole = other->classes;
    int starts[] = {0, 1}, images[] = {9}; /* one class of one image: what differs is the augmentation */
    fixture->classes = other->classes = (struct pack_classes){1, 1, NULL, starts, images};
    fixture->settings.samples_per_class = other->settings.samples_per_class = BATCH;
    other->settings.seed++;
    differ(fixture, other);
    struct loader *loader = start(fixture, 1);
    struct loader_batch batch = next(loader);
    cr_assert_neq(memcmp(batch.pixels, batch.pixels + PIXELS, (size_t)(BATCH - 1) * PIXELS), 0);
    loader_free(loader);
    fixture->classes = whole;
    other->classes = other_whole;
    fixture_free(fixture);
    fixture_free(other);
}

Test(loader, preparing_ahead_leaves_the_readers_batch_alone)
{
    struct fixture *fixture = fixture_create();
    struct loader *loader = start(fixture, 1), *slow = start(fixture, 1);
    uint8_t *pixels = malloc((size_t)BATCH * PIXELS);
    for (int b = 0; b < 4; b++) {
        struct loader_batch batch = next(loader), late;
        int labels[BATCH];
        memcpy(pixels, batch.pixels, (size_t)BATCH * PIXELS);
        memcpy(labels, batch.labels, sizeof labels);
        rest(30); /* the thread has long done all that it may */
        cr_assert_eq(memcmp(pixels, batch.pixels, (size_t)BATCH * PIXELS), 0, "batch %d", b);
        cr_assert_eq(memcmp(labels, batch.labels, sizeof labels), 0, "batch %d", b);
        late = next(slow);
        cr_assert(same(&batch, &late), "batch %d", b);
    }
    free(pixels);
    loader_free(loader);
    loader_free(slow);
    fixture_free(fixture);
}

/* ---- what is in them ---- */

/* Which image of the pack has these pixels' colors: the brighter half tells. */
static int image_of(const uint8_t *pixels)
{
    int brightest = 0;
    for (int p = 0; p < PIXELS; p++) brightest = pixels[p] > brightest ? pixels[p] : brightest;
    for (int i = 0; i < IMAGES; i++)
        if (abs(color_of(i) - brightest) <= 1) return i;
    return -1;
}

Test(loader, labels_fit_the_images_and_classes_have_their_samples)
{
    struct fixture *fixture = fixture_create();
    fixture->settings.crop_area = 1; /* all of the image, so that its right half is seen */
    struct loader *loader = start(fixture, 1);
    for (int b = 0; b < 2 * STEPS; b++) {
        struct loader_batch batch = next(loader);
        int count[CLASSES] = {0};
        for (int i = 0; i < BATCH; i++) {
            int image = image_of(batch.pixels + (size_t)i * PIXELS);
            cr_assert_geq(image, 0, "batch %d, position %d", b, i);
            cr_assert_eq(batch.ids[i], image, "batch %d, position %d", b, i);
            cr_assert_eq(batch.labels[i], fixture->pack.labels[image], "batch %d, position %d", b, i);
            count[batch.labels[i]]++;
        }
        for (int c = 0; c < CLASSES; c++) cr_assert(count[c] == 0 || count[c] == 2, "class %d: %d", c, count[c]);
    }
    loader_free(loader);
    fixture_free(fixture);
}

/* Whether the darker half is at the right. */
static int mirrored(const uint8_t *pixels)
{
    return pixels[0] > pixels[IMAGE_SIZE - 1];
}

Test(loader, mirrors_half_the_images_or_none)
{
    struct fixture *fixture = fixture_create();
    fixture->settings.crop_area = 1;
    int flipped[2] = {0};
    for (int flip = 0; flip < 2; flip++) {
        fixture->settings.flip = flip;
        struct loader *loader = start(fixture, 1);
        for (int b = 0; b < 50; b++) {
            struct loader_batch batch = next(loader);
            for (int i = 0; i < BATCH; i++) flipped[flip] += mirrored(batch.pixels + (size_t)i * PIXELS);
        }
        loader_free(loader);
    }
    cr_assert_eq(flipped[0], 0);
    cr_assert(flipped[1] > 150 && flipped[1] < 250, "%d of 400", flipped[1]);
    fixture_free(fixture);
}

Test(loader, without_augmentation_gives_the_image_as_it_is)
{
    struct fixture *fixture = fixture_create();
    fixture->settings.crop_area = 1;
    fixture->settings.flip = 0;
    fixture->settings.image_size = SIZE; /* no scaling either */
    struct loader *loader = start(fixture, 1);
    struct loader_batch batch = next(loader);
    for (int i = 0; i < BATCH; i++) {
        const uint8_t *pixels = batch.pixels + (size_t)i * 3 * SIZE * SIZE;
        int image = -1;
        for (int p = 0; p < IMAGES && image < 0; p++)
            if (memcmp(pixels, pack_image(&fixture->pack, p), 3 * SIZE * SIZE) == 0) image = p;
        cr_assert_geq(image, 0, "position %d is no image of the pack", i);
        cr_assert_eq(batch.labels[i], fixture->pack.labels[image]);
    }
    loader_free(loader);
    fixture_free(fixture);
}

/* ---- beginnings and ends ---- */

Test(loader, freeing_early_does_not_hang, .timeout = 20)
{
    struct fixture *fixture = fixture_create();
    for (int taken = 0; taken < 4; taken++)
        for (int pause = 0; pause < 2; pause++) {
            struct loader *loader = start(fixture, 1);
            for (int b = 0; b < taken; b++) next(loader);
            if (pause) rest(10);
            loader_free(loader);
        }
    loader_free(NULL);
    fixture_free(fixture);
}

Test(loader, one_step_an_epoch_works)
{
    struct fixture *fixture = fixture_create();
    struct loader *each, *whole = start(fixture, 4);
    struct error error;
    cr_assert_eq(loader_create(&each, &fixture->settings, &fixture->pack, &fixture->classes, 1,
                               (struct loader_position){4, 0}, &error),
                 0);
    struct loader_batch first = next(each), second = next(whole);
    cr_assert(same(&first, &second));
    first = next(each); /* epoch 5, step 0 */
    for (int b = 1; b <= STEPS; b++) second = next(whole);
    cr_assert(same(&first, &second));
    loader_free(each);
    loader_free(whole);
    fixture_free(fixture);
}

Test(loader, knows_its_bytes)
{
    struct fixture *fixture = fixture_create();
    size_t two_buffers = 2 * ((size_t)BATCH * PIXELS + BATCH * sizeof(int));
    cr_assert_geq(loader_bytes(&fixture->settings), two_buffers);
    cr_assert_lt(loader_bytes(&fixture->settings), two_buffers + 4096);
    fixture->settings.batch_size *= 2;
    cr_assert_geq(loader_bytes(&fixture->settings), 2 * two_buffers);
    fixture_free(fixture);
}
