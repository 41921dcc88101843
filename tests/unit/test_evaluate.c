/* test_evaluate.c - retrieval metrics against numbers computed independently, and the search for nearest neighbors. */
#include <criterion/criterion.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/npy.h"
#include "base/parallel.h"
#include "base/random.h"
#include "harness/retrieval/cutoffs.h"
#include "harness/retrieval/nearest.h"
#include "harness/retrieval/ranking.h"

enum { RECALLS = 6 }; /* of cutoffs_default */

static struct ranking measure(const float *embeddings, const int *labels, int count, int dim,
                              enum row_similarity similarity)
{
    struct error error;
    struct ranking metrics;
    struct ranking_request request = {.queries = {embeddings, labels, count}, .dim = dim, .similarity = similarity};
    cr_assert_eq(ranking_measure(&metrics, &request, &error), 0, "%s", error.message);
    cr_assert_eq(metrics.queries + metrics.unanswered, count);
    return metrics;
}

static void expect_error(const float *embeddings, const int *labels, int count, int dim, enum row_similarity similarity,
                         const char *part)
{
    struct error error;
    struct ranking metrics;
    struct ranking_request request = {.queries = {embeddings, labels, count}, .dim = dim, .similarity = similarity};
    cr_expect_lt(ranking_measure(&metrics, &request, &error), 0, "%s", part);
    cr_expect(strstr(error.message, part), "%s", error.message);
}

/* --- ranking_measure --- */

/* A set of tests/fixtures. */
struct set {
    struct npy embeddings, labels;
    const float *values;
    int *ids;
    int count, dim;
};

static struct set open_set(const char *name)
{
    struct error error;
    struct set set;
    char path[128];
    snprintf(path, sizeof path, "tests/fixtures/retrieval-%s-labels.npy", name);
    cr_assert_eq(npy_open(&set.labels, path, &error), 0, "%s", error.message);
    snprintf(path, sizeof path, "tests/fixtures/retrieval-%s.npy", name);
    cr_assert_eq(npy_open(&set.embeddings, path, &error), 0, "%s", error.message);
    set.count = (int)set.labels.shape[0];
    set.dim = (int)set.embeddings.shape[1];
    set.ids = calloc((size_t)set.count, sizeof *set.ids);
    cr_assert_eq(npy_labels(&set.labels, set.ids, &error), 0);
    cr_assert_eq(npy_floats(&set.embeddings, &set.values, &error), 0);
    return set;
}

static void close_set(struct set *set)
{
    npy_release(&set->embeddings);
    npy_release(&set->labels);
    free(set->ids);
}

static struct ranking measure_fixture(const char *name, enum row_similarity similarity)
{
    struct set set = open_set(name);
    struct ranking metrics = measure(set.values, set.ids, set.count, set.dim, similarity);
    close_set(&set);
    return metrics;
}

static enum row_similarity similarity_named(const char *name)
{
    int s = 0;
    while (strcmp(row_similarity_names[s], name) != 0) s++;
    return (enum row_similarity)s;
}

Test(evaluate, has_the_numbers_of_an_independent_computation)
{
    FILE *file = fopen("tests/fixtures/retrieval.txt", "r");
    char name[32], similarity[32];
    int sets = 0;
    cr_assert_not_null(file, "run the tests from the root of the project");
    for (; fscanf(file, "%31s %31s", name, similarity) == 2; sets++) {
        struct ranking metrics = measure_fixture(name, similarity_named(similarity));
        double expected[2 * RECALLS + 4];
        for (int k = 0; k < 2 * RECALLS + 4; k++) cr_assert_eq(fscanf(file, "%lf", &expected[k]), 1);
        for (int k = 0; k < RECALLS; k++) {
            cr_expect_float_eq(metrics.recall[k], expected[k], 1e-9, "%s %s", name, similarity);
            cr_expect_float_eq(metrics.precision[k], expected[RECALLS + k], 1e-9, "%s %s", name, similarity);
        }
        const double *rest = expected + 2 * RECALLS;
        cr_expect_float_eq(metrics.map_at_r, rest[0], 1e-9, "%s %s", name, similarity);
        cr_expect_float_eq(metrics.r_precision, rest[1], 1e-9, "%s %s", name, similarity);
        cr_expect(metrics.queries == rest[2] && metrics.unanswered == rest[3], "%s %s", name, similarity);
    }
    cr_assert_eq(sets, 7);
    fclose(file);
}

/* One line of retrieval-queries.txt. */
static void check_query(FILE *file, const struct query_result *results, const char *what)
{
    int query, relevant, first, nearest;
    double average_precision, r_precision;
    cr_assert_eq(fscanf(file, "%d %d %d %lf %lf", &query, &relevant, &first, &average_precision, &r_precision), 5);
    const struct query_result *result = &results[query];
    cr_expect(result->relevant == relevant && result->first == first, "%s, query %d: R %d, first %d, not %d", what,
              query, result->relevant, result->first, first);
    cr_expect_float_eq(result->average_precision, average_precision, 1e-9, "%s, query %d", what, query);
    cr_expect_float_eq(result->r_precision, r_precision, 1e-9, "%s, query %d", what, query);
    for (int r = 0; r < QUERY_NEAREST; r++) {
        cr_assert_eq(fscanf(file, "%d", &nearest), 1);
        cr_expect_eq(result->nearest[r], nearest, "%s, query %d, rank %d", what, query, r + 1);
    }
}

/* The block that begins with these words. */
static void check_block(FILE *file, const char *name, const char *similarity, const char *mode, const char *kind)
{
    struct error error;
    struct ranking metrics;
    struct set set = open_set(name);
    char what[128];
    int answered, unanswered, classes, lines, cut = strcmp(mode, "gallery") == 0 ? set.count / 3 : 0;
    double means[5];
    if (strcmp(kind, "scattered") == 0)
        for (int i = 0; i < set.count; i++) set.ids[i] = i % 97;
    struct ranked_set gallery = {set.values + (size_t)cut * (size_t)set.dim, set.ids + cut, set.count - cut};
    struct query_result *results = calloc((size_t)set.count, sizeof *results);
    struct ranking_request request = {.queries = {set.values, set.ids, cut ? cut : set.count},
                                      .gallery = cut ? &gallery : NULL,
                                      .dim = set.dim,
                                      .similarity = similarity_named(similarity),
                                      .results = results};
    snprintf(what, sizeof what, "%s %s %s %s", name, similarity, mode, kind);
    cr_assert_eq(ranking_measure(&metrics, &request, &error), 0, "%s", error.message);
    cr_assert_eq(fscanf(file, "%d %d %d", &answered, &unanswered, &classes), 3);
    cr_expect(metrics.queries == answered && metrics.unanswered == unanswered && metrics.classes == classes, "%s",
              what);
    for (int m = 0; m < 5; m++) cr_assert_eq(fscanf(file, "%lf", &means[m]), 1);
    cr_expect_float_eq(metrics.recall[0], means[0], 1e-9, "%s", what);
    cr_expect_float_eq(metrics.map_at_r, means[1], 1e-9, "%s", what);
    cr_expect_float_eq(metrics.r_precision, means[2], 1e-9, "%s", what);
    cr_expect_float_eq(metrics.class_recall_at_1, means[3], 1e-9, "%s", what);
    cr_expect_float_eq(metrics.class_map_at_r, means[4], 1e-9, "%s", what);
    cr_assert_eq(fscanf(file, "%d", &lines), 1);
    while (lines-- > 0) check_query(file, results, what);
    free(results);
    close_set(&set);
}

Test(evaluate, tells_of_each_query_what_sorting_the_gallery_finds)
{
    FILE *file = fopen("tests/fixtures/retrieval-queries.txt", "r");
    char name[32], similarity[32], mode[32], kind[32];
    int blocks = 0;
    cr_assert_not_null(file, "run the tests from the root of the project");
    for (; fscanf(file, "%31s %31s %31s %31s", name, similarity, mode, kind) == 4; blocks++)
        check_block(file, name, similarity, mode, kind);
    cr_assert_eq(blocks, 12);
    fclose(file);
}

Test(evaluate, leaves_queries_without_an_answer_out_of_every_metric)
{
    /* Two pairs, each image beside its own, and four images that are alone in their class. */
    static const float points[8][6] = {{1},       {1},          {0, 1},          {0, 1},
                                       {0, 0, 1}, {0, 0, 0, 1}, {0, 0, 0, 0, 1}, {0, 0, 0, 0, 0, 1}};
    struct ranking metrics = measure(points[0], (int[]){0, 0, 1, 1, 2, 3, 4, 5}, 8, 6, ROW_COSINE);
    cr_expect(metrics.queries == 4 && metrics.unanswered == 4);
    cr_expect(metrics.recall[0] == 1 && metrics.precision[0] == 1 && metrics.map_at_r == 1 && metrics.r_precision == 1);
}

Test(evaluate, refuses_where_no_query_has_an_answer)
{
    expect_error((float[]){1}, (int[]){5}, 1, 1, ROW_COSINE, "no query can be answered: each of the 1 images");
    expect_error((float[]){1, 2, 3}, (int[]){5, 3, 4}, 3, 1, ROW_DOT, "no query can be answered");
}

Test(evaluate, takes_two_images_of_one_class)
{
    float embeddings[] = {1, 0, 0, 1};
    struct ranking metrics = measure(embeddings, (int[]){-4, -4}, 2, 2, ROW_COSINE);
    for (int k = 0; k < RECALLS; k++) {
        cr_assert_eq(metrics.recall[k], 1);
        cr_assert_float_eq(metrics.precision[k], 1.0 / cutoffs_default.k[k], 1e-12);
    }
    cr_assert(metrics.map_at_r == 1 && metrics.r_precision == 1);
}

Test(evaluate, ranks_equal_similarities_by_position)
{
    /* All the same point: the first query sees 1, 2, 3; the others see 0 first. */
    float embeddings[] = {1, 1, 1, 1};
    for (int s = ROW_COSINE; s <= ROW_EUCLIDEAN; s++) {
        struct ranking metrics = measure(embeddings, (int[]){0, 1, 1, 0}, 4, 1, (enum row_similarity)s);
        cr_assert_eq(metrics.recall[0], 0.25, "only the last query's nearest, 0, is of its class");
        cr_assert_eq(metrics.recall[1], 0.75, "queries 1 and 2 find each other second");
        cr_assert_eq(metrics.recall[2], 1);
    }
}

Test(evaluate, does_not_tell_minus_zero_from_zero)
{
    float embeddings[] = {1, 0, 0, -1, 0, 1}; /* similarities to the first: -0 or 0, and 0 */
    struct ranking metrics = measure(embeddings, (int[]){0, 0, 1}, 3, 2, ROW_DOT);
    cr_assert_float_eq(metrics.recall[0], 1, 1e-12);
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

/* All figures, bit for bit. */
static int same_figures(const struct ranking *a, const struct ranking *b)
{
    return a->queries == b->queries && a->unanswered == b->unanswered && a->map_at_r == b->map_at_r &&
           a->r_precision == b->r_precision && memcmp(a->recall, b->recall, sizeof a->recall) == 0 &&
           memcmp(a->precision, b->precision, sizeof a->precision) == 0;
}

Test(evaluate, does_not_depend_on_the_number_of_threads)
{
    static float embeddings[MANY * DIM];
    static int labels[MANY];
    make_many(embeddings, labels, 30);
    parallel_set_threads(1);
    struct ranking expected = measure(embeddings, labels, MANY, DIM, ROW_COSINE);
    cr_assert(expected.map_at_r > 0.01 && expected.recall[0] < 0.99);
    for (int threads = 2; threads <= 5; threads++) {
        parallel_set_threads(threads);
        struct ranking metrics = measure(embeddings, labels, MANY, DIM, ROW_COSINE);
        cr_assert(same_figures(&metrics, &expected), "%d threads", threads);
    }
}

Test(evaluate, is_perfect_where_all_are_of_one_class)
{
    static float embeddings[MANY * DIM];
    static int labels[MANY];
    make_many(embeddings, labels, 1);
    struct ranking metrics = measure(embeddings, labels, MANY, DIM, ROW_COSINE);
    for (int k = 0; k < RECALLS; k++) cr_assert(metrics.recall[k] == 1 && metrics.precision[k] == 1);
    cr_assert(metrics.map_at_r == 1 && metrics.r_precision == 1);
}

/* Queries and gallery in two sets, with tiles of both, are ranked as one set is where nothing is left out. */
Test(evaluate, finds_a_copy_of_each_query_first_where_the_gallery_holds_one)
{
    static float embeddings[MANY * DIM];
    static int labels[MANY];
    static struct query_result results[MANY];
    struct error error;
    struct ranking metrics;
    make_many(embeddings, labels, 30);
    struct ranked_set all = {embeddings, labels, MANY};
    for (int s = ROW_COSINE; s <= ROW_EUCLIDEAN; s++) {
        if (s == ROW_DOT) continue; /* a longer row may be more alike than the query itself */
        struct ranking_request request = {
            .queries = all, .gallery = &all, .dim = DIM, .similarity = (enum row_similarity)s, .results = results};
        cr_assert_eq(ranking_measure(&metrics, &request, &error), 0, "%s", error.message);
        cr_expect(metrics.recall[0] == 1 && metrics.unanswered == 0, "%s", row_similarity_names[s]);
        for (int q = 0; q < MANY; q++) cr_assert(results[q].nearest[0] == q && results[q].first == 1);
    }
}

Test(evaluate, refuses_a_gallery_without_any_of_the_classes)
{
    struct error error;
    struct ranking metrics;
    struct ranked_set gallery = {(float[]){1, NAN}, (int[]){1, 2}, 2};
    struct ranking_request request = {.queries = {(float[]){1}, (int[]){3}, 1}, .gallery = &gallery, .dim = 1};
    cr_expect_eq(ranking_measure(&metrics, &request, &error), -1);
    cr_expect(strstr(error.message, "the gallery: row 1"), "%s", error.message);
    gallery.embeddings = (float[]){1, 0};
    cr_expect_eq(ranking_measure(&metrics, &request, &error), METRICS_UNANSWERABLE);
    cr_expect(strstr(error.message, "the gallery has no image of a class of the 1 queries"), "%s", error.message);
    gallery.count = 0;
    cr_expect_eq(ranking_measure(&metrics, &request, &error), -1);
}

/* What a rank beyond the nearest costs a look at everything for: the same whatever was among the nearest. */
Test(evaluate, finds_late_ranks_that_agree_with_recall_at_any_k)
{
    static float embeddings[MANY * DIM];
    static int labels[MANY];
    static struct query_result results[MANY];
    struct error error;
    struct ranking metrics;
    const struct cutoffs late = {4, {1, 50, 300, 1000}};
    make_many(embeddings, labels, 30);
    for (int i = 0; i < MANY; i++) labels[i] = i % 500;
    for (int s = ROW_COSINE; s <= ROW_EUCLIDEAN; s++) {
        struct ranking_request request = {
            .queries = {embeddings, labels, MANY}, .dim = DIM, .similarity = (enum row_similarity)s};
        request.at = &late;
        cr_assert_eq(ranking_measure(&metrics, &request, &error), 0, "%s", error.message);
        request.at = NULL;
        request.results = results;
        struct ranking few;
        cr_assert_eq(ranking_measure(&few, &request, &error), 0, "%s", error.message);
        for (int k = 0; k < late.count; k++) {
            int hits = 0;
            for (int q = 0; q < MANY; q++) hits += results[q].first <= late.k[k];
            cr_expect_float_eq(metrics.recall[k], hits / (double)MANY, 1e-12, "%s, K %d", row_similarity_names[s],
                               late.k[k]);
        }
        cr_expect(metrics.recall[1] < 0.5 && metrics.recall[3] > 0.9);
    }
}

/* Scaling rows must change nothing where it should not: each by its own factor under cosine, all by one under the
 * others. Factors are powers of two, so that not even a tie may break. */
Test(evaluate, is_the_same_at_any_scale)
{
    static const float scales[] = {0x1p-120f, 0x1p-60f, 1, 0x1p60f, 0x1p120f};
    static float embeddings[MANY * DIM], scaled[MANY * DIM];
    static int labels[MANY];
    make_many(embeddings, labels, 30);
    for (int s = ROW_COSINE; s <= ROW_EUCLIDEAN; s++)
        for (int factor = 0; factor < 5; factor++) {
            for (int i = 0; i < MANY * DIM; i++)
                scaled[i] = embeddings[i] * scales[s == ROW_COSINE ? (i / DIM + factor) % 5 : factor];
            struct ranking expected = measure(embeddings, labels, MANY, DIM, (enum row_similarity)s);
            struct ranking metrics = measure(scaled, labels, MANY, DIM, (enum row_similarity)s);
            cr_expect(same_figures(&metrics, &expected), "%s x %g: %g, not %g", row_similarity_names[s],
                      (double)scales[factor], metrics.map_at_r, expected.map_at_r);
        }
}

Test(evaluate, takes_the_largest_floats)
{
    float m = 3.4e38f, embeddings[] = {m, m, m, m / 2, -m, m, -m, m / 2, m, -m, m / 2, -m};
    for (int s = ROW_COSINE; s <= ROW_EUCLIDEAN; s++) {
        struct ranking metrics = measure(embeddings, (int[]){0, 0, 1, 1, 2, 2}, 6, 2, (enum row_similarity)s);
        cr_expect_eq(metrics.recall[0], 1, "%s", row_similarity_names[s]);
    }
}

Test(evaluate, takes_rows_of_zeros_for_like_nothing)
{
    float embeddings[] = {0, 0, 1, 0, 1, 0.1f, -1, 0};
    struct ranking metrics = measure(embeddings, (int[]){1, 0, 0, 1}, 4, 2, ROW_COSINE);
    cr_expect(metrics.query_zeros.count == 1 && metrics.query_zeros.first == 0);
    cr_expect_eq(metrics.recall[0], 0.75, "all but the zeros find their own first");
}

Test(evaluate, refuses_what_is_not_finite_and_what_is_empty)
{
    float bad[] = {1, 2, 3, NAN}, worse[] = {1, INFINITY, 3, 4};
    int labels[] = {0, 0};
    for (int s = ROW_COSINE; s <= ROW_EUCLIDEAN; s++) {
        expect_error(bad, labels, 2, 2, (enum row_similarity)s, "row 1 of the embeddings (counting from 0) holds NaN");
        expect_error(worse, labels, 2, 2, (enum row_similarity)s,
                     "row 0 of the embeddings (counting from 0) holds inf");
    }
    expect_error(bad, labels, 0, 2, ROW_COSINE, "no embeddings");
    expect_error(bad, labels, 2, 0, ROW_COSINE, "no embeddings");
}

Test(evaluate, prints_one_metric_a_line)
{
    struct ranking metrics = {.queries = 7,
                              .unanswered = 2,
                              .classes = 3,
                              .at = cutoffs_default,
                              .recall = {0.73084},
                              .precision = {[5] = 1},
                              .map_at_r = 0.2784,
                              .r_precision = 0.5,
                              .class_recall_at_1 = 0.25,
                              .class_map_at_r = 0.125};
    char *text;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    ranking_print(&metrics, stream);
    fclose(stream);
    cr_assert_str_eq(text,
                     "recall@1 0.7308\nrecall@2 0.0000\nrecall@4 0.0000\nrecall@8 0.0000\nrecall@16 0.0000\n"
                     "recall@32 0.0000\nprecision@1 0.0000\nprecision@2 0.0000\nprecision@4 0.0000\n"
                     "precision@8 0.0000\nprecision@16 0.0000\nprecision@32 1.0000\nMAP@R 0.2784\n"
                     "R-precision 0.5000\nclass_recall_at_1 0.2500\nclass_map_at_r 0.1250\nqueries 7\nunanswered 2\n"
                     "classes 3\nsimilarity cosine\n");
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

Test(nearest, counts_what_comes_before_a_similarity)
{
    const float similarities[] = {2, 1, 3, 2, -0.0f, 2, 0};
    cr_expect_eq(nearest_count_before(similarities, 7, 10, 2, 13), 2, "3, and the 2 of position 10");
    cr_expect_eq(nearest_count_before(similarities, 7, 10, 2, 3), 1);
    cr_expect_eq(nearest_count_before(similarities, 7, 10, 2, 20), 4);
    cr_expect_eq(nearest_count_before(similarities, 7, 10, 0, 16), 6, "-0 is 0");
}

/* --- cutoffs --- */

Test(cutoffs, are_put_into_order_each_once)
{
    struct cutoffs cutoffs = cutoffs_fixed;
    cutoffs_add(&cutoffs, &(struct option_ints){4, {100, 1, 10, 8}});
    cr_assert_eq(cutoffs.count, 6);
    cr_expect(cutoffs.k[0] == 1 && cutoffs.k[3] == 8 && cutoffs.k[4] == 10 && cutoffs.k[5] == 100);
    cr_expect(cutoffs_find(&cutoffs, 10) == 4 && cutoffs_find(&cutoffs, 3) == -1);
}
