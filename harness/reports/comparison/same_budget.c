/* same_budget.c - see same_budget.h. */
#include "harness/reports/comparison/same_budget.h"

#include <string.h>

#include "harness/reports/comparison/variation.h"

int same_budget_setting(const struct axis *axis)
{
    return strncmp(axis->column, "equal", 5) == 0;
}

int same_budget_matters(const struct axes *axes, int axis)
{
    static const char *const columns[] = {"batch_size", "portion", "strategy", "backprop"};
    int found = 0;
    for (size_t c = 0; c < sizeof columns / sizeof *columns; c++)
        found |= axis >= 0 && strcmp(axes->axis[axis].column, columns[c]) == 0;
    return found;
}

static const char *value(const struct results *results, struct results_cell cell, const char *column)
{
    return results_value(results, cell, axes_find(&results->axes, column));
}

/* The cell, and the partner whose budget it may have. */
struct two {
    const struct results *results;
    struct results_cell cell, partner;
};

/* Whether the cell's value in column `own` equals the partner's in column `others`. */
static int agree(const struct two *two, const char *own, const char *others)
{
    return variation_same(value(two->results, two->cell, own), value(two->results, two->partner, others));
}

/* Whether `equal_to` names the partner's batch size; 0 is the cell's own. */
static int names_batch(const struct two *two)
{
    int is_own = strcmp(value(two->results, two->cell, "equal_to_batch_size"), "0") == 0;
    return agree(two, is_own ? "batch_size" : "equal_to_batch_size", "batch_size");
}

/* Whether the cell's budget is what the partner has in its own epochs. The equal quantity decides which settings count.
 */
static int names_epochs(const struct two *two)
{
    const char *equal = value(two->results, two->cell, "equal");
    if (strcmp(value(two->results, two->partner, "equal"), "epochs") != 0) return 0;
    if (strcmp(equal, "updates") == 0) return 1;
    if (!agree(two, "equal_to_portion", "portion")) return 0;
    return strcmp(equal, "gradients") == 0 || agree(two, "equal_to_backprop", "backprop");
}

int same_budget(const struct results *results, struct results_cell cell, struct results_cell partner)
{
    struct two two = {results, cell, partner};
    int alike = agree(&two, "equal", "equal") && agree(&two, "equal_to_portion", "equal_to_portion") &&
                agree(&two, "equal_to_backprop", "equal_to_backprop");
    if (alike && agree(&two, "equal_to_batch_size", "equal_to_batch_size")) return 1;
    if (strcmp(value(results, partner, "equal_to_batch_size"), "0") != 0) return 0;
    return names_batch(&two) && (alike || names_epochs(&two));
}
