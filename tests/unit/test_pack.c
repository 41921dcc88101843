/* test_pack.c - the pack: what is written comes back, and what is damaged is refused. */
#include "datasets/pack_find.h"
#include "datasets/pack_strip.h"

#include "tests/support/fixture.h"
#include "tests/support/scratch.h"

enum { COUNT = 5, CLASSES = 3, SIZE = 7, IMAGE_BYTES = 3 * SIZE * SIZE };

static const int32_t labels[COUNT] = {0, 2, 1, 0, 2};
static const uint8_t splits[COUNT] = {PACK_TRAIN, PACK_TEST, PACK_TRAIN, PACK_TRAIN, PACK_TEST};
static const char *const names[CLASSES] = {"albatross", "", "wren, rock"};

static const char provenance[] = "dataset: test\nsize: 7\n";

static struct pack_contents contents(void)
{
    return (struct pack_contents){COUNT, CLASSES, SIZE, labels, splits, names};
}

static void fill(unsigned char *planes, int i)
{
    for (int k = 0; k < IMAGE_BYTES; k++) planes[k] = (unsigned char)(31 * i + k);
}

/* Writes the test's pack, images in the order in which no reader wants them. */
static char *write_pack(const char *folder)
{
    char *path = file_join(folder, "%s", "test.pack");
    struct pack_writer writer;
    struct pack_contents given = contents();
    struct error error;
    cr_assert_eq(pack_writer_open(&writer, path, &given, &error), 0, "%s", error.message);
    for (int i = COUNT - 1; i >= 0; i--) {
        unsigned char planes[IMAGE_BYTES];
        fill(planes, i);
        cr_assert_eq(pack_writer_put(&writer, i, 1, planes, &error), 0, "%s", error.message);
    }
    cr_assert_eq(pack_writer_commit(&writer, provenance, &error), 0, "%s", error.message);
    return path;
}

Test(pack, gives_back_what_was_written)
{
    char *folder = fixture_folder(), *path = write_pack(folder);
    struct pack pack;
    struct error error;
    cr_assert_eq(pack_open(&pack, path, 1, &error), 0, "%s", error.message);
    cr_assert_eq(pack.count, COUNT);
    cr_assert_eq(pack.class_count, CLASSES);
    cr_assert_eq(pack.size, SIZE);
    cr_assert_arr_eq(pack.labels, labels, sizeof labels);
    cr_assert_arr_eq(pack.splits, splits, sizeof splits);
    cr_assert_str_eq(pack.provenance, provenance);
    cr_assert_eq((uintptr_t)pack.pixels % 64, 0);
    for (int c = 0; c < CLASSES; c++) cr_assert_str_eq(pack_class_name(&pack, c), names[c]);
    for (int i = 0; i < COUNT; i++) {
        unsigned char planes[IMAGE_BYTES];
        fill(planes, i);
        cr_assert_arr_eq(pack_image(&pack, i), planes, IMAGE_BYTES);
    }
    pack_release(&pack);
    cr_assert_eq(fixture_count(folder), 1);
    free(path);
    fixture_remove(folder);
}

Test(pack, groups_images_by_class)
{
    char *folder = fixture_folder(), *path = write_pack(folder);
    struct pack pack;
    struct pack_classes classes;
    struct error error;
    cr_assert_eq(pack_open(&pack, path, 0, &error), 0, "%s", error.message);
    cr_assert_eq(pack_classes_init(&classes, &pack, PACK_TRAIN, &error), 0);
    cr_assert_eq(classes.class_count, 2);
    cr_assert_eq(classes.count, 3);
    cr_assert_arr_eq(classes.label, ((int[]){0, 1}), 2 * sizeof(int));
    cr_assert_arr_eq(classes.start, ((int[]){0, 2, 3}), 3 * sizeof(int));
    cr_assert_arr_eq(classes.image, ((int[]){0, 3, 2}), 3 * sizeof(int));
    pack_classes_release(&classes);
    cr_assert_eq(pack_classes_init(&classes, &pack, PACK_TEST, &error), 0);
    cr_assert_eq(classes.class_count, 1);
    cr_assert_eq(classes.label[0], 2);
    cr_assert_arr_eq(classes.image, ((int[]){1, 4}), 2 * sizeof(int));
    pack_classes_release(&classes);
    pack_release(&pack);
    free(path);
    fixture_remove(folder);
}

/* Opens a copy whose byte at `at` is flipped; returns pack_open's status. */
static int open_flipped(const char *path, const char *bytes, size_t size, size_t at, int verify, struct error *error)
{
    char *copy = malloc(size);
    memcpy(copy, bytes, size);
    copy[at] ^= 0x10;
    scratch_write(path, copy, size);
    free(copy);
    struct pack pack;
    int status = pack_open(&pack, path, verify, error);
    pack_release(&pack);
    return status;
}

Test(pack, refuses_every_flipped_byte)
{
    char *folder = fixture_folder(), *path = write_pack(folder), *bytes;
    size_t size;
    struct error error;
    cr_assert_eq(file_read(path, 1 << 20, &bytes, &size, &error), 0);
    for (size_t at = 0; at < size; at++) {
        cr_assert_eq(open_flipped(path, bytes, size, at, 1, &error), -1, "byte %zu", at);
        open_flipped(path, bytes, size, at, 0, &error); /* may open, must not crash */
    }
    free(bytes);
    free(path);
    fixture_remove(folder);
}

Test(pack, refuses_every_length_but_its_own)
{
    char *folder = fixture_folder(), *path = write_pack(folder), *bytes;
    size_t size;
    struct error error;
    struct pack pack;
    cr_assert_eq(file_read(path, 1 << 20, &bytes, &size, &error), 0);
    for (size_t length = 1; length < size; length += length < 200 ? 1 : 37) {
        scratch_write(path, bytes, length);
        cr_assert_eq(pack_open(&pack, path, 0, &error), -1, "%zu bytes", length);
    }
    char *longer = calloc(size + 1, 1);
    memcpy(longer, bytes, size);
    cr_assert_eq(file_write(path, longer, size + 1, &error), 0);
    cr_assert_eq(pack_open(&pack, path, 0, &error), -1);
    free(longer);
    free(bytes);
    free(path);
    fixture_remove(folder);
}

/* Changes a 32-bit number of the header and seals it again, so that only its sense can be at fault. */
static int open_with_number(const char *path, const char *bytes, size_t size, size_t at, uint32_t number,
                            struct error *error)
{
    char *copy = malloc(size);
    memcpy(copy, bytes, size);
    memcpy(copy + at, &number, sizeof number);
    uint64_t checksum = file_checksum(copy, 56);
    memcpy(copy + 56, &checksum, sizeof checksum);
    scratch_write(path, copy, size);
    free(copy);
    struct pack pack;
    int status = pack_open(&pack, path, 1, error);
    pack_release(&pack);
    return status;
}

Test(pack, says_which_version_it_reads)
{
    char *folder = fixture_folder(), *path = write_pack(folder), *bytes;
    size_t size;
    struct error error;
    cr_assert_eq(file_read(path, 1 << 20, &bytes, &size, &error), 0);
    cr_assert_eq(open_with_number(path, bytes, size, 8, 2, &error), 0, "%s", error.message);
    cr_assert_eq(open_with_number(path, bytes, size, 8, 9, &error), -1);
    cr_assert_not_null(strstr(error.message, "version 9"), "%s", error.message);
    cr_assert_not_null(strstr(error.message, path));
    free(bytes);
    free(path);
    fixture_remove(folder);
}

Test(pack, refuses_counts_that_overflow)
{
    static const uint32_t absurd[] = {0, 1, COUNT + 1, 0x7fffffff, 0x80000000, 0xffffffff};
    char *folder = fixture_folder(), *path = write_pack(folder), *bytes;
    size_t size;
    struct error error;
    cr_assert_eq(file_read(path, 1 << 20, &bytes, &size, &error), 0);
    for (size_t at = 12; at < 48; at += 4) /* image count .. file size */
        for (size_t i = 0; i < sizeof absurd / sizeof *absurd; i++)
            if (memcmp(bytes + at, &absurd[i], sizeof *absurd) != 0)
                cr_assert_eq(open_with_number(path, bytes, size, at, absurd[i], &error), -1, "%u at %zu", absurd[i],
                             at);
    free(bytes);
    free(path);
    fixture_remove(folder);
}

/* The error of starting a pack that should not be. */
static struct error refused(struct pack_contents given)
{
    char *folder = fixture_folder(), *path = file_join(folder, "%s", "x.pack");
    struct pack_writer writer;
    struct error error;
    cr_assert_eq(pack_writer_open(&writer, path, &given, &error), -1);
    cr_assert_eq(fixture_count(folder), 0);
    free(path);
    fixture_remove(folder);
    return error;
}

Test(pack, names_those_that_are_there_where_one_is_missing)
{
    char *folder = fixture_folder(), *cub = file_join(folder, "%s", "cub.pack"),
         *sop = file_join(folder, "%s", "sop.pack");
    char *near = file_join(folder, "%s", "cubs.pack"), *far = file_join(folder, "%s", "omniglot.pack");
    struct pack pack;
    struct error error;
    cr_assert_eq(pack_open(&pack, far, 0, &error), -1);
    cr_assert_not_null(strstr(error.message, "omniglot.pack is not there; 'partgrad prepare' makes it"));
    cr_assert_null(strstr(error.message, "There are"));
    cr_assert(file_write(cub, "x", 1, &error) == 0 && file_write(sop, "x", 1, &error) == 0);
    cr_assert_eq(pack_open(&pack, near, 0, &error), -1);
    cr_assert_not_null(strstr(error.message, "cubs.pack is not there; did you mean 'cub'?"), "%s", error.message);
    cr_assert_eq(pack_open(&pack, far, 0, &error), -1);
    cr_assert_not_null(strstr(error.message, "There are cub, sop"), "%s", error.message);
    char *found = pack_find(folder, "cub"), *given = pack_find("elsewhere", sop), *none = pack_find(folder, "none");
    char *ended = pack_find(folder, "cub.pack");
    cr_assert_str_eq(found, cub);
    cr_assert_str_eq(given, sop);
    cr_assert_str_eq(ended, cub);
    cr_assert_not_null(strstr(none, "/none.pack"));
    char *texts[] = {cub, sop, near, far, found, given, none, ended};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) free(texts[i]);
    fixture_remove(folder);
}

Test(pack, refuses_senseless_contents)
{
    struct pack_contents given = contents();
    given.labels = (const int32_t[]){0, 2, 1, 0, 3};
    cr_assert_not_null(strstr(refused(given).message, "label 3 of 3"));
    given.labels = (const int32_t[]){0, 2, 1, 0, -1};
    cr_assert_not_null(strstr(refused(given).message, "label -1 of 3"));
    given.labels = (const int32_t[]){0, 2, 0, 0, 2};
    cr_assert_not_null(strstr(refused(given).message, "class 1 has no images"));
    given = contents();
    given.splits = (const uint8_t[]){0, 1, 0, 0, 4};
    cr_assert_not_null(strstr(refused(given).message, "split 4 of 4"));
    given.splits = (const uint8_t[]){0, PACK_GALLERY, 0, 0, PACK_GALLERY};
    cr_assert_not_null(strstr(refused(given).message, "a gallery has no queries"));
    given.splits = (const uint8_t[]){0, PACK_GALLERY, 0, 0, PACK_VALID};
    cr_assert_not_null(strstr(refused(given).message, "class 2 is in two splits"));
    given.splits = (const uint8_t[]){0, 1, 0, 1, 1};
    cr_assert_not_null(strstr(refused(given).message, "class 0 is in two splits"));
    given = contents();
    given.size = 0;
    refused(given);
    given.size = 1 << 20;
    refused(given);
}

Test(pack, is_absent_until_every_image_is_there)
{
    char *folder = fixture_folder(), *path = file_join(folder, "%s", "x.pack");
    struct pack_writer writer;
    struct pack_contents given = contents();
    struct error error;
    unsigned char planes[IMAGE_BYTES] = {0};
    cr_assert_eq(pack_writer_open(&writer, path, &given, &error), 0);
    for (int i = 0; i < COUNT - 1; i++) cr_assert_eq(pack_writer_put(&writer, i, 1, planes, &error), 0);
    cr_assert_not(file_exists(path));
    cr_assert_eq(pack_writer_commit(&writer, provenance, &error), -1);
    cr_assert_not_null(strstr(error.message, "image 4 was never written"), "%s", error.message);
    cr_assert_eq(fixture_count(folder), 0);
    free(path);
    fixture_remove(folder);
}

/* Puts images of `side` pixels in this order through a strip, and expects each in its place, filled with its number. */
static void expect_from_strip(int side, const int order[COUNT])
{
    char *folder = fixture_folder(), *path = file_join(folder, "%s", "x.pack");
    size_t bytes = 3 * (size_t)side * (size_t)side;
    struct pack_writer writer;
    struct pack_strip strip;
    struct pack_contents given = contents();
    struct pack pack;
    struct error error;
    given.size = side;
    cr_assert_eq(pack_writer_open(&writer, path, &given, &error), 0, "%s", error.message);
    cr_assert_eq(pack_strip_init(&strip, &writer, side, &error), 0, "%s", error.message);
    for (int k = 0; k < COUNT; k++) {
        memset(pack_strip_room(&strip), 0xee, bytes); /* an image that breaks off is not put */
        memset(pack_strip_room(&strip), order[k], bytes);
        cr_assert_eq(pack_strip_put(&strip, order[k], &error), 0, "%s", error.message);
    }
    cr_assert_eq(pack_strip_flush(&strip, &error), 0, "%s", error.message);
    cr_assert_eq(pack_writer_commit(&writer, provenance, &error), 0, "%s", error.message);
    cr_assert_eq(pack_open(&pack, path, 1, &error), 0, "%s", error.message);
    for (int i = 0; i < COUNT; i++)
        for (size_t k = 0; k < bytes; k++) cr_assert_eq(pack_image(&pack, i)[k], i);
    pack_strip_release(&strip);
    pack_release(&pack);
    free(path);
    fixture_remove(folder);
}

Test(pack, takes_strips_of_images_in_any_order)
{
    expect_from_strip(SIZE, (const int[]){0, 1, 2, 3, 4});
    expect_from_strip(SIZE, (const int[]){3, 4, 1, 2, 0});
    expect_from_strip(SIZE, (const int[]){4, 3, 2, 1, 0});
}

Test(pack, takes_images_that_are_as_large_as_a_strip)
{
    expect_from_strip(400, (const int[]){0, 1, 2, 3, 4}); /* two of these make a strip */
    expect_from_strip(400, (const int[]){1, 2, 4, 0, 3});
    expect_from_strip(700, (const int[]){4, 0, 1, 3, 2}); /* each is larger */
}

Test(pack, says_what_is_no_pack)
{
    struct pack pack;
    struct error error;
    cr_assert_eq(pack_open(&pack, "README.md", 0, &error), -1);
    cr_assert_not_null(strstr(error.message, "not a pack"), "%s", error.message);
    cr_assert_eq(pack_open(&pack, "/nowhere/x.pack", 0, &error), -1);
    cr_assert_eq(pack_open(&pack, "/dev/null", 0, &error), -1);
}

Test(pack, sweeps_up_after_writers_that_were_killed)
{
    char *folder = fixture_folder();
    struct pack_contents given = contents();
    struct error error;
    static const char *const left[] = {"test.pack.123.tmp", "test.pack.4567890.tmp"};
    static const char *const other[] = {"other.pack.123.tmp", "test.pack.tmp", "test.pack.12x.tmp"};
    for (int i = 0; i < 2; i++) {
        char *path = file_join(folder, "%s", left[i]);
        fclose(fopen(path, "w"));
        free(path);
    }
    for (int i = 0; i < 3; i++) {
        char *path = file_join(folder, "%s", other[i]);
        fclose(fopen(path, "w"));
        free(path);
    }
    struct pack_writer writer; /* one that is still at work keeps its file */
    char *busy = file_join(folder, "%s", "test.pack");
    cr_assert_eq(pack_writer_open(&writer, busy, &given, &error), 0, "%s", error.message);
    cr_assert_eq(fixture_count(folder), 3 + 1);
    file_sweep(busy);
    cr_assert_eq(fixture_count(folder), 3 + 1);
    pack_writer_release(&writer);
    cr_assert_eq(fixture_count(folder), 3);
    free(busy);
    fixture_remove(folder);
}
