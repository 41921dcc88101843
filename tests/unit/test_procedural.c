/* test_procedural.c - the built-in data set. */
#include "tests/support/dataset_fixture.h"

#include "base/parallel.h"
#include "datasets/specimen.h"

Test(procedural, is_the_same_for_any_number_of_threads)
{
    struct pack packs[2];
    struct try tries[2];
    for (int i = 0; i < 2; i++) {
        try_init(&tries[i], &dataset_procedural);
        try_set(&tries[i], "classes", "7");
        try_set(&tries[i], "samples_per_class", "11");
        parallel_set_threads(i == 0 ? 1 : 3);
        packs[i] = try_pack(&tries[i]);
    }
    cr_assert_eq(packs[0].count, 77);
    cr_assert_eq(packs[0].class_count, 7);
    cr_assert_eq(packs[0].checksum, packs[1].checksum);
    for (int i = 0; i < 77; i++) {
        cr_assert_eq(packs[0].labels[i], i / 11);
        cr_assert_eq(packs[0].splits[i], i / 11 < 4 ? PACK_TRAIN : PACK_TEST);
    }
    for (int i = 0; i < 2; i++) {
        pack_release(&packs[i]);
        try_release(&tries[i]);
    }
}

Test(procedural, takes_no_archive)
{
    struct try try;
    try_init(&try, &dataset_procedural);
    try_archive(&try, "x.tgz");
    try_fails(&try, "takes no --archive");
    try_release(&try);
}

/* Mean absolute difference between two drawings. */
static double difference(uint64_t seed, int kind_a, int specimen_a, int kind_b, int specimen_b, double difficulty)
{
    unsigned char a[3 * SIZE * SIZE], b[3 * SIZE * SIZE];
    double sum = 0;
    specimen_draw(seed, kind_a, specimen_a, difficulty, SIZE, a);
    specimen_draw(seed, kind_b, specimen_b, difficulty, SIZE, b);
    for (size_t i = 0; i < sizeof a; i++) sum += abs(a[i] - b[i]);
    return sum / sizeof a;
}

/* How much farther drawings of two kinds are from each other than those of one, in pixels' values. */
static double separation(double difficulty)
{
    enum { PAIRS = 200 };
    double within = 0, between = 0;
    for (int k = 0; k < PAIRS; k++) {
        within += difference(1, k, 0, k, 1, difficulty);
        between += difference(1, k, 0, k + 1, 1, difficulty);
    }
    return between / within;
}

Test(procedural, kinds_differ_and_difficulty_moves_them_together)
{
    double easy = separation(0), middle = separation(0.5), hard = separation(1);
    cr_assert_gt(easy, 1.2, "%g", easy);
    cr_assert_gt(easy, middle + 0.05);
    cr_assert_gt(middle, hard + 0.01);
    cr_assert_gt(hard, 1.0, "%g", hard);
}

Test(procedural, everything_follows_from_the_seed)
{
    cr_assert_eq(difference(3, 5, 7, 5, 7, 0.6), 0);
    cr_assert_gt(difference(3, 5, 7, 5, 8, 0.6), 1);
    unsigned char a[3 * SIZE * SIZE], b[3 * SIZE * SIZE];
    specimen_draw(3, 5, 7, 0.6, SIZE, a);
    specimen_draw(4, 5, 7, 0.6, SIZE, b);
    cr_assert_arr_neq(a, b, sizeof a);
}
