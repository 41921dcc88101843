/* test_sop.c - Stanford Online Products. */
#include "tests/support/dataset_fixture.h"

/* All below `root`, "" or with "/" behind it. */
static void write_sop_below(const char *root, const char *path, const char *train, const char *test)
{
    char name[256];
    struct archive *archive = fixture_archive(path, FIXTURE_ZIP);
    static const char *const images[] = {"lamp_final/11_0.JPG", "lamp_final/11_1.JPG", "sofa_final/12_0.JPG",
                                         "sofa_final/13_0.JPG"};
    for (int i = 0; i < 4; i++) {
        snprintf(name, sizeof name, "%s%s", root, images[i]);
        fixture_add_image(archive, name, fixture_flat_jpeg(20, 20, (unsigned char)(50 * i), 100, 0));
    }
    snprintf(name, sizeof name, "%sEbay_test.txt", root);
    fixture_add_text(archive, name, test);
    snprintf(name, sizeof name, "%sEbay_train.txt", root);
    fixture_add_text(archive, name, train);
    fixture_close(archive);
}

static void write_sop(const char *path, const char *train, const char *test)
{
    write_sop_below("Stanford_Online_Products/", path, train, test);
}

#define SOP_HEADER "image_id class_id super_class_id path\n"

Test(sop, is_packed_as_its_lists_say)
{
    struct try try;
    try_init(&try, &dataset_sop);
    write_sop(try_archive(&try, "products.zip"),
              SOP_HEADER "1 1 9 lamp_final/11_1.JPG\n2 1 9 lamp_final/11_0.JPG\n3 2 12 sofa_final/12_0.JPG\n",
              SOP_HEADER "59552 11319 12 sofa_final/13_0.JPG\n");
    struct pack pack = try_pack(&try);
    cr_assert_eq(pack.count, 4);
    cr_assert_arr_eq(pack.labels, ((int32_t[]){0, 0, 1, 2}), sizeof(int32_t[4]));
    cr_assert_arr_eq(pack.splits, ((uint8_t[]){PACK_TRAIN, PACK_TRAIN, PACK_TRAIN, PACK_TEST}), 4);
    cr_assert_str_eq(pack_class_name(&pack, 0), "lamp_final/11");
    assert_pixel(&pack, 0, 8, 8, 50, 100, 0);
    assert_pixel(&pack, 1, 8, 8, 0, 100, 0);
    assert_pixel(&pack, 3, 8, 8, 150, 100, 0);
    pack_release(&pack);
    try_release(&try);
}

Test(sop, is_found_below_any_folder_and_with_the_lists_of_any_editor)
{
    static const char *const roots[] = {"", "products/", "Stanford_Online_Products/Stanford_Online_Products/"};
    for (int i = 0; i < 3; i++) {
        struct try try;
        try_init(&try, &dataset_sop);
        write_sop_below(roots[i], try_archive(&try, "products.zip"),
                        "\xef\xbb\xbfimage_id class_id super_class_id path\r\n1 1 9 lamp_final/11_1.JPG\r\n",
                        SOP_HEADER "59552 11319 12 sofa_final/13_0.JPG\n");
        struct pack pack = try_pack(&try);
        cr_assert_eq(pack.count, 2);
        cr_assert_str_eq(pack_class_name(&pack, 0), "lamp_final/11");
        assert_pixel(&pack, 0, 8, 8, 50, 100, 0);
        pack_release(&pack);
        try_release(&try);
    }
}

Test(sop, says_which_list_and_line_is_wrong)
{
    static const struct {
        const char *train, *test, *part;
    } cases[] = {
        {SOP_HEADER, SOP_HEADER, "no images are listed"},
        {"1 1 1 a_1.JPG\n", SOP_HEADER, "Ebay_train.txt line 1: the columns' names"},
        {"", SOP_HEADER, "the columns' names, beginning with image_id, are missing"},
        {SOP_HEADER "7 1 1 a_1.JPG\n", SOP_HEADER "7 2 1 b_1.JPG\n", "Ebay_test.txt line 2: image 7 is listed twice"},
        {SOP_HEADER "1 22635 1 a_1.JPG\n", SOP_HEADER, "Ebay_train.txt line 2: '22635' is not an id"},
        {SOP_HEADER "1 1 a_1.JPG\n", SOP_HEADER, "Ebay_train.txt line 2: 'a_1.JPG' is not an id"},
        {SOP_HEADER "1 1 1 a_1.JPG\n", SOP_HEADER "2 1 1 a_2.JPG\n", "Ebay_test.txt line 2: class 1 is in both"},
        {SOP_HEADER "1 1 1 a_1.JPG\n", SOP_HEADER, "has no member Stanford_Online_Products/a_1.JPG"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct try try;
        try_init(&try, &dataset_sop);
        write_sop(try_archive(&try, "products.zip"), cases[i].train, cases[i].test);
        try_fails(&try, cases[i].part);
        try_release(&try);
    }
}
