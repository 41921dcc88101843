/* answer_fixture.h - runs whose tables are written by hand, and what a report says first of them. */
#ifndef PARTGRAD_TESTS_SUPPORT_ANSWER_FIXTURE_H
#define PARTGRAD_TESTS_SUPPORT_ANSWER_FIXTURE_H

#include <stdio.h>

#include "harness/reports/answer/answer.h"
#include "tests/support/run_fixture.h"

#define HEAD                                                                                                           \
    "cell,status,settings,dataset,model,loss,strategy,batch_size,portion,equal,backprop,seed,test_recall_at_1,"        \
    "test_map_at_r,valid_map_at_r,step_milliseconds,peak_tensor_bytes,peak_rss_bytes,wall_seconds\n"
/* Costs follow from the portion: MiB of tensors, and seconds. */
#define CELL(name, dataset, loss, strategy, batch, portion, equal, seed, recall, map, valid, mebi, seconds)            \
    name ",ok," name "," dataset ",m," loss "," strategy "," batch "," portion "," equal ",direct," seed "," recall    \
         "," map "," valid "," seconds "," mebi "000000," mebi "500000," seconds "\n"
#define ROW(name, strategy, portion, seed, recall, map, mebi, seconds)                                                 \
    CELL(name, "d", "l", strategy, "64", portion, "epochs", seed, recall, map, "", mebi, seconds)

/* random is clearly worse in recall than the whole batch, first is not told from it; first is better than random. */
#define WHOLE                                                                                                          \
    ROW("a0", "full", "1", "0", "0.80", "0.40", "400", "100")                                                          \
    ROW("a1", "full", "1", "1", "0.81", "0.41", "400", "110") ROW("a2", "full", "1", "2", "0.82", "0.40", "400", "105")
#define RANDOM                                                                                                         \
    ROW("b0", "random", "0.25", "0", "0.70", "0.30", "100", "50")                                                      \
    ROW("b1", "random", "0.25", "1", "0.712", "0.31", "100", "56")                                                     \
    ROW("b2", "random", "0.25", "2", "0.718", "0.305", "100", "52")
#define FIRST                                                                                                          \
    ROW("c0", "first", "0.25", "0", "0.79", "0.39", "101", "50")                                                       \
    ROW("c1", "first", "0.25", "1", "0.83", "0.42", "101", "55")                                                       \
    ROW("c2", "first", "0.25", "2", "0.81", "0.385", "101", "53")

#define DECLARED "family,metric,factor,reference,by,declared\n"
#define AGAINST_WHOLE DECLARED "f,test_recall_at_1,strategy,full,,before\n"

/* Runs and their answer. */
struct answered {
    char *parent, *folders[2];
    int count;
    struct results results;
    struct variation variation;
    struct groups groups;
    struct classes classes;
    struct families families;
    struct answer answer;
};

/* What runs "a" and "b" (count) have in their folders; NULL: no such file. */
struct asked {
    const char *tables[2], *contrasts, *packs;
    int count, expected; /* expected: cells of the first experiment; 0: not known */
    struct answer_budgets_wanted wanted;
};

static inline void put_files(struct answered *answered, const struct asked *asked)
{
    answered->parent = fixture_folder();
    answered->count = asked->count;
    for (int r = 0; r < asked->count; r++) {
        const char name[] = {(char)('a' + r), '\0'};
        answered->folders[r] = run_fixture_put(answered->parent, name, "cells.csv", asked->tables[r]);
        if (asked->contrasts) free(run_fixture_put(answered->parent, name, "contrasts.csv", asked->contrasts));
        if (asked->packs) free(run_fixture_put(answered->parent, name, "packs.csv", asked->packs));
    }
}

static inline void answer(struct answered *answered, const struct asked *asked)
{
    struct error error = {0};
    struct results_source sources[2] = {{0}};
    *answered = (struct answered){0};
    put_files(answered, asked);
    for (int r = 0; r < asked->count; r++)
        sources[r] = (struct results_source){answered->folders[r], r == 0 && asked->expected > 0 ? asked->expected : -1,
                                             NULL, 0};
    int status = results_read(&answered->results, sources, asked->count, NULL, &error);
    if (status == 0) status = variation_init(&answered->variation, &answered->results, &error);
    if (status == 0) status = groups_make(&answered->groups, &answered->results, &error);
    if (status == 0) status = classes_read(&answered->classes, &answered->results, &error);
    if (status == 0) status = families_make(&answered->families, &answered->variation, &answered->classes, &error);
    struct answer_source source = {&answered->groups, &answered->variation, &answered->classes, &answered->families,
                                   asked->wanted};
    if (status == 0) status = answer_make(&answered->answer, &source, &error);
    cr_assert_eq(status, 0, "%s", error.message);
}

static inline void answer_one(struct answered *answered, const char *table, const char *contrasts)
{
    struct asked asked = {.tables = {table}, .contrasts = contrasts, .count = 1};
    answer(answered, &asked);
}

static inline void forget(struct answered *answered)
{
    answer_release(&answered->answer);
    families_release(&answered->families);
    classes_release(&answered->classes);
    groups_release(&answered->groups);
    variation_release(&answered->variation);
    results_release(&answered->results);
    for (int r = 0; r < answered->count; r++) free(answered->folders[r]);
    fixture_remove(answered->parent);
}

/* Whether a part of the topic has these words. */
static inline int says(const struct answered *answered, enum answer_topic topic, const char *words)
{
    for (int p = 0; p < answered->answer.part_count; p++) {
        const struct answer_part *part = &answered->answer.parts[p];
        if (part->topic == topic && strstr(part->text, words)) return 1;
    }
    return 0;
}

static inline void expect(const struct answered *answered, enum answer_topic topic, const char *words)
{
    int found = says(answered, topic, words);
    for (int p = 0; p < answered->answer.part_count && !found; p++) {
        const struct answer_part *part = &answered->answer.parts[p];
        fprintf(stderr, "%s: %s\n", answer_topics[part->topic], part->text);
    }
    cr_expect(found, "nothing of %s says '%s'", answer_topics[topic], words);
}

static inline void expect_name(const struct answered *answered, const struct group *group, const char *name)
{
    char text[VARIATION_TEXT_SIZE];
    cr_assert_not_null(group, "no setting, where '%s' was expected", name);
    variation_name(&answered->variation, group->first, text);
    cr_expect_str_eq(text, name);
}

/* The budget of that cost with that number, 0 the first. */
static inline const struct answer_budget *find_budget(const struct answered *answered, const char *cost, int number)
{
    const struct answer_budgets *budgets = &answered->answer.budgets;
    for (int b = 0; b < budgets->count; b++)
        if (strcmp(budgets->budget[b].cost->name, cost) == 0 && number-- == 0) return &budgets->budget[b];
    cr_assert_fail("no budget of %s", cost);
    return NULL;
}

#endif
