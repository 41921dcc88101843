/* test_comparison.c - paired differences and their intervals, against numbers worked out elsewhere. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/fixture.h"
#include "harness/reports/comparison.h"
#include "harness/reports/student.h"

/* scipy.stats.t.ppf(0.5 + p / 2, n) */
Test(student, has_the_quantiles_of_the_tables)
{
    static const struct {
        int freedom;
        double probability, t;
    } rows[] = {{1, 0.95, 12.7062047362}, {2, 0.95, 4.3026527297},  {4, 0.95, 2.7764451052}, {9, 0.95, 2.2621571628},
                {29, 0.95, 2.0452296421}, {1000, 0.95, 1.96233908}, {3, 0.5, 0.7648923284},  {1, 0.99, 63.6567411629}};
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++)
        cr_expect_float_eq(student_two_sided(rows[r].freedom, rows[r].probability), rows[r].t, 1e-6 * rows[r].t, "%d",
                           rows[r].freedom);
}

static const char header[] = "cell,status,dataset,model,loss,sampler,strategy,batch_size,samples_per_class,portion,"
                             "precision,seed,test_recall_at_1\n";

/* Compares strategies in a run of these rows. */
static int compare(struct comparison *comparison, const char *rows, const char *reference, const char *by,
                   struct error *error)
{
    char *folder = fixture_folder(), *path = file_join(folder, "cells.csv");
    struct comparison_request request = {"strategy", reference, "test_recall_at_1", by};
    FILE *stream = fopen(path, "w");
    fprintf(stream, "%s%s", header, rows);
    fclose(stream);
    int status = comparison_read(comparison, &request, &folder, 1, error);
    free(path);
    fixture_remove(folder);
    return status;
}

Test(comparison, pairs_by_seed_and_all_else)
{
    struct comparison comparison;
    struct error error;
    const char rows[] = "a,ok,d,m,l,s,random,64,4,0.5,f32,0,0.50\n"
                        "b,ok,d,m,l,s,random,64,4,0.5,f32,1,0.60\n"
                        "c,ok,d,m,l,s,random,64,4,0.5,f32,2,0.40\n"
                        "d,ok,d,m,l,s,top_loss,64,4,0.5,f32,0,0.52\n"
                        "e,ok,d,m,l,s,top_loss,64,4,0.5,f32,1,0.61\n"
                        "f,ok,d,m,l,s,top_loss,64,4,0.5,f32,2,0.46\n"
                        "g,ok,d,m,l,s,top_loss,64,4,0.25,f32,2,0.99\n" /* no partner: another portion */
                        "h,failed,d,m,l,s,first,64,4,0.5,f32,0,\n"
                        "i,ok,d,m,l,s,first,64,4,0.5,f32,1,0.5\n"
                        "j,ok,d,m,l,s,first,64,4,0.5,f32,1,0.5\n"; /* the same training once more */
    cr_assert_eq(compare(&comparison, rows, "random", "", &error), 0, "%s", error.message);
    cr_assert_eq(comparison.row_count, 2);
    /* differences .02 .01 .06: mean .03, deviation .0264575, interval of 3 pairs +- 4.30265 .0264575 / sqrt 3 */
    cr_expect_str_eq(comparison.rows[0].level, "top_loss");
    cr_expect_eq(comparison.rows[0].difference.count, 3);
    cr_expect_float_eq(comparison.rows[0].difference.mean, 0.03, 1e-9);
    cr_expect_float_eq(comparison.rows[0].high, 0.03 + 0.0657241, 1e-6);
    cr_expect_float_eq(comparison.rows[0].low, 0.03 - 0.0657241, 1e-6);
    cr_expect_float_eq(comparison.rows[0].reference.mean, 0.5, 1e-9);
    cr_expect_eq(comparison.rows[1].difference.count, 1);
    cr_expect(isnan(comparison.rows[1].low), "one pair has no interval");
    comparison_release(&comparison);
}

Test(comparison, keeps_the_values_of_several_columns_apart)
{
    struct comparison comparison;
    struct error error;
    const char rows[] = "a,ok,d,m,l,s,full,64,4,1,f32,0,0.5\n"
                        "b,ok,d,m,l,s,random,64,4,0.5,f32,0,0.4\n"
                        "c,ok,d,m,l,s,random,64,4,0.25,f32,0,0.2\n"
                        "d,ok,d,m,n,s,full,64,4,1,f32,0,0.8\n"
                        "e,ok,d,m,n,s,random,64,4,0.5,f32,0,0.4\n";
    cr_assert_eq(compare(&comparison, rows, "full", "loss,portion", &error), 0, "%s", error.message);
    cr_assert_eq(comparison.row_count, 3);
    cr_expect_str_eq(comparison.rows[0].by, "l,0.5");
    cr_expect_str_eq(comparison.rows[2].by, "n,0.5");
    cr_expect_float_eq(comparison.rows[2].difference.mean, -0.4, 1e-9);
    comparison_release(&comparison);
}

Test(comparison, the_whole_batch_is_a_reference_for_every_portion)
{
    struct comparison comparison;
    struct error error;
    const char rows[] = "a,ok,d,m,l,s,full,64,4,1,f32,0,0.5\n"
                        "b,ok,d,m,l,s,random,64,4,0.5,f32,0,0.4\n"
                        "c,ok,d,m,l,s,random,64,4,0.25,f32,0,0.2\n"
                        "d,ok,d,m,l,s,random,32,4,0.25,f32,0,0.2\n";
    cr_assert_eq(compare(&comparison, rows, "full", "portion", &error), 0, "%s", error.message);
    cr_assert_eq(comparison.row_count, 2);
    cr_expect_str_eq(comparison.rows[0].by, "0.5");
    cr_expect_float_eq(comparison.rows[0].difference.mean, -0.1, 1e-9);
    cr_expect_float_eq(comparison.rows[1].difference.mean, -0.3, 1e-9);
    comparison_release(&comparison);
    cr_expect_eq(compare(&comparison, rows, "hardest", "", &error), -1);
    cr_expect_not_null(strstr(error.message, "strategy hardest"), "%s", error.message);
    cr_expect_eq(compare(&comparison, rows, "full", "portion,color", &error), -1);
    cr_expect_not_null(strstr(error.message, "no column color"), "%s", error.message);
}
