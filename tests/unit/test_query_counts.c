/* test_query_counts.c - what came of queries, counted by rank, by class and by the class that was found instead. */
#include <criterion/criterion.h>

#include <math.h>
#include <stdlib.h>

#include "harness/reports/query_counts.h"

/* Images 0, 1 are of class 4, images 2, 3 of class 7, image 4 is alone; image 9 is of a gallery. */
static const struct query_record records[] = {
    {0, 4, 1, 1, 1.0, 1, {1, 2, -1}}, {1, 4, 1, 3, 0.25, 0, {2, 3, 0}}, {2, 7, 1, 2, 0.5, 0, {0, 3, -1}},
    {3, 7, 1, 9, 0.0, 0, {9, 1, -1}}, {4, 8, 0, 0, 0.0, 0, {0, 1, 2}},
};
static const struct query_split split = {"test", 5, records};

Test(query_counts, share_within_k_is_recall_at_k)
{
    cr_expect_float_eq(query_share_within(&split, 1), 0.25, 1e-12);
    cr_expect_float_eq(query_share_within(&split, 2), 0.5, 1e-12);
    cr_expect_float_eq(query_share_within(&split, 8), 0.75, 1e-12);
    cr_expect_float_eq(query_share_within(&split, 9), 1, 1e-12, "but for the one without an answer");
    cr_expect(isnan(query_share_within(&(struct query_split){"test", 1, &records[4]}, 1)));
}

Test(query_counts, classes_are_means_over_their_queries)
{
    struct error error;
    struct query_class *classes;
    cr_assert_eq(query_classes(&split, &classes, &error), 2);
    cr_expect(classes[0].label == 4 && classes[0].queries == 2);
    cr_expect_float_eq(classes[0].recall_at_1, 0.5, 1e-12);
    cr_expect_float_eq(classes[0].map_at_r, 0.625, 1e-12);
    cr_expect(classes[1].label == 7 && classes[1].queries == 2 && classes[1].recall_at_1 == 0);
    free(classes);
}

Test(query_counts, confusions_count_what_was_nearest_to_queries_that_were_answered_wrong)
{
    struct error error;
    struct query_confusion *confusions;
    const int32_t labels[10] = {4, 4, 7, 7, 8, 0, 0, 0, 0, 4};
    cr_assert_eq(query_confusions(&split, NULL, 0, &confusions, &error), 2, "image 9 is not known");
    cr_expect(confusions[0].label == 4 && confusions[0].other == 7 && confusions[0].queries == 1);
    cr_expect(confusions[1].label == 7 && confusions[1].other == 4 && confusions[1].queries == 1);
    free(confusions);
    cr_assert_eq(query_confusions(&split, labels, 10, &confusions, &error), 2);
    cr_expect(confusions[0].label == 7 && confusions[0].other == 4 && confusions[0].queries == 2);
    free(confusions);
}
