/* answer_strategies.c - which strategies are shown to differ from `random`, and which are not. */
#include <stdlib.h>
#include <string.h>

#include "harness/reports/answer/answer_topics.h"

enum { NAMES_MAX = 12 };

/* Whether a strategy's rows differ from `random`: a row is shown, or, if they are exploratory, an interval excludes 0.
 */
static int is_apart(const struct answer_rows *rows)
{
    struct answer_counts counts = answer_rows_count(rows);
    return rows->comparison->family ? counts.of[VERDICT_NOT_SHOWN] < rows->count : counts.above + counts.below > 0;
}

/* Writes the names of the strategies that differ (apart = 1), each with its finding, or of those that do not (0).
 * Returns how many there are, -1 if memory runs out. */
static int tell_strategies(const struct answer_rows *rows, int apart, FILE *out)
{
    int count = 0;
    for (int at = answer_rows_next(rows, "strategy", 0); at >= 0; at = answer_rows_next(rows, "strategy", at + 1)) {
        struct answer_rows own;
        if (answer_rows_pick(&own, rows, "strategy", rows->row[at]->level) != 0) return -1;
        if (is_apart(&own) == apart && count++ < NAMES_MAX) {
            fprintf(out, "%s%s", count > 1 ? apart ? "; " : ", " : "", rows->row[at]->level);
            if (apart) {
                fputs(" ", out);
                answer_rows_tell_finding(&own, out);
            }
        }
        answer_rows_release(&own);
    }
    if (count > NAMES_MAX) fprintf(out, " and %d more", count - NAMES_MAX);
    return count;
}

/* The same as a new string; *count receives how many there are. NULL if memory runs out. */
static char *list_strategies(const struct answer_rows *rows, int apart, int *count)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    if (!out) return NULL;
    *count = tell_strategies(rows, apart, out);
    if (fclose(out) == 0 && *count >= 0) return text;
    free(text);
    return NULL;
}

static void tell(const struct answer_rows *rows, const char *apart, int apart_count, const char *alike, int alike_count,
                 FILE *out)
{
    struct answer_counts counts = answer_rows_count(rows);
    int declared = rows->comparison->family != NULL;
    const char *found = declared ? "can be told from random" : "differs from random with an interval without 0";
    fprintf(out, "In %s, ", answer_rows_metric(rows->comparison));
    if (apart_count > 0)
        fprintf(out, "%s: %s.", declared ? "told from random" : "an interval without 0 against random", apart);
    else
        fprintf(out, "no strategy %s.", found);
    if (alike_count > 0) fprintf(out, " %s: %s", declared ? "Not told from it" : "One around 0, or none", alike);
    if (alike_count > 0 && counts.unknown < rows->count) {
        fputs(" (could have shown ", out);
        answer_rows_tell_smallest(rows, out);
        fputs(")", out);
    }
    if (alike_count > 0) fputs(".", out);
    fprintf(out, " %s; ", answer_rows_standing(rows->comparison));
    answer_rows_tell_seeds(&counts, out);
    fputs(".", out);
}

/* Adds the part; takes ownership of the rows. */
static int add_rows(struct answering *answering, struct answer_rows *rows)
{
    int apart_count = 0, alike_count = 0, closed = 0;
    char *apart = list_strategies(rows, 1, &apart_count), *alike = list_strategies(rows, 0, &alike_count);
    struct answer_rows taken[ANSWER_PART_ROWS] = {*rows};
    char *text = NULL;
    size_t size;
    FILE *out = apart && alike ? open_memstream(&text, &size) : NULL;
    *rows = (struct answer_rows){0};
    if (out) {
        tell(&taken[0], apart, apart_count, alike, alike_count, out);
        closed = fclose(out) == 0;
    }
    free(apart);
    free(alike);
    if (!closed) {
        free(text);
        text = NULL;
    }
    return answer_add(answering, ANSWER_STRATEGIES, 0, text, taken);
}

/* Collects the rows of strategies other than `full`. */
static int pick_partial(const struct comparison *comparison, struct answer_rows *rows)
{
    *rows = (struct answer_rows){.comparison = comparison};
    for (int r = 0; r < comparison->row_count; r++)
        if (strcmp(comparison->rows[r].level, "full") != 0 &&
            answer_rows_add(rows, comparison, &comparison->rows[r]) != 0)
            return -1;
    return 0;
}

int answer_add_strategies(struct answering *answering)
{
    static const char *const metrics[] = {"test_recall_at_1", "test_map_at_r"};
    int status = 0;
    if (answering->results->ok.count == 0) return 0;
    for (int m = 0; m < 2 && status == 0; m++) {
        struct error why;
        struct answer_rows rows = {0};
        const struct comparison *comparison = answer_compare(answering, "strategy", "random", metrics[m], &why);
        if (comparison) status = pick_partial(comparison, &rows);
        if (status == 0 && rows.count > 0)
            status = add_rows(answering, &rows);
        else if (status == 0 && m == 0)
            status = answer_add_text(answering, ANSWER_STRATEGIES,
                                     "Whether a strategy can be told from random is not known: %s.",
                                     comparison ? "no other was run" : why.message);
        answer_rows_release(&rows);
    }
    return status;
}
