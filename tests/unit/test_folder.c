/* test_folder.c - folders of classes. */
#include "tests/support/dataset_fixture.h"

/* Writes an image file, its folders included; PNG or JPEG by its name. */
static void write_image(const char *folder, const char *name, unsigned char red)
{
    struct error error;
    char *path = file_join(folder, "%s", name), *slash = strrchr(path, '/');
    *slash = '\0';
    cr_assert_eq(file_make_folder(path, &error), 0, "%s", error.message);
    *slash = '/';
    unsigned char *pixels = fixture_flat(20, 20, 3, (unsigned char[]){red, 0, 0});
    struct encoded image = strstr(name, ".png") ? fixture_png(pixels, 20, 20, PNG_FORMAT_RGB, NULL, 0)
                                                : fixture_flat_jpeg(20, 20, red, 0, 0);
    cr_assert_eq(file_write(path, image.bytes, image.size, &error), 0);
    free(image.bytes);
    free(pixels);
    free(path);
}

Test(folder, trains_on_the_first_half_of_its_classes)
{
    struct try try;
    try_init(&try, &dataset_folder);
    try_set(&try, "path", try.folder);
    write_image(try.folder, "b/2.png", 40);
    write_image(try.folder, "b/10.JPG", 80);
    write_image(try.folder, "Z/1.jpeg", 120);
    write_image(try.folder, "c/1.jpg", 160);
    write_image(try.folder, ".hidden/1.jpg", 200);
    cr_assert_eq(file_write(try.pack, "old", 3, &try.error), 0); /* is replaced */
    struct pack pack = try_pack(&try);
    cr_assert_eq(pack.count, 4);
    cr_assert_arr_eq(pack.labels, ((int32_t[]){0, 1, 1, 2}), 4 * sizeof(int32_t));
    cr_assert_arr_eq(pack.splits, ((uint8_t[]){PACK_TRAIN, PACK_TRAIN, PACK_TRAIN, PACK_TEST}), 4);
    cr_assert_str_eq(pack_class_name(&pack, 0), "Z");
    assert_pixel(&pack, 0, 8, 8, 120, 0, 0);
    assert_pixel(&pack, 1, 8, 8, 80, 0, 0); /* "10.JPG" sorts before "2.png" */
    assert_pixel(&pack, 2, 8, 8, 40, 0, 0);
    pack_release(&pack);
    try_release(&try);
}

Test(folder, follows_train_and_test_folders)
{
    struct try try;
    try_init(&try, &dataset_folder);
    try_set(&try, "path", try.folder);
    write_image(try.folder, "test/a/1.png", 40);
    write_image(try.folder, "train/b/1.png", 80);
    write_image(try.folder, "train/c/1.png", 120);
    struct pack pack = try_pack(&try);
    cr_assert_arr_eq(pack.splits, ((uint8_t[]){PACK_TRAIN, PACK_TRAIN, PACK_TEST}), 3);
    cr_assert_str_eq(pack_class_name(&pack, 2), "a");
    pack_release(&pack);
    unlink(try.pack);
    write_image(try.folder, "test/c/1.png", 120);
    try_fails(&try, "class 'c' is in train and in test");
    try_release(&try);
}

Test(folder, says_what_it_cannot_read)
{
    struct try try;
    try_init(&try, &dataset_folder);
    try_fails(&try, "--path DIR");
    try_set(&try, "path", try.folder);
    try_fails(&try, "has no class folders");
    write_image(try.folder, "a/1.png", 1);
    char *path = file_join(try.folder, "a/2.png");
    cr_assert_eq(file_write(path, "no image", 8, &try.error), 0);
    try_fails(&try, "a/2.png: not a JPEG, PNG or WebP image");
    free(path);
    try_set(&try, "path", "/nowhere");
    try_fails(&try, "/nowhere: No such file");
    try_release(&try);
}
