/* test_embedding.c - how far embeddings are spread. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "harness/training/embed_pack.h"

enum { COUNT = 30, DIM = 37 };

static void fill(float rows[COUNT][DIM], int different)
{
    memset(rows, 0, sizeof(float[COUNT][DIM]));
    for (int i = 0; i < COUNT; i++) rows[i][different ? i : DIM - 1] = 1;
}

Test(embedding, is_spread_by_its_distance_from_the_mean)
{
    float rows[COUNT][DIM];
    fill(rows, 1);
    cr_assert_float_eq(embedding_spread(&rows[0][0], COUNT, DIM), 1 - 1.0 / COUNT, 1e-12);
}

Test(embedding, is_not_spread_where_all_are_the_same_or_nothing)
{
    float rows[COUNT][DIM];
    fill(rows, 0);
    cr_assert_float_eq(embedding_spread(&rows[0][0], COUNT, DIM), 0, 1e-12);
    memset(rows, 0, sizeof rows);
    cr_assert_float_eq(embedding_spread(&rows[0][0], COUNT, DIM), 0, 1e-12);
}

Test(embedding, is_no_number_where_one_is_not)
{
    float rows[COUNT][DIM];
    fill(rows, 1);
    rows[3][2] = NAN;
    cr_assert(isnan(embedding_spread(&rows[0][0], COUNT, DIM)));
    rows[3][2] = INFINITY;
    cr_assert(isnan(embedding_spread(&rows[0][0], COUNT, DIM)));
}
