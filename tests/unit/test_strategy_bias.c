/* test_strategy_bias.c - whether the expected partial gradient of a strategy is the full one. */
#include "tests/support/strategy_fixture.h"

/* The largest distance, in standard errors, between the mean over many selections of sum w_i u_i and sum u_i. `option`
 * is switched on where there is one. */
static double bias_in_errors(const char *name, const char *option, double scale)
{
    enum { DRAWS = 4000, K = 6 };
    const struct strategy *strategy = (const struct strategy *)find_strategy(name);
    struct arrays arrays;
    struct batch batch = make_batch(&arrays, ~0u, SIZE, 7);
    int index[SIZE];
    float weight[SIZE];
    struct candidate candidates[SIZE];
    struct selection selection = {0, index, weight, candidates, {0}};
    double full[DIM] = {0}, sum[DIM] = {0}, square[DIM] = {0}, worst = 0;
    void *options = default_options(&strategy->plugin);
    if (option) set_option(&strategy->plugin, options, option, strcmp(option, "r") == 0 ? "0.9" : "yes");
    float *history = make_history(strategy, options, SIZE, 40);
    batch.history = history;
    for (int i = 0; i < SIZE; i++) arrays.ids[i] = i;
    for (int c = 0; c < SIZE * DIM; c++) {
        arrays.received[c] *= 1 + c / DIM; /* some count for much more than others */
        full[c % DIM] += arrays.received[c];
    }
    for (uint64_t draw = 0; draw < DRAWS; draw++) {
        struct random random = random_stream(11, RANDOM_STRATEGY, 0, draw);
        double partial[DIM] = {0};
        strategy->select(options, &batch, K, &random, &selection);
        for (int k = 0; k < selection.count; k++)
            for (int d = 0; d < DIM; d++) partial[d] += scale * weight[k] * arrays.received[index[k] * DIM + d];
        for (int d = 0; d < DIM; d++) {
            sum[d] += partial[d];
            square[d] += partial[d] * partial[d];
        }
    }
    for (int d = 0; d < DIM; d++) {
        double mean = sum[d] / DRAWS, variance = fmax(square[d] / DRAWS - mean * mean, 1e-12);
        worst = fmax(worst, fabs(mean - full[d]) / sqrt(variance / DRAWS));
    }
    free(options);
    free(history);
    return worst;
}

Test(strategies, that_are_unbiased_have_the_full_gradient_as_their_mean)
{
    const struct {
        const char *name, *option;
        double scale;
    } cases[] = {{"importance", NULL, 1},
                 {"importance", "replacement", 1},
                 {"importance", "switch", 1},
                 {"backdrop", NULL, 1},
                 {"no_zero", NULL, 1},
                 {"soft_pruning", NULL, 1},
                 {"soft_pruning", "r", 1},
                 {"random", NULL, SIZE / 6.0},
                 {"per_class", NULL, SIZE / 6.0},
                 {"classes", NULL, SIZE / 6.0}};
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++)
        cr_expect_lt(bias_in_errors(cases[c].name, cases[c].option, cases[c].scale), 4, "%s", cases[c].name);
}

Test(strategies, that_choose_by_loss_or_gradient_are_biased)
{
    cr_expect_gt(bias_in_errors("top_loss", NULL, SIZE / 6.0), 20);
    cr_expect_gt(bias_in_errors("gradient_norm", NULL, SIZE / 6.0), 20);
}
