/* equal_budget.c - see equal_budget.h. */
#include "harness/training/equal_budget.h"

#include <limits.h>

#include "harness/training/update.h"

int equal_budget_is_open(const struct settings *settings)
{
    return settings->equal != EQUAL_EPOCHS && settings->steps == 0;
}

struct settings equal_budget_other(const struct settings *settings)
{
    struct settings other = *settings, defaults;
    const struct settings_equal_to *named = &settings->equal_to;
    struct error ignored;
    settings_defaults(&defaults);
    if (named->batch_size > 0) other.batch_size = named->batch_size;
    int whole = strategy_selected_count(named->portion, other.batch_size) == other.batch_size;
    other.portion = whole ? 1 : named->portion;
    other.strategy =
        (struct choice){.plugin = plugin_find(strategy_registry, "strategy", whole ? "full" : "random", &ignored)};
    other.backprop = named->two_pass ? BACKPROP_TWO_PASS : BACKPROP_DIRECT;
    other.gradient_scale = GRADIENT_SCALE_NONE;
    other.portion_schedule = defaults.portion_schedule;
    other.diagnostics = defaults.diagnostics;
    other.equal = EQUAL_EPOCHS;
    other.equal_to = defaults.equal_to;
    other.steps = 0;
    return other;
}

/* The amount that is made equal. */
static double amount_of(const struct budget *budget, int equal, const struct prices *prices)
{
    return equal == EQUAL_UPDATES ? (double)budget_updates(budget) : budget_sum(budget, prices);
}

/* The fewest steps that reach the target, or one fewer if that is nearer; 0: more than an int holds. */
static long find_steps(const struct settings *settings, int each, const struct prices *prices, double target)
{
    long low = 1, high = INT_MAX;
    while (low < high) {
        long middle = low + (high - low) / 2;
        struct budget budget = budget_of_steps(settings, each, middle);
        if (amount_of(&budget, settings->equal, prices) < target * (1 - 1e-12))
            low = middle + 1;
        else
            high = middle;
    }
    if (low == INT_MAX) return 0;
    struct budget more = budget_of_steps(settings, each, low), fewer = budget_of_steps(settings, each, low - 1);
    double above = amount_of(&more, settings->equal, prices) - target;
    double below = target - amount_of(&fewer, settings->equal, prices);
    return low > 1 && settings->equal != EQUAL_UPDATES && below < above ? low - 1 : low;
}

static int count_prices(const struct settings *settings, const struct settings *other, struct prices *own,
                        struct prices *others, struct error *error)
{
    struct network_work work = {0};
    if (settings->equal == EQUAL_GRADIENTS) {
        *own = budget_gradient_prices(settings);
        *others = budget_gradient_prices(other);
        return 0;
    }
    struct network_request request = update_network_request(settings, 1, 1);
    if (network_count_work(&request, &work, error) != 0) return -1;
    *own = budget_compute_prices(settings, &work);
    *others = budget_compute_prices(other, &work);
    return 0;
}

int equal_budget_resolve(struct settings *settings, int train_images, const struct prices *own,
                         const struct prices *other, struct error *error)
{
    struct settings named = equal_budget_other(settings);
    struct budget budget = budget_make(&named, train_images);
    struct prices counted[2];
    if (!own || !other) {
        if (count_prices(settings, &named, &counted[0], &counted[1], error) != 0) return -1;
        own = &counted[0];
        other = &counted[1];
    }
    int each = budget_steps_per_epoch(settings, train_images);
    long steps = find_steps(settings, each, own, amount_of(&budget, settings->equal, other));
    if (steps == 0)
        return error_set(error, "equal: %s needs more than %d steps; use fewer epochs, or a larger portion",
                         settings_equal_names[settings->equal], INT_MAX - 1);
    settings->steps = (int)steps;
    return 0;
}
