/* update.c - see update.h. */
#include "harness/training/update.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "harness/training/budget.h"
#include "harness/training/kept_weights.h"
#include "harness/training/loader.h"
#include "harness/training/resolve.h"

struct network_request update_network_request(const struct settings *settings, int embed_count, int tape_count)
{
    struct network_request request = {
        .model = settings_model(settings),
        .model_options = settings->model.options,
        .options = settings->network,
        .image_size = settings->image_size,
        .precision = settings->precision,
        .embed_count = embed_count,
        .tape_count = tape_count,
        .micro_batch = settings->micro_batch,
        .seed = (uint64_t)settings->seed,
    };
    char *weights = kept_weights_path(settings->network.weights); /* if it is too long, it cannot exist */
    if (weights) snprintf(request.options.weights, sizeof request.options.weights, "%s", weights);
    free(weights);
    return request;
}

/* The network that the settings need. With direct the tape holds K samples, or B if some steps use the whole batch;
 * with two_pass, a micro-batch. */
static int request(const struct settings *settings, struct update_plan *plan, struct network_request *wanted,
                   struct error *error)
{
    struct settings resolved = *settings;
    int batch = settings->batch_size, selected = strategy_selected_count(settings->portion, batch);
    if (settings_resolve(&resolved, error) != 0) return -1;
    plan->selected = selected;
    plan->two_pass = resolved.backprop == BACKPROP_TWO_PASS;
    plan->largest = budget_has_whole_steps(&resolved) ? batch : selected;
    *wanted =
        update_network_request(&resolved, plan->two_pass || selected == batch ? batch : batch - selected,
                               plan->two_pass ? number_smaller(plan->largest, settings->micro_batch) : plan->largest);
    return 0;
}

/* Runs twice: over a measuring arena, then over a real one. */
static void carve(struct update *update, struct parameter *parameters, int count, int dim, int input_dim)
{
    const struct optimizer_options *optimizer = &update->settings->optimizer;
    optimizer_init(&update->optimizer, optimizer, parameters, count, &update->arena);
    update->proxies =
        (struct parameter){.name = "proxies", .trained = 1, .count = (size_t)update->step.proxy_count * (size_t)dim};
    optimizer_init(&update->proxy_optimizer, optimizer, &update->proxies, 1, &update->arena);
    update->plan.optimizer_bytes = update->arena.used;
    step_take(&update->step, update->settings->batch_size, dim, input_dim, &update->arena);
    if (update->settings->diagnostics.every > 0) probe_take(&update->probe, parameters, count, &update->arena);
    update->plan.step_bytes = update->arena.used - update->plan.optimizer_bytes;
}

static int batches_to_update(const struct settings *settings)
{
    return settings->accumulate > 1 ? settings->accumulate : 1;
}

float update_gradient_scale(const struct settings *settings, int selected)
{
    int inverse = settings->gradient_scale == GRADIENT_SCALE_INVERSE_PORTION;
    return (inverse ? (float)settings->batch_size / (float)selected : 1) / (float)batches_to_update(settings);
}

/* For a loss that has proxies. */
static int proxies_per_class(const struct settings *settings)
{
    const struct loss *loss = settings_loss(settings);
    return loss->proxies_per_class ? loss->proxies_per_class(settings->loss.options) : 1;
}

static void begin(struct update *update, const struct settings *settings, const struct update_classes *classes)
{
    const struct loss *loss = settings_loss(settings);
    update->settings = settings;
    update->step.loss = settings->loss;
    update->step.strategy = settings->strategy;
    update->step.two_pass = update->plan.two_pass;
    update->step.bank_size = settings->bank_size;
    update->step.detached = settings->own_batch == OWN_BATCH_DETACHED;
    update->step.proxy_count = loss->has_proxies ? classes->count * proxies_per_class(settings) : 0;
    update->step.selected = update->plan.selected;
    update->step.largest = update->plan.largest;
    update->step.image_size = settings->image_size;
    update->step.image_count = classes->image_count;
    update->step.gradient_scale = update_gradient_scale(settings, update->plan.selected);
    update->plan.loader_bytes = loader_bytes(settings);
}

int update_measure(const struct settings *settings, const struct update_classes *classes, struct update_plan *plan,
                   struct error *error)
{
    struct network_request wanted;
    struct network_plan network;
    struct update update = {0};
    if (request(settings, &update.plan, &wanted, error) != 0) return -1;
    if (network_measure(&wanted, &network, error) != 0) return -1;
    begin(&update, settings, classes);
    carve(&update, network.parameters.parameter, network.parameters.count, network.dim, network.input_dim);
    *plan = update.plan;
    plan->dim = network.dim;
    plan->network = network.memory;
    plan->parameters = parameter_values(network.parameters.parameter, network.parameters.count);
    plan->work = network.work;
    plan->bf16 = network.bf16;
    return 0;
}

/* After they are placed. */
static void init_proxies(struct update *update, const struct update_classes *classes)
{
    struct proxies *proxies = &update->step.proxies;
    struct random random = random_stream((uint64_t)update->settings->seed, RANDOM_PROXIES, 0, 0);
    int per_class = proxies_per_class(update->settings);
    if (update->step.proxy_count == 0) return;
    for (int p = 0; p < proxies->count; p++) proxies->labels[p] = classes->labels[p / per_class];
    proxies_init(proxies, &random);
    update->proxies.value = proxies->values;
    update->proxies.gradient = proxies->gradients;
}

int update_create(struct update *update, const struct settings *settings, const struct update_classes *classes,
                  struct error *error)
{
    return update_create_with_tape(update, settings, classes, 0, error);
}

int update_create_with_tape(struct update *update, const struct settings *settings,
                            const struct update_classes *classes, int tape, struct error *error)
{
    struct network_request wanted;
    *update = (struct update){0};
    if (request(settings, &update->plan, &wanted, error) != 0) return -1;
    if (tape > 0) wanted.tape_count = tape;
    if (network_create(&update->network, &wanted, error) != 0) return -1;
    begin(update, settings, classes);
    update->step.network = update->network;
    update->plan.network = network_memory(update->network);
    update->plan.work = network_work(update->network);
    update->plan.bf16 = network_used_precision(update->network) == PRECISION_BF16;
    int count, dim = update->plan.dim = network_dim(update->network), input_dim = network_input_dim(update->network);
    struct parameter *parameters = network_parameters(update->network, &count);
    carve(update, parameters, count, dim, input_dim);
    if (arena_init(&update->arena, update->arena.peak, error) != 0) {
        update_release(update);
        return -1;
    }
    carve(update, parameters, count, dim, input_dim);
    init_proxies(update, classes);
    step_begin_history(&update->step);
    return 0;
}

void update_release(struct update *update)
{
    network_free(update->network);
    arena_release(&update->arena);
    *update = (struct update){0};
}

void update_set_kind(struct update *update, int kind)
{
    int whole = (kind & STEP_WHOLE) != 0, head_only = (kind & STEP_HEAD_ONLY) != 0;
    update->step.whole = whole;
    update->step.gradient_scale =
        update_gradient_scale(update->settings, whole ? update->settings->batch_size : update->plan.selected);
    update->optimizer.head_only = head_only;
    network_set_head_only(update->network, head_only);
}

static int is_probed(const struct settings *settings, long step)
{
    return settings->diagnostics.every > 0 && step % settings->diagnostics.every == 0;
}

void update_begin_gradient(struct update *update)
{
    network_clear_gradients(update->network);
    if (update->step.proxy_count > 0) proxies_clear_gradients(&update->step.proxies);
}

/* Proxies have their own peak learning rate on the network's schedule, and always get their full gradient. */
static const struct parameter *update_proxies(struct update *update, double learning_rate)
{
    const struct proxy_options *options = update->settings->loss.options;
    if (update->step.proxy_count == 0) return NULL;
    for (size_t i = 0; i < update->proxies.count; i++)
        update->proxies.gradient[i] /= (float)batches_to_update(update->settings);
    double peak = update->settings->optimizer.learning_rate;
    return optimizer_step(&update->proxy_optimizer, peak > 0 ? options->learning_rate * learning_rate / peak : 0);
}

/* Checks the statistics that batch norm learns without a gradient. */
static const struct parameter *find_broken_statistic(const struct update *update)
{
    int count;
    const struct parameter *parameters = network_parameters(update->network, &count);
    if (update->settings->network.batch_norm != BATCH_NORM_BATCH) return NULL;
    for (int p = 0; p < count; p++)
        for (size_t i = 0; !parameters[p].trained && parameters[p].rank == 1 && i < parameters[p].count; i++)
            if (!isfinite(parameters[p].value[i])) return &parameters[p];
    return NULL;
}

static void take_update(struct update *update, double learning_rate)
{
    const struct parameter *of_network = optimizer_step(&update->optimizer, learning_rate);
    const struct parameter *of_loss = update_proxies(update, learning_rate);
    update->broken = of_network ? of_network : of_loss ? of_loss : find_broken_statistic(update);
    network_refresh_trained(update->network);
    update->accumulated = 0;
}

void update_step(struct update *update, const uint8_t *pixels, int *labels, const int *ids, int epoch, long step,
                 double learning_rate, struct step_result *result)
{
    const struct settings *settings = update->settings;
    struct random random = random_stream((uint64_t)settings->seed, RANDOM_STRATEGY, (uint32_t)epoch, (uint64_t)step);
    if (step == 0) update->accumulated = 0;
    if (update->accumulated == 0) update_begin_gradient(update);
    network_set_training(update->network, 1);
    step_run(&update->step, pixels, labels, ids, step, &random, result);
    network_set_training(update->network, 0);
    if (settings->bank_size > 0 && epoch >= settings->bank_start_epoch)
        memory_bank_push(&update->step.bank, &update->step.batch);
    if (++update->accumulated < batches_to_update(settings)) return;
    network_finish_gradients(update->network);
    if (is_probed(settings, step)) probe_run(&update->probe, &update->step, pixels, result);
    take_update(update, learning_rate);
}

static void add_optimizer(struct checkpoint *checkpoint, struct optimizer *optimizer)
{
    size_t trained = 0;
    for (int p = 0; p < optimizer->count; p++)
        if (optimizer->parameters[p].trained) trained += optimizer->parameters[p].count;
    checkpoint_add(checkpoint, &optimizer->step, sizeof optimizer->step);
    checkpoint_add(checkpoint, &optimizer->head_steps, sizeof optimizer->head_steps);
    checkpoint_add(checkpoint, optimizer->first, trained * sizeof(float));
    checkpoint_add(checkpoint, optimizer->second, optimizer->second ? trained * sizeof(float) : 0);
}

void update_checkpoint(struct update *update, struct checkpoint *checkpoint)
{
    int count;
    struct parameter *parameters = network_parameters(update->network, &count);
    struct memory_bank *bank = &update->step.bank;
    for (int p = 0; p < count; p++)
        checkpoint_add(checkpoint, parameters[p].value, parameters[p].count * sizeof(float));
    add_optimizer(checkpoint, &update->optimizer);
    add_optimizer(checkpoint, &update->proxy_optimizer);
    checkpoint_add(checkpoint, update->proxies.value, update->proxies.count * sizeof(float));
    checkpoint_add(checkpoint, &bank->count, sizeof bank->count);
    checkpoint_add(checkpoint, &bank->next, sizeof bank->next);
    checkpoint_add(checkpoint, bank->labels, (size_t)bank->capacity * sizeof(int));
    checkpoint_add(checkpoint, bank->embeddings, (size_t)bank->capacity * (size_t)bank->dim * sizeof(float));
    checkpoint_add(checkpoint, update->step.history, update->step.history_count * sizeof(float));
}

void update_resume(struct update *update)
{
    network_refresh(update->network);
}

size_t update_activation_bytes(const struct update_plan *plan)
{
    return plan->network.tape + plan->network.transient;
}
