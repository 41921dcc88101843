/* test_settings.c - settings written as an experiment file are the settings that it is read as. */
#include <criterion/criterion.h>

#include "tests/support/experiment_fixture.h"

static const char experiment_text[] = "dataset: \"a \\\"b\\\\ c: {#\"\n"
                                      "model: {name: conv4, embedding_size: 24, channels: 32}\n"
                                      "loss: [triplet, {name: circle, margin: 0.3, reduce: nonzero}]\n"
                                      "optimizer: {name: sgd, learning_rate: 0.123456789, momentum: 0.5}\n"
                                      "sampler: hard_classes\nprecision: bf16\nflip: false\n"
                                      "strategy: [first, random]\nportion: [0.25, 0.3333333]\n"
                                      "memory_bank: {size: [0, 64], start_epoch: 3, own_batch: detached}\n"
                                      "gradient_scale: [none, inverse_portion]\nseed: [0, 7]\n"
                                      "diagnostics: {every: 4, steps: true}\n"
                                      "inputs: {pack_checksum: 0123456789abcdef, threads: 3}\n";

Test(settings, written_are_read_as_one_cell_of_the_same_settings)
{
    struct made *all = made_of(experiment_text);
    cr_assert_eq(all->grid.count, 64);
    for (int c = 0; c < all->grid.count; c += 5) {
        char *text = made_text(all, c);
        struct made *one = made_of(text);
        cr_assert_eq(one->grid.count, 1);
        char *again = made_text(one, 0);
        cr_expect_str_eq(text, again);
        free(again);
        free(text);
        made_release(one);
    }
    made_release(all);
}

Test(settings, of_different_cells_differ)
{
    struct made *all = made_of(experiment_text);
    for (int a = 0; a < all->grid.count; a += 7)
        for (int b = a + 1; b < all->grid.count; b++) {
            char *first = made_text(all, a), *second = made_text(all, b);
            cr_expect_str_neq(first, second, "%s and %s", all->grid.cells[a].name, all->grid.cells[b].name);
            free(first);
            free(second);
        }
    made_release(all);
}
