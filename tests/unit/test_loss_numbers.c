/* test_loss_numbers.c - losses beside numbers that were computed elsewhere: fixtures/losses.py and
 * fixtures/multi_similarity.py. */
#include "tests/support/loss_fixture.h"

#include "base/parallel.h"

static void read_floats(FILE *file, float *values, int count)
{
    for (int i = 0; i < count; i++) cr_assert_eq(fscanf(file, "%f", &values[i]), 1);
}

static void read_ints(FILE *file, int *values, int count)
{
    for (int i = 0; i < count; i++) cr_assert_eq(fscanf(file, "%d", &values[i]), 1);
}

/* How far values (count) are from those expected, in shares of the greatest. */
static float distance(const float *values, const float *expected, int count)
{
    float scale = fmaxf(greatest(expected, count), 1e-3f), most = 0;
    for (int i = 0; i < count; i++) {
        float error = fabsf(values[i] - expected[i]);
        if (!(error <= most)) most = error;
    }
    return most / scale;
}

/* Reads "option=value ... end" and leaves it as one line. */
static void read_options(FILE *file, char *options, size_t size)
{
    char word[64];
    options[0] = 0;
    while (fscanf(file, "%63s", word) == 1 && strcmp(word, "end") != 0) {
        cr_assert_lt(strlen(options) + strlen(word) + 2, size);
        strcat(strcat(options, word), " ");
    }
}

/* Places the batch and the memory bank of a case as the file has them, and its proxies. */
static void read_inputs(FILE *file, struct trial *trial)
{
    struct batch *batch = &trial->batch;
    struct memory_bank *bank = &trial->bank;
    struct proxies *proxies = &trial->proxies;
    read_ints(file, batch->labels, batch->size);
    read_ints(file, bank->labels, bank->capacity);
    read_floats(file, batch->embeddings, batch->size * batch->dim);
    read_floats(file, bank->embeddings, bank->capacity * batch->dim);
    bank->count = bank->capacity;
    read_ints(file, proxies->labels, proxies->count);
    read_floats(file, proxies->values, proxies->count * batch->dim);
}

/* What is no option of a loss, but of the memory bank that it is compared beside. */
static void take_own_batch(struct trial *trial, char *options)
{
    static const char detached[] = "own_batch=detached ";
    char *at = strstr(options, detached);
    if (!at) return;
    trial->workspace.detached = 1;
    memmove(at, at + sizeof detached - 1, strlen(at + sizeof detached - 1) + 1);
}

/* Checks one case of losses.txt, whose loss was read. */
static void check_case(FILE *file, const char *name)
{
    static float losses[100], gradients[1000], proxy_gradients[1000];
    char options[256];
    int sizes[4]; /* B, M, C, d */
    read_options(file, options, sizeof options);
    read_ints(file, sizes, 4);
    cr_assert(sizes[0] <= 100 && sizes[0] * sizes[3] <= 1000 && sizes[2] * sizes[3] <= 1000);
    struct trial *trial = trial_begin_with(find_loss(name), sizes[0], sizes[3], sizes[1], sizes[2]);
    take_own_batch(trial, options);
    set_options(trial, options);
    read_inputs(file, trial);
    read_floats(file, losses, sizes[0]);
    read_floats(file, gradients, sizes[0] * sizes[3]);
    read_floats(file, proxy_gradients, sizes[2] * sizes[3]);
    trial_compute(trial);
    float loss_error = distance(trial->batch.sample_losses, losses, sizes[0]);
    float error = fmaxf(distance(trial->batch.gradients, gradients, sizes[0] * sizes[3]),
                        distance(trial->proxies.gradients, proxy_gradients, sizes[2] * sizes[3]));
    cr_expect_leq(loss_error, 1e-5f, "%s %s: losses are %g off", name, options, loss_error);
    cr_expect_leq(error, 1e-5f, "%s %s: gradients are %g off", name, options, error);
    trial_end(trial);
}

Test(losses, have_the_numbers_of_an_independent_computation)
{
    FILE *file = fopen("tests/fixtures/losses.txt", "r");
    cr_assert_not_null(file, "run the tests from the root of the project");
    char name[64];
    int cases = 0;
    parallel_set_threads(1);
    for (; fscanf(file, "%63s", name) == 1; cases++) check_case(file, name);
    cr_assert_eq(cases, 265);
    fclose(file);
}

/* --- multi_similarity --- */

static void read_multi_similarity_options(FILE *file, struct trial *trial)
{
    const char *const names[] = {"alpha", "beta", "epsilon", "lambda"};
    char text[32];
    for (int o = 0; o < 4; o++) {
        cr_assert_eq(fscanf(file, "%31s", text), 1);
        set_option(trial, names[o], text);
    }
}

/* Checks one case of multi_similarity.txt, whose options and sizes were found at `start`. */
static void check_multi_similarity_case(FILE *file, long start, int size, int dim)
{
    struct trial *trial = trial_begin(find_loss("multi_similarity"), size, dim);
    struct batch *batch = &trial->batch;
    float losses[100], gradients[100 * 8];
    cr_assert(size <= 100 && dim <= 8);
    fseek(file, start, SEEK_SET);
    read_multi_similarity_options(file, trial);
    cr_assert_eq(fscanf(file, "%*d %*d"), 0);
    for (int i = 0; i < size; i++) cr_assert_eq(fscanf(file, "%d", &batch->labels[i]), 1);
    read_floats(file, batch->embeddings, size * dim);
    read_floats(file, losses, size);
    read_floats(file, gradients, size * dim);
    trial_compute(trial);

    float loss_scale = greatest(losses, size), gradient_scale = greatest(gradients, size * dim);
    cr_assert(loss_scale > 0 && gradient_scale > 0);
    for (int i = 0; i < size; i++) cr_expect_float_eq(batch->sample_losses[i], losses[i], 2e-6f * loss_scale);
    /* exp(beta s) makes of an error in s one beta times as large, and beta is up to 900 here. */
    for (int c = 0; c < size * dim; c++)
        cr_expect_float_eq(batch->gradients[c], gradients[c], 2e-4f * gradient_scale,
                           "case at %ld, value %d: %g, not %g", start, c, batch->gradients[c], gradients[c]);
    trial_end(trial);
}

Test(multi_similarity, has_the_numbers_of_an_independent_computation)
{
    FILE *file = fopen("tests/fixtures/multi_similarity.txt", "r");
    cr_assert_not_null(file, "run the tests from the root of the project");
    int cases = 0, size, dim;
    for (long start = 0; fscanf(file, "%*f %*f %*f %*f %d %d", &size, &dim) == 2; start = ftell(file), cases++)
        check_multi_similarity_case(file, start, size, dim);
    cr_assert_eq(cases, 5);
    fclose(file);
}

Test(multi_similarity, is_zero_for_anchors_without_both_kinds_of_pairs)
{
    const enum kind kinds[] = {ONE_CLASS, ALL_DIFFERENT, SEPARATED};
    for (int k = 0; k < 3; k++) {
        struct trial *trial = trial_begin(find_loss("multi_similarity"), 12, 4);
        fill(trial, kinds[k], 0);
        trial_compute(trial);
        cr_assert_eq(trial->batch.mean_loss, 0, "%s", kind_names[kinds[k]]);
        cr_assert_eq(greatest(trial->batch.gradients, 12 * 4), 0);
        trial_end(trial);
    }
}
