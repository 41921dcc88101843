/* step_fixture.h - a small training on trial: its settings, a batch, what steps make of the weights. */
#ifndef PARTGRAD_TESTS_SUPPORT_STEP_FIXTURE_H
#define PARTGRAD_TESTS_SUPPORT_STEP_FIXTURE_H

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/training/update.h"
#include "strategies/strategy.h"

enum { BATCH = 12, SIZE_LARGEST = 72, STEPS = 2, OPTIONS_SIZE = 2 * OPTION_TEXT_SIZE };

/* Settings of a small training, and the options they point to. */
struct fixture {
    struct settings settings;
    char model[OPTIONS_SIZE] __attribute__((aligned(16)));
    char loss[OPTIONS_SIZE] __attribute__((aligned(16)));
    char strategy[OPTIONS_SIZE] __attribute__((aligned(16)));
    uint8_t pixels[BATCH * 3 * SIZE_LARGEST * SIZE_LARGEST];
    int labels[BATCH];
};

static const int trained_labels[] = {0, 1, 2, 3};
static const struct update_classes trained = {4, trained_labels, BATCH + 3};
/* Images of the batch among 15; one is there twice. */
static const int ids[BATCH] = {14, 3, 0, 7, 12, 5, 9, 3, 1, 11, 6, 2};

/* Not less for the deep ones: maps of 2 x 2 are what oneDNN has only its slow reference kernels for. */
static inline int size_of(const struct plugin *model)
{
    return model == model_registry[0] ? 32 : SIZE_LARGEST;
}

/* A plug-in with its options (OPTIONS_SIZE bytes) at their defaults. */
static inline struct choice choose(const struct plugin *plugin, void *options)
{
    cr_assert_leq(plugin->options_size, OPTIONS_SIZE);
    option_defaults(plugin->fields, options);
    return (struct choice){plugin, options};
}

/* The same batch and weights for the same model, whatever else is asked for; the caller frees. */
static inline struct fixture *fixture_create(const struct plugin *model, const char *strategy, double portion,
                                             int backprop)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    struct error error;
    struct random random = random_stream(3, RANDOM_TEST, 0, 0);
    fixture->settings = (struct settings){
        .model = choose(model, fixture->model),
        .loss = choose(loss_registry[0], fixture->loss),
        .strategy = choose(plugin_find(strategy_registry, "strategy", strategy, &error), fixture->strategy),
        .network = {.embedding_size = 16, .gem_power = 3},
        .image_size = size_of(model),
        .precision = PRECISION_F32,
        .micro_batch = 4,
        .backprop = backprop,
        .batch_size = BATCH,
        .samples_per_class = 3,
        .portion = portion,
        .portion_schedule = {.end = 1},
        .accumulate = 1,
        .seed = 5,
    };
    option_defaults(optimizer_fields, &fixture->settings.optimizer);
    for (size_t i = 0; i < sizeof fixture->pixels; i++) fixture->pixels[i] = (uint8_t)random_below(&random, 256);
    for (int i = 0; i < BATCH; i++) fixture->labels[i] = i / 3;
    return fixture;
}

/* How many floats the parameters hold. */
static inline size_t count_values(struct network *network)
{
    int count;
    size_t sum = 0;
    struct parameter *parameters = network_parameters(network, &count);
    for (int p = 0; p < count; p++) sum += parameters[p].count;
    return sum;
}

/* All parameters' values, or their gradients with 0 for what is not trained; the caller frees. */
static inline float *snapshot(struct network *network, int gradients)
{
    int count;
    struct parameter *parameters = network_parameters(network, &count);
    float *all = calloc(count_values(network), sizeof *all), *at = all;
    for (int p = 0; p < count; p++) {
        const float *from = gradients ? parameters[p].gradient : parameters[p].value;
        if (from) memcpy(at, from, parameters[p].count * sizeof *at);
        at += parameters[p].count;
    }
    return all;
}

/* Trains for a few steps of a kind (0, or of enum step_kind); weights or the last step's gradients (count), which the
 * caller frees. */
static inline float *train_kind(struct fixture *fixture, int kind, int gradients, size_t *count)
{
    struct update update;
    struct error error;
    struct step_result result;
    cr_assert_eq(update_create(&update, &fixture->settings, &trained, &error), 0, "%s", error.message);
    update_set_kind(&update, kind);
    for (int s = 0; s < STEPS; s++) update_step(&update, fixture->pixels, fixture->labels, ids, 1, s, 1e-3, &result);
    *count = count_values(update.network);
    float *all = snapshot(update.network, gradients);
    update_release(&update);
    return all;
}

/* Likewise, as a training without whole or head-only steps does. */
static inline float *train(struct fixture *fixture, int gradients, size_t *count)
{
    return train_kind(fixture, 0, gradients, count);
}

/* |a - b| / |a|. */
static inline double relative_distance(const float *a, const float *b, size_t count)
{
    double wrong = 0, norm = 0;
    for (size_t i = 0; i < count; i++) {
        wrong += pow((double)a[i] - b[i], 2);
        norm += pow(a[i], 2);
    }
    return sqrt(wrong / norm);
}

#endif
