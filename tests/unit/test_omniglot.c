/* test_omniglot.c - Omniglot. */
#include "tests/support/dataset_fixture.h"

static void write_characters(const char *path, const char *const *names)
{
    struct archive *archive = fixture_archive(path, FIXTURE_ZIP);
    for (int i = 0; names[i]; i++) {
        unsigned char *pixels = fixture_flat(20, 20, 1, (unsigned char[]){(unsigned char)(40 * i)});
        fixture_add_image(archive, names[i], fixture_png(pixels, 20, 20, PNG_FORMAT_GRAY, NULL, 0));
        free(pixels);
    }
    fixture_close(archive);
}

Test(omniglot, trains_on_the_background_set)
{
    struct try try;
    try_init(&try, &dataset_omniglot);
    write_characters(try_archive(&try, "b.zip"),
                     (const char *const[]){"images_evaluation/Atlantean/character01/1_01.png", NULL});
    try_fails(&try, "--archive images_background.zip");
    write_characters(try_archive(&try, "a.zip"),
                     (const char *const[]){"images_background/Tagalog/character01/2_02.png",
                                           "images_background/Greek/character02/3_01.png",
                                           "images_background/Greek/character01/4_02.png",
                                           "images_background/Greek/character01/4_01.png", NULL});
    struct pack pack = try_pack(&try);
    cr_assert_eq(pack.count, 5);
    cr_assert_arr_eq(pack.labels, ((int32_t[]){0, 0, 1, 2, 3}), sizeof(int32_t[5]));
    cr_assert_arr_eq(pack.splits, ((uint8_t[]){PACK_TRAIN, PACK_TRAIN, PACK_TRAIN, PACK_TRAIN, PACK_TEST}), 5);
    cr_assert_str_eq(pack_class_name(&pack, 1), "Greek/character02");
    assert_pixel(&pack, 0, 8, 8, 120, 120, 120);
    assert_pixel(&pack, 3, 8, 8, 0, 0, 0);
    pack_release(&pack);
    unlink(try.pack);
    write_characters(try_archive(&try, "c.zip"), (const char *const[]){"elsewhere/Greek/character02/3_01.png", NULL});
    try_fails(&try, "c.zip has no images in images_background/ or images_evaluation/");
    try_release(&try);
}

/* What write_characters makes of these names below `a` and `b`, "" or with "/" behind. */
static void write_two_sets(struct try *try, const char *file, const char *a, const char *b)
{
    char names[4][128];
    const char *list[] = {names[0], names[1], names[2], names[3], NULL};
    snprintf(names[0], sizeof *names, "%sGreek/character01/1_01.png", a);
    snprintf(names[1], sizeof *names, "%sGreek/character02/2_01.png", a);
    snprintf(names[2], sizeof *names, "%sTengwar/character01/3_01.png", b ? b : a);
    snprintf(names[3], sizeof *names, "%sTengwar/._character01/x.txt", a);
    if (!b) list[2] = NULL;
    write_characters(try_archive(try, file), list);
}

Test(omniglot, is_found_below_any_folder_and_with_both_sets_in_one_archive)
{
    static const char *const pairs[][2] = {
        {"images_background/", "images_evaluation/"},
        {"images_background/images_background/", "images_evaluation/images_evaluation/"},
        {"omniglot-master/python/images_background/", "omniglot-master/python/images_evaluation/"},
    };
    for (int i = 0; i < 3; i++) {
        struct try try;
        try_init(&try, &dataset_omniglot);
        write_two_sets(&try, "both.zip", pairs[i][0], pairs[i][1]);
        struct pack pack = try_pack(&try);
        cr_assert_eq(pack.count, 3);
        cr_assert_arr_eq(pack.splits, ((uint8_t[]){PACK_TRAIN, PACK_TRAIN, PACK_TEST}), 3);
        cr_assert_str_eq(pack_class_name(&pack, 2), "Tengwar/character01");
        pack_release(&pack);
        try_release(&try);
    }
}

Test(omniglot, goes_by_the_archives_name_where_no_folder_tells)
{
    struct try try;
    try_init(&try, &dataset_omniglot);
    write_two_sets(&try, "images_evaluation (1).zip", "", NULL);
    write_two_sets(&try, "images_background.zip", "elsewhere/", NULL);
    struct pack pack = try_pack(&try);
    cr_assert_arr_eq(pack.splits, ((uint8_t[]){PACK_TRAIN, PACK_TRAIN, PACK_TEST, PACK_TEST}), 4);
    cr_assert_str_eq(pack_class_name(&pack, 0), "Greek/character01");
    pack_release(&pack);
    unlink(try.pack);
    write_two_sets(&try, "copy.zip", "images_background/", NULL);
    try_fails(&try, "are the same drawing: the set is given twice");
    try_release(&try);
}
