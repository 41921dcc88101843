/* test_query_file.c - files of query results: what is written is read, and nothing else is; what a cell keeps of them.
 */
#include <criterion/criterion.h>

#include <math.h>
#include <string.h>

#include "base/csv.h"
#include "harness/training/queries.h"
#include "tests/support/fixture.h"
#include "tests/support/scratch.h"

enum { TEST = 3, VALID = 2 };

static const struct query_result test_results[TEST] = {
    {.label = 7,
     .relevant = 1,
     .first = 4,
     .average_precision = 0,
     .r_precision = 0,
     {2, 1, -1, -1, -1, -1, -1, -1, -1, -1}},
    {.label = 9, .nearest = {0, 2, -1, -1, -1, -1, -1, -1, -1, -1}},
    {.label = 7,
     .relevant = 3,
     .first = 1,
     .average_precision = 1 / 3.0,
     .r_precision = 2 / 3.0,
     {1, 0, 1, 2, 0, 1, 2, 0, 1, 2}},
};
static const struct query_result valid_results[VALID] = {
    {.label = 5, .relevant = 1, .first = 1, .average_precision = 1, .r_precision = 1},
    {.label = 4, .relevant = 1, .first = 1, .average_precision = 0.5, .r_precision = 1},
};
static const int test_images[TEST] = {100, 50, 200}, valid_images[VALID] = {3, 4}, gallery_images[TEST] = {11, 12, 13};

static const struct query_results splits[] = {
    {"test", TEST, test_results, test_images, gallery_images},
    {"valid", VALID, valid_results, valid_images, valid_images},
};
static const struct query_source source = {0xfedcba9876543210, 0x0123456789abcdef, 8};

/* Writes the splits; the caller removes the folder and frees the path. */
static char *write_splits(char **folder)
{
    struct error error;
    *folder = fixture_folder();
    char *path = file_join(*folder, "queries");
    cr_assert_eq(query_file_write(path, &source, splits, 2, &error), 0, "%s", error.message);
    return path;
}

Test(query_file, gives_back_what_was_written)
{
    struct error error;
    struct query_file file;
    char *folder, *path = write_splits(&folder);
    cr_assert_eq(query_file_open(&file, path, &error), 0, "%s", error.message);
    cr_expect(file.source.settings == source.settings && file.source.pack == source.pack && file.source.epoch == 8);
    cr_assert(file.split_count == 2 && query_file_split(&file, "train") == NULL);
    const struct query_split *split = query_file_split(&file, "test");
    cr_assert(split && split->count == TEST && query_file_split(&file, "valid")->count == VALID);
    for (int q = 0; q < TEST; q++) {
        const struct query_record *record = &split->records[q];
        const struct query_result *result = &test_results[q];
        cr_expect(record->image == test_images[q] && record->label == result->label);
        cr_expect(record->relevant == result->relevant && record->first == result->first);
        cr_expect(record->average_precision == result->average_precision && record->r_precision == result->r_precision);
        for (int r = 0; r < QUERY_NEAREST; r++)
            cr_expect_eq(record->nearest[r], result->nearest[r] < 0 ? -1 : gallery_images[result->nearest[r]]);
    }
    cr_expect_eq(query_file_split(&file, "valid")->records[1].average_precision, 0.5);
    query_file_release(&file);
    free(path);
    fixture_remove(folder);
}

static void refuses(const char *path, const unsigned char *bytes, size_t size, const char *part)
{
    struct error error;
    struct query_file file;
    scratch_write(path, bytes, size);
    cr_expect_eq(query_file_open(&file, path, &error), -1, "%s", part);
    cr_expect(strstr(error.message, part), "%s, not %s", error.message, part);
}

/* Sets both checksums right, so that what they cover is looked at. */
static void seal(unsigned char *bytes, size_t size)
{
    uint64_t checksum = file_checksum(bytes + 64, size - 64);
    memcpy(bytes + 48, &checksum, sizeof checksum);
    checksum = file_checksum(bytes, 56);
    memcpy(bytes + 56, &checksum, sizeof checksum);
}

static unsigned char *read_bytes(const char *path, size_t *size)
{
    struct error error;
    char *bytes;
    cr_assert_eq(file_read(path, 1 << 20, &bytes, size, &error), 0, "%s", error.message);
    return (unsigned char *)bytes;
}

Test(query_file, refuses_a_file_that_is_cut_off_or_flipped_anywhere)
{
    struct error error;
    struct query_file file;
    size_t size;
    char *folder, *path = write_splits(&folder);
    unsigned char *bytes = read_bytes(path, &size);
    cr_assert_eq(size, 64 + 2 * 24 + 5 * 72);
    for (size_t at = 0; at < size; at++) {
        bytes[at] ^= 0x10;
        scratch_write(path, bytes, size);
        cr_expect_eq(query_file_open(&file, path, &error), -1, "byte %zu", at);
        bytes[at] ^= 0x10;
    }
    for (size_t cut = 1; cut < size; cut += 13) refuses(path, bytes, cut, "queries: ");
    refuses(path, bytes, 7, "not a file of query results");
    refuses(path, bytes, size - 72, "cut off");
    free(bytes);
    free(path);
    fixture_remove(folder);
}

/* Byte at `at` becomes `value`, with checksums that fit. */
static void refuses_value(const char *path, const unsigned char *right, size_t size, size_t at, unsigned char value,
                          const char *part)
{
    unsigned char bytes[1024];
    cr_assert_leq(size, sizeof bytes);
    memcpy(bytes, right, size);
    bytes[at] = value;
    seal(bytes, size);
    refuses(path, bytes, size, part);
}

Test(query_file, refuses_other_versions_and_numbers_that_cannot_be)
{
    enum { TABLE = 64, RECORDS = 64 + 2 * 24 };
    size_t size;
    char *folder, *path = write_splits(&folder);
    unsigned char *bytes = read_bytes(path, &size);
    refuses_value(path, bytes, size, 8, 2, "version 2, which");
    refuses_value(path, bytes, size, 12, 80, "no file has such a head");
    refuses_value(path, bytes, size, 16, 0, "no file has such a head");
    refuses_value(path, bytes, size, 16, 9, "no file has such a head");
    refuses_value(path, bytes, size, 16, 3, "its last record is not whole");
    refuses_value(path, bytes, size, TABLE, 0, "split 0 has no name");
    refuses_value(path, bytes, size, TABLE + 15, 'x', "split 0 has no name");
    refuses_value(path, bytes, size, TABLE + 16, 6, "split test has more queries");
    refuses_value(path, bytes, size, TABLE + 23, 0x80, "split test has more queries");
    refuses_value(path, bytes, size, TABLE + 16, 2, "more queries than its splits");
    refuses_value(path, bytes, size, RECORDS + 3, 0x80, "split test: query 0"); /* a negative image */
    refuses_value(path, bytes, size, RECORDS + 8, 0, "split test: query 0");    /* a first of none */
    refuses_value(path, bytes, size, RECORDS + 12, 0, "split test: query 0");
    refuses_value(path, bytes, size, RECORDS + 23, 0x7f, "split test: query 0"); /* an average precision of 1e304 */
    refuses_value(path, bytes, size, RECORDS + 72 + 35, 0xff, "split test: query 1");
    free(bytes);
    free(path);
    fixture_remove(folder);
}

Test(query_file, leaves_sums_of_each_class)
{
    static struct cell cell = {.name = "c", .identity = "fedcba9876543210"};
    static const char *const expected[3][5] = {
        {"test", "7", "2", "1", "0.333333333"}, {"valid", "4", "1", "1", "0.5"}, {"valid", "5", "1", "1", "1"}};
    struct error error;
    struct csv_table table;
    struct query_file file;
    char *folder = fixture_folder(), *path = file_join(folder, "classes.csv"), *queries = file_join(folder, "queries");
    cr_assert_eq(queries_keep(folder, &cell, source.pack, 8, splits, 2, &error), 0, "%s", error.message);
    cr_assert_eq(csv_read(&table, path, &error), 0, "%s", error.message);
    cr_assert_eq(table.row_count, 3, "a class without an answer has no row");
    for (int row = 0; row < 3; row++) {
        cr_expect_str_eq(csv_text(&table, row, 1), "fedcba9876543210");
        for (int c = 0; c < 5; c++) cr_expect_str_eq(csv_text(&table, row, 2 + c), expected[row][c]);
    }
    cr_expect_str_eq(csv_text(&table, 0, csv_column(&table, "r_precision")), "0.666666667");
    csv_release(&table);
    cr_assert_eq(query_file_open(&file, queries, &error), 0, "%s", error.message);
    cr_expect_eq(file.source.settings, source.settings);
    query_file_release(&file);
    queries_forget(folder);
    cr_expect(!file_exists(path) && !file_exists(queries));
    free(path);
    free(queries);
    fixture_remove(folder);
}
