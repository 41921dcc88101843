/* resolve.c - see resolve.h. */
#include "harness/training/resolve.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/training/budget.h"

/* Settles options of plug-ins; cells share them, so settling twice must not matter. */
static void settle_plugins(const struct settings *settings)
{
    for (const struct settings_block *block = settings_blocks; block->summary; block++) {
        if (!block->kind) continue;
        const struct choice *choice = (const struct choice *)((const char *)settings + block->kind->offset);
        if (choice->plugin && choice->plugin->settle) choice->plugin->settle((void *)choice->options);
    }
}

/* At K = B. */
static int resolve_strategy(struct settings *settings, int selected, struct error *error)
{
    const struct plugin *full = plugin_find(strategy_registry, "strategy", "full", error);
    if (!full) return -1;
    if (selected == settings->batch_size) {
        settings->strategy = (struct choice){.plugin = full};
        settings->portion = 1;
        settings->gradient_scale = GRADIENT_SCALE_NONE;
    } else if (settings->strategy.plugin == full) {
        return error_set(error,
                         "strategy full back-propagates the whole batch, but portion is %g: name another strategy",
                         settings->portion);
    }
    return 0;
}

static int resolve_backprop(struct settings *settings, int selected, struct error *error)
{
    const struct strategy *strategy = settings_strategy(settings);
    int direct = strategy_runs_direct(strategy) || selected == settings->batch_size;
    if (settings->backprop == BACKPROP_AUTO) settings->backprop = direct ? BACKPROP_DIRECT : BACKPROP_TWO_PASS;
    if (settings->backprop == BACKPROP_DIRECT && !direct)
        return error_set(error,
                         "backprop: direct does not work with strategy %s, which looks at embeddings or losses before "
                         "it selects; use two_pass or auto",
                         strategy->plugin.name);
    if (settings->backprop == BACKPROP_TWO_PASS && settings->network.batch_norm == BATCH_NORM_BATCH)
        return error_set(
            error,
            "backprop: two_pass does not work with batch_norm: batch, since samples that are forwarded again in "
            "micro-batches get other statistics than in the batch; use direct%s, or batch_norm: frozen",
            direct ? "" : " with a strategy that can");
    return 0;
}

/* A probe overwrites the gradients for a while and runs samples again, so it excludes some settings. */
static int check_diagnostics(const struct settings *settings, struct error *error)
{
    if (settings->diagnostics.every == 0) return 0;
    if (settings->accumulate > 1)
        return error_set(error, "diagnostics: every does not work with accumulate: %d; use accumulate: 1",
                         settings->accumulate);
    if (settings->network.batch_norm == BATCH_NORM_BATCH)
        return error_set(error, "diagnostics: every does not work with batch_norm: batch; use batch_norm: frozen");
    return 0;
}

static int check_save(const struct settings *settings, struct error *error)
{
    if (settings->save != SAVE_BEST || settings->judge == JUDGE_BEST) return 0;
    return error_set(error,
                     "save: best keeps the weights of the epoch that a cell is judged by, which needs validation "
                     "classes and judge: best; use save: last");
}

static int check_memory_bank(const struct settings *settings, struct error *error)
{
    const struct loss *loss = settings_loss(settings);
    if (!loss->has_proxies) return 0;
    if (settings->own_batch == OWN_BATCH_DETACHED)
        return error_set(error,
                         "memory_bank: own_batch: detached does not work with loss %s, which compares samples with "
                         "proxies; use own_batch: trained",
                         loss->plugin.name);
    if (settings->bank_size == 0) return 0;
    return error_set(error, "memory_bank does not work with loss %s, which compares samples with proxies; use size: 0",
                     loss->plugin.name);
}

static int check_reference(const struct settings *settings, struct error *error)
{
    const char *name = settings_strategy(settings)->plugin.name;
    if (!settings_strategy(settings)->reference) return 0;
    if (!settings_reference(settings)[0])
        return error_set(error, "strategy %s has no reference: name a cell, as in {name: %s, reference: RUN/CELL}",
                         name, name);
    if (settings_loss(settings)->has_proxies || settings->bank_size > 0)
        return error_set(error,
                         "strategy %s does not work with %s, which a reference network has not learned beside: use a "
                         "loss of pairs and no memory bank",
                         name, settings->bank_size > 0 ? "a memory bank" : "proxies");
    return 0;
}

static int check_validation(const struct settings *settings, struct error *error)
{
    const struct validation *validation = &settings->validation;
    if (validation->share > 0 && validation->classes > 0)
        return error_set(error, "validation: share %g and classes %d both say how many classes; give one of them",
                         validation->share, validation->classes);
    /* Training that stops early never reaches the low rates at the end of a decay. */
    if (settings->patience > 0 && optimizer_decays(&settings->optimizer))
        return error_set(error,
                         "patience %d does not work with a learning rate that decays, as an early stop would cut the "
                         "schedule off before its end; tune epochs instead, each with its full schedule, or use "
                         "optimizer: {schedule: constant} or patience: 0",
                         settings->patience);
    return 0;
}

/* A loss of pairs needs pairs of one class and pairs of different classes. A memory bank may provide either, and a
 * sampler that ignores classes may draw both. */
static int check_pairs(const struct settings *settings, struct error *error)
{
    const struct loss *loss = settings_loss(settings);
    const struct sampler *sampler = settings_sampler(settings); /* NULL: batches are given */
    if (loss->has_proxies || settings->bank_size > 0 || !sampler || sampler->ignores_classes) return 0;
    if (settings->samples_per_class == 1)
        return error_set(error,
                         "samples_per_class 1 gives loss %s no positive pair to learn from: use 2 or more, or a loss "
                         "with proxies",
                         loss->plugin.name);
    if (settings->batch_size > settings->samples_per_class) return 0;
    return error_set(error,
                     "batch_size %d with samples_per_class %d is one class, which gives loss %s no negative pair to "
                     "learn from: use a larger batch or fewer samples of each class",
                     settings->batch_size, settings->samples_per_class, loss->plugin.name);
}

static int check_head(const struct settings *settings, struct error *error)
{
    const struct optimizer_options *optimizer = &settings->optimizer;
    int own_rate = !isnan(optimizer->head_learning_rate);
    if (!own_rate && optimizer->head_warmup == 0) return 0;
    if (settings->network.embedding_size == 0)
        return error_set(error,
                         "optimizer: %s does not work with embedding_size: 0, where there is no linear head to train",
                         own_rate ? "head_learning_rate" : "head_warmup");
    if (own_rate && optimizer->learning_rate == 0)
        return error_set(error, "optimizer: head_learning_rate does not work with learning_rate: 0; to train the head "
                                "alone use the model's trainable_from: head");
    return 0;
}

/* Resets options that the optimizer's rule or schedule does not use, and a head's rate that equals the network's. */
static void resolve_idle_optimizer(struct settings *settings, const struct settings *defaults)
{
    struct optimizer_options *optimizer = &settings->optimizer;
    const struct optimizer_options *none = &defaults->optimizer;
    int adamw = optimizer->name == OPTIMIZER_ADAMW, rmsprop = optimizer->name == OPTIMIZER_RMSPROP;
    if (adamw) optimizer->momentum = none->momentum;
    if (!adamw) optimizer->beta1 = none->beta1;
    if (!adamw) optimizer->beta2 = none->beta2;
    if (!adamw && !rmsprop) optimizer->epsilon = none->epsilon;
    if (!rmsprop) optimizer->rms_decay = none->rms_decay;
    if (optimizer->schedule != SCHEDULE_COSINE) optimizer->final_learning_rate = none->final_learning_rate;
    if (optimizer->schedule != SCHEDULE_STEP) optimizer->step_every = none->step_every;
    if (optimizer->schedule != SCHEDULE_STEP) optimizer->step_factor = none->step_factor;
    if (optimizer->head_learning_rate == optimizer->learning_rate)
        optimizer->head_learning_rate = none->head_learning_rate;
    if (strcmp(settings->network.trainable_from, "head") == 0) optimizer->head_warmup = none->head_warmup;
}

/* Resets settings without effect to their defaults, so that they do not distinguish equal training runs. */
static void resolve_idle(struct settings *settings)
{
    struct settings defaults;
    settings_defaults(&defaults);
    if (settings->validation.share == 0 && settings->validation.classes == 0) settings->validation.fold = 0;
    if (settings->bank_size == 0) settings->bank_start_epoch = defaults.bank_start_epoch;
    if (settings->memory == 0) settings->memory_of = defaults.memory_of;
    if (!settings->network.weights[0]) settings->network.weights_head = defaults.network.weights_head;
    if (settings->network.pooling != POOLING_GEM) settings->network.gem_power = defaults.network.gem_power;
    resolve_idle_optimizer(settings, &defaults);
}

/* A schedule in which all steps use the whole batch is p = 1. */
static int resolve_portion_schedule(struct settings *settings, struct error *error)
{
    struct settings_portion_schedule *schedule = &settings->portion_schedule;
    if (schedule->start > schedule->end)
        return error_set(error,
                         "portion_schedule: start: %g is after end: %g; before `start` and from `end` on the whole "
                         "batch is back-propagated",
                         schedule->start, schedule->end);
    if (schedule->start == schedule->end || schedule->whole_every == 1) settings->portion = 1;
    return 0;
}

/* Resets the parts of `equal_to` without effect: all, if cells have their own epochs (or updates, which are the same),
 * or if the other run costs as much per step; its backprop, if that does not change the cost. */
static void resolve_idle_budget(struct settings *settings, int selected)
{
    struct settings defaults;
    struct settings_equal_to *other = &settings->equal_to;
    int batch = settings->batch_size, two_pass = settings->backprop == BACKPROP_TWO_PASS;
    settings_defaults(&defaults);
    if (selected == batch) settings->portion_schedule = defaults.portion_schedule;
    if (other->batch_size == batch) other->batch_size = 0;
    if (settings->equal == EQUAL_UPDATES || settings->equal == EQUAL_GRADIENTS) other->two_pass = 0;
    if (settings->equal == EQUAL_UPDATES) other->portion = 1;
    int own = other->batch_size == 0 && strategy_selected_count(other->portion, batch) == selected &&
              !budget_has_whole_steps(settings) &&
              !strategy_selects_fewer(settings_strategy(settings), settings->strategy.options) &&
              (settings->equal != EQUAL_TIME || selected == batch);
    if (own && (two_pass == other->two_pass || settings->equal == EQUAL_GRADIENTS)) settings->equal = EQUAL_EPOCHS;
    if (settings->equal == EQUAL_UPDATES && other->batch_size == 0) settings->equal = EQUAL_EPOCHS;
    if (settings->equal != EQUAL_EPOCHS) return;
    *other = defaults.equal_to;
}

static int check_budget(const struct settings *settings, int asked, struct error *error)
{
    if (asked == EQUAL_EPOCHS && settings->steps > 0)
        return error_set(error,
                         "steps: %d does not work with equal: epochs, whose steps are those of `epochs`; use "
                         "epochs and steps_per_epoch",
                         settings->steps);
    return 0;
}

static int compare_ints(const void *a, const void *b)
{
    return (*(const int *)a > *(const int *)b) - (*(const int *)a < *(const int *)b);
}

/* Sorts lists whose order has no meaning, so that order does not distinguish equal training runs. */
static void resolve_order(struct settings *settings)
{
    qsort(settings->recall_at.value, (size_t)settings->recall_at.count, sizeof(int), compare_ints);
}

int settings_resolve(struct settings *settings, struct error *error)
{
    int asked = settings->equal;
    if (settings->precision == PRECISION_AUTO) settings->precision = network_native_precision();
    settle_plugins(settings);
    resolve_idle(settings);
    resolve_order(settings);
    if (resolve_portion_schedule(settings, error) != 0) return -1;
    int selected = strategy_selected_count(settings->portion, settings->batch_size);
    if (resolve_strategy(settings, selected, error) != 0 || resolve_backprop(settings, selected, error) != 0) return -1;
    resolve_idle_budget(settings, selected);
    if (check_budget(settings, asked, error) != 0) return -1;
    if (settings->equal == EQUAL_EPOCHS) settings->steps = 0;
    if (check_head(settings, error) != 0) return -1;
    if (check_diagnostics(settings, error) != 0) return -1;
    if (check_memory_bank(settings, error) != 0 || check_validation(settings, error) != 0) return -1;
    if (check_save(settings, error) != 0 || check_reference(settings, error) != 0) return -1;
    return check_pairs(settings, error);
}
