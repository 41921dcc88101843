/* answer_budgets.c - see answer_budgets.h. */
#include "harness/reports/answer/answer_budgets.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/reports/comparison/families.h"
#include "harness/tables/contrasts.h"
#include "harness/reports/comparison/verdict.h"

/* The costs that budgets limit. */
static const struct {
    const char *name,
        *unless; /* unless: a more precise metric, which replaces this one if it was measured; NULL: none */
} costs[] = {{"peak_tensor_bytes", NULL},
             {"training_rss_bytes", NULL},
             {"evaluation_rss_bytes", NULL},
             {"peak_rss_bytes", "training_rss_bytes"},
             {"wall_seconds", NULL}};
enum { COSTS = sizeof costs / sizeof *costs };

/* Budgets whose ratio is below this are merged: readers do not distinguish them, and times are not measured more
 * exactly. */
static const double nearness = 1.02;

/* State while the budgets are made. */
struct choosing {
    struct answer_budgets *budgets;
    const struct groups *groups;
    const struct variation *variation;
    const struct answer_budgets_wanted *wanted;
    double *takes; /* (groups->count) each setting's cost */
    int *order;    /* (groups->count) settings by ascending cost */
};

/* ---- settings ---- */

/* Whether two settings were measured on the same data. */
static int is_of(const struct choosing *choosing, const struct group *group, const struct group *like)
{
    return results_same_data(choosing->groups->results, group->first, like->first);
}

/* Sets each setting's cost; NAN if it was not measured. */
static void measure(struct choosing *choosing, const struct metric *metric)
{
    const struct groups *groups = choosing->groups;
    int is_time = groups_is_time(metric);
    for (int g = 0; g < groups->count; g++)
        choosing->takes[g] = is_time ? group_value(&groups->group[g], metric)->mean : NAN;
    for (int i = 0; i < groups->results->ok.count && !is_time; i++) {
        double *most = &choosing->takes[groups->of_cell[i]];
        *most = fmax(*most, results_measure(groups->results, groups->results->ok.cells[i], metric));
    }
}

/* Orders settings by cost, those without one last. */
static int compare_takes(const void *a, const void *b, void *takes)
{
    double left = ((const double *)takes)[*(const int *)a], right = ((const double *)takes)[*(const int *)b];
    if (isnan(left) || isnan(right)) return isnan(left) - isnan(right);
    if (left != right) return left < right ? -1 : 1;
    return *(const int *)a - *(const int *)b;
}

static void sort_settings(struct choosing *choosing)
{
    int count = choosing->groups->count;
    for (int g = 0; g < count; g++) choosing->order[g] = g;
    qsort_r(choosing->order, (size_t)count, sizeof *choosing->order, compare_takes, choosing->takes);
}

/* The largest cost of a setting of the data set, or only of those at p = 1; NAN if there is none. */
static double most_of(const struct choosing *choosing, const struct group *data, int only_whole)
{
    double most = NAN;
    for (int g = 0; g < choosing->groups->count; g++) {
        const struct group *group = &choosing->groups->group[g];
        if ((group->portion == 1 || !only_whole) && is_of(choosing, group, data)) most = fmax(most, choosing->takes[g]);
    }
    return most;
}

/* Whether all settings of the data set measured the metric. */
static int all_have(const struct choosing *choosing, const struct group *data, const struct metric *metric)
{
    int all = 1;
    for (int g = 0; g < choosing->groups->count && all; g++) {
        const struct group *group = &choosing->groups->group[g];
        if (is_of(choosing, group, data)) all = group_value(group, metric)->count > 0;
    }
    return all;
}

/* The metric by which settings are chosen. */
static const struct metric *choice_metric(const struct choosing *choosing, const struct group *data)
{
    static const char *const names[] = {"valid_map_at_r", "valid_recall_at_1", "test_map_at_r"};
    for (size_t n = 0; n < sizeof names / sizeof *names; n++)
        if (all_have(choosing, data, metric_find(names[n]))) return metric_find(names[n]);
    return metric_find("test_recall_at_1");
}

/* ---- the best of them ---- */

static const struct comparison *find_against(const struct answer_budgets *budgets, const char *name,
                                             const struct metric *metric)
{
    for (int a = 0; a < budgets->against_count; a++)
        if (strcmp(budgets->against[a]->reference, name) == 0 && strcmp(budgets->against[a]->metric, metric->name) == 0)
            return budgets->against[a];
    return NULL;
}

/* Sets *against to the comparison of all settings with the best one of a budget; NULL if no setting shares a seed with
 * it. Returns -1 if memory runs out. */
static int compare_with_best(const struct choosing *choosing, const struct answer_budget *budget,
                             const struct comparison **against)
{
    struct answer_budgets *budgets = choosing->budgets;
    struct error no_partner;
    char name[VARIATION_TEXT_SIZE];
    variation_name(choosing->variation, budget->best->first, name);
    struct comparison_request request = {
        .factor = contrasts_group, .reference = name, .metric = budget->chosen_by->name, .by = ""};
    if ((*against = find_against(budgets, name, budget->chosen_by))) return 0;
    struct comparison **grown = realloc(budgets->against, ((size_t)budgets->against_count + 1) * sizeof *grown);
    if (grown) budgets->against = grown;
    struct comparison *made = grown ? calloc(1, sizeof *made) : NULL;
    if (!made) return -1;
    if (comparison_make(made, &request, choosing->variation, &no_partner) != 0) {
        free(made);
        return 0;
    }
    *against = grown[budgets->against_count++] = made;
    return families_correct(&made, 1, "settings", &no_partner);
}

/* Whether the setting is shown to differ from the best. */
static int is_told_apart(const struct choosing *choosing, const struct comparison *against, const struct group *group)
{
    char name[VARIATION_TEXT_SIZE];
    variation_name(choosing->variation, group->first, name);
    for (int r = 0; against && r < against->row_count; r++)
        if (strcmp(against->rows[r].level, name) == 0)
            return verdict_of(against, &against->rows[r]) != VERDICT_NOT_SHOWN;
    return 0;
}

static int fits(const struct choosing *choosing, const struct answer_budget *budget, int g)
{
    return is_of(choosing, &choosing->groups->group[g], budget->data) &&
           (budget->is_asked ? choosing->takes[g] <= budget->amount : choosing->takes[g] < budget->below);
}

/* Whether the setting is better than the best so far. */
static int is_better(const struct answer_budget *budget, const struct group *group)
{
    double measured = group_value(group, budget->chosen_by)->mean;
    if (isnan(measured)) return 0;
    return !budget->best || measured > group_value(budget->best, budget->chosen_by)->mean;
}

/* Sets the best setting that fits, the cheapest one, and the counts. */
static void choose(const struct choosing *choosing, struct answer_budget *budget)
{
    for (int o = 0; o < choosing->groups->count; o++) {
        int g = choosing->order[o];
        const struct group *group = &choosing->groups->group[g];
        if (!is_of(choosing, group, budget->data)) continue;
        budget->settings++;
        if (!budget->least && !isnan(choosing->takes[g])) {
            budget->least = group;
            budget->least_amount = choosing->takes[g];
        }
        if (!fits(choosing, budget, g)) continue;
        budget->fitting++;
        if (!is_better(budget, group)) continue;
        budget->best = group;
        budget->best_amount = choosing->takes[g];
    }
}

/* Lists the settings that fit and are not shown to differ from the best. Returns -1 if memory runs out. */
static int list_alike(const struct choosing *choosing, struct answer_budget *budget)
{
    if (!budget->best) return 0;
    budget->like = calloc((size_t)choosing->groups->count + 1, sizeof(const struct group *));
    if (!budget->like || compare_with_best(choosing, budget, &budget->against) != 0) return -1;
    for (int g = 0; g < choosing->groups->count; g++) {
        const struct group *group = &choosing->groups->group[g];
        if (group != budget->best && fits(choosing, budget, g) && !is_told_apart(choosing, budget->against, group))
            budget->like[budget->like_count++] = group;
    }
    return 0;
}

/* ---- budgets ---- */

static int add_budget(const struct choosing *choosing, struct answer_budget budget)
{
    struct answer_budgets *budgets = choosing->budgets;
    struct answer_budget *grown = realloc(budgets->budget, ((size_t)budgets->count + 1) * sizeof *grown);
    if (!grown) return -1;
    budgets->budget = grown;
    choose(choosing, &budget);
    grown[budgets->count++] = budget;
    return list_alike(choosing, &grown[budgets->count - 1]);
}

/* Adds the budgets at which the best setting changes. */
static int add_steps(const struct choosing *choosing, struct answer_budget budget)
{
    struct answer_budget best = budget; /* so far */
    int status = 0;
    for (int o = 0; o < choosing->groups->count && status == 0; o++) {
        int g = choosing->order[o];
        const struct group *group = &choosing->groups->group[g];
        double takes = choosing->takes[g];
        if (isnan(takes) || !is_of(choosing, group, budget.data) || !is_better(&best, group)) continue;
        if (best.best && takes > nearness * best.amount) {
            budget.amount = best.amount;
            budget.below = takes;
            status = add_budget(choosing, budget);
        }
        best.best = group;
        best.amount = takes;
    }
    budget.amount = best.amount;
    budget.below = INFINITY;
    return status == 0 && best.best ? add_budget(choosing, budget) : status;
}

/* Adds the budgets of one data set and cost; none if no setting measured the cost. */
static int add_budgets(struct choosing *choosing, const struct group *data, int c)
{
    const struct metric *cost = metric_find(costs[c].name);
    if (costs[c].unless && all_have(choosing, data, metric_find(costs[c].unless))) return 0;
    double asked = cost->unit == UNIT_BYTES ? (double)choosing->wanted->memory : choosing->wanted->seconds;
    struct answer_budget budget = {.data = data, .cost = cost, .amount = asked, .below = NAN, .is_asked = asked > 0};
    measure(choosing, cost);
    sort_settings(choosing);
    budget.chosen_by = choice_metric(choosing, data);
    budget.is_fair = budget.chosen_by->split == SPLIT_VALID;
    budget.whole = most_of(choosing, data, 1);
    budget.has_whole = !isnan(budget.whole);
    if (!budget.has_whole) budget.whole = most_of(choosing, data, 0);
    if (isnan(budget.whole)) return 0;
    return budget.is_asked ? add_budget(choosing, budget) : add_steps(choosing, budget);
}

/* Whether no earlier group was measured on this one's data. */
static int is_first_of_data(const struct choosing *choosing, int at)
{
    const struct group *group = choosing->groups->group;
    for (int g = 0; g < at; g++)
        if (is_of(choosing, &group[at], &group[g])) return 0;
    return 1;
}

int answer_budgets_make(struct answer_budgets *budgets, const struct groups *groups, const struct variation *variation,
                        const struct answer_budgets_wanted *wanted, struct error *error)
{
    size_t count = (size_t)groups->count + 1;
    struct choosing choosing = {.budgets = budgets,
                                .groups = groups,
                                .variation = variation,
                                .wanted = wanted,
                                .takes = malloc(count * sizeof *choosing.takes),
                                .order = malloc(count * sizeof *choosing.order)};
    int status = choosing.takes && choosing.order ? 0 : -1;
    *budgets = (struct answer_budgets){0};
    for (int g = 0; g < groups->count && status == 0; g++)
        for (int c = 0; c < COSTS && status == 0 && is_first_of_data(&choosing, g); c++)
            status = add_budgets(&choosing, &groups->group[g], c);
    free(choosing.takes);
    free(choosing.order);
    if (status == 0) return 0;
    answer_budgets_release(budgets);
    return error_set(error, "out of memory");
}

void answer_budgets_release(struct answer_budgets *budgets)
{
    for (int b = 0; b < budgets->count; b++) free(budgets->budget[b].like);
    for (int a = 0; a < budgets->against_count; a++) {
        comparison_release(budgets->against[a]);
        free(budgets->against[a]);
    }
    free(budgets->budget);
    free(budgets->against);
    *budgets = (struct answer_budgets){0};
}

/* ---- in words ---- */

void answer_budget_tell_amount(const struct answer_budget *budget, FILE *out)
{
    const struct metric_format *format = &metric_formats[budget->cost->unit];
    fprintf(out, "%.*f %s (%.2f of %s)", format->digits, format->scale * budget->amount, format->name,
            budget->amount / budget->whole, budget->has_whole ? "p = 1's" : "the largest setting's");
}
