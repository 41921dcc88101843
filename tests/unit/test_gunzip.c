/* test_gunzip.c - gzip files whole, of several members, cut and damaged. */
#include "datasets/gunzip.h"

#include <zlib.h>

#include "tests/support/fixture.h"
#include "tests/support/scratch.h"

enum { SIZE = 700000 }; /* more than two pieces */

/* Bytes that compress somewhat. */
static unsigned char *plain(void)
{
    unsigned char *bytes = malloc(SIZE);
    for (unsigned i = 0, state = 1; i < SIZE; i++) {
        state = state * 1664525 + 1013904223;
        bytes[i] = (unsigned char)(state >> 28);
    }
    return bytes;
}

/* Appends a member with the bytes from `start` to `end`. */
static void append_member(const char *path, const unsigned char *bytes, int start, int end)
{
    gzFile file = gzopen(path, "ab");
    cr_assert_eq(gzwrite(file, bytes + start, (unsigned)(end - start)), end - start);
    cr_assert_eq(gzclose(file), Z_OK);
}

/* Reads all of it: the bytes that come, or -1; they must be the plain ones. */
static long read_all(const char *path, const unsigned char *bytes, struct error *error)
{
    struct gunzip *gunzip;
    const void *piece;
    long size, total = 0;
    cr_assert_eq(gunzip_open(&gunzip, path, error), 0, "%s", error->message);
    while ((size = gunzip_next(gunzip, &piece, error)) > 0) {
        cr_assert_leq(total + size, SIZE);
        cr_assert_eq(memcmp(piece, bytes + total, (size_t)size), 0, "after %ld bytes", total);
        total += size;
    }
    gunzip_close(gunzip);
    return size < 0 ? -1 : total;
}

/* The path of a file with a member for each of `count` equal parts. */
static char *make_file(const char *folder, const unsigned char *bytes, int count)
{
    char *path = file_join(folder, "%d.gz", count);
    for (int i = 0; i < count; i++)
        append_member(path, bytes, (int)((long)SIZE * i / count), (int)((long)SIZE * (i + 1) / count));
    return path;
}

Test(gunzip, reads_any_number_of_members)
{
    char *folder = fixture_folder();
    unsigned char *bytes = plain();
    struct error error;
    static const int counts[] = {1, 2, 3, 50};
    for (int i = 0; i < 4; i++) {
        char *path = make_file(folder, bytes, counts[i]);
        cr_assert_eq(read_all(path, bytes, &error), SIZE, "%d members", counts[i]);
        free(path);
    }
    free(bytes);
    fixture_remove(folder);
}

Test(gunzip, refuses_cut_and_damaged_files)
{
    char *folder = fixture_folder(), *whole;
    unsigned char *bytes = plain();
    char *path = make_file(folder, bytes, 1);
    size_t size;
    struct error error;
    cr_assert_eq(file_read(path, 1 << 20, &whole, &size, &error), 0);
    for (size_t cut = 2; cut < size; cut += cut < 40 || cut + 40 > size ? 1 : 9001) {
        scratch_write(path, whole, cut);
        cr_assert_eq(read_all(path, bytes, &error), -1, "cut to %zu of %zu", cut, size);
        cr_assert_str_eq(error.message, "gzip: the file is cut short");
    }
    whole[size - 6] ^= 1; /* the checksum */
    cr_assert_eq(file_write(path, whole, size, &error), 0);
    cr_assert_eq(read_all(path, bytes, &error), -1);
    cr_assert_str_eq(error.message, "gzip: the data are damaged");
    free(whole);
    free(bytes);
    free(path);
    fixture_remove(folder);
}

Test(gunzip, passes_over_what_follows_the_last_member)
{
    char *folder = fixture_folder();
    unsigned char *bytes = plain();
    char *path = make_file(folder, bytes, 2);
    struct error error;
    FILE *file = fopen(path, "ab");
    fputs("padding", file);
    fclose(file);
    cr_assert_eq(read_all(path, bytes, &error), SIZE);
    free(bytes);
    free(path);
    fixture_remove(folder);
}

Test(gunzip, leaves_other_files_to_others)
{
    struct gunzip *gunzip;
    struct error error;
    cr_assert_eq(gunzip_open(&gunzip, "/dev/null", &error), GUNZIP_OTHER);
    cr_assert_null(gunzip);
    cr_assert_eq(gunzip_open(&gunzip, "/etc/passwd", &error), GUNZIP_OTHER);
    cr_assert_eq(gunzip_open(&gunzip, "/nowhere/x.gz", &error), -1);
    cr_assert_null(gunzip);
}
