/* test_npy.c - NumPy's files: those that NumPy wrote are read, ours are read back, and broken ones are refused. */
#include <criterion/criterion.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/npy.h"
#include "base/random.h"
#include "tests/support/scratch.h"

/* A name for a file of the test's own. */
static char *make_path(void)
{
    char *path = strdup("/tmp/partgrad-test-XXXXXX");
    int file = mkstemp(path);
    cr_assert_geq(file, 0);
    close(file);
    return path;
}

static struct npy open_fixture(const char *name)
{
    struct error error;
    struct npy npy;
    char path[64];
    snprintf(path, sizeof path, "tests/fixtures/npy-%s.npy", name);
    cr_assert_eq(npy_open(&npy, path, &error), 0, "%s", error.message);
    return npy;
}

Test(npy, reads_floats_in_every_way_that_numpy_does)
{
    static const char *const names[] = {
        "float32",   "float32-v2",         "float32-v3", "float16",         "float64",  "big-endian", "named-type",
        "own-order", "big-endian-float64", "fortran",    "fortran-float16", "unpadded", "odd-blanks", "python-2"};
    for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
        struct error error;
        struct npy npy = open_fixture(names[n]);
        const float *values;
        cr_assert(npy.kind == NPY_FLOAT && npy.rank == 2 && npy.shape[0] == 2 && npy.shape[1] == 3, "%s", names[n]);
        cr_assert_eq(npy_floats(&npy, &values, &error), 0, "%s: %s", names[n], error.message);
        for (int i = 0; i < 6; i++) cr_expect_eq(values[i], (float)i / 4, "%s[%d]: %g", names[n], i, (double)values[i]);
        npy_release(&npy);
    }
}

Test(npy, takes_labels_of_every_kind_as_names)
{
    static const char *const names[] = {"labels-i1",        "labels-i2",     "labels-little-i4", "labels-big-i4",
                                        "labels-little-i8", "labels-big-i8", "labels-u1",        "labels-u2",
                                        "labels-little-u4", "labels-big-u8", "labels-ids",       "labels-largest",
                                        "labels-column",    "labels-row",    "labels-unicode",   "labels-bytes"};
    for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
        struct error error;
        struct npy npy = open_fixture(names[n]);
        int ids[4];
        cr_assert_eq(npy.shape[0] * npy.shape[1], 4, "%s", names[n]);
        cr_assert_eq(npy_labels(&npy, ids, &error), 0, "%s", error.message);
        cr_expect(ids[0] == ids[3] && ids[0] != ids[1] && ids[0] != ids[2] && ids[1] != ids[2], "%s", names[n]);
        for (int i = 0; i < 4; i++) cr_expect(ids[i] >= 0 && ids[i] < 3, "%s", names[n]);
        npy_release(&npy);
    }
}

/* The labels of two files of tests/fixtures, numbered together: the first's are 3, 1, 7, 3 or the like. */
static int number_two(const char *first, const char *second, int ids[8], struct error *error)
{
    struct npy npy[] = {open_fixture(first), open_fixture(second)};
    int status = npy_labels_of_two(npy, ids, error);
    npy_release(&npy[0]);
    npy_release(&npy[1]);
    return status;
}

Test(npy, takes_labels_of_two_files_for_the_same_by_what_they_say)
{
    static const char *const same[][2] = {{"labels-i1", "labels-big-i8"},     {"labels-u2", "labels-little-i4"},
                                          {"labels-big-u8", "labels-i1"},     {"labels-unicode", "labels-bytes"},
                                          {"labels-bytes", "labels-unicode"}, {"labels-column", "labels-row"}};
    static const char *const others[][2] = {{"labels-i1", "labels-ids"}, {"labels-ids", "labels-largest"}};
    struct error error;
    int ids[8];
    for (size_t n = 0; n < sizeof same / sizeof *same; n++) {
        cr_assert_eq(number_two(same[n][0], same[n][1], ids, &error), 0, "%s", error.message);
        for (int i = 0; i < 4; i++) cr_expect_eq(ids[i], ids[4 + i], "%s and %s", same[n][0], same[n][1]);
        cr_expect(ids[0] == ids[3] && ids[0] != ids[1] && ids[0] != ids[2] && ids[1] != ids[2]);
    }
    for (size_t n = 0; n < sizeof others / sizeof *others; n++) {
        cr_assert_eq(number_two(others[n][0], others[n][1], ids, &error), 0, "%s", error.message);
        for (int i = 0; i < 16; i++) cr_expect_neq(ids[i / 4], ids[4 + i % 4], "%s and %s", others[n][0], others[n][1]);
    }
    cr_expect_eq(number_two("labels-i1", "labels-bytes", ids, &error), -1);
    cr_expect(strstr(error.message, "strings"), "%s", error.message);
    cr_expect_eq(number_two("labels-i1", "float32", ids, &error), -1);
}

Test(npy, does_not_take_a_number_below_0_for_a_large_one)
{
    static const unsigned char below[8] = {255, 255, 255, 255, 255, 255, 255, 255}, narrow[1] = {255};
    struct npy npy[] = {{.kind = NPY_UNSIGNED, .element_bytes = 8, .unit_bytes = 8, .shape = {1, 1}, .data = below},
                        {.kind = NPY_SIGNED, .element_bytes = 8, .unit_bytes = 8, .shape = {1, 1}, .data = below}};
    struct error error;
    int ids[2];
    cr_assert_eq(npy_labels_of_two(npy, ids, &error), 0);
    cr_expect(ids[0] == 1 && ids[1] == 0);
    npy[0] = (struct npy){.kind = NPY_SIGNED, .element_bytes = 1, .unit_bytes = 1, .shape = {1, 1}, .data = narrow};
    cr_assert_eq(npy_labels_of_two(npy, ids, &error), 0);
    cr_expect(ids[0] == 0 && ids[1] == 0);
}

Test(npy, halves_are_the_numbers_that_they_stand_for)
{
    static const uint16_t bits[] = {0x0000, 0x8000, 0x3c00, 0xc000, 0x7bff, 0x0400,
                                    0x03ff, 0x0001, 0x7c00, 0xfc00, 0x7e00};
    static const float expected[] = {0,        -0.0f,    1,         -2, 65504, 0x1p-14f, 0x1.ff8p-15f,
                                     0x1p-24f, INFINITY, -INFINITY, NAN};
    struct error error;
    struct npy npy = {.kind = NPY_FLOAT, .element_bytes = 2, .rank = 2, .shape = {1, 11}, .data = (const void *)bits};
    const float *values;
    cr_assert_eq(npy_floats(&npy, &values, &error), 0);
    for (int i = 0; i < 10; i++) cr_expect_eq(values[i], expected[i], "%x: %g", bits[i], (double)values[i]);
    cr_expect(isnan(values[10]) && signbit(values[1]));
    free(npy.converted);
}

Test(npy, says_what_it_refuses_and_why)
{
    const char *const cases[][2] = {
        {"three-dimensions", "has 3 dimensions"},
        {"scalar", "has 0 dimensions"},
        {"complex", "'<c8'"},
        {"objects", "'|O'"},
        {"records", "records"},
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        struct error error;
        struct npy npy;
        char path[64];
        snprintf(path, sizeof path, "tests/fixtures/npy-%s.npy", cases[c][0]);
        cr_assert_eq(npy_open(&npy, path, &error), -1, "%s", cases[c][0]);
        cr_assert(strstr(error.message, cases[c][1]) && strstr(error.message, path), "%s", error.message);
        npy_release(&npy);
    }
}

Test(npy, refuses_numbers_that_float32_cannot_hold)
{
    static const char *const names[] = {"beyond-float32", "below-float32"};
    for (int n = 0; n < 2; n++) {
        struct error error;
        struct npy npy = open_fixture(names[n]);
        const float *values;
        cr_expect_eq(npy_floats(&npy, &values, &error), -1);
        cr_expect(strstr(error.message, "row 1"), "%s", error.message);
        npy_release(&npy);
    }
}

Test(npy, reads_back_what_it_writes)
{
    struct error error;
    struct npy npy;
    char *path = make_path();
    const float values[] = {1.5f, -2, 3e-30f, 4e30f, 0, -0.0f};
    const size_t shapes[][2] = {{2, 3}, {6, 1}, {1, 6}, {0, 5}};
    for (int s = 0; s < 4; s++) {
        cr_assert_eq(npy_write_matrix(path, values, shapes[s][0], shapes[s][1], &error), 0, "%s", error.message);
        cr_assert_eq(npy_open(&npy, path, &error), 0, "%s", error.message);
        cr_assert(npy.kind == NPY_FLOAT && npy.element_bytes == 4 && npy.rank == 2);
        cr_assert(npy.shape[0] == shapes[s][0] && npy.shape[1] == shapes[s][1]);
        cr_assert_eq(memcmp(npy.data, values, shapes[s][0] * shapes[s][1] * sizeof *values), 0);
        cr_assert_eq((npy.map.size - shapes[s][0] * shapes[s][1] * sizeof *values) % 64, 0, "aligned as numpy does");
        npy_release(&npy);
    }
    const int32_t labels[] = {7, -1, INT32_MAX};
    cr_assert_eq(npy_write_labels(path, labels, 3, &error), 0);
    cr_assert_eq(npy_open(&npy, path, &error), 0);
    cr_assert(npy.kind == NPY_SIGNED && npy.element_bytes == 4 && npy.rank == 1 && npy.shape[0] == 3);
    cr_assert_eq(memcmp(npy.data, labels, sizeof labels), 0);
    npy_release(&npy);
    unlink(path);
    free(path);
}

Test(npy, writes_the_bytes_that_numpy_writes)
{
    struct error error;
    char *path = make_path(), *ours, *theirs;
    size_t our_size, their_size;
    const int32_t labels[] = {3, -1, 7};
    float matrix[6];
    for (int i = 0; i < 6; i++) matrix[i] = (float)i / 4;
    for (int matrices = 0; matrices < 2; matrices++) {
        int status =
            matrices ? npy_write_matrix(path, matrix, 2, 3, &error) : npy_write_labels(path, labels, 3, &error);
        cr_assert_eq(status, 0);
        const char *reference = matrices ? "tests/fixtures/npy-float32.npy" : "tests/fixtures/npy-int32.npy";
        cr_assert_eq(file_read(path, 1000, &ours, &our_size, &error), 0);
        cr_assert_eq(file_read(reference, 1000, &theirs, &their_size, &error), 0);
        cr_assert(our_size == their_size && memcmp(ours, theirs, our_size) == 0);
        free(ours);
        free(theirs);
    }
    unlink(path);
    free(path);
}

/* A file of version 1.0 with that dictionary and so many bytes of data. */
static int open_with(const char *path, const char *dictionary, size_t data_bytes, struct error *error)
{
    char bytes[512] = "\x93NUMPY\x01";
    size_t length = strlen(dictionary);
    bytes[8] = (char)length;
    memcpy(bytes + 10, dictionary, length);
    cr_assert_eq(file_write(path, bytes, 10 + length + data_bytes, error), 0);
    struct npy npy;
    int status = npy_open(&npy, path, error);
    npy_release(&npy);
    return status;
}

Test(npy, believes_no_header)
{
    struct error error;
    char *path = make_path();
    cr_assert_eq(open_with(path, "{'shape': (2, 3), 'fortran_order': False, 'descr': '<f4'} ", 24, &error), 0, "%s",
                 error.message);
    const char *const broken[] = {
        "{'shape': (2, 4), 'fortran_order': False, 'descr': '<f4'} ", /* more than there is */
        "{'shape': (2, 2), 'fortran_order': False, 'descr': '<f4'} ", /* less than there is */
        "{'shape': (4611686018427387904, 6), 'fortran_order': False, 'descr': '<f4'}   ",
        "{'shape': (99999999999999999999999999, 1), 'fortran_order': False, 'descr': '<f4'} ",
        "{'shape': (-2, -3), 'fortran_order': False, 'descr': '<f4'}",
        "{'shape': (2, 3, 'fortran_order': False, 'descr': '<f4'} ",
        "{'shape': (), 'fortran_order': False, 'descr': '<f4'} ",
        "{'shape': 6, 'fortran_order': False, 'descr': '<f4'} ",
        "{'shape': (2, 3), 'fortran_order': Falsehood, 'descr': '<f4'} ",
        "{'shape': (2, 3), 'fortran_order': 0, 'descr': '<f4'} ",
        "{'shape': (2, 3), 'fortran_order': False, 'descr': '<f4'} x",
        "{'shape': (2, 3), 'fortran_order': False, 'descr': '<f4', 'more': 1} ",
        "{'shape': (2, 3) 'fortran_order': False, 'descr': '<f4'} ",
        "{'shape': (6), 'fortran_order': False, 'descr': '<f4'} ",
        "{'shape': (2, 3), 'fortran_order': False, 'descr': '<f5'} ",
        "{'shape': (2, 3), 'fortran_order': False, 'descr': '<f'4'} ",
        "{'shape': (2, 3), 'fortran_order': False, 'descr': ''} ",
        "{'shape': (2, 3), 'fortran_order': False, 'descr': '<'} ",
        "{'shape': (2, 3), 'fortran_order': False, 'descr': '<S99999999999999999999'} ",
        "{'shape': (2, 3), 'descr': '<f4'} ",
        "{'shape': (2, 3), 'fortran_order': False} ",
        "{'shape': (2, 3), 'fortran_order': False, 'descr': '<f4",
        "{'shape': (2, 3), 'fortran_order': False, 'descr':",
        "{'fortran_order': False, 'descr': '<f4'}  ",
        "{'shape':",
        "",
    };
    for (size_t b = 0; b < sizeof broken / sizeof *broken; b++)
        cr_expect_eq(open_with(path, broken[b], 24, &error), -1, "%s", broken[b]);
    unlink(path);
    free(path);
}

Test(npy, survives_cut_and_flipped_files)
{
    struct error error;
    struct npy npy;
    char *path = make_path(), *bytes;
    size_t size;
    cr_assert_eq(file_read("tests/fixtures/npy-float32.npy", 1000, &bytes, &size, &error), 0);
    for (size_t cut = 0; cut < size; cut++) {
        scratch_write(path, bytes, cut);
        cr_assert_eq(npy_open(&npy, path, &error), -1, "cut to %zu bytes", cut);
        npy_release(&npy);
    }
    struct random random = random_stream(0, RANDOM_TEST, 0, 0);
    for (int flip = 0; flip < 400; flip++) {
        char *byte = bytes + random_below(&random, 72), kept = *byte;
        *byte = (char)random_bits(&random);
        scratch_write(path, bytes, size);
        if (npy_open(&npy, path, &error) == 0) {
            const float *values;
            int ids[64];
            cr_assert_leq(npy.shape[0] * npy.shape[1] * npy.element_bytes, size);
            (void)npy_floats(&npy, &values, &error);
            if (npy.shape[0] * npy.shape[1] <= 64) (void)npy_labels(&npy, ids, &error);
        }
        npy_release(&npy);
        *byte = kept;
    }
    free(bytes);
    unlink(path);
    free(path);
}
