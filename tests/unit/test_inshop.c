/* test_inshop.c - In-shop Clothes Retrieval: queries and a gallery. */
#include "tests/support/dataset_fixture.h"

#define INSHOP_LIST                                                                                                    \
    "5\nimage_name item_id evaluation_status\n"                                                                        \
    "img/WOMEN/Tees/id_00000002/02_1_front.jpg                     id_00000002 train\n"                                \
    "img/WOMEN/Tees/id_00000002/02_2_side.jpg                      id_00000002 train\n"                                \
    "img/MEN/Denim/id_00000080/01_1_front.jpg                      id_00000080 query\n"                                \
    "img/MEN/Denim/id_00000080/01_2_side.jpg                       id_00000080 gallery\n"                              \
    "img/MEN/Denim/id_00000081/01_1_front.jpg                      id_00000081 gallery\n"

/* The five images below `root`, and the list too where it is not NULL. */
static void write_images(const char *path, const char *root, const char *list)
{
    static const char *const images[] = {"MEN/Denim/id_00000080/01_1_front.jpg", "MEN/Denim/id_00000080/01_2_side.jpg",
                                         "MEN/Denim/id_00000081/01_1_front.jpg",
                                         "WOMEN/Tees/id_00000002/02_1_front.jpg",
                                         "WOMEN/Tees/id_00000002/02_2_side.jpg"};
    char name[256];
    struct archive *archive = fixture_archive(path, FIXTURE_ZIP);
    fixture_add_text(archive, "README.txt", "of no use");
    for (int i = 0; i < 5; i++) {
        snprintf(name, sizeof name, "%simg/%s", root, images[i]);
        fixture_add_image(archive, name, fixture_flat_jpeg(20, 20, (unsigned char)(50 * i), 100, 0));
    }
    snprintf(name, sizeof name, "%sEval/list_eval_partition.txt", root);
    if (list) fixture_add_text(archive, name, list);
    fixture_close(archive);
}

static void write_text(const char *path, const char *text)
{
    struct error error;
    cr_assert_eq(file_write(path, text, strlen(text), &error), 0, "%s", error.message);
}

static void is_as_its_list_says(struct try *try)
{
    struct pack_classes classes;
    struct pack pack = try_pack(try);
    cr_assert_eq(pack.count, 5);
    cr_assert_eq(pack.class_count, 3);
    cr_assert_arr_eq(pack.labels, ((int32_t[]){0, 0, 1, 1, 2}), sizeof(int32_t[5]));
    cr_assert_arr_eq(pack.splits, ((uint8_t[]){PACK_TRAIN, PACK_TRAIN, PACK_TEST, PACK_GALLERY, PACK_GALLERY}), 5);
    cr_assert_str_eq(pack_class_name(&pack, 0), "id_00000002");
    assert_pixel(&pack, 0, 8, 8, 150, 100, 0);
    assert_pixel(&pack, 2, 8, 8, 0, 100, 0);
    cr_assert_eq(pack_classes_init(&classes, &pack, PACK_GALLERY, &try->error), 0);
    cr_expect_eq(classes.count, 2);
    cr_expect_eq(classes.label[0], 1);
    pack_classes_release(&classes);
    pack_release(&pack);
}

Test(inshop, is_packed_with_its_queries_and_its_gallery)
{
    static const char *const roots[] = {"", "In-shop/"};
    for (int order = 0; order < 2; order++) {
        struct try try;
        const char *path[2];
        try_init(&try, &dataset_inshop);
        for (int a = 0; a < 2; a++) path[a] = try_archive(&try, a == order ? "img.zip" : "partition");
        write_images(path[order], roots[order], NULL);
        write_text(path[1 - order], order ? "\xef\xbb\xbf" INSHOP_LIST : INSHOP_LIST);
        is_as_its_list_says(&try);
        try_release(&try);
    }
}

Test(inshop, may_have_its_list_in_the_archive_of_its_images)
{
    struct try try;
    try_init(&try, &dataset_inshop);
    write_images(try_archive(&try, "all.zip"), "Clothes/", INSHOP_LIST);
    is_as_its_list_says(&try);
    try_release(&try);
}

#define HEAD "image_name item_id evaluation_status\n"

Test(inshop, says_which_line_is_wrong)
{
    static const char *const cases[][2] = {
        {"x\n", "line 1: 'x' is not an id"},
        {"1\nimg/a.jpg id_1 train\n", "line 2: the columns' names"},
        {"1\n" HEAD "img/a.jpg id_1\n", "line 3: a column is missing"},
        {"1\n" HEAD "img/a.jpg id_1 train 7\n", "line 3: unexpected '7'"},
        {"1\n" HEAD "img/a.jpg id_1 valid\n", "line 3: 'valid' is not train, query or gallery"},
        {"2\n" HEAD "img/a.jpg id_1 train\nimg/b.jpg id_1 query\n", "line 4: item id_1 is both trained on and tested"},
        {"2\n" HEAD "img/a.jpg id_1 train\nimg/a.jpg id_1 train\n", "line 4: image img/a.jpg is listed twice"},
        {"3\n" HEAD "img/a.jpg id_1 train\n", "lists 1 images, but its first line says 3"},
        {"1\n" HEAD "img/a.jpg id_1 train\n", "has none of the images of list_eval_partition.txt"},
        {"2\n" HEAD "img/MEN/Denim/id_00000080/01_1_front.jpg id_1 train\nimg/a.jpg id_1 train\n",
         "has no member img/a.jpg"},
        {"1\n" HEAD "img/MEN/Denim/id_00000080/01_1_front.jpg id_1 gallery\n", "a gallery has no queries"},
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        struct try try;
        try_init(&try, &dataset_inshop);
        write_images(try_archive(&try, "img.zip"), "", cases[c][0]);
        try_fails(&try, cases[c][1]);
        try_release(&try);
    }
}

Test(inshop, says_which_file_is_missing)
{
    struct try try;
    try_init(&try, &dataset_inshop);
    write_images(try_archive(&try, "img.zip"), "", NULL);
    try_fails(&try, "list_eval_partition.txt");
    write_images(try_archive(&try, "other.zip"), "", NULL);
    try_fails(&try, "neither of its files is the list");
    try_release(&try);
    try_init(&try, &dataset_inshop);
    write_text(try_archive(&try, "list.txt"), INSHOP_LIST);
    try_fails(&try, "give its images too");
    try_release(&try);
}
