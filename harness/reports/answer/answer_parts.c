/* answer_parts.c - see answer_parts.h. */
#include "harness/reports/answer/answer_parts.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const answer_topics[ANSWER_TOPICS] = {
    [ANSWER_DATA] = "data",
    [ANSWER_COST] = "cost",
    [ANSWER_WHOLE] = "whole",
    [ANSWER_SAVING] = "saving",
    [ANSWER_STRATEGIES] = "strategies",
    [ANSWER_BUDGETS] = "budgets",
};

/* ---- parts ---- */

void answer_part_release(struct answer_part *part)
{
    for (int r = 0; r < ANSWER_PART_ROWS; r++) answer_rows_release(&part->rows[r]);
    free(part->text);
}

int answer_add(struct answering *answering, enum answer_topic topic, int is_detail, char *text,
               struct answer_rows rows[ANSWER_PART_ROWS])
{
    struct answer *answer = answering->answer;
    struct answer_part part = {topic, is_detail, text, {{0}}};
    for (int r = 0; rows && r < ANSWER_PART_ROWS; r++) {
        part.rows[r] = rows[r];
        rows[r] = (struct answer_rows){0};
    }
    struct answer_part *grown = text ? realloc(answer->parts, ((size_t)answer->part_count + 1) * sizeof *grown) : NULL;
    if (grown) {
        answer->parts = grown;
        grown[answer->part_count++] = part;
        return 0;
    }
    answer_part_release(&part);
    return -1;
}

int answer_add_text(struct answering *answering, enum answer_topic topic, const char *format, ...)
{
    va_list arguments;
    char *text = NULL;
    va_start(arguments, format);
    int length = vasprintf(&text, format, arguments);
    va_end(arguments);
    return answer_add(answering, topic, 0, length < 0 ? NULL : text, NULL);
}

/* ---- comparisons ---- */

static int is_of(const struct comparison *comparison, const char *factor, const char *reference, const char *metric)
{
    return strcmp(comparison->factor, factor) == 0 && variation_same(comparison->reference, reference) &&
           strcmp(comparison->metric, metric) == 0;
}

/* The declared comparison, preferably one declared before the run began. */
static const struct comparison *find_declared(const struct answering *answering, const char *factor,
                                              const char *reference, const char *metric)
{
    const struct families *families = answering->source->families;
    const struct comparison *found = NULL;
    for (int c = 0; c < families->count; c++) {
        const struct comparison *declared = &families->comparisons[c];
        if (is_of(declared, factor, reference, metric) && (!found || (found->is_late && !declared->is_late)))
            found = declared;
    }
    return found;
}

const struct comparison *answer_compare(struct answering *answering, const char *factor, const char *reference,
                                        const char *metric, struct error *why)
{
    struct answer *answer = answering->answer;
    struct comparison_request request = {
        .factor = factor, .reference = reference, .metric = metric, .by = "", .classes = answering->source->classes};
    const struct comparison *declared = find_declared(answering, factor, reference, metric);
    if (declared) return declared;
    struct comparison **grown = realloc(answer->made, ((size_t)answer->made_count + 1) * sizeof *grown);
    if (grown) answer->made = grown;
    struct comparison *made = grown ? calloc(1, sizeof *made) : NULL;
    if (!made) {
        error_set(why, "out of memory");
        return NULL;
    }
    if (comparison_make(made, &request, answering->source->variation, why) != 0) {
        free(made);
        return NULL;
    }
    grown[answer->made_count++] = made;
    return made;
}
