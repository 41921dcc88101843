/* test_proxies.c - trained stand-ins for classes, and losses that compare with them. */
#include "tests/support/loss_fixture.h"

Test(proxies, begin_the_same_from_the_same_stream_at_a_length_near_one)
{
    static float values[2][10 * 64];
    for (int run = 0; run < 2; run++) {
        struct random random = random_stream(3, RANDOM_TEST, 0, 0);
        struct proxies proxies = {.count = 10, .dim = 64, .values = values[run]};
        proxies_init(&proxies, &random);
    }
    cr_assert_eq(memcmp(values[0], values[1], sizeof values[0]), 0);
    for (int c = 0; c < 10; c++) {
        double square = 0;
        for (int k = 0; k < 64; k++) square += (double)values[0][c * 64 + k] * values[0][c * 64 + k];
        cr_assert(square > 0.4 && square < 2, "%g", square);
    }
}

Test(proxies, sum_gradients_until_they_are_cleared)
{
    struct trial *trial = trial_begin(find_loss("proxy_anchor"), 12, 4);
    float once[14 * 4];
    fill(trial, RANDOM_CLASSES, 0);
    trial_compute(trial);
    memcpy(once, trial->proxies.gradients, sizeof once);
    cr_assert_gt(greatest(once, 14 * 4), 0);
    loss_compute(trial->loss, trial->options, &trial->batch, &trial->workspace);
    for (int c = 0; c < 14 * 4; c++) cr_assert_float_eq(trial->proxies.gradients[c], 2 * once[c], 1e-6);
    loss_value(trial->loss, trial->options, &trial->batch, &trial->workspace);
    for (int c = 0; c < 14 * 4; c++) cr_assert_float_eq(trial->proxies.gradients[c], 2 * once[c], 1e-6);
    trial_end(trial);
}

Test(proxies, leave_no_number_where_there_are_none)
{
    for (int l = 0; loss_registry[l]; l++) {
        if (!((const struct loss *)loss_registry[l])->has_proxies) continue;
        struct trial *trial = trial_begin_with(loss_registry[l], 6, 4, 0, 0);
        fill(trial, RANDOM_CLASSES, 0);
        trial_compute(trial);
        cr_assert(isnan(trial->batch.mean_loss));
        cr_assert_eq(greatest(trial->batch.gradients, 6 * 4), 0);
        trial_end(trial);
    }
}

/* The batch loss of the paper, summed over proxies and not over samples. */
Test(proxy_anchor, has_sample_losses_whose_mean_is_the_papers_loss)
{
    struct trial *trial = trial_begin(find_loss("proxy_anchor"), 9, 4);
    const struct batch *batch = &trial->batch;
    const struct proxies *proxies = &trial->proxies;
    double positive = 0, negative = 0;
    int present = 0;
    fill(trial, RANDOM_CLASSES, 0);
    trial_compute(trial);
    for (int c = 0; c < proxies->count; c++) {
        double own = 0, others = 0;
        for (int i = 0; i < batch->size; i++) {
            double s = 0;
            for (int k = 0; k < 4; k++) s += (double)batch->embeddings[i * 4 + k] * proxies->units[c * 4 + k];
            if (batch->labels[i] == proxies->labels[c])
                own += exp(-32 * (s - 0.1));
            else
                others += exp(32 * (s + 0.1));
        }
        present += own > 0;
        positive += log1p(own), negative += log1p(others);
    }
    double expected = positive / present + negative / proxies->count;
    cr_assert_float_eq(batch->mean_loss, expected, 1e-5 * expected);
    trial_end(trial);
}
