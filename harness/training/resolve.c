/* resolve.c - see resolve.h. */
#include "harness/training/resolve.h"

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
        return error_set(error,
                         "backprop: two_pass does not work with batch_norm: batch, since samples that are forwarded "
                         "again in micro-batches meet other statistics than in the batch; use direct%s, or "
                         "batch_norm: frozen",
                         direct ? "" : " with a strategy that can");
    return 0;
}

/* A probe takes the gradients' place for a while, and runs samples again. */
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

/* Whether the learning rate falls towards the end: what stops early then, has never trained at the rates it was to end
 * with. */
static int schedule_decays(const struct optimizer_options *optimizer)
{
    return optimizer->final_learning_rate < optimizer->learning_rate;
}

static int check_validation(const struct settings *settings, struct error *error)
{
    const struct validation *validation = &settings->validation;
    if (validation->share > 0 && validation->classes > 0)
        return error_set(error, "validation: share %g and classes %d both say how many classes; give one of them",
                         validation->share, validation->classes);
    if (settings->patience > 0 && schedule_decays(&settings->optimizer))
        return error_set(error,
                         "patience %d does not work with a learning rate that decays, as an early stop would cut the "
                         "schedule off before its end; tune epochs instead, each with its full schedule, or use "
                         "patience: 0",
                         settings->patience);
    return 0;
}

/* A loss of pairs learns from images of one class, and from images of others. Embeddings of earlier batches may stand
 * in for either, and a sampler that ignores classes may meet both. */
static int check_pairs(const struct settings *settings, struct error *error)
{
    const struct loss *loss = settings_loss(settings);
    const struct sampler *sampler = settings_sampler(settings); /* NULL of batches that are given */
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

/* Settings that nothing will read come to their defaults, so that they tell no trainings apart. */
static void resolve_idle(struct settings *settings)
{
    struct settings defaults;
    struct optimizer_options *optimizer = &settings->optimizer;
    settings_defaults(&defaults);
    if (settings->validation.share == 0 && settings->validation.classes == 0) settings->validation.fold = 0;
    if (settings->bank_size == 0) settings->bank_start_epoch = defaults.bank_start_epoch;
    if (settings->memory == 0) settings->memory_of = defaults.memory_of;
    if (!settings->network.weights[0]) settings->network.weights_head = defaults.network.weights_head;
    if (settings->network.pooling != POOLING_GEM) settings->network.gem_power = defaults.network.gem_power;
    if (optimizer->name == OPTIMIZER_ADAMW) {
        optimizer->momentum = defaults.optimizer.momentum;
    } else {
        optimizer->beta1 = defaults.optimizer.beta1;
        optimizer->beta2 = defaults.optimizer.beta2;
        optimizer->epsilon = defaults.optimizer.epsilon;
    }
}

int settings_resolve(struct settings *settings, struct error *error)
{
    int selected = strategy_selected_count(settings->portion, settings->batch_size);
    if (settings->precision == PRECISION_AUTO) settings->precision = network_native_precision();
    resolve_idle(settings);
    if (resolve_strategy(settings, selected, error) != 0 || resolve_backprop(settings, selected, error) != 0) return -1;
    if (check_diagnostics(settings, error) != 0) return -1;
    if (check_memory_bank(settings, error) != 0 || check_validation(settings, error) != 0) return -1;
    if (check_save(settings, error) != 0) return -1;
    return check_pairs(settings, error);
}
