/* loss_fixture.h - a loss on trial: a batch, the memory for both, and kinds of embeddings to fill it with. */
#ifndef PARTGRAD_TESTS_SUPPORT_LOSS_FIXTURE_H
#define PARTGRAD_TESTS_SUPPORT_LOSS_FIXTURE_H

#include <criterion/criterion.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
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

static inline void trial_carve(struct trial *trial, struct arena *arena)
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
static inline struct trial *trial_begin_with(const struct plugin *plugin, int size, int dim, int bank, int proxies)
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

static inline struct trial *trial_begin(const struct plugin *plugin, int size, int dim)
{
    return trial_begin_with(plugin, size, dim, 0, ((const struct loss *)plugin)->has_proxies ? size + 2 : 0);
}

static inline void trial_end(struct trial *trial)
{
    arena_release(&trial->arena);
    free(trial);
}

static inline void set_option(struct trial *trial, const char *name, const char *text)
{
    struct error error;
    const struct field *field = option_find(trial->loss->plugin.fields, name);
    cr_assert(field, "%s has no option %s", trial->loss->plugin.name, name);
    cr_assert_eq(option_parse(field, trial->options, text, &error), 0, "%s", error.message);
}

/* "name=value name=value" */
static inline void set_options(struct trial *trial, const char *text)
{
    char name[64], value[64];
    for (int used; sscanf(text, " %63[^=]=%63s%n", name, value, &used) == 2; text += used)
        set_option(trial, name, value);
}

static inline void trial_compute(struct trial *trial)
{
    /* What is not filled must not pass for zero. */
    memset(trial->batch.gradients, 0xff, (size_t)trial->batch.size * trial->batch.dim * sizeof(float));
    memset(trial->batch.sample_losses, 0xff, (size_t)trial->batch.size * sizeof(float));
    proxies_clear_gradients(&trial->proxies);
    if (trial->loss->plugin.settle) trial->loss->plugin.settle(trial->options);
    loss_compute(trial->loss, trial->options, &trial->batch, &trial->workspace);
}

static inline void normalize(float *row, int dim)
{
    double square = 0;
    for (int k = 0; k < dim; k++) square += (double)row[k] * row[k];
    for (int k = 0; k < dim; k++) row[k] = (float)(row[k] / sqrt(square));
}

/* Batches of every kind that training meets. */
enum kind { RANDOM_CLASSES, ONE_CLASS, ALL_DIFFERENT, IDENTICAL, SEPARATED, OPPOSITE, KINDS };
static const char *const kind_names[] = {"random classes",       "one class",         "one sample per class",
                                         "identical embeddings", "separated classes", "classes torn apart"};

static inline int kind_label(enum kind kind, int i, struct random *random)
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

static inline void kind_embedding(enum kind kind, int label, int i, int dim, struct random *random, float *row)
{
    for (int k = 0; k < dim; k++) row[k] = random_normal(random);
    normalize(row, dim);
    for (int k = 0; k < dim; k++) {
        if (kind == IDENTICAL) row[k] = k == 0;
        if (kind == SEPARATED) row[k] = (k == label % dim) + 0.05f * row[k];
        if (kind == OPPOSITE) row[k] = (float)((k == 0) * (i % 2 ? 1 : -1)) + 0.05f * row[k];
    }
    normalize(row, dim);
}

/* One for each class of the batch, the rest for classes that it has not; a class has the same in any order. */
static inline void fill_proxies(const struct trial *trial)
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

static inline void fill(struct trial *trial, enum kind kind, uint64_t seed)
{
    struct batch *batch = &trial->batch;
    struct random random = random_stream(seed, RANDOM_TEST, kind, 0);
    for (int i = 0; i < batch->size; i++) {
        batch->labels[i] = kind_label(kind, i, &random);
        kind_embedding(kind, batch->labels[i], i, batch->dim, &random, batch->embeddings + (size_t)i * batch->dim);
    }
    fill_proxies(trial);
}

static inline float greatest(const float *values, int count)
{
    float result = 0;
    for (int i = 0; i < count; i++) result = fmaxf(result, fabsf(values[i]));
    return result;
}

static inline const struct plugin *find_loss(const char *name)
{
    struct error error;
    const struct plugin *plugin = plugin_find(loss_registry, "loss", name, &error);
    cr_assert(plugin, "%s", error.message);
    return plugin;
}

/* Entries of the memory bank near the batch's own kind. */
static inline void fill_bank(struct trial *trial, uint64_t seed)
{
    struct batch *batch = &trial->batch;
    fill(trial, RANDOM_CLASSES, seed + 100);
    for (int i = 0; i < trial->bank_size; i += batch->size) memory_bank_push(&trial->bank, batch);
}

#endif
