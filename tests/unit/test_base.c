/* test_base.c - errors, arenas, random streams, files and the thread pool. */
#include <criterion/criterion.h>

#include <errno.h>
#include <signal.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/file.h"
#include "base/parallel.h"
#include "base/random.h"

/* --- error --- */

Test(error, puts_context_in_front)
{
    struct error error;
    cr_assert_eq(error_set(&error, "line %d is odd", 17), -1);
    cr_assert_eq(error_context(&error, "%s", "images.txt"), -1);
    cr_assert_str_eq(error.message, "images.txt: line 17 is odd");
}

Test(error, tells_errno_in_words)
{
    struct error error;
    errno = ENOENT;
    cr_assert_eq(error_errno(&error, "cannot open %s", "x"), -1);
    cr_assert_str_eq(error.message, "cannot open x: No such file or directory");
}

Test(error, cuts_what_is_too_long)
{
    struct error error;
    char text[2 * ERROR_SIZE];
    memset(text, 'a', sizeof text);
    text[sizeof text - 1] = '\0';
    error_set(&error, "%s", text);
    cr_assert_eq(strlen(error.message), ERROR_SIZE - 1);
    error_context(&error, "in front");
    cr_assert_eq(strlen(error.message), ERROR_SIZE - 1);
    cr_assert_eq(strncmp(error.message, "in front: aaa", 13), 0);
}

/* --- arena --- */

static void carve(struct arena *arena, float **a, double **b)
{
    *a = arena_take(arena, 7, sizeof **a);
    *b = arena_take(arena, 100, sizeof **b);
}

Test(arena, places_what_it_measured)
{
    struct error error;
    struct arena measure = arena_measure(), arena;
    float *a;
    double *b;
    carve(&measure, &a, &b);
    cr_assert_null(a);
    cr_assert_null(b);

    cr_assert_eq(arena_init(&arena, measure.peak, &error), 0);
    carve(&arena, &a, &b);
    cr_assert_eq(arena.used, measure.used);
    cr_assert_eq((uintptr_t)a % ARENA_ALIGNMENT, 0);
    cr_assert_eq((uintptr_t)b % ARENA_ALIGNMENT, 0);
    cr_assert_geq((char *)b - (char *)a, 7 * (long)sizeof *a);
    for (int i = 0; i < 100; i++) cr_assert_eq(b[i], 0);
    arena_release(&arena);
    cr_assert_null(arena.memory);
}

Test(arena, remembers_its_peak_across_rewinds)
{
    struct arena arena = arena_measure();
    arena_take(&arena, 1, 64);
    size_t mark = arena.used;
    arena_take(&arena, 10, 64);
    arena_rewind(&arena, mark);
    arena_take(&arena, 2, 64);
    cr_assert_eq(arena.used, 3 * 64);
    cr_assert_eq(arena.peak, 11 * 64);
}

Test(arena, fails_where_there_is_not_that_much_memory)
{
    struct error error;
    struct arena arena;
    cr_assert_eq(arena_init(&arena, (size_t)1 << 62, &error), -1);
    cr_assert(strstr(error.message, "memory"));
    arena_release(&arena);
}

Test(arena, aborts_on_an_overflowing_product, .signal = SIGABRT)
{
    struct arena arena = arena_measure();
    arena_take(&arena, (size_t)1 << 40, (size_t)1 << 40);
}

/* --- random --- */

/* Known answers of Philox4x32-10, from the authors' library Random123. */
static const struct {
    uint32_t counter[4], key[2], block[4];
} philox_answers[] = {
    {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
    {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
     {0xffffffff, 0xffffffff},
     {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
    {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
     {0xa4093822, 0x299f31d0},
     {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
};

Test(random, is_philox)
{
    for (size_t c = 0; c < sizeof philox_answers / sizeof *philox_answers; c++) {
        struct random random = {0};
        memcpy(random.counter, philox_answers[c].counter, sizeof random.counter);
        memcpy(random.key, philox_answers[c].key, sizeof random.key);
        for (int i = 0; i < 4; i++) cr_assert_eq(random_bits(&random), philox_answers[c].block[i], "case %zu", c);
    }
}

Test(random, streams_differ_in_every_part_of_their_name)
{
    struct random streams[] = {
        random_stream(1, RANDOM_TEST, 2, 3),
        random_stream(0, RANDOM_TEST, 2, 3),
        random_stream(1, RANDOM_SAMPLER, 2, 3),
        random_stream(1, RANDOM_TEST, 0, 3),
        random_stream(1, RANDOM_TEST, 2, 0),
        random_stream((uint64_t)1 << 32 | 1, RANDOM_TEST, 2, 3),
        random_stream(1, RANDOM_TEST, 2, (uint64_t)3 << 32 | 3),
    };
    enum { STREAMS = sizeof streams / sizeof *streams };
    uint32_t first[STREAMS];
    for (int i = 0; i < STREAMS; i++) first[i] = random_bits(&streams[i]);
    for (int i = 0; i < STREAMS; i++)
        for (int j = 0; j < i; j++) cr_assert_neq(first[i], first[j], "streams %d and %d", i, j);
    struct random again = random_stream(1, RANDOM_TEST, 2, 3);
    cr_assert_eq(random_bits(&again), first[0]);
}

Test(random, below_is_uniform_and_below)
{
    struct random random = random_stream(0, RANDOM_TEST, 0, 0);
    int counts[7] = {0};
    enum { DRAWS = 70000 };
    for (int i = 0; i < DRAWS; i++) {
        uint32_t value = random_below(&random, 7);
        cr_assert_lt(value, 7);
        counts[value]++;
    }
    /* Standard deviation of a count: sqrt(70000 / 7 * 6 / 7) = 93. */
    for (int i = 0; i < 7; i++) cr_assert_lt(abs(counts[i] - DRAWS / 7), 5 * 93);
    cr_assert_eq(random_below(&random, 1), 0);
}

Test(random, moments_are_those_of_the_distributions)
{
    struct random random = random_stream(0, RANDOM_TEST, 1, 0);
    enum { DRAWS = 100000 };
    double uniform = 0, normal = 0, square = 0;
    for (int i = 0; i < DRAWS; i++) {
        float u = random_uniform(&random), x = random_normal(&random);
        cr_assert(u >= 0 && u < 1 && isfinite(x));
        uniform += u;
        normal += x;
        square += (double)x * x;
    }
    cr_assert_float_eq(uniform / DRAWS, 0.5, 5 * 0.2887 / sqrt(DRAWS));
    cr_assert_float_eq(normal / DRAWS, 0, 5 / sqrt(DRAWS));
    cr_assert_float_eq(square / DRAWS, 1, 5 * sqrt(2) / sqrt(DRAWS));
}

Test(random, shuffles_keep_every_value_and_reach_every_order)
{
    struct random random = random_stream(0, RANDOM_TEST, 2, 0);
    int seen[27] = {0}, orders = 0;
    for (int i = 0; i < 200; i++) {
        int values[3] = {0, 1, 2};
        random_shuffle(&random, values, 3);
        cr_assert_eq(1 << values[0] | 1 << values[1] | 1 << values[2], 7);
        orders += !seen[values[0] * 9 + values[1] * 3 + values[2]]++;
    }
    cr_assert_eq(orders, 6);
}

/* --- file --- */

/* A folder of the test's own. */
static char *make_folder(void)
{
    char *folder = strdup("/tmp/partgrad-test-XXXXXX");
    cr_assert(mkdtemp(folder));
    return folder;
}

Test(file, writes_whole_files_and_reads_them_back)
{
    struct error error;
    char *folder = make_folder(), *path = file_join(folder, "%s.txt", "a"), *bytes;
    size_t size;
    cr_assert_eq(file_exists(path), 0);
    cr_assert_eq(file_write(path, "one\0two", 7, &error), 0);
    cr_assert_eq(file_exists(path), 1);
    cr_assert_eq(file_read(path, 100, &bytes, &size, &error), 0);
    cr_assert_eq(size, 7);
    cr_assert_eq(memcmp(bytes, "one\0two", 8), 0);
    free(bytes);
    cr_assert_eq(file_read(path, 6, &bytes, &size, &error), -1, "longer than the limit");
    cr_assert_null(bytes);

    struct file_map map;
    cr_assert_eq(file_map_open(&map, path, &error), 0);
    cr_assert_eq(map.size, 7);
    cr_assert_eq(memcmp(map.bytes, "one\0two", 7), 0);
    file_map_release(&map);
    unlink(path);
    cr_assert_eq(rmdir(folder), 0, "nothing else was left");
    free(path);
    free(folder);
}

Test(file, is_absent_until_committed)
{
    struct error error;
    char *folder = make_folder(), *path = file_join(folder, "a");
    struct file_writer writer;
    cr_assert_eq(file_writer_open(&writer, path, &error), 0);
    fputs("half", writer.stream);
    cr_assert_eq(file_exists(path), 0);
    file_writer_release(&writer);
    cr_assert_eq(file_exists(path), 0);
    cr_assert_eq(rmdir(folder), 0, "the temporary file is gone too");
    free(path);
    free(folder);
}

Test(file, leaves_nothing_where_writing_fails)
{
    struct error error;
    struct file_writer writer;
    cr_assert_eq(file_writer_open(&writer, "/nowhere/at/all", &error), -1);
    cr_assert(strstr(error.message, "/nowhere/at/all"));
    file_writer_release(&writer);
    cr_assert_eq(file_write("/nowhere/at/all", "", 0, &error), -1);

    char *folder = make_folder(), *path = file_join(folder, "a");
    cr_assert_eq(file_make_folder(path, &error), 0); /* a folder of that name: the rename must fail */
    char *inside = file_join(path, "b");
    cr_assert_eq(file_write(inside, "", 0, &error), 0);
    cr_assert_eq(file_write(path, "x", 1, &error), -1);
    cr_assert(strstr(error.message, path));
    unlink(inside);
    rmdir(path);
    cr_assert_eq(rmdir(folder), 0, "the temporary file is gone");
    free(inside);
    free(path);
    free(folder);
}

Test(file, refuses_to_map_or_read_what_is_no_file)
{
    struct error error;
    struct file_map map;
    char *bytes;
    cr_assert_eq(file_map_open(&map, "/tmp", &error), -1);
    cr_assert_eq(file_map_open(&map, "/nowhere", &error), -1);
    file_map_release(&map);
    cr_assert_eq(file_read("/tmp", 100, &bytes, NULL, &error), -1);
    cr_assert_eq(file_read("/nowhere", 100, &bytes, NULL, &error), -1);
    cr_assert(strstr(error.message, "/nowhere"));
}

Test(file, makes_folders_with_their_parents)
{
    struct error error;
    char *folder = make_folder(), *middle = file_join(folder, "a"), *deep = file_join(middle, "b");
    cr_assert_eq(file_make_folder(deep, &error), 0);
    cr_assert_eq(file_make_folder(deep, &error), 0, "twice is fine");
    char *file = file_join(deep, "c"), *below = file_join(file, "d");
    cr_assert_eq(file_write(file, "", 0, &error), 0);
    cr_assert_eq(file_make_folder(file, &error), -1, "a file is in the way");
    cr_assert_eq(file_make_folder(below, &error), -1);
    unlink(file);
    rmdir(deep);
    rmdir(middle);
    cr_assert_eq(rmdir(folder), 0);
    free(below);
    free(file);
    free(deep);
    free(middle);
    free(folder);
}

Test(file, sees_overflowing_products)
{
    size_t product;
    cr_assert_eq(size_multiply((size_t)1 << 31, 6, &product), 0);
    cr_assert_eq(product, (size_t)6 << 31);
    cr_assert_eq(size_multiply((size_t)1 << 33, (size_t)1 << 31, &product), -1);
}

Test(file, checksums_are_xxh3)
{
    cr_assert_eq(file_checksum("", 0), 0x2D06800538D394C2u);
    cr_assert_neq(file_checksum("abc", 3), file_checksum("abd", 3));
}

/* --- parallel --- */

static void visit(void *context, int i)
{
    int *visits = context;
    visits[i]++;
    cr_assert(parallel_thread() >= 0 && parallel_thread() < 4);
    cr_assert_eq(parallel_threads(), 1, "a loop in here has no other thread");
}

Test(parallel, visits_everything_once)
{
    for (int threads = 1; threads <= 4; threads++) {
        int visits[1000] = {0};
        cr_assert_eq(parallel_set_threads(threads), threads);
        cr_assert_eq(parallel_threads(), threads);
        parallel_for(1000, visit, visits);
        for (int i = 0; i < 1000; i++) cr_assert_eq(visits[i], 1);
    }
    parallel_for(0, visit, NULL);
    cr_assert_geq(parallel_set_threads(0), 1);
}

static void count_threads(void *context, int i)
{
    (void)i;
    *(int *)context = parallel_threads();
}

Test(parallel, a_single_iteration_leaves_its_own_loops_all_threads)
{
    int threads = 0;
    parallel_set_threads(3);
    parallel_for(1, count_threads, &threads);
    cr_assert_eq(threads, 3);
}
