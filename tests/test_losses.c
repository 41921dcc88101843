/* test_losses.c - the contract that every loss in the registry keeps, and the numbers of each.
 *
 * The contract tests walk loss_registry, so a new loss is tested without a line here; other options than its defaults
 * get a row in `variants`, its numbers a case in fixtures/losses.py. */
#include <criterion/criterion.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/parallel.h"
#include "base/random.h"
#include "losses/loss.h"

/* A loss with its default options, a batch and the memory for both. */
struct trial {
    const struct loss *loss;
    void *options; /* (options_size) */
    struct batch batch;
    struct memory_bank bank; /* empty, unless one is asked for */
    struct proxies proxies;  /* of a loss that has them: for all classes of the batch and two more */
    int bank_size, proxy_count;
    struct arena arena;
    struct loss_workspace workspace;
};

static void trial_carve(struct trial *trial, struct arena *arena)
{
    struct batch *batch = &trial->batch;
    size_t size = (size_t)batch->size, values = size * (size_t)batch->dim;
    trial->options = arena_take(arena, 1, trial->loss->plugin.options_size);
    batch->labels = arena_take(arena, size, sizeof *batch->labels);
    batch->embeddings = arena_take(arena, values, sizeof *batch->embeddings);
    batch->sample_losses = arena_take(arena, size, sizeof *batch->sample_losses);
    batch->gradients = arena_take(arena, values, sizeof *batch->gradients);
    memory_bank_take(&trial->bank, trial->bank_size, batch->dim, arena);
    proxies_take(&trial->proxies, trial->proxy_count, batch->dim, arena);
    loss_workspace_take(&trial->workspace, trial->loss, batch->size, batch->dim, arena);
}

/* On the heap, because its workspace points into it. */
static struct trial *trial_begin_with(const struct plugin *plugin, int size, int dim, int bank, int proxies)
{
    struct error error;
    struct trial *trial = calloc(1, sizeof *trial);
    struct arena measure = arena_measure();
    trial->loss = (const struct loss *)plugin;
    trial->batch = (struct batch){.size = size, .dim = dim};
    trial->bank_size = bank;
    trial->proxy_count = proxies;
    trial->workspace.bank = bank ? &trial->bank : NULL;
    trial->workspace.proxies = proxies ? &trial->proxies : NULL;
    trial_carve(trial, &measure);
    cr_assert_eq(arena_init(&trial->arena, measure.peak, &error), 0, "%s", error.message);
    trial_carve(trial, &trial->arena);
    if (plugin->fields) option_defaults(plugin->fields, trial->options);
    return trial;
}

static struct trial *trial_begin(const struct plugin *plugin, int size, int dim)
{
    return trial_begin_with(plugin, size, dim, 0, ((const struct loss *)plugin)->has_proxies ? size + 2 : 0);
}

static void trial_end(struct trial *trial)
{
    arena_release(&trial->arena);
    free(trial);
}

static void set_option(struct trial *trial, const char *name, const char *text)
{
    struct error error;
    const struct field *field = option_find(trial->loss->plugin.fields, name);
    cr_assert(field, "%s has no option %s", trial->loss->plugin.name, name);
    cr_assert_eq(option_parse(field, trial->options, text, &error), 0, "%s", error.message);
}

/* "name=value name=value" */
static void set_options(struct trial *trial, const char *text)
{
    char name[64], value[64];
    for (int used; sscanf(text, " %63[^=]=%63s%n", name, value, &used) == 2; text += used)
        set_option(trial, name, value);
}

static void trial_compute(struct trial *trial)
{
    /* What is not filled must not pass for zero. */
    memset(trial->batch.gradients, 0xff, (size_t)trial->batch.size * trial->batch.dim * sizeof(float));
    memset(trial->batch.sample_losses, 0xff, (size_t)trial->batch.size * sizeof(float));
    proxies_clear_gradients(&trial->proxies);
    loss_compute(trial->loss, trial->options, &trial->batch, &trial->workspace);
}

static void normalise(float *row, int dim)
{
    double square = 0;
    for (int k = 0; k < dim; k++) square += (double)row[k] * row[k];
    for (int k = 0; k < dim; k++) row[k] = (float)(row[k] / sqrt(square));
}

/* Batches of every kind that training meets. */
enum kind { RANDOM_CLASSES, ONE_CLASS, ALL_DIFFERENT, IDENTICAL, SEPARATED, OPPOSITE, KINDS };
static const char *const kind_names[] = {"random classes",       "one class",         "one sample per class",
                                         "identical embeddings", "separated classes", "classes torn apart"};

static int kind_label(enum kind kind, int i, struct random *random)
{
    switch (kind) {
    case ONE_CLASS:
        return 3;
    case ALL_DIFFERENT:
        return 1000 - i;
    case RANDOM_CLASSES:
        return (int)random_below(random, 4);
    default:
        return i / 3;
    }
}

static void kind_embedding(enum kind kind, int label, int i, int dim, struct random *random, float *row)
{
    for (int k = 0; k < dim; k++) row[k] = random_normal(random);
    normalise(row, dim);
    for (int k = 0; k < dim; k++) {
        if (kind == IDENTICAL) row[k] = k == 0;
        if (kind == SEPARATED) row[k] = (k == label % dim) + 0.05f * row[k];
        if (kind == OPPOSITE) row[k] = (float)((k == 0) * (i % 2 ? 1 : -1)) + 0.05f * row[k];
    }
    normalise(row, dim);
}

/* One for each class of the batch, the rest for classes that it has not; a class has the same in any order. */
static void fill_proxies(const struct trial *trial)
{
    const struct proxies *proxies = &trial->proxies;
    int count = 0;
    for (int i = 0; i < trial->batch.size && proxies->count > 0; i++) {
        int known = 0, label = trial->batch.labels[i];
        for (int c = 0; c < count; c++) known |= proxies->labels[c] == label;
        if (!known) proxies->labels[count++] = label;
    }
    for (int c = 0; c < proxies->count; c++) {
        if (c >= count) proxies->labels[c] = -1 - c;
        struct random random = random_stream(7, RANDOM_TEST, KINDS, (uint64_t)(proxies->labels[c] + 10000));
        for (int k = 0; k < proxies->dim; k++) proxies->values[c * proxies->dim + k] = random_normal(&random);
    }
}

static void fill(struct trial *trial, enum kind kind, uint64_t seed)
{
    struct batch *batch = &trial->batch;
    struct random random = random_stream(seed, RANDOM_TEST, kind, 0);
    for (int i = 0; i < batch->size; i++) {
        batch->labels[i] = kind_label(kind, i, &random);
        kind_embedding(kind, batch->labels[i], i, batch->dim, &random, batch->embeddings + (size_t)i * batch->dim);
    }
    fill_proxies(trial);
}

static float greatest(const float *values, int count)
{
    float result = 0;
    for (int i = 0; i < count; i++) result = fmaxf(result, fabsf(values[i]));
    return result;
}

/* The mean loss with the coordinate moved, in double. */
static double loss_at(struct trial *trial, float *coordinate, float moved)
{
    float value = *coordinate;
    double sum = 0;
    *coordinate = moved;
    loss_value(trial->loss, trial->options, &trial->batch, &trial->workspace);
    for (int i = 0; i < trial->batch.size; i++) sum += trial->batch.sample_losses[i];
    *coordinate = value;
    return sum / trial->batch.size;
}

/* Differences of the mean loss along one coordinate. */
struct difference {
    double central, bend; /* bend: right slope - left slope */
};

/* `middle` is the loss where it is. */
static struct difference difference_along(struct trial *trial, float *coordinate, float step, double middle)
{
    float value = *coordinate, left = value - step, right = value + step;
    double low = loss_at(trial, coordinate, left), high = loss_at(trial, coordinate, right);
    double left_slope = (middle - low) / ((double)value - left),
           right_slope = (high - middle) / ((double)right - value);
    return (struct difference){(high - low) / ((double)right - left), right_slope - left_slope};
}

/* Coordinates (count) whose gradient differs from the finite difference. Kinks are passed over and counted in *kinks:
 * where two step lengths disagree, or where the bend of a smooth function would shrink with the step and this one does
 * not. */
static int wrong_slopes(struct trial *trial, float *coordinates, const float *gradients, int count, int *kinks)
{
    int wrong = 0;
    float tolerance = 1e-4f + 0.01f * greatest(gradients, count);
    double middle = count > 0 ? loss_at(trial, coordinates, *coordinates) : 0;
    for (int c = 0; c < count; c++) {
        struct difference coarse = difference_along(trial, &coordinates[c], 2e-3f, middle);
        struct difference fine = difference_along(trial, &coordinates[c], 1e-3f, middle);
        double jump = 2 * fine.bend - coarse.bend;
        if (fmax(fabs(coarse.central - fine.central), fabs(jump)) > 0.5 * tolerance)
            ++*kinks;
        else
            wrong += !(fabs(fine.central - gradients[c]) < tolerance);
    }
    return wrong;
}

/* Options beyond the defaults. */
static const struct variant {
    const char *loss, *options;
} variants[] = {
    {"multi_similarity", "alpha=10 beta=10 epsilon=1 lambda=0"},
    {"triplet", "positive=easy negative=hard margin=1"},
    {"triplet", "positive=easy negative=semi_hard_all distance=cosine margin=0.5"},
    {"triplet", "negative=easy distance=euclidean margin=2"},
    {"triplet", "negative=hard soft_margin=yes"},
    {"triplet", "triplets=all"},
    {"triplet", "triplets=all distance=euclidean margin=1"},
    {"triplet", "triplets=all soft_margin=yes distance=cosine"},
    {"contrastive", "margin=1.5 average=pairs"},
    {"circle", "combine=sum gamma=32"},
    {"circle", "margin=0.1 gamma=10"},
    {"pn", "distance=cosine negative=semi_hard_all positive=easy"},
    {"pn", "distance=squared negative=hard"},
    {"pn", "soft_margin=yes negative=easy"},
    {"soft_nearest_neighbor", "temperature=0.1"},
    {"soft_nearest_neighbor", "epsilon=0.1"},
    {"lifted_structure", "margin=0.2"},
    {"supcon", "mean=inside temperature=0.5"},
    {"proxy_anchor", "alpha=8 delta=0.5"},
    {"proxy_nca", "denominator=all temperature=0.1"},
};
enum { VARIANTS = sizeof variants / sizeof *variants };

static const struct plugin *find_loss(const char *name)
{
    struct error error;
    const struct plugin *plugin = plugin_find(loss_registry, "loss", name, &error);
    cr_assert(plugin, "%s", error.message);
    return plugin;
}

/* Every loss with its defaults, then every variant; NULL past the last. */
static const struct plugin *setup_at(int at, const char **options)
{
    for (int l = 0; loss_registry[l]; l++, at--)
        if (at == 0) {
            *options = "";
            return loss_registry[l];
        }
    if (at >= VARIANTS) return NULL;
    *options = variants[at].options;
    return find_loss(variants[at].loss);
}

Test(losses, have_unique_names_summaries_and_an_anchor)
{
    cr_assert_not_null(loss_registry[0]);
    for (int i = 0; loss_registry[i]; i++) {
        const struct loss *loss = (const struct loss *)loss_registry[i];
        cr_assert(loss->plugin.name && loss->plugin.summary && loss->anchor);
        for (int j = 0; j < i; j++) cr_assert_str_neq(loss->plugin.name, loss_registry[j]->name);
    }
}

/* A gradient that takes weights for constants is not the loss's slope. */
static void differentiate_weights(struct trial *trial)
{
    if (option_find(trial->loss->plugin.fields, "constant_weights")) set_option(trial, "constant_weights", "no");
}

/* Entries of the memory bank near the batch's own kind. */
static void fill_bank(struct trial *trial, uint64_t seed)
{
    struct batch *batch = &trial->batch;
    fill(trial, RANDOM_CLASSES, seed + 100);
    for (int i = 0; i < trial->bank_size; i += batch->size) memory_bank_push(&trial->bank, batch);
}

/* Fails unless the gradients are those of finite differences, but for the kinks of a few coordinates. */
static void check_slopes(struct trial *trial, const char *options, enum kind kind)
{
    int values = trial->batch.size * trial->batch.dim, proxies = trial->proxies.count * trial->proxies.dim;
    int kinks = 0, wrong;
    /* Where embeddings are close to each other, picks among them change within a step. */
    int close = kind == IDENTICAL || kind == SEPARATED || kind == OPPOSITE,
        allowed = close ? values * 2 / 3 : values / 4;
    trial_compute(trial);
    wrong = wrong_slopes(trial, trial->batch.embeddings, trial->batch.gradients, values, &kinks);
    wrong += wrong_slopes(trial, trial->proxies.values, trial->proxies.gradients, proxies, &kinks);
    cr_expect_eq(wrong, 0, "%s %s, %s, size %d: %d wrong", trial->loss->plugin.name, options, kind_names[kind],
                 trial->batch.size, wrong);
    cr_expect_leq(kinks, allowed, "%s %s, %s, size %d: %d kinks", trial->loss->plugin.name, options, kind_names[kind],
                  trial->batch.size, kinks);
}

Test(losses, have_the_gradients_that_finite_differences_show)
{
    parallel_set_threads(1); /* quicker for so little */
    const int sizes[][2] = {{12, 5}, {7, 3}};
    const struct plugin *plugin;
    const char *options;
    for (int at = 0; (plugin = setup_at(at, &options)); at++)
        for (int kind = 0; kind < KINDS; kind++)
            for (int s = 0; s < 2; s++) {
                struct trial *trial = trial_begin(plugin, sizes[s][0], sizes[s][1]);
                set_options(trial, options);
                differentiate_weights(trial);
                fill(trial, kind, (uint64_t)s);
                check_slopes(trial, options, kind);
                trial_end(trial);
            }
}

Test(losses, have_the_gradients_that_finite_differences_show_beside_a_memory_bank)
{
    parallel_set_threads(1); /* quicker for so little */
    const struct plugin *plugin;
    const char *options;
    for (int at = 0; (plugin = setup_at(at, &options)); at++)
        for (int kind = 0; kind < KINDS; kind++) {
            if (((const struct loss *)plugin)->has_proxies) continue;
            struct trial *trial = trial_begin_with(plugin, 9, 4, 13, 0);
            set_options(trial, options);
            differentiate_weights(trial);
            fill_bank(trial, 1);
            fill(trial, kind, 1);
            check_slopes(trial, options, kind);
            trial_end(trial);
        }
}

Test(losses, learn_something_from_random_classes)
{
    for (int l = 0; loss_registry[l]; l++) {
        struct trial *trial = trial_begin(loss_registry[l], 32, 8);
        fill(trial, RANDOM_CLASSES, 0);
        trial_compute(trial);
        cr_assert_gt(greatest(trial->batch.gradients, 32 * 8), 1e-4f, "%s", loss_registry[l]->name);
        trial_end(trial);
    }
}

Test(losses, are_finite_on_every_batch)
{
    parallel_set_threads(1);
    const int sizes[] = {1, 2, 3, 65, 130};
    const struct plugin *plugin;
    const char *options;
    for (int at = 0; (plugin = setup_at(at, &options)); at++)
        for (int kind = 0; kind < KINDS; kind++)
            for (int s = 0; s < 5; s++) {
                struct trial *trial = trial_begin(plugin, sizes[s], 5);
                int proxy_values = trial->proxies.count * 5;
                set_options(trial, options);
                fill(trial, kind, 0);
                trial_compute(trial);
                cr_expect(isfinite(trial->batch.mean_loss), "%s %s, %s", plugin->name, options, kind_names[kind]);
                for (int c = 0; c < sizes[s] * 5; c++)
                    cr_assert(isfinite(trial->batch.gradients[c]), "%s %s, %s", plugin->name, options,
                              kind_names[kind]);
                for (int c = 0; c < proxy_values; c++) cr_assert(isfinite(trial->proxies.gradients[c]));
                for (int i = 0; i < sizes[s]; i++) cr_assert(isfinite(trial->batch.sample_losses[i]));
                trial_end(trial);
            }
}

Test(losses, hold_no_matrix_of_all_pairs)
{
    enum { SIZE = 16384 };
    for (int l = 0; loss_registry[l]; l++) {
        struct loss_workspace workspace = {0};
        struct arena measure = arena_measure();
        loss_workspace_take(&workspace, (const struct loss *)loss_registry[l], SIZE, 512, &measure);
        cr_assert_lt(measure.peak, sizeof(float) * SIZE * SIZE / 16, "%s: %zu bytes", loss_registry[l]->name,
                     measure.peak);
    }
}

/* Sets one option to its smallest or greatest value, or a choice to its first or last. */
static void set_extreme(struct trial *trial, const struct field *field, int greatest_one)
{
    char text[64];
    int last = 0;
    for (; field->type == OPTION_CHOICE && field->choices[last + 1]; last++) continue;
    if (field->type == OPTION_CHOICE)
        set_option(trial, field->name, field->choices[greatest_one ? last : 0]);
    else if (field->type == OPTION_FLAG)
        set_option(trial, field->name, greatest_one ? "yes" : "no");
    else {
        snprintf(text, sizeof text, "%.17g", greatest_one ? field->maximum : field->minimum);
        set_option(trial, field->name, text);
    }
}

/* All options at one of their ends, by the bits of `corner`. */
static void check_corner(const struct plugin *plugin, unsigned corner, enum kind kind)
{
    struct trial *trial = trial_begin(plugin, 14, 4);
    for (int f = 0; plugin->fields[f].name; f++) set_extreme(trial, &plugin->fields[f], corner >> f & 1);
    fill(trial, kind, 0);
    trial_compute(trial);
    cr_assert(isfinite(trial->batch.mean_loss), "%s, corner %x, %s", plugin->name, corner, kind_names[kind]);
    for (int c = 0; c < 14 * 4; c++)
        cr_assert(isfinite(trial->batch.gradients[c]), "%s, corner %x, %s", plugin->name, corner, kind_names[kind]);
    for (int c = 0; c < trial->proxies.count * 4; c++) cr_assert(isfinite(trial->proxies.gradients[c]));
    trial_end(trial);
}

Test(losses, stay_finite_under_their_most_extreme_options)
{
    parallel_set_threads(1);
    for (int l = 0; loss_registry[l]; l++) {
        int count = 0;
        for (; loss_registry[l]->fields[count].name; count++) continue;
        for (unsigned corner = 0; corner < 1u << count; corner++)
            for (int kind = 0; kind < KINDS; kind++) check_corner(loss_registry[l], corner, kind);
    }
}

Test(losses, leave_labels_and_embeddings_alone)
{
    for (int l = 0; loss_registry[l]; l++) {
        struct trial *trial = trial_begin(loss_registry[l], 40, 6), *same = trial_begin(loss_registry[l], 40, 6);
        fill(trial, RANDOM_CLASSES, 1);
        fill(same, RANDOM_CLASSES, 1);
        trial_compute(trial);
        cr_assert_eq(memcmp(trial->batch.labels, same->batch.labels, 40 * sizeof(int)), 0);
        cr_assert_eq(memcmp(trial->batch.embeddings, same->batch.embeddings, 40 * 6 * sizeof(float)), 0);
        trial_end(trial);
        trial_end(same);
    }
}

Test(losses, have_a_mean_that_loss_value_gives_too)
{
    for (int l = 0; loss_registry[l]; l++) {
        struct trial *trial = trial_begin(loss_registry[l], 100, 6);
        fill(trial, RANDOM_CLASSES, 2);
        trial_compute(trial);
        float mean = trial->batch.mean_loss;
        double sum = 0;
        for (int i = 0; i < 100; i++) sum += trial->batch.sample_losses[i];
        cr_assert_float_eq(mean, sum / 100, 1e-6 * fmax(1, mean));
        trial->batch.gradients = NULL;
        cr_assert_eq(loss_value(trial->loss, trial->options, &trial->batch, &trial->workspace), mean);
        trial_end(trial);
    }
}

/* The gradients (values) of a batch of 150 on so many threads, in tiles of so many rows. */
static void compute_with(const struct plugin *plugin, int threads, int tile, float *gradients, float *losses)
{
    parallel_set_threads(threads);
    struct trial *trial = trial_begin(plugin, 150, 16);
    if (tile) trial->workspace.tile = tile;
    fill(trial, RANDOM_CLASSES, 3);
    trial_compute(trial);
    memcpy(gradients, trial->batch.gradients, 150 * 16 * sizeof *gradients);
    memcpy(losses, trial->batch.sample_losses, 150 * sizeof *losses);
    trial_end(trial);
}

Test(losses, are_the_same_bit_for_bit_on_any_number_of_threads)
{
    static float expected[150 * 16], got[150 * 16], expected_losses[150], losses[150];
    for (int l = 0; loss_registry[l]; l++) {
        compute_with(loss_registry[l], 1, 0, expected, expected_losses);
        for (int threads = 2; threads <= 5; threads++) {
            compute_with(loss_registry[l], threads, 0, got, losses);
            cr_assert_eq(memcmp(got, expected, sizeof got), 0, "%s on %d threads", loss_registry[l]->name, threads);
            cr_assert_eq(memcmp(losses, expected_losses, sizeof losses), 0);
        }
    }
}

Test(losses, agree_in_tiles_of_any_size)
{
    static float expected[150 * 16], got[150 * 16], expected_losses[150], losses[150];
    const int tiles[] = {1, 7, 64, 100, 149};
    for (int l = 0; loss_registry[l]; l++) {
        compute_with(loss_registry[l], 2, 0, expected, expected_losses);
        float scale = greatest(expected, 150 * 16);
        for (int t = 0; t < 5; t++) {
            compute_with(loss_registry[l], 2, tiles[t], got, losses);
            for (int c = 0; c < 150 * 16; c++) cr_assert_float_eq(got[c], expected[c], 1e-5f * scale);
            for (int i = 0; i < 150; i++) cr_assert_float_eq(losses[i], expected_losses[i], 1e-5f);
        }
    }
}

Test(losses, do_not_depend_on_the_order_of_the_batch)
{
    for (int l = 0; loss_registry[l]; l++) {
        struct trial *trial = trial_begin(loss_registry[l], 20, 6), *turned = trial_begin(loss_registry[l], 20, 6);
        fill(trial, RANDOM_CLASSES, 4);
        for (int i = 0; i < 20; i++) {
            turned->batch.labels[19 - i] = trial->batch.labels[i];
            memcpy(turned->batch.embeddings + (19 - i) * 6, trial->batch.embeddings + i * 6, 6 * sizeof(float));
        }
        fill_proxies(turned);
        trial_compute(trial);
        trial_compute(turned);
        float scale = fmaxf(1, greatest(trial->batch.sample_losses, 20));
        for (int i = 0; i < 20; i++) {
            cr_assert_float_eq(trial->batch.sample_losses[i], turned->batch.sample_losses[19 - i], 1e-5f * scale);
            for (int k = 0; k < 6; k++)
                cr_assert_float_eq(trial->batch.gradients[i * 6 + k], turned->batch.gradients[(19 - i) * 6 + k], 1e-5);
        }
        trial_end(trial);
        trial_end(turned);
    }
}

Test(losses, show_a_diverged_network)
{
    for (int l = 0; loss_registry[l]; l++) {
        struct trial *trial = trial_begin(loss_registry[l], 20, 6);
        fill(trial, RANDOM_CLASSES, 4);
        trial->batch.embeddings[7 * 6 + 1] = NAN;
        trial_compute(trial);
        cr_assert(isnan(trial->batch.sample_losses[7]));
        cr_assert(isnan(trial->batch.mean_loss));
        trial_end(trial);
    }
}

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
    cr_assert_eq(cases, 89);
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

/* --- memory bank --- */

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

/* --- proxies --- */

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
