/* test_evaluate.c - retrieval metrics against numbers computed independently, and the search for nearest neighbors. */
#include <criterion/criterion.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/parallel.h"
#include "base/random.h"
#include "harness/retrieval/ranking.h"
#include "harness/retrieval/nearest.h"
#include "base/npy.h"

static struct evaluation evaluate(const float *embeddings, const int *labels, int count, int dim)
{
    struct error error;
    struct evaluation evaluation;
    cr_assert_eq(evaluate_retrieval(embeddings, labels, count, dim, &evaluation, &error), 0, "%s", error.message);
    cr_assert_eq(evaluation.count, count);
    return evaluation;
}

/* --- evaluate_retrieval --- */

/* The labels of a file, of either integer type; the caller frees. */
static int *read_labels(const char *path, int *count)
{
    struct error error;
    struct npy npy;
    cr_assert_eq(npy_open(&npy, path, &error), 0, "%s", error.message);
    *count = (int)npy.shape[0];
    int *labels = malloc(npy.shape[0] * sizeof *labels);
    for (int i = 0; i < *count; i++)
        labels[i] = npy.type == NPY_INT64 ? (int)((const int64_t *)npy.data)[i] : (int)((const int32_t *)npy.data)[i];
    npy_release(&npy);
    return labels;
}

static struct evaluation evaluate_fixture(const char *name)
{
    struct error error;
    struct npy embeddings;
    char path[128];
    int count;
    snprintf(path, sizeof path, "tests/fixtures/retrieval-%s-labels.npy", name);
    int *labels = read_labels(path, &count);
    snprintf(path, sizeof path, "tests/fixtures/retrieval-%s.npy", name);
    cr_assert_eq(npy_open(&embeddings, path, &error), 0, "%s", error.message);
    struct evaluation evaluation = evaluate(embeddings.data, labels, count, (int)embeddings.shape[1]);
    npy_release(&embeddings);
    free(labels);
    return evaluation;
}

Test(evaluate, has_the_numbers_of_an_independent_computation)
{
    FILE *file = fopen("tests/fixtures/retrieval.txt", "r");
    char name[32];
    int sets = 0;
    cr_assert_not_null(file, "run the tests from the root of the project");
    for (; fscanf(file, "%31s", name) == 1; sets++) {
        struct evaluation evaluation = evaluate_fixture(name);
        double expected[2 * EVALUATE_RECALLS + 2];
        for (int k = 0; k < 2 * EVALUATE_RECALLS + 2; k++) cr_assert_eq(fscanf(file, "%lf", &expected[k]), 1);
        for (int k = 0; k < EVALUATE_RECALLS; k++) {
            cr_expect_float_eq(evaluation.recall[k], expected[k], 1e-9, "%s", name);
            cr_expect_float_eq(evaluation.precision[k], expected[EVALUATE_RECALLS + k], 1e-9, "%s", name);
        }
        cr_expect_float_eq(evaluation.map_at_r, expected[2 * EVALUATE_RECALLS], 1e-9, "%s", name);
        cr_expect_float_eq(evaluation.r_precision, expected[2 * EVALUATE_RECALLS + 1], 1e-9, "%s", name);
    }
    cr_assert_eq(sets, 2);
    fclose(file);
}

Test(evaluate, takes_a_single_image)
{
    struct evaluation evaluation = evaluate((float[]){1}, (int[]){5}, 1, 1);
    for (int k = 0; k < EVALUATE_RECALLS; k++) cr_assert(evaluation.recall[k] == 0 && evaluation.precision[k] == 0);
    cr_assert(evaluation.map_at_r == 0 && evaluation.r_precision == 0);
}

Test(evaluate, takes_two_images_of_one_class_or_two)
{
    float embeddings[] = {1, 0, 0, 1};
    struct evaluation same = evaluate(embeddings, (int[]){-4, -4}, 2, 2);
    struct evaluation other = evaluate(embeddings, (int[]){-4, 4}, 2, 2);
    for (int k = 0; k < EVALUATE_RECALLS; k++) {
        cr_assert_eq(same.recall[k], 1);
        cr_assert_float_eq(same.precision[k], 1.0 / evaluate_recall_at[k], 1e-12);
        cr_assert_eq(other.recall[k], 0);
    }
    cr_assert(same.map_at_r == 1 && same.r_precision == 1);
    cr_assert(other.map_at_r == 0 && other.r_precision == 0);
}

Test(evaluate, ranks_equal_similarities_by_position)
{
    /* All the same point: the first query sees 1, 2, 3; the others see 0 first. */
    float embeddings[] = {1, 1, 1, 1};
    struct evaluation evaluation = evaluate(embeddings, (int[]){0, 1, 1, 0}, 4, 1);
    cr_assert_eq(evaluation.recall[0], 0.25, "only the last query's nearest, 0, is of its class");
    cr_assert_eq(evaluation.recall[1], 0.75, "queries 1 and 2 find each other second");
    cr_assert_eq(evaluation.recall[2], 1);
}

Test(evaluate, does_not_tell_minus_zero_from_zero)
{
    float embeddings[] = {1, 0, 0, -1, 0, 1}; /* similarities to the first: -0 or 0, and 0 */
    struct evaluation evaluation = evaluate(embeddings, (int[]){0, 0, 1}, 3, 2);
    cr_assert_float_eq(evaluation.recall[0], 2 / 3.0, 1e-12);
}

/* Clustered points, enough for several tiles. */
enum { MANY = 1100, DIM = 7 };

static void make_many(float *embeddings, int *labels, int classes)
{
    struct random random = random_stream(classes, RANDOM_TEST, 0, 0);
    for (int i = 0; i < MANY; i++) {
        labels[i] = (int)random_below(&random, (uint32_t)classes);
        for (int k = 0; k < DIM; k++)
            embeddings[i * DIM + k] = (float)(labels[i] % DIM == k) + 0.4f * random_normal(&random);
    }
}

Test(evaluate, does_not_depend_on_the_number_of_threads)
{
    static float embeddings[MANY * DIM];
    static int labels[MANY];
    make_many(embeddings, labels, 30);
    parallel_set_threads(1);
    struct evaluation expected = evaluate(embeddings, labels, MANY, DIM);
    cr_assert(expected.map_at_r > 0.01 && expected.recall[0] < 0.99);
    for (int threads = 2; threads <= 5; threads++) {
        parallel_set_threads(threads);
        struct evaluation evaluation = evaluate(embeddings, labels, MANY, DIM);
        cr_assert_eq(memcmp(&evaluation, &expected, sizeof expected), 0, "%d threads", threads);
    }
}

Test(evaluate, is_perfect_where_all_are_of_one_class)
{
    static float embeddings[MANY * DIM];
    static int labels[MANY];
    make_many(embeddings, labels, 1);
    struct evaluation evaluation = evaluate(embeddings, labels, MANY, DIM);
    for (int k = 0; k < EVALUATE_RECALLS; k++) cr_assert(evaluation.recall[k] == 1 && evaluation.precision[k] == 1);
    cr_assert(evaluation.map_at_r == 1 && evaluation.r_precision == 1);
}

Test(evaluate, refuses_what_is_not_finite_and_what_is_empty)
{
    struct error error;
    struct evaluation evaluation;
    float bad[] = {1, 2, 3, NAN}, worse[] = {1, INFINITY, 3, 4};
    int labels[] = {0, 0};
    cr_assert_eq(evaluate_retrieval(bad, labels, 2, 2, &evaluation, &error), -1);
    cr_assert(strstr(error.message, "row 1"), "%s", error.message);
    cr_assert_eq(evaluate_retrieval(worse, labels, 2, 2, &evaluation, &error), -1);
    cr_assert_eq(evaluate_retrieval(bad, labels, 0, 2, &evaluation, &error), -1);
    cr_assert_eq(evaluate_retrieval(bad, labels, 2, 0, &evaluation, &error), -1);
}

Test(evaluate, survives_similarities_that_overflow)
{
    float embeddings[] = {3e38f, 3e38f, -3e38f, 3e38f, 3e38f, -3e38f, 1, 1};
    struct evaluation evaluation = evaluate(embeddings, (int[]){0, 0, 1, 1}, 4, 2);
    cr_assert(evaluation.recall[0] >= 0 && evaluation.recall[0] <= 1);
}

Test(evaluate, prints_one_metric_a_line)
{
    struct evaluation evaluation = {
        .recall = {0.73084}, .precision = {[5] = 1}, .map_at_r = 0.2784, .r_precision = 0.5};
    char *text;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    evaluation_print(&evaluation, stream);
    fclose(stream);
    cr_assert_str_eq(text, "recall@1 0.7308\nrecall@2 0.0000\nrecall@4 0.0000\nrecall@8 0.0000\nrecall@16 0.0000\n"
                           "recall@32 0.0000\nprecision@1 0.0000\nprecision@2 0.0000\nprecision@4 0.0000\n"
                           "precision@8 0.0000\nprecision@16 0.0000\nprecision@32 1.0000\nMAP@R 0.2784\n"
                           "R-precision 0.5000\n");
    free(text);
}

/* --- nearest --- */

/* The k nearest by sorting everything: insertion by (similarity descending, position ascending). */
static void sort_all(const float *similarities, int count, int *order)
{
    for (int i = 0; i < count; i++) {
        int at = i;
        for (; at > 0 && similarities[order[at - 1]] < similarities[i]; at--) order[at] = order[at - 1];
        order[at] = i;
    }
}

/* How similarities may come: at random with many ties, rising, falling, all equal, with negative zeros. */
static float similarity_of(int pattern, int j, struct random *random)
{
    const float kinds[] = {(float)random_below(random, 40) - 20, (float)j, (float)-j, 0.5f,
                           random_below(random, 2) ? 0.0f : -0.0f};
    return kinds[pattern];
}

Test(nearest, are_those_that_sorting_everything_finds)
{
    enum { COUNT = 700, PATTERNS = 5 };
    const int wanted[] = {1, 2, 31, 32, 33, 100, 699, 700, 900};
    float similarities[COUNT];
    int order[COUNT];
    uint64_t keys[1000];
    for (int pattern = 0; pattern < PATTERNS; pattern++)
        for (int w = 0; w < 9; w++)
            for (int slack = 1; slack < 100; slack += 33) {
                struct random random = random_stream(0, RANDOM_TEST, (uint32_t)pattern, (uint64_t)w);
                for (int j = 0; j < COUNT; j++) similarities[j] = similarity_of(pattern, j, &random);
                struct nearest nearest = nearest_begin(keys, wanted[w] + slack, wanted[w]);
                for (int first = 0, piece; first < COUNT; first += piece) {
                    piece = 1 + (int)random_below(&random, 150);
                    if (piece > COUNT - first) piece = COUNT - first;
                    nearest_offer(&nearest, similarities + first, piece, first);
                }
                sort_all(similarities, COUNT, order);
                int expected = wanted[w] < COUNT ? wanted[w] : COUNT;
                cr_assert_eq(nearest_finish(&nearest), expected);
                for (int rank = 0; rank < expected; rank++)
                    cr_assert_eq(nearest_position(&nearest, rank), order[rank], "pattern %d, k %d, rank %d", pattern,
                                 wanted[w], rank);
            }
}

Test(nearest, passes_over_nan)
{
    float similarities[] = {NAN, 1, NAN, 2, NAN};
    uint64_t keys[8];
    struct nearest nearest = nearest_begin(keys, 8, 3);
    nearest_offer(&nearest, similarities, 5, 10);
    cr_assert_eq(nearest_finish(&nearest), 2);
    cr_assert(nearest_position(&nearest, 0) == 13 && nearest_position(&nearest, 1) == 11);
}
