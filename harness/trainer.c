/* trainer.c - see trainer.h. */
#include "harness/trainer.h"

#include "harness/loader.h"

const char *const settings_backprop_names[] = {"auto", "direct", "two_pass", NULL};

static int choose_backprop(const struct settings *settings, int selected, int *two_pass, struct error *error)
{
    const struct strategy *strategy = (const struct strategy *)settings->strategy.plugin;
    int direct = strategy_runs_direct(strategy) || selected == settings->batch_size;
    if (settings->backprop == BACKPROP_DIRECT && !direct)
        return error_set(
            error,
            "backprop: direct does not work with strategy %s, which looks at embeddings or losses before it "
            "selects; use two_pass or auto",
            strategy->plugin.name);
    *two_pass = settings->backprop == BACKPROP_TWO_PASS || !direct;
    if (*two_pass && settings->network.batch_norm == BATCH_NORM_BATCH)
        return error_set(
            error,
            "backprop: two_pass does not work with batch_norm: batch, since samples that are forwarded again "
            "in micro-batches meet other statistics than in the batch; use direct%s, or batch_norm: frozen",
            direct ? "" : " with a strategy that can");
    return 0;
}

/* What the network must be able to do: direct holds K samples on the tape, two_pass a micro-batch. */
static int request(const struct settings *settings, struct trainer_plan *plan, struct network_request *wanted,
                   struct error *error)
{
    int batch = settings->batch_size, selected = strategy_selected_count(settings->portion, batch);
    plan->selected = selected;
    if (choose_backprop(settings, selected, &plan->two_pass, error) != 0) return -1;
    *wanted = (struct network_request){
        .model = (const struct model *)settings->model.plugin,
        .model_options = settings->model.options,
        .options = settings->network,
        .image_size = settings->image_size,
        .precision = settings->precision,
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
    optimizer_init(&trainer->optimizer, &trainer->settings->optimizer, parameters, count, &trainer->arena);
    trainer->plan.optimizer_bytes = trainer->arena.used;
    step_take(&trainer->step, trainer->settings->batch_size, dim, &trainer->arena);
    trainer->plan.step_bytes = trainer->arena.used - trainer->plan.optimizer_bytes;
}

static void begin(struct trainer *trainer, const struct settings *settings)
{
    trainer->settings = settings;
    trainer->step.loss = settings->loss;
    trainer->step.strategy = settings->strategy;
    trainer->step.two_pass = trainer->plan.two_pass;
    trainer->step.selected = trainer->plan.selected;
    trainer->plan.loader_bytes = loader_bytes(settings);
}

int trainer_measure(const struct settings *settings, struct trainer_plan *plan, struct error *error)
{
    struct network_request wanted;
    struct network_plan network;
    struct trainer trainer = {0};
    if (request(settings, &trainer.plan, &wanted, error) != 0) return -1;
    if (network_measure(&wanted, &network, error) != 0) return -1;
    begin(&trainer, settings);
    carve(&trainer, network.parameters.parameter, network.parameters.count, network.dim);
    *plan = trainer.plan;
    plan->network = network.memory;
    plan->multiply_adds = network.multiply_adds;
    plan->bf16 = network.bf16;
    return 0;
}

int trainer_create(struct trainer *trainer, const struct settings *settings, struct error *error)
{
    struct network_request wanted;
    *trainer = (struct trainer){0};
    if (request(settings, &trainer->plan, &wanted, error) != 0) return -1;
    if (network_create(&trainer->network, &wanted, error) != 0) return -1;
    begin(trainer, settings);
    trainer->step.network = trainer->network;
    trainer->plan.network = network_memory(trainer->network);
    trainer->plan.bf16 = network_used_precision(trainer->network) == PRECISION_BF16;
    int count, dim = network_dim(trainer->network);
    struct parameter *parameters = network_parameters(trainer->network, &count);
    carve(trainer, parameters, count, dim);
    if (arena_init(&trainer->arena, trainer->arena.peak, error) != 0) {
        trainer_release(trainer);
        return -1;
    }
    carve(trainer, parameters, count, dim);
    return 0;
}

void trainer_release(struct trainer *trainer)
{
    network_free(trainer->network);
    arena_release(&trainer->arena);
    *trainer = (struct trainer){0};
}

void trainer_step(struct trainer *trainer, const uint8_t *pixels, int *labels, int epoch, long step,
                  double learning_rate, struct step_result *result)
{
    struct random random =
        random_stream((uint64_t)trainer->settings->seed, RANDOM_STRATEGY, (uint32_t)epoch, (uint64_t)step);
    network_set_training(trainer->network, 1);
    step_run(&trainer->step, pixels, labels, &random, result);
    network_set_training(trainer->network, 0);
    optimizer_step(&trainer->optimizer, learning_rate);
    network_refresh_trained(trainer->network);
}

size_t trainer_activation_bytes(const struct trainer_plan *plan)
{
    return plan->network.tape + plan->network.transient;
}

size_t trainer_tensor_bytes(const struct trainer_plan *plan)
{
    const struct network_memory *network = &plan->network;
    return network->weights + network->gradients + network->tape + network->transient + network->workspace +
           plan->optimizer_bytes + plan->step_bytes + plan->loader_bytes;
}
