/* gradient_selections.c - see gradient_selections.h. */
#include "harness/training/gradient_selections.h"

#include <math.h>
#include <string.h>

#include "harness/training/update.h"

/* Runs twice: over a measuring arena, then over a real one. */
static size_t carve(struct gradient_selections *selections, const struct batch *shape, int image_count)
{
    const struct strategy *strategy = settings_strategy(selections->settings);
    const void *options = selections->settings->strategy.options;
    size_t count = (size_t)selections->batches * (size_t)selections->selections, most = (size_t)selections->most;
    size_t history = strategy_history_count(strategy, options, image_count, shape->size);
    selections->count = arena_take(&selections->arena, count, sizeof(int));
    selections->index = arena_take(&selections->arena, count * most, sizeof(int));
    selections->weight = arena_take(&selections->arena, count * most, sizeof(float));
    selection_take(&selections->selection, strategy, shape, selections->most, &selections->arena);
    selections->history = history > 0 ? arena_take(&selections->arena, history, sizeof(float)) : NULL;
    return history;
}

int gradient_selections_init(struct gradient_selections *selections, const struct settings *settings,
                             const struct gradient_design *design, const struct batch *shape, int image_count,
                             struct error *error)
{
    int most = strategy_selected_count(settings->portion, shape->size);
    *selections = (struct gradient_selections){
        .settings = settings,
        .batches = design->batches,
        .selections = design->selections,
        .size = shape->size,
        .most = most,
        .scale = update_gradient_scale(settings, most),
        .arena = arena_measure(),
    };
    carve(selections, shape, image_count);
    if (arena_init(&selections->arena, selections->arena.peak, error) != 0) return -1;
    size_t history = carve(selections, shape, image_count);
    for (size_t i = 0; i < history; i++) selections->history[i] = NAN;
    return 0;
}

void gradient_selections_release(struct gradient_selections *selections)
{
    arena_release(&selections->arena);
    *selections = (struct gradient_selections){0};
}

/* The selection's number among all; its samples begin at K times that. */
static size_t place(const struct gradient_selections *selections, int b, int s)
{
    return (size_t)b * (size_t)selections->selections + (size_t)s;
}

void gradient_selections_draw(struct gradient_selections *selections, const struct batch *batch, int b)
{
    const struct settings *settings = selections->settings;
    const struct selection *selection = &selections->selection;
    struct batch view = *batch;
    view.history = selections->history;
    for (int s = 0; s < selections->selections; s++) {
        struct random random = random_stream((uint64_t)settings->seed, RANDOM_SELECTION, (uint32_t)s, (uint64_t)b);
        size_t at = place(selections, b, s), first = at * (size_t)selections->most;
        strategy_select(settings_strategy(settings), settings->strategy.options, &view, selections->most, &random,
                        &selections->selection);
        selections->count[at] = selection->count;
        for (int i = 0; i < selection->count; i++) {
            selections->index[first + (size_t)i] = selection->index[i];
            selections->weight[first + (size_t)i] = selections->scale * selection->weight[i];
        }
    }
}

/* Whether selection s of batch b equals the one before, as it always does for strategies that draw nothing. */
static int repeats(const struct gradient_selections *selections, int b, int s)
{
    if (s == 0) return 0;
    size_t at = place(selections, b, s), most = (size_t)selections->most, count = (size_t)selections->count[at];
    const int *index = selections->index + at * most;
    const float *weight = selections->weight + at * most;
    return selections->count[at - 1] == selections->count[at] &&
           memcmp(index, index - most, count * sizeof *index) == 0 &&
           memcmp(weight, weight - most, count * sizeof *weight) == 0;
}

/* For one batch and a stretch of `count` values, short enough for the cache: sums samples (B, size) into sums (S,
 * size), both starting at the stretch's first value. */
static void sum_stretch(const struct gradient_selections *selections, int b, const float *samples, size_t size,
                        size_t count, float *sums)
{
    for (int s = 0; s < selections->selections; s++) {
        size_t at = place(selections, b, s), first = at * (size_t)selections->most;
        float *sum = sums + (size_t)s * size;
        if (repeats(selections, b, s)) {
            memcpy(sum, sum - size, count * sizeof *sum);
            continue;
        }
        memset(sum, 0, count * sizeof *sum);
        for (int i = 0; i < selections->count[at]; i++) {
            const float *sample = samples + (size_t)selections->index[first + (size_t)i] * size;
            float weight = selections->weight[first + (size_t)i];
            for (size_t k = 0; k < count; k++) sum[k] += weight * sample[k];
        }
    }
}

void gradient_selections_sum(const struct gradient_selections *selections, const float *samples, size_t size,
                             float *values)
{
    const size_t most = 1024;
#pragma omp parallel for schedule(static)
    for (int b = 0; b < selections->batches; b++) {
        const float *batch = samples + (size_t)b * (size_t)selections->size * size;
        float *sums = values + place(selections, b, 0) * size;
        for (size_t k = 0; k < size; k += most)
            sum_stretch(selections, b, batch + k, size, size - k < most ? size - k : most, sums + k);
    }
}

double gradient_selections_mean(const struct gradient_selections *selections)
{
    int count = selections->batches * selections->selections;
    double sum = 0;
    for (int i = 0; i < count; i++) sum += selections->count[i];
    return sum / count;
}
