/* test_class_split.c - a user's own split of a data set's classes. */
#include "datasets/specimen.h"
#include "tests/support/dataset_fixture.h"

/* Four drawn classes of three images. */
static void init(struct try *try, const char *text)
{
    char *path;
    try_init(try, &dataset_procedural);
    try_set(try, "classes", "4");
    try_set(try, "samples_per_class", "3");
    path = file_join(try->folder, "mine.txt");
    cr_assert_eq(file_write(path, text, strlen(text), &try->error), 0);
    try->request.split = path;
}

static void release(struct try *try)
{
    free((char *)try->request.split);
    try_release(try);
}

Test(class_split, takes_the_official_ones_place)
{
    struct try try;
    init(&try,
         "# classes of mine\n\ntest kind-0000000\nvalid\tkind-0000003 \r\ntrain kind-0000002\ntrain kind-0000001");
    struct pack pack = try_pack(&try);
    cr_assert_eq(pack.count, 12);
    for (int i = 0; i < 12; i++)
        cr_expect_eq(pack.splits[i], ((uint8_t[]){PACK_TEST, PACK_TRAIN, PACK_TRAIN, PACK_VALID})[i / 3]);
    cr_expect_not_null(strstr(pack.provenance, "\nsplit: mine.txt, 95 bytes, sha256 "), "%s", pack.provenance);
    pack_release(&pack);
    release(&try);
}

Test(class_split, leaves_out_classes_that_it_says_are_none)
{
    struct try try;
    unsigned char planes[3 * SIZE * SIZE];
    init(&try, "none kind-0000000\ntrain kind-0000001\nnone kind-0000002\ntest kind-0000003\n");
    struct pack pack = try_pack(&try);
    cr_assert_eq(pack.count, 6);
    cr_assert_eq(pack.class_count, 2);
    cr_expect_str_eq(pack_class_name(&pack, 1), "kind-0000003");
    cr_expect_not_null(strstr(pack.provenance, "note: mine.txt leaves out 2 classes with 6 images\n"), "%s",
                       pack.provenance);
    specimen_draw(0, 3, 1, 0.6, SIZE, planes);
    cr_expect_arr_eq(pack_image(&pack, 4), planes, sizeof planes, "images are what they are without a split");
    pack_release(&pack);
    release(&try);
}

Test(class_split, says_by_line_what_is_wrong)
{
    static const char *const cases[][2] = {
        {"train kind-0000009\n", "mine.txt line 1: there is no class 'kind-0000009'; did you mean"},
        {"train kind-0000001\n\ntest kind-0000001\n", "mine.txt line 3: class 'kind-0000001' is listed twice"},
        {"train kind-0000001\n", "mine.txt does not say where class 'kind-0000000' belongs; 'none kind-0000000'"},
        {"", "mine.txt does not say where class"},
        {"kind-0000001 train\n", "mine.txt line 1: 'kind-0000001' is not train, test, valid or none"},
        {"gallery kind-0000001\n", "mine.txt line 1: 'gallery' is not train"},
        {"train\n", "mine.txt line 1: a name is missing"},
        {"none kind-0000000\nnone kind-0000001\nnone kind-0000002\nnone kind-0000003\n", "no images are left"},
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        struct try try;
        init(&try, cases[c][0]);
        try_fails(&try, cases[c][1]);
        release(&try);
    }
    struct try try;
    init(&try, "");
    unlink(try.request.split);
    try_fails(&try, "mine.txt");
    release(&try);
}
