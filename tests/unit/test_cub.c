/* test_cub.c - CUB-200-2011 from its official layout to its pack, and what is wrong with it told in one line. */
#include "tests/support/dataset_fixture.h"
#include "tests/support/cub_fixture.h"
#include "tests/support/scratch.h"

Test(cub, is_packed_in_the_order_and_split_of_its_lists)
{
    static const enum fixture_format formats[] = {FIXTURE_TGZ, FIXTURE_TAR, FIXTURE_ZIP};
    for (int f = 0; f < 3; f++) {
        struct try try;
        try_init(&try, &dataset_cub);
        struct cub cub = small_cub();
        write_cub(try_archive(&try, "birds"), &cub, formats[f]);
        struct pack pack = try_pack(&try);
        cr_assert_eq(pack.count, 4);
        cr_assert_eq(pack.class_count, 3); /* the auklet has no images */
        cr_assert_arr_eq(pack.labels, ((int32_t[]){2, 0, 1, 0}), 4 * sizeof(int32_t));
        cr_assert_arr_eq(pack.splits, ((uint8_t[]){PACK_TEST, PACK_TRAIN, PACK_TRAIN, PACK_TRAIN}), 4);
        cr_assert_str_eq(pack_class_name(&pack, 0), "001.Albatross");
        cr_assert_str_eq(pack_class_name(&pack, 2), "101.Pelican");
        assert_pixel(&pack, 0, 1, 8, 20, 200, 20); /* the middle of the stripes */
        assert_pixel(&pack, 2, 8, 8, 10, 20, 30);
        assert_pixel(&pack, 3, 8, 8, 90, 80, 70);
        cr_assert_not_null(strstr(pack.provenance, "dataset: cub\narchive: birds, "), "%s", pack.provenance);
        pack_release(&pack);
        try_release(&try);
    }
}

Test(cub, stretches_and_cuts_to_boxes_when_asked)
{
    struct try try;
    try_init(&try, &dataset_cub);
    struct cub cub = small_cub();
    write_cub(try_archive(&try, "birds.tgz"), &cub, FIXTURE_TGZ);
    try.request.fit = THUMBNAIL_STRETCH;
    struct pack pack = try_pack(&try);
    assert_pixel(&pack, 0, 1, 8, 200, 20, 20); /* all three stripes are there */
    assert_pixel(&pack, 0, 8, 8, 20, 200, 20);
    assert_pixel(&pack, 0, 14, 8, 20, 20, 200);
    pack_release(&pack);
    try_set(&try, "crop_boxes", "true"); /* the pelican's box begins right of the left stripe and overruns the image */
    pack = try_pack(&try);
    assert_pixel(&pack, 0, 1, 8, 20, 200, 20);
    assert_pixel(&pack, 0, 14, 8, 20, 20, 200);
    pack_release(&pack);
    try_release(&try);
}

Test(cub, turns_images_upright_after_cutting_to_boxes)
{
    struct try try;
    try_init(&try, &dataset_cub);
    struct cub cub = small_cub();
    cub.turned = "101.Pelican/b.jpg";
    write_cub(try_archive(&try, "birds.tgz"), &cub, FIXTURE_TGZ);
    try.request.fit = THUMBNAIL_STRETCH;
    struct pack pack = try_pack(&try);
    assert_pixel(&pack, 0, 8, 1, 200, 20, 20); /* the stored left is on top */
    assert_pixel(&pack, 0, 8, 8, 20, 200, 20);
    assert_pixel(&pack, 0, 8, 14, 20, 20, 200);
    pack_release(&pack);
    try_set(&try, "crop_boxes", "true"); /* the box counts pixels as they are stored */
    pack = try_pack(&try);
    assert_pixel(&pack, 0, 8, 1, 20, 200, 20);
    assert_pixel(&pack, 0, 8, 14, 20, 20, 200);
    pack_release(&pack);
    try_release(&try);
}

static void count_news(void *context, const char *line)
{
    int *count = context;
    if (strncmp(line, "note: ", 6) == 0) return;
    cr_assert_not_null(strstr(line, "skipped image: CUB_200_2011/images/100.Tern/c.jpg: JPEG: "), "%s", line);
    ++*count;
}

Test(cub, leaves_out_broken_images_when_asked)
{
    struct try try;
    try_init(&try, &dataset_cub);
    struct cub cub = small_cub();
    cub.broken = "100.Tern/c.jpg";
    write_cub(try_archive(&try, "birds.tgz"), &cub, FIXTURE_TGZ);
    int skipped = 0;
    struct prepare_watch watch = {.context = &skipped, .news = count_news};
    struct pack pack;
    try.request.skip_broken = 1;
    cr_assert_eq(prepare_pack(&try.request, &watch, &try.error), 0, "%s", try.error.message);
    cr_assert_eq(skipped, 1);
    cr_assert_eq(pack_open(&pack, try.pack, 1, &try.error), 0, "%s", try.error.message);
    cr_assert_eq(pack.count, 3);
    cr_assert_eq(pack.class_count, 2); /* the tern was alone */
    cr_assert_arr_eq(pack.labels, ((int32_t[]){1, 0, 0}), 3 * sizeof(int32_t));
    assert_pixel(&pack, 2, 8, 8, 90, 80, 70);
    cr_assert_not_null(strstr(pack.provenance, "listed: 4 images\nskipped: 1 broken images\nskipped image: CUB"), "%s",
                       pack.provenance);
    pack_release(&pack);
    cr_assert_eq(fixture_count(try.folder), 2);
    try_release(&try);
}

Test(cub, does_not_pack_what_is_all_broken)
{
    struct try try;
    try_init(&try, &dataset_folder);
    try_set(&try, "path", try.folder);
    struct error error;
    char *folder = file_join(try.folder, "%s", "a"), *path = file_join(folder, "%s", "1.jpg");
    cr_assert_eq(file_make_folder(folder, &error), 0);
    cr_assert_eq(file_write(path, "x", 1, &error), 0);
    try.request.skip_broken = 1;
    try_fails(&try, "all 1 images are broken");
    free(folder);
    free(path);
    try_release(&try);
}

static const struct {
    enum cub_list list;
    const char *text, *part;
} wrong_lists[] = {
    {CUB_IMAGES, NULL, "has no member CUB_200_2011/images.txt"},
    {CUB_IMAGES, "", "cub: no images are listed"},
    {CUB_IMAGES, "1 001.Albatross/a.jpg\n\n1 100.Tern/c.jpg\n", "cub: images.txt line 3: image 1 is listed twice"},
    {CUB_IMAGES, "1 001.Albatross/a.jpg\n2 001.Albatross/a.jpg\n", "001.Albatross/a.jpg is listed twice"},
    {CUB_IMAGES, "3 001.Albatross/a.jpg\n", "images.txt line 1: no class for image 3"},
    {CUB_IMAGES, "11789 001.Albatross/a.jpg\n", "images.txt line 1: '11789' is not an id within 1 .. 11788"},
    {CUB_IMAGES, "one 001.Albatross/a.jpg\n", "'one' is not an id"},
    {CUB_IMAGES, "1\n", "images.txt line 1: a name is missing"},
    {CUB_IMAGES, "1 ../../../etc/passwd\n", "has no member CUB_200_2011/images/../../../etc/passwd"},
    {CUB_LABELS, "1 1\n1 1\n", "image_class_labels.txt line 2: image 1 is listed twice"},
    {CUB_LABELS, "1 201\n", "'201' is not an id within 1 .. 200"},
    {CUB_LABELS, "1 99999999999999999999\n", "is not an id"},
    {CUB_LABELS, "1 -1\n", "'-1' is not an id"},
    {CUB_LABELS, "1 3\n", "class 3 is not in classes.txt"},
    {CUB_LABELS, "1 1 1\n", "image_class_labels.txt line 1: unexpected '1'"},
    {CUB_CLASSES, "1 001.Albatross\n1 001.Albatross\n", "classes.txt line 2: class 1 is listed twice"},
    {CUB_CLASSES, "0 001.Albatross\n", "'0' is not an id"},
    {CUB_BOXES, "1 0.0 0.0 nan 20.0\n", "bounding_boxes.txt line 1: 'nan' is not a number"},
    {CUB_BOXES, "1 0.0 0.0 0.0 20.0\n", "image 1 has an empty box"},
};

Test(cub, says_which_list_and_line_is_wrong)
{
    for (size_t i = 0; i < sizeof wrong_lists / sizeof *wrong_lists; i++) {
        struct try try;
        try_init(&try, &dataset_cub);
        struct cub cub = small_cub();
        cub.lists[wrong_lists[i].list] = wrong_lists[i].text;
        write_cub(try_archive(&try, "birds.tgz"), &cub, FIXTURE_TGZ);
        try_fails(&try, wrong_lists[i].part);
        try_release(&try);
    }
}

Test(cub, names_the_member_that_is_missing_linked_broken_or_repeated)
{
    struct cub missing = small_cub(), linked = small_cub(), broken = small_cub(), twice = small_cub();
    missing.missing = linked.link = broken.broken = "100.Tern/c.jpg";
    twice.twice = 1;
    const struct {
        struct cub cub;
        const char *part;
    } cases[] = {
        {missing, "has no member CUB_200_2011/images/100.Tern/c.jpg"},
        {linked, "member CUB_200_2011/images/100.Tern/c.jpg is a link"},
        {broken, "cub: CUB_200_2011/images/100.Tern/c.jpg: JPEG: "},
        {twice, "member CUB_200_2011/images/001.Albatross/a.jpg appears twice"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct try try;
        try_init(&try, &dataset_cub);
        write_cub(try_archive(&try, "birds.tgz"), &cases[i].cub, FIXTURE_TGZ);
        try_fails(&try, cases[i].part);
        try_release(&try);
    }
}

Test(cub, refuses_archives_with_members_that_leave_them)
{
    static const char *const names[] = {"/etc/partgrad", "../partgrad", "CUB_200_2011/../../partgrad", "a/.."};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct try try;
        try_init(&try, &dataset_cub);
        struct cub cub = small_cub();
        cub.extra = names[i];
        write_cub(try_archive(&try, "birds.tgz"), &cub, FIXTURE_TGZ);
        try_fails(&try, "leaves the archive's folder");
        try_release(&try);
    }
}

Test(cub, refuses_archives_that_are_cut_or_none)
{
    for (double share = 0; share < 0.99; share += 0.07) {
        struct try try;
        try_init(&try, &dataset_cub);
        struct cub cub = small_cub();
        write_cub(try_archive(&try, "birds.tgz"), &cub, FIXTURE_TGZ);
        fixture_cut(try.archives.path[0], share);
        try_fails(&try, "birds.tgz");
        try_release(&try);
    }
}

/* The end of a gzip file is behind all that is in the archive. */
Test(cub, refuses_archives_that_are_damaged_behind_their_last_member)
{
    for (int at = 1; at <= 8; at++) {
        struct try try;
        try_init(&try, &dataset_cub);
        struct cub cub = small_cub();
        write_cub(try_archive(&try, "birds.tgz"), &cub, FIXTURE_TGZ);
        char *bytes;
        size_t size;
        cr_assert_eq(file_read(try.archives.path[0], 1 << 20, &bytes, &size, &try.error), 0);
        bytes[size - (size_t)at] ^= 4;
        scratch_write(try.archives.path[0], bytes, size);
        try_fails(&try, "birds.tgz: gzip: the data are damaged");
        scratch_write(try.archives.path[0], bytes, size - (size_t)at);
        try_fails(&try, "birds.tgz: gzip: the file is cut short");
        free(bytes);
        try_release(&try);
    }
}

Test(cub, asks_for_its_archive)
{
    struct try try;
    try_init(&try, &dataset_cub);
    try_fails(&try, "--archive CUB_200_2011.tgz");
    try_archive(&try, "nowhere.tgz");
    try_fails(&try, "nowhere.tgz");
    try_release(&try);
}
