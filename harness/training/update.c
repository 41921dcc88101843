/* update.c - see update.h. */
#include "harness/training/update.h"

#include <math.h>
#include <string.h>

#include "harness/training/loader.h"
#include "harness/training/resolve.h"

/* What the network must be able to do: direct holds K samples on the tape, two_pass a micro-batch. */
static int request(const struct settings *settings, struct trainer_plan *plan, struct network_request *wanted,
                   struct error *error)
{
    struct settings resolved = *settings;
    int batch = settings->batch_size, selected = strategy_selected_count(settings->portion, batch);
    if (settings_resolve(&resolved, error) != 0) return -1;
    plan->selected = selected;
    plan->two_pass = resolved.backprop == BACKPROP_TWO_PASS;
    *wanted = (struct network_request){
        .model = settings_model(settings),
        .model_options = settings->model.options,
        .options = settings->network,
        .image_size = settings->image_size,
        .precision = resolved.precision,
        .embed_count = plan->two_pass || selected == batch ? batch : batch - selected,
        .tape_count = plan->two_pass && selected > settings->micro_batch ? settings->micro_batch : selected,
        .micro_batch = settings->micro_batch,
        .seed = (uint64_t)settings->seed,
    };
    return 0;
}

/* Runs twice: over a measuring arena, then over a real one. */
static void carve(struct trainer *trainer, struct parameter *parameters, int count, int dim)
{
    const struct optimizer_options *optimizer = &trainer->settings->optimizer;
    optimizer_init(&trainer->optimizer, optimizer, parameters, count, &trainer->arena);
    trainer->proxies =
        (struct parameter){.name = "proxies", .trained = 1, .count = (size_t)trainer->step.class_count * (size_t)dim};
    optimizer_init(&trainer->proxy_optimizer, optimizer, &trainer->proxies, 1, &trainer->arena);
    trainer->plan.optimizer_bytes = trainer->arena.used;
    step_take(&trainer->step, trainer->settings->batch_size, dim, &trainer->arena);
    if (trainer->settings->diagnostics.every > 0) probe_take(&trainer->probe, parameters, count, &trainer->arena);
    trainer->plan.step_bytes = trainer->arena.used - trainer->plan.optimizer_bytes;
}

static int batches_to_update(const struct settings *settings)
{
    return settings->accumulate > 1 ? settings->accumulate : 1;
}

static float gradient_scale(const struct settings *settings, int selected)
{
    int inverse = settings->gradient_scale == GRADIENT_SCALE_INVERSE_PORTION;
    return (inverse ? (float)settings->batch_size / (float)selected : 1) / (float)batches_to_update(settings);
}

static void begin(struct trainer *trainer, const struct settings *settings, const struct trainer_classes *classes)
{
    const struct loss *loss = settings_loss(settings);
    trainer->settings = settings;
    trainer->step.loss = settings->loss;
    trainer->step.strategy = settings->strategy;
    trainer->step.two_pass = trainer->plan.two_pass;
    trainer->step.bank_size = settings->bank_size;
    trainer->step.detached = settings->own_batch == OWN_BATCH_DETACHED;
    trainer->step.class_count = loss->has_proxies ? classes->count : 0;
    trainer->step.selected = trainer->plan.selected;
    trainer->step.image_size = settings->image_size;
    trainer->step.gradient_scale = gradient_scale(settings, trainer->plan.selected);
    trainer->plan.loader_bytes = loader_bytes(settings);
}

int trainer_measure(const struct settings *settings, const struct trainer_classes *classes, struct trainer_plan *plan,
                    struct error *error)
{
    struct network_request wanted;
    struct network_plan network;
    struct trainer trainer = {0};
    if (request(settings, &trainer.plan, &wanted, error) != 0) return -1;
    if (network_measure(&wanted, &network, error) != 0) return -1;
    begin(&trainer, settings, classes);
    carve(&trainer, network.parameters.parameter, network.parameters.count, network.dim);
    *plan = trainer.plan;
    plan->dim = network.dim;
    plan->network = network.memory;
    plan->multiply_adds = network.multiply_adds;
    plan->bf16 = network.bf16;
    return 0;
}

/* Once they have their place. */
static void init_proxies(struct trainer *trainer, const struct trainer_classes *classes)
{
    struct proxies *proxies = &trainer->step.proxies;
    struct random random = random_stream((uint64_t)trainer->settings->seed, RANDOM_PROXIES, 0, 0);
    if (trainer->step.class_count == 0) return;
    memcpy(proxies->labels, classes->labels, (size_t)classes->count * sizeof(int));
    proxies_init(proxies, &random);
    trainer->proxies.value = proxies->values;
    trainer->proxies.gradient = proxies->gradients;
}

int trainer_create(struct trainer *trainer, const struct settings *settings, const struct trainer_classes *classes,
                   struct error *error)
{
    struct network_request wanted;
    *trainer = (struct trainer){0};
    if (request(settings, &trainer->plan, &wanted, error) != 0) return -1;
    if (network_create(&trainer->network, &wanted, error) != 0) return -1;
    begin(trainer, settings, classes);
    trainer->step.network = trainer->network;
    trainer->plan.network = network_memory(trainer->network);
    trainer->plan.bf16 = network_used_precision(trainer->network) == PRECISION_BF16;
    int count, dim = trainer->plan.dim = network_dim(trainer->network);
    struct parameter *parameters = network_parameters(trainer->network, &count);
    carve(trainer, parameters, count, dim);
    if (arena_init(&trainer->arena, trainer->arena.peak, error) != 0) {
        trainer_release(trainer);
        return -1;
    }
    carve(trainer, parameters, count, dim);
    init_proxies(trainer, classes);
    return 0;
}

void trainer_release(struct trainer *trainer)
{
    network_free(trainer->network);
    arena_release(&trainer->arena);
    *trainer = (struct trainer){0};
}

static int is_probed(const struct settings *settings, long step)
{
    return settings->diagnostics.every > 0 && step % settings->diagnostics.every == 0;
}

static void clear_gradients(struct trainer *trainer)
{
    network_clear_gradients(trainer->network);
    if (trainer->step.class_count > 0) proxies_clear_gradients(&trainer->step.proxies);
}

/* Proxies follow the network's schedule from a peak of their own, and always get their full gradient. */
static const struct parameter *update_proxies(struct trainer *trainer, double learning_rate)
{
    const struct proxy_options *options = trainer->settings->loss.options;
    if (trainer->step.class_count == 0) return NULL;
    for (size_t i = 0; i < trainer->proxies.count; i++)
        trainer->proxies.gradient[i] /= (float)batches_to_update(trainer->settings);
    double peak = trainer->settings->optimizer.learning_rate;
    return optimizer_step(&trainer->proxy_optimizer, peak > 0 ? options->learning_rate * learning_rate / peak : 0);
}

/* Of the statistics that batch norm learns without a gradient. */
static const struct parameter *find_broken_statistic(const struct trainer *trainer)
{
    int count;
    const struct parameter *parameters = network_parameters(trainer->network, &count);
    if (trainer->settings->network.batch_norm != BATCH_NORM_BATCH) return NULL;
    for (int p = 0; p < count; p++)
        for (size_t i = 0; !parameters[p].trained && parameters[p].rank == 1 && i < parameters[p].count; i++)
            if (!isfinite(parameters[p].value[i])) return &parameters[p];
    return NULL;
}

static void update(struct trainer *trainer, double learning_rate)
{
    const struct parameter *of_network = optimizer_step(&trainer->optimizer, learning_rate);
    const struct parameter *of_loss = update_proxies(trainer, learning_rate);
    trainer->broken = of_network ? of_network : of_loss ? of_loss : find_broken_statistic(trainer);
    network_refresh_trained(trainer->network);
    trainer->accumulated = 0;
}

void trainer_step(struct trainer *trainer, const uint8_t *pixels, int *labels, int epoch, long step,
                  double learning_rate, struct step_result *result)
{
    const struct settings *settings = trainer->settings;
    struct random random = random_stream((uint64_t)settings->seed, RANDOM_STRATEGY, (uint32_t)epoch, (uint64_t)step);
    if (step == 0) trainer->accumulated = 0;
    if (trainer->accumulated == 0) clear_gradients(trainer);
    network_set_training(trainer->network, 1);
    step_run(&trainer->step, pixels, labels, step, &random, result);
    network_set_training(trainer->network, 0);
    if (settings->bank_size > 0 && epoch >= settings->bank_start_epoch)
        memory_bank_push(&trainer->step.bank, &trainer->step.batch);
    if (++trainer->accumulated < batches_to_update(settings)) return;
    network_finish_gradients(trainer->network);
    if (is_probed(settings, step)) probe_run(&trainer->probe, &trainer->step, pixels, result);
    update(trainer, learning_rate);
}

static void add_optimizer(struct checkpoint *checkpoint, struct optimizer *optimizer)
{
    size_t trained = 0;
    for (int p = 0; p < optimizer->count; p++)
        if (optimizer->parameters[p].trained) trained += optimizer->parameters[p].count;
    checkpoint_add(checkpoint, &optimizer->step, sizeof optimizer->step);
    checkpoint_add(checkpoint, optimizer->first, trained * sizeof(float));
    checkpoint_add(checkpoint, optimizer->second, optimizer->second ? trained * sizeof(float) : 0);
}

void trainer_checkpoint(struct trainer *trainer, struct checkpoint *checkpoint)
{
    int count;
    struct parameter *parameters = network_parameters(trainer->network, &count);
    struct memory_bank *bank = &trainer->step.bank;
    for (int p = 0; p < count; p++)
        checkpoint_add(checkpoint, parameters[p].value, parameters[p].count * sizeof(float));
    add_optimizer(checkpoint, &trainer->optimizer);
    add_optimizer(checkpoint, &trainer->proxy_optimizer);
    checkpoint_add(checkpoint, trainer->proxies.value, trainer->proxies.count * sizeof(float));
    checkpoint_add(checkpoint, &bank->count, sizeof bank->count);
    checkpoint_add(checkpoint, &bank->next, sizeof bank->next);
    checkpoint_add(checkpoint, bank->labels, (size_t)bank->capacity * sizeof(int));
    checkpoint_add(checkpoint, bank->embeddings, (size_t)bank->capacity * (size_t)bank->dim * sizeof(float));
}

void trainer_resume(struct trainer *trainer)
{
    network_refresh(trainer->network);
}

size_t trainer_activation_bytes(const struct trainer_plan *plan)
{
    return plan->network.tape + plan->network.transient;
}
