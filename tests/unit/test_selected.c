/* test_selected.c - the record of selected images: its file, and what is computed from it. */
#include <criterion/criterion.h>

#include <math.h>
#include <string.h>

#include "base/random.h"
#include "harness/tables/selected_file.h"
#include "harness/training/selected.h"
#include "tests/support/fixture.h"
#include "tests/support/scratch.h"

static const struct selected_source source = {0xfedcba9876543210, 7, 1 << 30, 5, 2, 4};
static const int steps[4][5] = {{0, 127, 128, 16511, (1 << 30) - 1}, {5, 5, 5, 5, 5}, {9}, {0}};
static const int counts[4] = {5, 5, 1, 0};

/* The caller removes the folder and frees the path. */
static char *write_steps(char **folder, size_t *size)
{
    struct error error;
    unsigned char bytes[128];
    size_t used = 0;
    for (int s = 0; s < 4; s++) {
        size_t step = selected_step_write(bytes + used, steps[s], counts[s]);
        cr_assert_leq(step, selected_step_bytes(counts[s], source.image_count));
        used += step;
    }
    *folder = fixture_folder();
    *size = 64 + used;
    char *path = file_join(*folder, "selected");
    cr_assert_eq(selected_file_write(path, &source, bytes, used, &error), 0, "%s", error.message);
    return path;
}

Test(selected, file_gives_back_what_was_written)
{
    struct error error;
    struct selected_file file;
    size_t size;
    char *folder, *path = write_steps(&folder, &size);
    int images[5];
    cr_assert_eq(selected_file_open(&file, path, &error), 0, "%s", error.message);
    cr_expect(file.source.settings == source.settings && file.source.pack == source.pack);
    cr_expect(file.source.image_count == source.image_count && file.source.most == source.most);
    cr_expect(file.source.steps_per_epoch == source.steps_per_epoch && file.source.steps == source.steps);
    for (int s = 0; s < 4; s++) {
        cr_assert_eq(selected_file_next(&file, images), counts[s]);
        cr_expect(memcmp(images, steps[s], (size_t)counts[s] * sizeof(int)) == 0, "step %d", s);
    }
    cr_expect_eq(selected_file_next(&file, images), -1);
    selected_file_release(&file);
    free(path);
    fixture_remove(folder);
}

static void refuses(const char *path, const unsigned char *bytes, size_t size, const char *part)
{
    struct error error;
    struct selected_file file;
    scratch_write(path, bytes, size);
    cr_expect_eq(selected_file_open(&file, path, &error), -1, "%s", part);
    cr_expect(strstr(error.message, part), "%s, not %s", error.message, part);
}

/* Byte at `at` becomes `value`, with checksums that fit. */
static void refuses_value(const char *path, const char *right, size_t size, size_t at, unsigned char value,
                          const char *part)
{
    unsigned char bytes[256];
    memcpy(bytes, right, size);
    bytes[at] = value;
    uint64_t checksum = file_checksum(bytes + 64, size - 64);
    memcpy(bytes + 48, &checksum, sizeof checksum);
    checksum = file_checksum(bytes, 56);
    memcpy(bytes + 56, &checksum, sizeof checksum);
    refuses(path, bytes, size, part);
}

Test(selected, file_is_refused_where_it_is_damaged_or_cannot_be)
{
    struct error error;
    struct selected_file file;
    size_t size;
    char *folder, *path = write_steps(&folder, &size), *bytes;
    cr_assert_eq(file_read(path, 1 << 16, &bytes, NULL, &error), 0);
    for (size_t at = 0; at < size; at++) {
        bytes[at] ^= 4;
        scratch_write(path, bytes, size);
        cr_expect_eq(selected_file_open(&file, path, &error), -1, "byte %zu", at);
        bytes[at] ^= 4;
    }
    for (size_t cut = 1; cut < size; cut += 7) refuses(path, (unsigned char *)bytes, cut, "selected: ");
    refuses_value(path, bytes, size, 8, 2, "version 2, which");
    refuses_value(path, bytes, size, 24, 3, "more behind its last step");
    refuses_value(path, bytes, size, 24, 5, "step 5 cannot be");
    refuses_value(path, bytes, size, 31, 1, "no file has such a head");
    refuses_value(path, bytes, size, 16, 4, "step 1 cannot be"); /* of 4 images at most */
    refuses_value(path, bytes, size, 15, 0, "step 1 cannot be"); /* of no images */
    refuses_value(path, bytes, size, size - 1, 0x80, "step 4 cannot be");
    free(bytes);
    free(path);
    fixture_remove(folder);
}

Test(selected, steps_fit_the_room_that_is_planned_for_them)
{
    enum { IMAGES = 70000, MOST = 600 };
    static unsigned char bytes[8 * MOST];
    int images[MOST];
    for (int pattern = 0; pattern < 200; pattern++) {
        struct random random = random_stream(3, RANDOM_TEST, 0, (uint64_t)pattern);
        int count = 1 + (int)random_below(&random, MOST), last = 0, largest = 1 + (pattern * 4) * (pattern % 3);
        for (int i = 0; i < count; i++) {
            int next = last + (int)random_below(&random, (uint32_t)largest);
            images[i] = last = next < IMAGES ? next : IMAGES - 1;
        }
        cr_assert_leq(selected_step_write(bytes, images, count), selected_step_bytes(count, IMAGES));
    }
}

/* ---- what is computed ---- */

enum { IMAGES = 6, TRAINED = 4, MOST = 3 };

static struct metrics add_steps(struct selected *selected)
{
    /* Batches of images 5, 4, 2, 1 in that order; two steps an epoch. */
    static const int ids[] = {5, 4, 2, 1}, index[4][MOST] = {{0, 1, 2}, {0, 1, 3}, {0, 1}, {0, 2}};
    static const int count[] = {3, 3, 2, 2};
    for (int s = 0; s < 4; s++) {
        struct selection selection = {.count = count[s], .index = (int *)index[s]};
        selected_add(selected, 1 + s / 2, ids, &selection);
        if (s != 1) continue;
        struct metrics metrics = metrics_none();
        selected_metrics(selected, &metrics);
        cr_expect(isnan(metrics.selected_overlap) && metrics.selected_share == 1);
    }
    struct metrics metrics = metrics_none();
    selected_metrics(selected, &metrics);
    return metrics;
}

/* Images 5: 4 times, 4: 3, 2: 2, 1: once; classes {1, 2}: 3, {4, 5}: 7. In epoch 2 images 5, 4, 2, all seen in 1. */
Test(selected, says_how_evenly_and_how_much_as_before)
{
    int labels[] = {0, 1, 1, 0, 2, 2}, label[] = {1, 2}, start[] = {0, 2, 4}, image[] = {1, 2, 4, 5}, images[MOST];
    const struct pack pack = {.count = IMAGES, .labels = labels, .checksum = 9};
    const struct pack_classes trained = {2, TRAINED, label, start, image};
    static struct cell cell = {.name = "c", .identity = "00000000000000ff"};
    const double q[] = {0.4, 0.3, 0.2, 0.1};
    struct error error;
    struct selected selected;
    struct selected_file file;
    double images_nats = 0, classes_nats = -0.3 * log(0.3) - 0.7 * log(0.7);
    for (int i = 0; i < 4; i++) images_nats -= q[i] * log(q[i]);
    cr_assert_eq(selected_init(&selected, &pack, &trained, MOST, 4, &error), 0);
    struct metrics metrics = add_steps(&selected);
    cr_expect_eq(metrics.selected_share, 1);
    cr_expect_float_eq(metrics.selected_entropy, images_nats / log(4), 1e-12);
    cr_expect_float_eq(metrics.selected_class_entropy, classes_nats / log(2), 1e-12);
    cr_expect_eq(metrics.selected_overlap, 1);
    char *folder = fixture_folder(), *path = file_join(folder, "selected");
    cr_assert_eq(selected_keep(&selected, folder, &cell, 2, &error), 0, "%s", error.message);
    cr_assert_eq(selected_file_open(&file, path, &error), 0, "%s", error.message);
    cr_expect(file.source.settings == 255 && file.source.pack == 9 && file.source.steps == 4 && file.source.most == 3);
    cr_expect(selected_file_next(&file, images) == 3 && images[0] == 2 && images[1] == 4 && images[2] == 5);
    cr_expect(selected_file_next(&file, images) == 3 && images[0] == 1 && images[1] == 4 && images[2] == 5);
    cr_expect(selected_file_next(&file, images) == 2 && images[0] == 4 && images[1] == 5);
    selected_file_release(&file);
    selected_forget(folder);
    cr_expect(!file_exists(path));
    selected_release(&selected);
    free(path);
    fixture_remove(folder);
}
