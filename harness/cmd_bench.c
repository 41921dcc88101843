/* cmd_bench.c - `partgrad bench`: training steps on random pixels, their speed and memory as one row of CSV. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/parallel.h"
#include "harness/command.h"
#include "harness/csv.h"
#include "harness/meter.h"
#include "harness/trainer.h"

struct options {
    char model[OPTION_TEXT_SIZE], strategy[OPTION_TEXT_SIZE], loss[OPTION_TEXT_SIZE];
    struct network_options network;
    int image_size, batch, backprop, precision, micro_batch, steps, warmup, threads, classes;
    double portion;
};

static const struct field fields[] = {
    {"model", "network", OPTION_TEXT, offsetof(struct options, model), "mobilenet_v2", 0, 0, NULL},
    {"image_size", "pixels that enter the network", OPTION_INT, offsetof(struct options, image_size), "224", 8, 4096,
     NULL},
    {"batch", "B", OPTION_INT, offsetof(struct options, batch), "64", 2, 1000000, NULL},
    {"portion", "p", OPTION_REAL, offsetof(struct options, portion), "1", 1e-6, 1, NULL},
    {"strategy", "which samples receive gradient", OPTION_TEXT, offsetof(struct options, strategy), "first", 0, 0,
     NULL},
    {"loss", "loss", OPTION_TEXT, offsetof(struct options, loss), "multi_similarity", 0, 0, NULL},
    {"backprop", "how", OPTION_CHOICE, offsetof(struct options, backprop), "auto", 0, 0, settings_backprop_names},
    {"precision", "of activations and weights", OPTION_CHOICE, offsetof(struct options, precision), "auto", 0, 0,
     network_precision_names},
    {"micro_batch", "samples per kernel call at most", OPTION_INT, offsetof(struct options, micro_batch), "8", 1, 4096,
     NULL},
    {"steps", "timed steps; the median counts", OPTION_INT, offsetof(struct options, steps), "5", 1, 100000, NULL},
    {"warmup", "steps before them", OPTION_INT, offsetof(struct options, warmup), "1", 0, 1000, NULL},
    {"threads", "threads; 0: one for each core", OPTION_INT, offsetof(struct options, threads), "0", 0, 1024, NULL},
    {"classes", "classes in the batch", OPTION_INT, offsetof(struct options, classes), "16", 1, 1000000, NULL},
    {0},
};

/* Random pixels and labels in blocks. */
struct input {
    uint8_t *pixels; /* (B, 3, h, w) */
    int *labels;     /* (B) */
};

static int input_init(struct input *input, const struct options *options, struct error *error)
{
    size_t batch = (size_t)options->batch, bytes = batch * 3 * (size_t)options->image_size;
    struct random random = random_stream(0, RANDOM_TEST, 0, 0);
    if (size_multiply(bytes, (size_t)options->image_size, &bytes) != 0)
        return error_set(error, "the batch is too large");
    *input = (struct input){malloc(bytes), malloc(batch * sizeof(int))};
    if (!input->pixels || !input->labels) return error_set(error, "cannot allocate a batch of %zu bytes", bytes);
    for (size_t i = 0; i < bytes; i++) input->pixels[i] = (uint8_t)(random_bits(&random) >> 24);
    for (int i = 0; i < options->batch; i++) input->labels[i] = (int)((long)i * options->classes / options->batch);
    return 0;
}

static void input_release(struct input *input)
{
    free(input->pixels);
    free(input->labels);
}

static void print_row(const struct trainer *trainer, const struct options *options, double seconds)
{
    static const char *const header[] = {"model",
                                         "image_size",
                                         "batch_size",
                                         "portion",
                                         "backprop",
                                         "precision",
                                         "threads",
                                         "images_per_second",
                                         "step_milliseconds",
                                         "peak_activation_bytes",
                                         "peak_tensor_bytes",
                                         "peak_rss_bytes"};
    enum { COLUMNS = sizeof header / sizeof *header };
    const struct trainer_plan *plan = &trainer->plan;
    char text[COLUMNS][64];
    const char *row[COLUMNS];
    for (int c = 0; c < COLUMNS; c++) row[c] = text[c];
    row[0] = options->model;
    row[4] = settings_backprop_names[plan->two_pass ? BACKPROP_TWO_PASS : BACKPROP_DIRECT];
    row[5] = network_precision_names[plan->bf16 ? PRECISION_BF16 : PRECISION_F32];
    snprintf(text[1], sizeof *text, "%d", options->image_size);
    snprintf(text[2], sizeof *text, "%d", options->batch);
    snprintf(text[3], sizeof *text, "%.9g", options->portion);
    snprintf(text[6], sizeof *text, "%d", parallel_threads());
    snprintf(text[7], sizeof *text, "%.1f", options->batch / seconds);
    snprintf(text[8], sizeof *text, "%.1f", 1e3 * seconds);
    snprintf(text[9], sizeof *text, "%zu", trainer_activation_bytes(plan));
    snprintf(text[10], sizeof *text, "%zu", trainer_tensor_bytes(plan) - plan->loader_bytes);
    snprintf(text[11], sizeof *text, "%zu", meter_peak_rss_bytes());
    csv_write_row(stdout, header, COLUMNS);
    csv_write_row(stdout, row, COLUMNS);
}

static int time_steps(const struct settings *settings, const struct options *options, struct error *error)
{
    struct trainer trainer;
    struct input input = {0};
    struct step_result result;
    double *seconds = calloc((size_t)options->steps, sizeof *seconds);
    int status = trainer_create(&trainer, settings, error);
    if (status == 0) status = seconds ? input_init(&input, options, error) : error_set(error, "out of memory");
    for (int s = -options->warmup; s < options->steps && status == 0; s++) {
        double start = meter_seconds();
        trainer_step(&trainer, input.pixels, input.labels, 0, s + options->warmup, 1e-6, &result);
        if (s >= 0) seconds[s] = meter_seconds() - start;
    }
    if (status == 0) print_row(&trainer, options, meter_median(seconds, options->steps));
    input_release(&input);
    free(seconds);
    trainer_release(&trainer);
    return status;
}

/* A plug-in named on the command line, with its default options. */
static int choose(const struct plugin *const *registry, const char *kind, const char *name, void *options, size_t size,
                  struct choice *choice, struct error *error)
{
    choice->plugin = plugin_find(registry, kind, name, error);
    if (!choice->plugin) return COMMAND_USAGE;
    if (choice->plugin->options_size > size) return error_set(error, "%s %s: its options are too large", kind, name);
    option_defaults(choice->plugin->fields, options);
    choice->options = options;
    return 0;
}

static int run(const struct command_line *line, struct error *error)
{
    const struct options *options = line->options;
    char loss_options[1024] __attribute__((aligned(16))), strategy_options[1024] __attribute__((aligned(16)));
    struct settings settings = {
        .model = {line->plugin, line->plugin_options},
        .network = options->network,
        .image_size = options->image_size,
        .micro_batch = options->micro_batch,
        .backprop = options->backprop,
        .precision = options->precision,
        .batch_size = options->batch,
        .portion = options->portion,
    };
    parallel_set_threads(options->threads);
    option_defaults(optimizer_fields, &settings.optimizer);
    int status = choose(loss_registry, "loss", options->loss, loss_options, sizeof loss_options, &settings.loss, error);
    if (status == 0)
        status = choose(strategy_registry, "strategy", options->strategy, strategy_options, sizeof strategy_options,
                        &settings.strategy, error);
    return status == 0 ? time_steps(&settings, options, error) : status;
}

const struct command cmd_bench = {
    .name = "bench",
    .arguments = "",
    .summary = "time training steps on random pixels: one row of CSV",
    .fields = fields,
    .options_size = sizeof(struct options),
    .shared = network_fields,
    .shared_offset = offsetof(struct options, network),
    .registry = model_registry,
    .plugin_kind = "model",
    .plugin_field = "model",
    .run = run,
};
