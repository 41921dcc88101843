/* test_index.c - texts to numbers: the first value of a key stays, however many there are. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "base/index.h"

Test(index, keeps_the_first_value_of_each_of_many_keys)
{
    struct index index = {0};
    char key[32];
    cr_assert_eq(index_find(&index, "nothing"), -1);
    for (int pass = 0; pass < 2; pass++)
        for (int i = 0; i < 10000; i++) {
            snprintf(key, sizeof key, "key %d", i);
            cr_assert_eq(index_add(&index, key, pass == 0 ? i : 7), i);
        }
    cr_assert_eq(index.count, 10000);
    cr_assert_eq(index_find(&index, "key 9999"), 9999);
    cr_assert_eq(index_find(&index, "key"), -1);
    cr_assert_eq(index_add(&index, "", 5), 5);
    cr_assert_eq(index_find(&index, ""), 5);
    index_release(&index);
    cr_assert_eq(index_find(&index, "key 1"), -1);
}
