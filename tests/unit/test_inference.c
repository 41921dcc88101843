/* test_inference.c - Student's t, Holm, power and the crossed bootstrap against scipy's and numpy's numbers
 * (tests/fixtures/statistics.py), and how often families without an effect show one. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/random.h"
#include "harness/reports/comparison/bootstrap.h"
#include "harness/reports/comparison/inference.h"

enum { NUMBERS_MAX = 32 };

/* The next line of the fixture that begins with the word; returns how many numbers follow, 0 at the end. */
static int next_line(FILE *stream, const char *word, double numbers[NUMBERS_MAX])
{
    char line[1024];
    while (fgets(line, sizeof line, stream)) {
        size_t length = strlen(word);
        if (strncmp(line, word, length) != 0 || line[length] != ' ') continue;
        int count = 0;
        for (char *at = line + length, *end; count < NUMBERS_MAX; at = end) {
            numbers[count] = strtod(at, &end);
            if (end == at) break;
            count++;
        }
        return count;
    }
    return 0;
}

static FILE *open_fixture(void)
{
    FILE *stream = fopen("tests/fixtures/statistics.txt", "r");
    cr_assert_not_null(stream);
    return stream;
}

/* Of the numbers (count). */
static struct groups_value value_of(const double *numbers, int count)
{
    struct groups_value value = groups_value_none();
    for (int i = 0; i < count; i++) groups_value_add(&value, numbers[i]);
    return value;
}

static void expect_near(double found, double expected, double tolerance, const char *what)
{
    cr_expect(fabs(found - expected) <= tolerance * fmax(1e-3, fabs(expected)), "%s: %.10g, not %.10g", what, found,
              expected);
}

Test(inference, has_the_quantiles_of_scipy)
{
    FILE *stream = open_fixture();
    double n[NUMBERS_MAX];
    int lines = 0;
    for (; next_line(stream, "quantile", n) == 3; lines++)
        expect_near(inference_quantile((int)n[0], n[1]), n[2], 1e-8, "quantile");
    cr_expect_gt(lines, 8);
    fclose(stream);
}

Test(inference, has_the_intervals_and_p_of_scipy)
{
    FILE *stream = open_fixture();
    double n[NUMBERS_MAX];
    int lines = 0;
    for (int count; (count = next_line(stream, "test", n)) > 0; lines++) {
        int values = (int)n[0];
        struct groups_value value = value_of(n + 1, values);
        cr_assert_eq(count, values + 4);
        expect_near(value.mean - inference_reach(&value), n[values + 1], 1e-9, "low");
        expect_near(value.mean + inference_reach(&value), n[values + 2], 1e-9, "high");
        expect_near(inference_p(&value), n[values + 3], 1e-9, "p");
    }
    cr_expect_gt(lines, 2);
    fclose(stream);
}

Test(inference, judges_nothing_without_a_spread)
{
    const double one[] = {0.5}, zeros[] = {0, 0, 0}, equal[] = {0.1, 0.1, 0.1}, nearly[] = {0.3 - 0.2, 0.4 - 0.3, 0.1};
    struct groups_value value = value_of(one, 1);
    cr_expect(isnan(inference_p(&value)) && isnan(inference_reach(&value)) && isnan(inference_smallest(&value, 1)));
    value = value_of(zeros, 3);
    cr_expect(inference_p(&value) == 1 && inference_reach(&value) == 0, "no difference at all");
    value = value_of(equal, 3);
    cr_expect(isnan(inference_p(&value)) && isnan(inference_reach(&value)));
    value = value_of(nearly, 3);
    cr_expect(isnan(inference_p(&value)), "a spread of rounding is none");
}

Test(inference, corrects_as_holm_does)
{
    FILE *stream = open_fixture();
    double n[NUMBERS_MAX];
    int lines = 0;
    for (int count; (count = next_line(stream, "holm", n)) > 0; lines++) {
        int p = (int)n[0];
        cr_assert_eq(count, 2 * p + 1);
        cr_assert_eq(inference_holm(n + 1, p), 0);
        for (int i = 1; i <= p; i++) expect_near(n[i], n[p + i], 1e-12, "holm");
    }
    cr_expect_gt(lines, 2);
    fclose(stream);
    double unknown[] = {0.01, NAN, 0.02};
    cr_assert_eq(inference_holm(unknown, 3), 0);
    cr_expect(unknown[0] == 0.03 && isnan(unknown[1]) && unknown[2] == 0.04,
              "one that is not known counts all the same");
}

Test(inference, knows_what_so_few_seeds_show)
{
    FILE *stream = open_fixture();
    double n[NUMBERS_MAX];
    int lines = 0;
    for (; next_line(stream, "smallest", n) == 4; lines++) {
        struct groups_value value = {.count = (int)n[0], .deviation = n[2], .mean = 0.1};
        expect_near(inference_smallest(&value, (int)n[1]), n[3], 1e-9, "smallest");
    }
    rewind(stream);
    for (; next_line(stream, "needed", n) == 4; lines++)
        cr_expect_eq(inference_seeds_needed(n[0], n[1], (int)n[2]), (int)n[3], "%g", n[3]);
    cr_expect_gt(lines, 8);
    fclose(stream);
    cr_expect_eq(inference_seeds_needed(1, 1e-6, 1), -1);
}

/* ---- bootstrap ---- */

enum { SEEDS_MAX = 5, CLASSES_MAX = 100 };

struct made {
    double queries[CLASSES_MAX], sums[SEEDS_MAX * CLASSES_MAX];
};

/* As statistics.py makes them. */
static struct bootstrap make_sums(struct made *made, int seeds, int classes)
{
    for (int c = 0; c < classes; c++) made->queries[c] = 5 + c * 7 % 11;
    for (int s = 0; s < seeds; s++)
        for (int c = 0; c < classes; c++)
            made->sums[s * classes + c] =
                made->queries[c] * (0.02 + 0.05 * sin(3 * c + 1) + 0.03 * cos(5 * s + 2) + 0.04 * sin(7 * s + 11 * c));
    return (struct bootstrap){seeds, classes, made->sums, made->queries};
}

Test(bootstrap, comes_to_the_interval_of_numpy)
{
    FILE *stream = open_fixture();
    double n[NUMBERS_MAX], low, high;
    struct made made;
    int lines = 0;
    for (; next_line(stream, "bootstrap", n) == 5; lines++) {
        struct bootstrap from = make_sums(&made, (int)n[0], (int)n[1]);
        cr_assert_eq(bootstrap_interval(&from, &low, &high), 0);
        /* The ends' own noise of 10,000 draws is about a hundredth of the width. */
        cr_expect_float_eq(low, n[2], 0.03 * n[4], "%g seeds: %g, not %g", n[0], low, n[2]);
        cr_expect_float_eq(high, n[3], 0.03 * n[4], "%g seeds: %g, not %g", n[0], high, n[3]);
    }
    cr_expect_eq(lines, 3);
    fclose(stream);
}

Test(bootstrap, draws_the_same_again_in_little_time)
{
    struct made made;
    struct bootstrap from = make_sums(&made, SEEDS_MAX, CLASSES_MAX);
    double low, high, again_low, again_high;
    clock_t start = clock();
    cr_assert_eq(bootstrap_interval(&from, &low, &high), 0);
    cr_expect_lt((double)(clock() - start) / CLOCKS_PER_SEC, 1.0);
    cr_assert_eq(bootstrap_interval(&from, &again_low, &again_high), 0);
    cr_expect(low == again_low && high == again_high);
}

Test(bootstrap, varies_with_each_of_seeds_and_classes)
{
    /* No seed differs from another: only classes are left. Classes alike: only seeds are left. */
    double queries[4] = {1, 1, 1, 1}, by_class[8] = {0, 0, 1, 1, 0, 0, 1, 1}, by_seed[8] = {0, 0, 0, 0, 1, 1, 1, 1};
    double low, high;
    cr_assert_eq(bootstrap_interval(&(struct bootstrap){2, 4, by_class, queries}, &low, &high), 0);
    cr_expect(low == 0 && high == 1, "%g %g", low, high); /* all four of one kind: 1 of 16 draws */
    cr_assert_eq(bootstrap_interval(&(struct bootstrap){2, 4, by_seed, queries}, &low, &high), 0);
    cr_expect(low == 0 && high == 1, "%g %g", low, high);
    double neither[8] = {0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5};
    cr_assert_eq(bootstrap_interval(&(struct bootstrap){2, 4, neither, queries}, &low, &high), 0);
    cr_expect(low == 0.5 && high == 0.5);
}

/* ---- no effect ---- */

enum { FAMILIES = 2000, LEVELS = 8, SEEDS = 5 };

/* Whether a family of levels against one reference, all drawn from one distribution, shows a level to be worse. */
static int shows_worse(struct random *random)
{
    double reference[SEEDS], p[LEVELS];
    int worse[LEVELS], shown = 0;
    for (int s = 0; s < SEEDS; s++) reference[s] = random_normal(random);
    for (int l = 0; l < LEVELS; l++) {
        struct groups_value value = groups_value_none();
        for (int s = 0; s < SEEDS; s++) groups_value_add(&value, random_normal(random) - reference[s]);
        p[l] = inference_p(&value);
        worse[l] = value.mean < 0;
    }
    cr_assert_eq(inference_holm(p, LEVELS), 0);
    for (int l = 0; l < LEVELS; l++) shown |= worse[l] && p[l] < inference_alpha;
    return shown;
}

Test(inference, shows_a_false_worse_in_few_families)
{
    int shown = 0;
    for (int f = 0; f < FAMILIES; f++) {
        struct random random = random_stream(18, RANDOM_TEST, 0, (unsigned)f);
        shown += shows_worse(&random);
    }
    cr_expect_leq(shown, FAMILIES / 20, "%d of %d families", shown, FAMILIES);
    cr_expect_gt(shown, 0, "a test that can never fail shows nothing");
}
