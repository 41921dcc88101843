/* answer_tell_budgets.c - the best setting for budgets of memory and time, in sentences. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/reports/answer/answer_topics.h"

enum { NAMES_MAX = 3, STEPS_MAX = 3 };

static void tell_name(const struct answering *answering, const struct group *group, FILE *out)
{
    char name[VARIATION_TEXT_SIZE];
    variation_name(answering->source->variation, group->first, name);
    fputs(name, out);
}

/* Writes "MAP@R 31.20 %". */
static void tell_metric(const struct group *group, const struct metric *metric, FILE *out)
{
    const struct metric_format *format = &metric_formats[metric->unit];
    fprintf(out, "%s %.*f%s%s", metric->label, format->digits, format->scale * group_value(group, metric)->mean,
            format->name[0] ? " " : "", format->name);
}

/* Writes ", which cannot be told from 2 of 5 others that fit: first, p = 0.5; random, p = 0.5". */
static void tell_alike(const struct answering *answering, const struct answer_budget *budget, FILE *out)
{
    int others = budget->fitting - 1;
    const char *all = others > 1 ? "all others that fit" : "the other that fits";
    if (others == 0) {
        fputs(", which alone fits", out);
        return;
    }
    if (budget->like_count == 0) {
        fprintf(out, ", shown to differ from %s", all);
        return;
    }
    if (budget->like_count == others)
        fprintf(out, ", which cannot be told from %s", others > 1 ? "any other that fits" : all);
    else
        fprintf(out, ", which cannot be told from %d of %d others that fit", budget->like_count, others);
    for (int l = 0; l < budget->like_count && budget->like_count <= NAMES_MAX; l++) {
        fputs(l ? "; " : ": ", out);
        tell_name(answering, budget->like[l], out);
    }
}

static void tell_best(const struct answering *answering, const struct answer_budget *budget, FILE *out)
{
    const struct metric *recall = metric_find("test_recall_at_1");
    tell_name(answering, budget->best, out);
    fputs(" (", out);
    tell_metric(budget->best, budget->chosen_by, out);
    if (budget->chosen_by != recall && group_value(budget->best, recall)->count > 0) {
        fputs(", ", out);
        tell_metric(budget->best, recall, out);
    }
    int seeds = budget->best->cells;
    fprintf(out, ", %d seed%s)", seeds, seeds == 1 ? "" : "s");
    tell_alike(answering, budget, out);
}

static void tell_least(const struct answering *answering, const struct answer_budget *budget, FILE *out)
{
    const struct metric_format *format = &metric_formats[budget->cost->unit];
    fprintf(out, "nothing fits; the least is %.*f %s, of ", format->digits, format->scale * budget->least_amount,
            format->name);
    tell_name(answering, budget->least, out);
}

/* Writes " From 58.0 MiB (0.50 of p = 1's) on: random, p = 0.5 (...).". */
static void tell_budget(const struct answering *answering, const struct answer_budget *budget, FILE *out)
{
    fprintf(out, budget->is_asked ? " For " : " From ");
    answer_budget_tell_amount(budget, out);
    fprintf(out, budget->is_asked ? ": " : " on: ");
    if (budget->fitting == 0)
        tell_least(answering, budget, out);
    else if (!budget->best)
        fputs("what fits has no figures", out);
    else
        tell_best(answering, budget, out);
    fputs(".", out);
}

/* Writes the budgets (count) at which the best setting changes; only the first and the last if there are many. */
static void tell_steps(const struct answering *answering, const struct answer_budget *budgets, int count, FILE *out)
{
    const struct metric_format *format = &metric_formats[budgets->cost->unit];
    if (!budgets->is_asked)
        fprintf(out, " Below %.*f %s nothing fits.", format->digits, format->scale * budgets->least_amount,
                format->name);
    for (int b = 0; b < count; b++)
        if (count <= STEPS_MAX || b == 0 || b == count - 1) tell_budget(answering, &budgets[b], out);
    if (count > STEPS_MAX) fprintf(out, " %d more lie between, in the table.", count - 2);
}

static int is_planned(const struct metric *cost)
{
    return cost->contrast == CONTRAST_PLANNED;
}

/* Writes the cost that the budgets limit, as the start of a sentence. */
static void tell_cost(const struct metric *cost, FILE *out)
{
    if (cost->unit == UNIT_SECONDS)
        fputs("Time of a training run", out);
    else if (is_planned(cost))
        fputs("Memory of planned tensors", out);
    else
        fprintf(out, "Memory of the %s", cost->label);
}

/* Writes whether the times come from several machines, and how many cells other work slowed down. */
static void tell_times(const struct answering *answering, FILE *out)
{
    const struct results *results = answering->results;
    int disturbed = 0, mixed = 0;
    for (int i = 0; i < results->ok.count; i++) {
        struct results_cell cell = results->ok.cells[i];
        disturbed += results_is_disturbed(results, cell);
        for (int p = PROVENANCE_HOST; p <= PROVENANCE_CPU; p++)
            mixed |= strcmp(results_text(results, cell, results_provenance[p]),
                            results_text(results, results->ok.cells[0], results_provenance[p])) != 0;
    }
    if (mixed) fputs(" Times are of several machines.", out);
    if (disturbed > 0) fprintf(out, " Other work disturbed the times of %d of %d cells.", disturbed, results->ok.count);
}

/* Writes the budgets (count) of one data set and cost. */
static void tell(const struct answering *answering, const struct answer_budget *budgets, int count, FILE *out)
{
    char data[VARIATION_TEXT_SIZE];
    variation_data(answering->source->variation, budgets->data->first, data);
    tell_cost(budgets->cost, out);
    if (data[0]) fprintf(out, " on %s", data);
    fprintf(out, " (%s).",
            budgets->is_fair ? "best on validation classes" : "highest on the test classes, not a fair choice");
    tell_steps(answering, budgets, count, out);
    if (groups_is_time(budgets->cost)) tell_times(answering, out);
}

int answer_add_budgets(struct answering *answering)
{
    const struct answer_budgets *budgets = &answering->answer->budgets;
    int status = 0;
    for (int b = 0, count; b < budgets->count && status == 0; b += count) {
        const struct answer_budget *first = &budgets->budget[b];
        char *text = NULL;
        size_t size;
        for (count = 1;
             b + count < budgets->count && first[count].cost == first->cost && first[count].data == first->data;)
            count++;
        FILE *out = open_memstream(&text, &size);
        if (!out) return -1;
        tell(answering, first, count, out);
        if (fclose(out) != 0) return -1;
        status = answer_add(answering, ANSWER_BUDGETS, first->cost->unit == UNIT_BYTES && !is_planned(first->cost),
                            text, NULL);
    }
    return status;
}
