/* answer.c - see answer.h. */
#include "harness/reports/answer/answer.h"

#include <stdlib.h>

#include "harness/reports/answer/answer_topics.h"

static int (*const topics[ANSWER_TOPICS])(struct answering *) = {
    [ANSWER_DATA] = answer_add_data,
    [ANSWER_COST] = answer_add_costs,
    [ANSWER_WHOLE] = answer_add_wholes,
    [ANSWER_SAVING] = answer_add_savings,
    [ANSWER_STRATEGIES] = answer_add_strategies,
    [ANSWER_BUDGETS] = answer_add_budgets,
};

static int read_packs(struct answering *answering, struct error *error)
{
    const struct results *results = answering->results;
    answering->packs = calloc((size_t)results->run_count + 1, sizeof *answering->packs);
    if (!answering->packs) return error_set(error, "out of memory");
    for (int r = 0; r < results->run_count; r++)
        if (packs_read(&answering->packs[r], results->runs[r].folder, error) != 0) return -1;
    return 0;
}

static void release_packs(struct answering *answering)
{
    for (int r = 0; answering->packs && r < answering->results->run_count; r++) packs_release(&answering->packs[r]);
    free(answering->packs);
}

int answer_make(struct answer *answer, const struct answer_source *source, struct error *error)
{
    struct answering answering = {answer, source, source->groups->results, NULL};
    *answer = (struct answer){0};
    int status = read_packs(&answering, error);
    if (status == 0)
        status = answer_budgets_make(&answer->budgets, source->groups, source->variation, &source->wanted, error);
    for (int t = 0; t < ANSWER_TOPICS && status == 0; t++)
        if (topics[t](&answering) != 0) status = error_set(error, "out of memory");
    release_packs(&answering);
    if (status != 0) answer_release(answer);
    return status;
}

void answer_release(struct answer *answer)
{
    for (int p = 0; p < answer->part_count; p++) answer_part_release(&answer->parts[p]);
    for (int m = 0; m < answer->made_count; m++) {
        comparison_release(answer->made[m]);
        free(answer->made[m]);
    }
    free(answer->parts);
    free(answer->made);
    answer_budgets_release(&answer->budgets);
    *answer = (struct answer){0};
}
