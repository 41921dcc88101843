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

static void collect_news(void *context, const char *line)
{
    strcat(strcat(context, line), "\n");
}

/* What is told while a folder is packed. */
static struct pack pack_with_news(struct try *try, char *news)
{
    struct pack pack;
    struct prepare_watch watch = {.context = news, .news = collect_news};
    *news = '\0';
    cr_assert_eq(prepare_pack(&try->request, &watch, &try->error), 0, "%s", try->error.message);
    cr_assert_eq(pack_open(&pack, try->pack, 1, &try->error), 0, "%s", try->error.message);
    return pack;
}

static void write_text(const char *folder, const char *name)
{
    struct error error;
    char *path = file_join(folder, "%s", name);
    cr_assert_eq(file_write(path, "x", 1, &error), 0, "%s", error.message);
    free(path);
}

Test(folder, keeps_validation_classes_apart_and_takes_names_of_splits_in_any_case)
{
    static const char *const names[][3] = {
        {"train", "test", "val"}, {"Train", "TEST", "Valid"}, {"TRAINING", "Testing", "validation"}};
    for (int i = 0; i < 3; i++) {
        struct try try;
        try_init(&try, &dataset_folder);
        try_set(&try, "path", try.folder);
        for (int s = 0; s < 3; s++) {
            char name[64];
            snprintf(name, sizeof name, "%s/%d/1.png", names[i][s], s);
            write_image(try.folder, name, (unsigned char)(40 * s));
        }
        struct pack pack = try_pack(&try);
        struct pack_classes classes;
        cr_assert_arr_eq(pack.splits, ((uint8_t[]){PACK_TRAIN, PACK_TEST, PACK_VALID}), 3);
        cr_assert_str_eq(pack_class_name(&pack, 2), "2");
        cr_assert_eq(pack_classes_init(&classes, &pack, PACK_VALID, &try.error), 0);
        cr_assert(classes.class_count == 1 && classes.count == 1 && classes.image[0] == 2 && classes.label[0] == 2);
        pack_classes_release(&classes);
        pack_release(&pack);
        try_release(&try);
    }
}

Test(folder, refuses_splits_that_are_not_whole_or_not_apart)
{
    struct try try;
    try_init(&try, &dataset_folder);
    try_set(&try, "path", try.folder);
    write_image(try.folder, "Train/a/1.png", 1);
    try_fails(&try, "no folder test with class folders");
    write_image(try.folder, "val/b/1.png", 1);
    try_fails(&try, "no folder test with class folders");
    write_image(try.folder, "test/1.png", 1); /* not in a class */
    try_fails(&try, "no folder test with class folders");
    write_image(try.folder, "Test/c/1.png", 1);
    write_image(try.folder, "val/a/1.png", 1);
    try_fails(&try, "class 'a' is in train and in valid");
    write_image(try.folder, "train/d/1.png", 1);
    try_fails(&try, "are the same split; keep one of them");
    try_release(&try);
}

/* A class may be called train: its folder has images. */
Test(folder, is_no_split_that_is_called_so_but_has_images)
{
    struct try try;
    try_init(&try, &dataset_folder);
    try_set(&try, "path", try.folder);
    write_image(try.folder, "plane/1.png", 1);
    write_image(try.folder, "train/1.png", 2);
    struct pack pack = try_pack(&try);
    cr_assert_str_eq(pack_class_name(&pack, 1), "train");
    cr_assert_arr_eq(pack.splits, ((uint8_t[]){PACK_TRAIN, PACK_TEST}), 2);
    pack_release(&pack);
    try_release(&try);
}

Test(folder, tells_what_it_skips)
{
    struct try try;
    char news[8192];
    try_init(&try, &dataset_folder);
    try_set(&try, "path", try.folder);
    write_image(try.folder, "a/1.png", 10);
    write_image(try.folder, "a/2.jfif", 60);
    write_image(try.folder, "b/1.jpe", 110);
    write_image(try.folder, "c/deep/1.png", 160);
    write_image(try.folder, "loose.png", 160);
    for (int i = 0; i < 7; i++) write_text(try.folder, (char[]){'a', '/', (char)('0' + i), '.', 'g', 'i', 'f', 0});
    char *link = file_join(try.folder, "a/%s", "gone.jpg");
    cr_assert_eq(symlink("nowhere", link), 0);
    free(link);
    struct pack pack = pack_with_news(&try, news);
    cr_assert_eq(pack.count, 3);
    static const char *const parts[] = {
        "note: files skipped, whose names do not end like those of JPEG, PNG or WebP images (7): ",
        "/a/0.gif, ",
        "/a/4.gif and 2 more\n",
        "in no class folder (1): ",
        "/loose.png\n",
        "inside class folders (1): ",
        "/c/deep\n",
        "lead to no file (1): ",
        "/a/gone.jpg\n",
        "class folders without images (1): ",
        "/c\n",
        "classes of one image, for which no other",
        "(1): ",
        "/b\n"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        cr_assert_not_null(strstr(news, parts[i]), "'%s' is not in '%s'", parts[i], news);
        cr_assert_not_null(strstr(pack.provenance, parts[i]), "'%s' is not in '%s'", parts[i], pack.provenance);
    }
    pack_release(&pack);
    try_release(&try);
}

Test(folder, tells_images_that_are_the_same)
{
    struct try try;
    char news[8192];
    try_init(&try, &dataset_folder);
    try_set(&try, "path", try.folder);
    write_image(try.folder, "a/1.png", 10);
    write_image(try.folder, "a/2.png", 10);
    write_image(try.folder, "b/1.png", 60);
    write_image(try.folder, "b/2.png", 10);
    write_image(try.folder, "c/1.png", 110);
    write_image(try.folder, "c/2.png", 60);
    write_image(try.folder, "d/1.png", 200);
    struct pack pack = pack_with_news(&try, news);
    cr_assert_eq(pack.count, 7); /* all are kept */
    static const char *const lines[] = {"note: same image in classes of two splits (1): %s/b/1.png = %s/c/2.png\n",
                                        "note: same image in two classes of a split (1): %s/a/1.png = %s/b/2.png\n",
                                        "note: seen twice in a class (1): %s/a/1.png = %s/a/2.png\n"};
    for (int i = 0; i < 3; i++) {
        char line[1024];
        snprintf(line, sizeof line, lines[i], try.folder, try.folder);
        cr_assert_not_null(strstr(news, line), "'%s' is not in '%s'", line, news);
    }
    pack_release(&pack);
    try_release(&try);
}

Test(folder, says_where_the_class_folders_are)
{
    struct try try;
    try_init(&try, &dataset_folder);
    try_set(&try, "path", try.folder);
    write_image(try.folder, "set/a/1.png", 1);
    try_fails(&try, "but deeper folders; give the one right above the class folders: ");
    write_image(try.folder, "set.gif", 1);
    char *path = file_join(try.folder, "%s", "set");
    try_set(&try, "path", path);
    struct pack pack = try_pack(&try);
    cr_assert_eq(pack.count, 1);
    pack_release(&pack);
    free(path);
    try_release(&try);
}

Test(folder, keeps_names_in_any_encoding_and_refuses_control_characters)
{
    struct try try;
    try_init(&try, &dataset_folder);
    try_set(&try, "path", try.folder);
    write_image(try.folder, "V\xf6gel 'a\"/\xe9.png", 1);
    write_image(try.folder, "\xe9\xb3\xa5/1.png", 2);
    struct pack pack = try_pack(&try);
    cr_assert_str_eq(pack_class_name(&pack, 0), "V\xf6gel 'a\"");
    cr_assert_str_eq(pack_class_name(&pack, 1), "\xe9\xb3\xa5");
    pack_release(&pack);
    unlink(try.pack);
    write_image(try.folder, "c/a\nb.png", 3);
    try_fails(&try, "/c/a\\x0ab.png has control characters in its name; rename it");
    try_release(&try);
}
