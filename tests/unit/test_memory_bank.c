/* test_memory_bank.c - samples of earlier batches, and losses that compare with them. */
#include "tests/support/loss_fixture.h"

/* Two batches of two dimensions, entered one after the other: labels 0, 1, 2, ... */
static void push(struct memory_bank *bank, int first, int size)
{
    int labels[8];
    float embeddings[16];
    for (int i = 0; i < size; i++) {
        labels[i] = first + i;
        embeddings[2 * i] = (float)(first + i), embeddings[2 * i + 1] = 1;
    }
    memory_bank_push(bank, &(struct batch){.size = size, .dim = 2, .labels = labels, .embeddings = embeddings});
}

Test(memory_bank, keeps_the_most_recent_samples)
{
    int labels[5];
    float embeddings[10];
    struct memory_bank bank = {.capacity = 5, .dim = 2, .labels = labels, .embeddings = embeddings};
    push(&bank, 0, 3);
    cr_assert_eq(bank.count, 3);
    push(&bank, 3, 4);
    const int expected[5] = {5, 6, 2, 3, 4};
    cr_assert_eq(bank.count, 5);
    cr_assert_eq(memcmp(labels, expected, sizeof expected), 0);
    for (int i = 0; i < 5; i++) cr_assert_eq(embeddings[2 * i], (float)expected[i]);
    push(&bank, 7, 8);
    for (int i = 0, seen = 0; i < 5; i++) {
        cr_assert(labels[i] >= 10 && !(seen >> labels[i] & 1));
        seen |= 1 << labels[i];
    }
}

Test(memory_bank, takes_nothing_when_it_has_no_room)
{
    struct memory_bank bank = {.dim = 2};
    push(&bank, 0, 3);
    cr_assert_eq(bank.count, 0);
}

/* An empty bank must not change a bit, a full one must change the loss. */
Test(memory_bank, counts_as_more_samples_to_compare_with)
{
    for (int l = 0; loss_registry[l]; l++) {
        if (((const struct loss *)loss_registry[l])->has_proxies) continue;
        struct trial *alone = trial_begin(loss_registry[l], 20, 4);
        struct trial *beside = trial_begin_with(loss_registry[l], 20, 4, 40, 0);
        fill(alone, RANDOM_CLASSES, 1);
        fill(beside, RANDOM_CLASSES, 1);
        trial_compute(alone);
        trial_compute(beside);
        cr_assert_eq(memcmp(alone->batch.gradients, beside->batch.gradients, 20 * 4 * sizeof(float)), 0);
        fill_bank(beside, 2);
        fill(beside, RANDOM_CLASSES, 1);
        trial_compute(beside);
        cr_assert_neq(alone->batch.mean_loss, beside->batch.mean_loss, "%s", loss_registry[l]->name);
        trial_end(alone);
        trial_end(beside);
    }
}
