/* budget.c - see budget.h. */
#include "harness/training/budget.h"

#include <math.h>

int budget_steps_per_epoch(const struct settings *settings, int train_images)
{
    if (settings->steps_per_epoch > 0) return settings->steps_per_epoch;
    return train_images > settings->batch_size ? train_images / settings->batch_size : 1;
}

/* The first step at or above a share of all steps, robust against rounding (0.1 has no exact double). */
static long share_of(double share, long steps)
{
    return (long)ceil(share * (double)steps * (1 - 1e-12));
}

static int batches_to_update(const struct settings *settings)
{
    return settings->accumulate > 1 ? settings->accumulate : 1;
}

/* Steps of the head alone, rounded to whole updates in the epoch in which they end. */
static long head_steps(const struct settings *settings, int steps_per_epoch, long steps)
{
    double epochs = settings->optimizer.head_warmup, whole = floor(epochs);
    long rest = lround((epochs - whole) * steps_per_epoch);
    double asked = whole * steps_per_epoch + (double)(rest - rest % batches_to_update(settings));
    return asked < (double)steps ? (long)asked : steps;
}

struct budget budget_of_steps(const struct settings *settings, int steps_per_epoch, long steps)
{
    const struct settings_portion_schedule *schedule = &settings->portion_schedule;
    return (struct budget){
        .steps_per_epoch = steps_per_epoch,
        .epochs = (int)((steps + steps_per_epoch - 1) / steps_per_epoch),
        .steps = steps,
        .accumulate = batches_to_update(settings),
        .head_steps = head_steps(settings, steps_per_epoch, steps),
        .whole_before = share_of(schedule->start, steps),
        .whole_from = share_of(schedule->end, steps),
        .whole_every = schedule->whole_every,
    };
}

struct budget budget_make(const struct settings *settings, int train_images)
{
    int each = budget_steps_per_epoch(settings, train_images);
    return budget_of_steps(settings, each, settings->steps > 0 ? settings->steps : (long)each * settings->epochs);
}

int budget_epoch_steps(const struct budget *budget, int epoch)
{
    long left = budget->steps - (long)(epoch - 1) * budget->steps_per_epoch;
    return left < budget->steps_per_epoch ? (int)left : budget->steps_per_epoch;
}

static int is_whole(const struct budget *budget, long step)
{
    if (step < budget->whole_before || step >= budget->whole_from) return 1;
    return budget->whole_every > 0 && (step - budget->whole_before + 1) % budget->whole_every == 0;
}

int budget_kind(const struct budget *budget, long step)
{
    return (is_whole(budget, step) ? STEP_WHOLE : 0) | (step < budget->head_steps ? STEP_HEAD_ONLY : 0);
}

int budget_has_whole_steps(const struct settings *settings)
{
    const struct settings_portion_schedule *schedule = &settings->portion_schedule;
    return schedule->start > 0 || schedule->end < 1 || schedule->whole_every > 0;
}

int budget_has_kind(const struct settings *settings, int kind)
{
    if (kind & STEP_WHOLE && !budget_has_whole_steps(settings)) return 0;
    return !(kind & STEP_HEAD_ONLY) || settings->optimizer.head_warmup > 0;
}

/* Batches left over at the end of an epoch make no update. */
long budget_updates(const struct budget *budget)
{
    long each = budget->steps_per_epoch, whole = budget->steps / each;
    return whole * (each / budget->accumulate) + budget->steps % each / budget->accumulate;
}

static long within(long value, long low, long high)
{
    return value < low ? low : value > high ? high : value;
}

/* Whole steps among the first `steps`. */
static long count_whole(const struct budget *budget, long steps)
{
    long before = within(steps, 0, budget->whole_before), after = within(steps - budget->whole_from, 0, steps);
    long between = within(steps, budget->whole_before, budget->whole_from) - budget->whole_before;
    return before + after + (budget->whole_every > 0 ? between / budget->whole_every : 0);
}

double budget_sum(const struct budget *budget, const struct prices *prices)
{
    long head = budget->head_steps, head_whole = count_whole(budget, head);
    long rest = budget->steps - head, rest_whole = count_whole(budget, budget->steps) - head_whole;
    return prices->of[0] * (double)(rest - rest_whole) + prices->of[STEP_WHOLE] * (double)rest_whole +
           prices->of[STEP_HEAD_ONLY] * (double)(head - head_whole) +
           prices->of[STEP_HEAD_ONLY | STEP_WHOLE] * (double)head_whole;
}

/* K, or the expected number that the strategy selects. */
static double selected_of(const struct settings *settings, int kind)
{
    if (kind & STEP_WHOLE) return settings->batch_size;
    int count = strategy_selected_count(settings->portion, settings->batch_size);
    return strategy_expected_count(settings_strategy(settings), settings->strategy.options, count,
                                   settings->batch_size);
}

double budget_multiply_adds(const struct settings *settings, const struct network_work *work, double selected, int kind)
{
    double forward = settings->batch_size + (settings->backprop == BACKPROP_TWO_PASS ? selected : 0);
    return forward * work->forward + selected * (kind & STEP_HEAD_ONLY ? work->head_backward : work->backward);
}

struct prices budget_gradient_prices(const struct settings *settings)
{
    struct prices prices;
    for (int kind = 0; kind < STEP_KINDS; kind++) prices.of[kind] = selected_of(settings, kind);
    return prices;
}

struct prices budget_compute_prices(const struct settings *settings, const struct network_work *work)
{
    struct prices prices;
    for (int kind = 0; kind < STEP_KINDS; kind++)
        prices.of[kind] = budget_multiply_adds(settings, work, selected_of(settings, kind), kind);
    return prices;
}

struct budget_totals budget_totals(const struct settings *settings, const struct budget *budget,
                                   const struct network_work *work)
{
    struct prices gradients = budget_gradient_prices(settings), compute = budget_compute_prices(settings, work);
    return (struct budget_totals){(double)budget_updates(budget), budget_sum(budget, &gradients),
                                  budget_sum(budget, &compute)};
}

void budget_totals_metrics(const struct budget_totals *totals, struct metrics *metrics)
{
    metrics->updates = totals->updates;
    metrics->gradients = totals->gradients;
    metrics->multiply_adds = totals->multiply_adds;
}
