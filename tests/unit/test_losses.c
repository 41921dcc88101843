/* test_losses.c - the contract that every loss in the registry keeps.
 *
 * The tests walk loss_registry, so a new loss is tested without a line here; other options than its defaults get a row
 * in `variants`, its numbers a case in fixtures/losses.py (test_loss_numbers.c). */
#include "tests/support/loss_fixture.h"

#include "base/parallel.h"

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
    {"triplet", "negative=semi_hard_only distance=euclidean margin=0.5 without_pairs=skip"},
    {"triplet", "negative=hard soft_margin=yes margin=0.4 reduce=pairs"},
    {"triplet", "triplets=all distance=euclidean margin=0.3 reduce=nonzero"},
    {"triplet", "triplets=all distance=euclidean margin=1 reduce=pairs"},
    {"triplet", "triplets=all soft_margin=yes margin=0.2 reduce=pairs"},
    {"contrastive", "margin=1.5 average=pairs"},
    {"contrastive", "margin=1.2 positive_margin=0.4 hinge=plain reduce=nonzero"},
    {"contrastive", "margin=1.2 positive_margin=0.4 reduce=pairs"},
    {"contrastive", "margin=1.5 average=pairs reduce=nonzero"},
    {"contrastive", "margin=1.5 without_pairs=skip"},
    {"multi_similarity", "reduce=nonzero"},
    {"circle", "gamma=32 reduce=nonzero"},
    {"pn", "negative=hard margin=0.5 reduce=nonzero"},
    {"pn", "negative=hard without_pairs=skip"},
    {"soft_nearest_neighbor", "without_pairs=skip"},
    {"supcon", "reduce=nonzero"},
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
    {"nt_xent", "temperature=0.5 reduce=pairs"},
    {"nt_xent", "reduce=nonzero"},
    {"margin", "negatives=all reduce=nonzero"},
    {"margin", "margin=0.5 beta=1 farthest=1.9 reduce=pairs"},
    {"smooth_ap", "temperature=0.1 without_pairs=skip"},
    {"recall_at_k", "k=2 temperature=0.1 rank_temperature=0.5 reduce=nonzero"},
    {"normalized_softmax", "temperature=0.5"},
    {"arcface", "margin=0.2 scale=8"},
    {"soft_triple", "scale=5 gamma=0.5 delta=0.2"},
};
enum { VARIANTS = sizeof variants / sizeof *variants };

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

Test(losses, have_the_gradients_that_finite_differences_show_with_several_proxies_of_a_class)
{
    parallel_set_threads(1);
    for (int l = 0; loss_registry[l]; l++) {
        if (!((const struct loss *)loss_registry[l])->proxies_per_class) continue;
        for (int kind = 0; kind < KINDS; kind++) {
            struct trial *trial = trial_begin(loss_registry[l], 10, 4);
            fill(trial, kind, 2);
            for (int p = 0; p < trial->proxies.count; p++) trial->proxies.labels[p] = p / 3;
            check_slopes(trial, "", kind);
            trial_end(trial);
        }
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
static void compute_with(const struct plugin *plugin, const char *options, int threads, int tile, float *gradients,
                         float *losses)
{
    parallel_set_threads(threads);
    struct trial *trial = trial_begin(plugin, 150, 16);
    if (tile) trial->workspace.tile = tile;
    set_options(trial, options);
    fill(trial, RANDOM_CLASSES, 3);
    trial_compute(trial);
    memcpy(gradients, trial->batch.gradients, 150 * 16 * sizeof *gradients);
    memcpy(losses, trial->batch.sample_losses, 150 * sizeof *losses);
    trial_end(trial);
}

Test(losses, are_the_same_bit_for_bit_on_any_number_of_threads)
{
    static float expected[150 * 16], got[150 * 16], expected_losses[150], losses[150];
    const struct plugin *plugin;
    const char *options;
    for (int at = 0; (plugin = setup_at(at, &options)); at++) {
        compute_with(plugin, options, 1, 0, expected, expected_losses);
        for (int threads = 2; threads <= 5; threads++) {
            compute_with(plugin, options, threads, 0, got, losses);
            cr_assert_eq(memcmp(got, expected, sizeof got), 0, "%s %s on %d threads", plugin->name, options, threads);
            cr_assert_eq(memcmp(losses, expected_losses, sizeof losses), 0);
        }
    }
}

Test(losses, agree_in_tiles_of_any_size)
{
    static float expected[150 * 16], got[150 * 16], expected_losses[150], losses[150];
    const int tiles[] = {1, 7, 64, 100, 149};
    for (int l = 0; loss_registry[l]; l++) {
        compute_with(loss_registry[l], "", 2, 0, expected, expected_losses);
        float scale = greatest(expected, 150 * 16);
        for (int t = 0; t < 5; t++) {
            compute_with(loss_registry[l], "", 2, tiles[t], got, losses);
            for (int c = 0; c < 150 * 16; c++) cr_assert_float_eq(got[c], expected[c], 1e-5f * scale);
            for (int i = 0; i < 150; i++)
                cr_assert_float_eq(losses[i], expected_losses[i], 1e-5f * fmaxf(1, expected_losses[i]), "%s",
                                   loss_registry[l]->name);
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

Test(margin, doubts_its_weights_where_the_nearest_negative_has_all)
{
    struct trial *trial = trial_begin(find_loss("margin"), 4, 3);
    cr_assert_null(trial->loss->doubt(trial->options, 256));
    cr_assert_not_null(trial->loss->doubt(trial->options, 257));
    set_option(trial, "negatives", "all");
    cr_assert_null(trial->loss->doubt(trial->options, 257));
    trial_end(trial);
}
