/* test_gallery.c - a pack whose test images are queries, ranked against a gallery. */
#include <criterion/criterion.h>

#include "harness/training/evaluation.h"
#include "tests/support/experiment_fixture.h"

enum { CLASSES = 6, EACH = 4, COUNT = CLASSES * EACH, SIDE = 16, DIM = 4 };

/* Three train classes; of each of three others one query and three images of the gallery, or with `apart` two classes
 * of queries and one of the gallery. */
static struct pack open_pack(const char *folder, int apart)
{
    static const char *const names[CLASSES] = {"a", "b", "c", "d", "e", "f"};
    static unsigned char planes[COUNT][3 * SIDE * SIDE];
    struct pack_writer writer;
    struct pack pack;
    struct error error;
    int32_t labels[COUNT];
    uint8_t splits[COUNT];
    for (int i = 0; i < COUNT; i++) {
        int c = labels[i] = i / EACH, query = apart ? c < CLASSES - 1 : i % EACH == 0;
        splits[i] = c < CLASSES / 2 ? PACK_TRAIN : query ? PACK_TEST : PACK_GALLERY;
    }
    struct pack_contents contents = {COUNT, CLASSES, SIDE, labels, splits, names};
    char *path = file_join(folder, "birds.pack");
    cr_assert_eq(pack_writer_open(&writer, path, &contents, &error), 0, "%s", error.message);
    cr_assert_eq(pack_writer_put(&writer, 0, COUNT, planes[0], &error), 0, "%s", error.message);
    cr_assert_eq(pack_writer_commit(&writer, "made: here\n", &error), 0, "%s", error.message);
    pack_writer_release(&writer);
    cr_assert_eq(pack_open(&pack, path, 1, &error), 0, "%s", error.message);
    free(path);
    return pack;
}

/* Sets row i to the direction of an axis. */
static void point(struct evaluated_part *part, int i, int axis)
{
    for (int d = 0; d < DIM; d++) part->embeddings[i * DIM + d] = d == axis;
}

Test(gallery, is_what_test_images_are_searched_for_in)
{
    struct made *made = made_of("dataset: birds\nmodel: conv4\nbatch_size: 4\nsamples_per_class: 2\n");
    const struct settings *settings = &made->grid.cells[0].settings;
    char *folder = fixture_folder();
    struct pack pack = open_pack(folder, 0);
    struct parts parts;
    struct evaluation evaluation;
    struct metrics metrics = metrics_none();
    struct error error;
    cr_assert_eq(parts_init(&parts, &pack, settings, &error), 0, "%s", error.message);
    cr_expect_eq(parts.trained.count, 12);
    cr_expect_eq(parts.measured[PART_TEST].count, 3);
    cr_expect_eq(parts.measured[PART_GALLERY].count, 9);
    cr_assert_eq(evaluation_init(&evaluation, settings, &pack, &parts, DIM, &error), 0, "%s", error.message);
    struct evaluated_part *test = &evaluation.part[PART_TEST], *gallery = &evaluation.part[PART_GALLERY];
    for (int q = 0; q < 3; q++) point(test, q, q == 1 ? 2 : q); /* the second looks like the third class */
    for (int g = 0; g < 9; g++) point(gallery, g, g / 3);
    cr_assert_eq(evaluation_judge(&evaluation, 1u << PART_TEST | 1u << PART_GALLERY, &error), 0, "%s", error.message);
    evaluation_metrics(&evaluation, 1u << PART_TEST | 1u << PART_GALLERY, &metrics);
    cr_expect_float_eq(metrics.test_recall_at_1, 2.0 / 3, 1e-12);
    cr_expect_float_eq(metrics.test_map_at_r, 2.0 / 3, 1e-12);
    cr_expect_eq(metrics.test_queries_unanswered, 0);
    cr_expect_eq(test->results[1].relevant, 3);
    cr_expect_eq(test->results[1].nearest[0], 6, "a position in the gallery");
    evaluation_release(&evaluation);
    parts_release(&parts);
    pack_release(&pack);
    made_release(made);
    fixture_remove(folder);
}

Test(gallery, that_has_no_class_of_the_queries_is_refused)
{
    struct settings settings;
    char *folder = fixture_folder();
    struct pack pack = open_pack(folder, 1);
    struct parts parts;
    struct error error;
    settings_defaults(&settings);
    cr_assert_eq(parts_init(&parts, &pack, &settings, &error), 0, "%s", error.message);
    cr_assert_eq(evaluation_check(&parts, &settings, &error), -1);
    cr_expect_not_null(strstr(error.message, "no class of the 8 queries is in the gallery"), "%s", error.message);
    parts_release(&parts);
    pack_release(&pack);
    fixture_remove(folder);
}
