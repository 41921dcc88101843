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
