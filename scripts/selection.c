/* selection.c - how long strategies take to select; used by scripts/bench-strategies.
 *
 *   selection BATCH PORTION [DIM [INPUTS [REPETITIONS [THREADS]]]]
 *
 * Random embeddings of DIM (128) numbers, gradients, and INPUTS (1280) of a linear head; the median over REPETITIONS
 * (9) batches. Prints one row of CSV for each strategy: milliseconds to select, and to update its history. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/meter.h"
#include "base/parallel.h"
#include "strategies/strategy.h"

enum { CLASSES = 16, REPETITIONS_MAX = 1000, OPTIONS_SIZE = 1024 };

/* A strategy working on random batches of one shape. */
struct work {
    const struct strategy *strategy;
    char options[OPTIONS_SIZE] __attribute__((aligned(16)));
    struct batch batch;
    int *ids;
    int count;
    struct selection selection;
    float *history;
    size_t history_count;
    struct arena arena;
};

static void carve(struct work *work)
{
    struct batch *batch = &work->batch;
    size_t size = (size_t)batch->size, rows = size * (size_t)batch->dim;
    batch->labels = arena_take(&work->arena, size, sizeof(int));
    work->ids = arena_take(&work->arena, size, sizeof(int));
    batch->embeddings = arena_take(&work->arena, rows, sizeof(float));
    batch->lengths = arena_take(&work->arena, size, sizeof(float));
    batch->inputs = arena_take(&work->arena, size * (size_t)batch->input_dim, sizeof(float));
    batch->sample_losses = arena_take(&work->arena, size, sizeof(float));
    batch->reference_losses = arena_take(&work->arena, size, sizeof(float));
    batch->received = arena_take(&work->arena, rows, sizeof(float));
    work->history = arena_take(&work->arena, work->history_count, sizeof(float));
    selection_take(&work->selection, work->strategy, batch, work->count, &work->arena);
}

static void draw_batch(struct work *work, int number)
{
    struct random random = random_stream(1, RANDOM_TEST, 0, (uint64_t)number);
    struct batch *batch = &work->batch;
    size_t rows = (size_t)batch->size * (size_t)batch->dim, inputs = (size_t)batch->size * (size_t)batch->input_dim;
    for (size_t i = 0; i < rows; i++) {
        batch->embeddings[i] = random_normal(&random) / sqrtf((float)batch->dim);
        batch->received[i] = 1e-3f * random_normal(&random);
    }
    for (size_t i = 0; i < inputs; i++) batch->inputs[i] = fabsf(random_normal(&random));
    for (int i = 0; i < batch->size; i++) {
        batch->labels[i] = i % CLASSES;
        work->ids[i] = i;
        batch->sample_losses[i] = random_uniform(&random);
        batch->reference_losses[i] = random_uniform(&random);
        batch->lengths[i] = 1;
    }
    batch->step = number;
}

static int begin(struct work *work, const struct strategy *strategy, struct error *error)
{
    work->strategy = strategy;
    if (strategy->plugin.options_size > OPTIONS_SIZE) return error_set(error, "options are too large");
    if (strategy->plugin.fields) option_defaults(strategy->plugin.fields, work->options);
    work->history_count = strategy_history_count(strategy, work->options, work->batch.size, work->batch.size);
    carve(work);
    if (arena_init(&work->arena, work->arena.peak, error) != 0) return -1;
    carve(work);
    work->batch.ids = work->ids;
    work->batch.history = work->history;
    for (size_t i = 0; i < work->history_count; i++) work->history[i] = NAN;
    return 0;
}

/* Seconds to select from another batch, and to update the history with it. */
static void time_batch(struct work *work, int number, double *select, double *remember)
{
    struct random random = random_stream(1, RANDOM_STRATEGY, 0, (uint64_t)number);
    draw_batch(work, number);
    double start = clock_seconds();
    strategy_select(work->strategy, work->options, &work->batch, work->count, &random, &work->selection);
    double selected = clock_seconds();
    if (work->history_count > 0) work->strategy->remember(work->options, &work->batch, work->history);
    *select = selected - start;
    *remember = clock_seconds() - selected;
}

static int time_strategy(const struct strategy *strategy, struct batch shape, int count, int repetitions,
                         struct error *error)
{
    struct work work = {.batch = shape, .count = count};
    double select[REPETITIONS_MAX], remember[REPETITIONS_MAX];
    if (begin(&work, strategy, error) != 0) return -1;
    for (int r = -1; r < repetitions; r++) time_batch(&work, r + 1, &select[r < 0 ? 0 : r], &remember[r < 0 ? 0 : r]);
    printf("%s,%d,%d,%d,%d,%d,%.3f,%.3f\n", strategy->plugin.name, shape.size, count, shape.dim, shape.input_dim,
           parallel_threads(), 1e3 * meter_median(select, repetitions), 1e3 * meter_median(remember, repetitions));
    arena_release(&work.arena);
    return 0;
}

static int argument(char **argv, int argc, int at, int otherwise)
{
    return at < argc ? atoi(argv[at]) : otherwise;
}

int main(int argc, char **argv)
{
    struct error error;
    struct batch shape = {.size = argument(argv, argc, 1, 0),
                          .dim = argument(argv, argc, 3, 128),
                          .input_dim = argument(argv, argc, 4, 1280)};
    double portion = argc > 2 ? atof(argv[2]) : 0;
    int repetitions = argument(argv, argc, 5, 9);
    if (shape.size < 2 || shape.dim < 1 || shape.input_dim < 1 || !(portion > 0 && portion < 1) || repetitions < 1 ||
        repetitions > REPETITIONS_MAX) {
        fprintf(stderr, "usage: selection BATCH PORTION [DIM [INPUTS [REPETITIONS [THREADS]]]]\n");
        return 2;
    }
    parallel_begin(argument(argv, argc, 6, 0));
    printf("strategy,batch_size,selected,dim,inputs,threads,select_milliseconds,remember_milliseconds\n");
    for (const struct plugin *const *row = strategy_registry; *row; row++)
        if (time_strategy((const struct strategy *)*row, shape, strategy_selected_count(portion, shape.size),
                          repetitions, &error) != 0) {
            fprintf(stderr, "selection: %s\n", error.message);
            return 1;
        }
    return 0;
}
