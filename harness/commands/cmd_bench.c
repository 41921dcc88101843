/* cmd_bench.c - `partgrad bench`: times training steps on random pixels, or embedding without a tape; speed and memory
 * as one row of CSV. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/parallel.h"
#include "harness/commands/command.h"
#include "base/csv.h"
#include "harness/runs/environment.h"
#include "harness/runs/grid.h"
#include "harness/training/memory.h"
#include "base/meter.h"
#include "harness/training/update.h"
#include "harness/runs/experiment_file.h"

struct options {
    char model[OPTION_TEXT_SIZE], strategy[OPTION_TEXT_SIZE], loss[OPTION_TEXT_SIZE];
    struct network_options network;
    int measure, image_size, batch, backprop, precision, micro_batch, steps, warmup, threads, classes;
    double portion;
    struct option_paths set;
};

enum measure { MEASURE_STEP, MEASURE_EMBED };
static const char *const measures[] = {"step", "embed", NULL};

static const struct field fields[] = {
    {"measure", "time a training step, or embedding a batch without keeping activations", OPTION_CHOICE,
     offsetof(struct options, measure), "step", 0, 0, measures},
    {"model", "network", OPTION_TEXT, offsetof(struct options, model), "mobilenet_v2", 0, 0, NULL},
    {"image_size", "side of the network's input, in pixels", OPTION_INT, offsetof(struct options, image_size), "224", 8,
     4096, NULL},
    {"batch", "batch size B", OPTION_INT, offsetof(struct options, batch), "64", 2, 1000000, NULL},
    {"portion", "gradient portion p", OPTION_REAL, offsetof(struct options, portion), "1", 1e-6, 1, NULL},
    {"strategy", "strategy that selects the samples to back-propagate", OPTION_TEXT, offsetof(struct options, strategy),
     "first", 0, 0, NULL},
    {"loss", "loss", OPTION_TEXT, offsetof(struct options, loss), "multi_similarity", 0, 0, NULL},
    {"backprop", "how the portion is back-propagated", OPTION_CHOICE, offsetof(struct options, backprop), "auto", 0, 0,
     settings_backprop_names},
    {"precision", "precision of activations and weights", OPTION_CHOICE, offsetof(struct options, precision), "auto", 0,
     0, network_precision_names},
    {"micro_batch", "maximum number of samples per kernel call", OPTION_INT, offsetof(struct options, micro_batch), "8",
     1, 4096, NULL},
    {"steps", "timed steps, of which the median, the shortest and the longest are printed", OPTION_INT,
     offsetof(struct options, steps), "5", 1, 100000, NULL},
    {"warmup", "untimed steps before the timed ones", OPTION_INT, offsetof(struct options, warmup), "1", 0, 1000, NULL},
    {"threads", "threads; 0: OMP_NUM_THREADS, or one per core", OPTION_INT, offsetof(struct options, threads), "0", 0,
     1024, NULL},
    {"set", "any setting of an experiment, such as optimizer.name=sgd; repeatable", OPTION_PATHS,
     offsetof(struct options, set), .values = "KEY=VALUE"},
    {"classes", "classes in the batch", OPTION_INT, offsetof(struct options, classes), "16", 1, 1000000, NULL},
    {0},
};

/* Random pixels and labels in blocks. */
struct input {
    uint8_t *pixels; /* (B, 3, h, w) */
    int *labels;     /* (B) */
    int *ids;        /* (B) */
    size_t bytes;    /* of pixels */
};

static int input_init(struct input *input, const struct options *options, struct error *error)
{
    size_t batch = (size_t)options->batch, bytes = batch * 3 * (size_t)options->image_size;
    struct random random = random_stream(0, RANDOM_TEST, 0, 0);
    if (size_multiply(bytes, (size_t)options->image_size, &bytes) != 0)
        return error_set(error, "the batch is too large");
    *input = (struct input){malloc(bytes), malloc(batch * sizeof(int)), malloc(batch * sizeof(int)), bytes};
    if (!input->pixels || !input->labels || !input->ids)
        return error_set(error, "cannot allocate a batch of %zu bytes", bytes);
    for (size_t i = 0; i < bytes; i++) input->pixels[i] = (uint8_t)(random_bits(&random) >> 24);
    for (int i = 0; i < options->batch; i++) {
        input->labels[i] = (int)((long)i * options->classes / options->batch);
        input->ids[i] = i;
    }
    return 0;
}

static void input_release(struct input *input)
{
    free(input->pixels);
    free(input->labels);
    free(input->ids);
}

enum { COLUMN_SIZE = 64, PLUGIN_BYTES = 1024 };

/* The configuration and the measured times. */
struct row {
    const char *backprop;
    int bf16;
    double *seconds; /* (steps) for a batch each; sorted by print_row */
    const struct update_plan *plan;
};

static void print_row(const struct options *options, const struct row *row)
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
                                         "least_milliseconds",
                                         "greatest_milliseconds",
                                         "peak_activation_bytes",
                                         "peak_tensor_bytes",
                                         "peak_rss_bytes"};
    enum { COLUMNS = sizeof header / sizeof *header };
    char text[COLUMNS][COLUMN_SIZE];
    const char *cells[COLUMNS];
    double median = meter_median(row->seconds, options->steps);
    for (int c = 0; c < COLUMNS; c++) cells[c] = text[c];
    cells[0] = options->model;
    cells[4] = row->backprop;
    cells[5] = network_precision_names[row->bf16 ? PRECISION_BF16 : PRECISION_F32];
    snprintf(text[1], COLUMN_SIZE, "%d", options->image_size);
    snprintf(text[2], COLUMN_SIZE, "%d", options->batch);
    snprintf(text[3], COLUMN_SIZE, "%.9g", options->measure == MEASURE_EMBED ? 0 : options->portion);
    snprintf(text[6], COLUMN_SIZE, "%d", parallel_threads());
    snprintf(text[7], COLUMN_SIZE, "%.1f", options->batch / median);
    snprintf(text[8], COLUMN_SIZE, "%.1f", 1e3 * median);
    snprintf(text[9], COLUMN_SIZE, "%.1f", 1e3 * row->seconds[0]);
    snprintf(text[10], COLUMN_SIZE, "%.1f", 1e3 * row->seconds[options->steps - 1]);
    snprintf(text[11], COLUMN_SIZE, "%zu", update_activation_bytes(row->plan));
    snprintf(text[12], COLUMN_SIZE, "%zu", memory_tensor_bytes(row->plan));
    snprintf(text[13], COLUMN_SIZE, "%zu", meter_peak_rss_bytes());
    csv_write_row(stdout, header, COLUMNS);
    csv_write_row(stdout, cells, COLUMNS);
    memory_print(row->plan);
}

static int time_steps(const struct settings *settings, const struct options *options, struct error *error)
{
    struct update update;
    struct input input = {0};
    struct step_result result;
    double *seconds = calloc((size_t)options->steps, sizeof *seconds);
    int status = seconds ? input_init(&input, options, error) : error_set(error, "out of memory");
    struct update_classes classes = {options->batch, input.labels,
                                     options->batch}; /* with more images than classes, labels repeat */
    if (status == 0) status = update_create(&update, settings, &classes, error);
    for (int s = -options->warmup; s < options->steps && status == 0; s++) {
        double start = clock_seconds();
        update_step(&update, input.pixels, input.labels, input.ids, 0, s + options->warmup, 1e-6, &result);
        if (s >= 0) seconds[s] = clock_seconds() - start;
    }
    update.plan.loader_bytes = input.bytes; /* the batch of random pixels replaces the loader */
    if (status == 0)
        print_row(options,
                  &(struct row){
                      .backprop = settings_backprop_names[update.plan.two_pass ? BACKPROP_TWO_PASS : BACKPROP_DIRECT],
                      .bf16 = update.plan.bf16,
                      .seconds = seconds,
                      .plan = &update.plan,
                  });
    input_release(&input);
    free(seconds);
    update_release(&update);
    return status;
}

static int time_embedding(const struct settings *settings, const struct options *options, struct error *error)
{
    struct network_request request = update_network_request(settings, settings->batch_size, 0);
    struct network *network = NULL;
    struct input input = {0};
    double *seconds = calloc((size_t)options->steps, sizeof *seconds);
    int status = network_create(&network, &request, error);
    if (status == 0) status = input_init(&input, options, error);
    float *embeddings =
        status == 0 ? calloc((size_t)options->batch * (size_t)network_dim(network), sizeof(float)) : NULL;
    if (status == 0 && (!seconds || !embeddings)) status = error_set(error, "out of memory");
    for (int s = -options->warmup; s < options->steps && status == 0; s++) {
        double start = clock_seconds();
        network_embed(network, input.pixels, NULL, options->batch, (struct network_rows){embeddings});
        if (s >= 0) seconds[s] = clock_seconds() - start;
    }
    if (status == 0) {
        struct update_plan plan = {.network = network_memory(network), .loader_bytes = input.bytes};
        print_row(options, &(struct row){.backprop = "none",
                                         .bf16 = network_used_precision(network) == PRECISION_BF16,
                                         .seconds = seconds,
                                         .plan = &plan});
    }
    free(embeddings);
    free(seconds);
    input_release(&input);
    network_free(network);
    return status;
}

static int (*const measurements[])(const struct settings *, const struct options *, struct error *) = {
    [MEASURE_STEP] = time_steps,
    [MEASURE_EMBED] = time_embedding,
};

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

/* The settings that the options ask for. */
static int choose_settings(const struct command_line *line, void *loss, void *strategy, struct settings *settings,
                           struct error *error)
{
    const struct options *options = line->options;
    settings_defaults(settings);
    snprintf(settings->dataset, sizeof settings->dataset, "random pixels");
    settings->model = (struct choice){line->plugin, line->plugin_options};
    settings->network = options->network;
    settings->image_size = options->image_size;
    settings->micro_batch = options->micro_batch;
    settings->backprop = options->backprop;
    settings->precision = options->precision;
    settings->batch_size = options->batch;
    settings->portion = options->portion;
    settings->sampler.plugin = plugin_find(sampler_registry, "sampler", "uniform", error);
    int status = settings->sampler.plugin ? 0 : -1;
    if (status == 0) status = choose(loss_registry, "loss", options->loss, loss, PLUGIN_BYTES, &settings->loss, error);
    if (status != 0) return status;
    return choose(strategy_registry, "strategy", options->strategy, strategy, PLUGIN_BYTES, &settings->strategy, error);
}

/* Applies --set, whose keys are those of experiments, by writing the settings as an experiment and reading that. */
static int apply_sets(struct grid *grid, struct experiment *experiment, const struct settings *settings,
                      const struct option_paths *sets, struct error *error)
{
    char *text = settings_text(settings);
    int status = text ? experiment_read_text(experiment, text, "bench", sets->path, sets->count, error)
                      : error_set(error, "out of memory");
    free(text);
    if (status == 0) status = grid_init(grid, experiment, error);
    if (status == 0 && grid->count > 1) status = error_set(error, "--set: bench times one configuration, not a list");
    if (status == 0 && settings_is_open(&grid->cells[0].settings))
        status = error_set(
            error,
            "--set: bench times a given batch: use numbers, without limits; 'partgrad plan --fit' finds the largest");
    return status;
}

static int measure(const struct settings *settings, const struct options *asked, struct error *error)
{
    struct options options = *asked;
    options.batch = settings->batch_size;
    options.image_size = settings->image_size;
    options.portion = settings->portion;
    snprintf(options.model, sizeof options.model, "%s", settings->model.plugin->name);
    return measurements[options.measure](settings, &options, error);
}

static int run(const struct command_line *line, struct error *error)
{
    const struct options *options = line->options;
    char loss[PLUGIN_BYTES] __attribute__((aligned(16))), strategy[PLUGIN_BYTES] __attribute__((aligned(16)));
    struct settings settings = {0};
    struct experiment experiment = {0};
    struct grid grid = {0};
    parallel_begin(options->threads);
    int status = choose_settings(line, loss, strategy, &settings, error);
    if (status == 0 && options->set.count > 0) {
        status = apply_sets(&grid, &experiment, &settings, &options->set, error);
        if (status == 0) settings = grid.cells[0].settings;
    }
    if (status == 0) status = measure(&settings, options, error);
    if (status == 0) environment_note_precision(options->precision);
    grid_release(&grid);
    experiment_release(&experiment);
    return status;
}

const struct command cmd_bench = {
    .name = "bench",
    .arguments = "",
    .summary = "time training steps on random pixels",
    .description = "Prints one row of CSV. --measure embed times only embedding.",
    .fields = fields,
    .options_size = sizeof(struct options),
    .shared = network_fields,
    .shared_offset = offsetof(struct options, network),
    .registry = model_registry,
    .plugin_kind = "model",
    .plugin_field = "model",
    .run = run,
};
