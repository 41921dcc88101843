/* answer_cost.c - what a portion costs in recall at equal epochs, compute or time; how smaller whole batches compare;
 * and what a portion saves in memory and time. */
#include <stdlib.h>
#include <string.h>

#include "harness/reports/answer/answer_topics.h"

/* Maximum number of portions or batch sizes in a sentence. */
enum { VALUES_MAX = 12 };

/* The column whose values a sentence lists, and the words before each. */
struct told_by {
    const char *column, *name; /* "portion", "p = " */
};
static const struct told_by by_portion = {"portion", "p = "}, by_batch = {"batch_size", "batch size "};

/* How sentences begin, by the quantity in which cells have equal budgets. */
static const char *const leads[] = {
    [EQUAL_EPOCHS] = "At equal epochs",
    [EQUAL_UPDATES] = "At equal updates",
    [EQUAL_GRADIENTS] = "At an equal number of back-propagated samples",
    [EQUAL_COMPUTE] = "At equal compute",
    [EQUAL_TIME] = "At equal time",
};
/* The order of the sentences. */
static const enum settings_equal told[] = {EQUAL_EPOCHS, EQUAL_COMPUTE, EQUAL_TIME, EQUAL_UPDATES, EQUAL_GRADIENTS};
enum { TOLD = sizeof told / sizeof *told };

static const char *const metrics[] = {"test_recall_at_1", "test_map_at_r"};
enum { METRICS = sizeof metrics / sizeof *metrics };

/* The comparison of portions with the whole batch in a metric. A declared one is preferred, whether its factor is the
 * portion or the strategy. */
static const struct comparison *compare_with_whole(struct answering *answering, const char *metric, struct error *why)
{
    const struct families *families = answering->source->families;
    for (int c = 0; c < families->count; c++) {
        const struct comparison *declared = &families->comparisons[c];
        if (strcmp(declared->factor, "portion") == 0 && variation_same(declared->reference, "1") &&
            strcmp(declared->metric, metric) == 0 && !declared->is_late)
            return declared;
    }
    return answer_compare(answering, "strategy", "full", metric, why);
}

/* The quantity in which the row's cells have equal budgets; NULL if there are several. */
static const char *equal_of(const struct answering *answering, const struct comparison *comparison,
                            const struct comparison_row *row)
{
    int axis = axes_find(&answering->results->axes, "equal");
    const char *value = answer_rows_value(comparison, row, "equal");
    if (value || answering->source->variation->varies[axis]) return value;
    return results_value(answering->results, answering->results->ok.cells[0], axis);
}

/* Whether a sentence includes a row. */
typedef int is_told_row(const struct answering *, const struct comparison *, const struct comparison_row *);

/* Collects the rows with this equal quantity (NULL: several) for which is_told holds (NULL: all). Returns -1 if memory
 * runs out. */
static int pick_equal(const struct answering *answering, const struct comparison *comparison, const char *equal,
                      is_told_row *is_told, struct answer_rows *rows)
{
    *rows = (struct answer_rows){.comparison = comparison};
    for (int r = 0; r < comparison->row_count; r++) {
        const char *own = equal_of(answering, comparison, &comparison->rows[r]);
        if (own != equal && (!own || !equal || strcmp(own, equal) != 0)) continue;
        if (is_told && !is_told(answering, comparison, &comparison->rows[r])) continue;
        if (answer_rows_add(rows, comparison, &comparison->rows[r]) == 0) continue;
        answer_rows_release(rows);
        return -1;
    }
    return 0;
}

static int compare_values(const void *a, const void *b)
{
    double left = strtod(*(const char *const *)a, NULL), right = strtod(*(const char *const *)b, NULL);
    return (left > right) - (left < right);
}

/* The rows' distinct values of a column, ascending; values (rows->count). Returns how many; 0 if the column is not kept
 * apart. */
static int list_values(const struct answer_rows *rows, const char *column, const char **values)
{
    int count = 0;
    for (int at = answer_rows_next(rows, column, 0); at >= 0; at = answer_rows_next(rows, column, at + 1)) {
        const char *value = answer_rows_value(rows->comparison, rows->row[at], column);
        if (value) values[count++] = value;
    }
    qsort(values, (size_t)count, sizeof *values, compare_values);
    return count;
}

/* Writes "by -1.20 points ... at p = 0.25; by -0.40 points ... at p = 0.5": for each value `before`, then what `tell`
 * writes about its rows. Returns -1 if memory runs out. */
static int tell_values(const struct answer_rows *rows, const struct told_by *by, const char *before,
                       void (*tell)(const struct answer_rows *, FILE *), FILE *out)
{
    const char **values = calloc((size_t)rows->count + 1, sizeof *values);
    int count = values ? list_values(rows, by->column, values) : 0, status = values ? 0 : -1;
    if (count == 0) fputs(before, out);
    if (count == 0) tell(rows, out);
    for (int v = 0; v < count && v < VALUES_MAX && status == 0; v++) {
        struct answer_rows own;
        status = answer_rows_pick(&own, rows, by->column, values[v]);
        if (status != 0) break;
        fprintf(out, "%s%s", v ? "; " : "", before);
        tell(&own, out);
        fprintf(out, " at %s%s", by->name, values[v]);
        answer_rows_release(&own);
    }
    if (count > VALUES_MAX) fprintf(out, "; and so on for %d more", count - VALUES_MAX);
    free(values);
    return status;
}

/* ---- costs ---- */

/* What the sentences on costs have in common, one for each kind of budget. */
struct costing {
    const struct comparison *comparison;
    enum answer_topic topic;
    int is_detail;
    const struct told_by *by;
    const char *of, *from; /* " of whole batches"; "p = 1" */
};

static int tell_cost(const struct costing *costing, const char *lead, const struct answer_rows *rows, FILE *out)
{
    struct answer_counts counts = answer_rows_count(rows);
    fprintf(out, "%s, %s%s differs from that of %s ", lead, answer_rows_metric(rows->comparison), costing->of,
            costing->from);
    int status = tell_values(rows, costing->by, "by ", answer_rows_tell_finding, out);
    fprintf(out, ". %s; ", answer_rows_standing(rows->comparison));
    answer_rows_tell_seeds(&counts, out);
    fputs(counts.tuned > 0 ? ", given the settings that trials chose." : ".", out);
    return status;
}

/* "At equal epochs, recall@1 differs from that of p = 1 by -1.20 points ... at p = 0.25. Declared before the run; 3
 * seeds." Takes the rows. */
static int add_cost(struct answering *answering, const struct costing *costing, const char *lead,
                    struct answer_rows *rows)
{
    char *text = NULL;
    size_t size;
    struct answer_rows taken[ANSWER_PART_ROWS] = {*rows};
    FILE *out = open_memstream(&text, &size);
    *rows = (struct answer_rows){0};
    if (!out) return answer_add(answering, costing->topic, costing->is_detail, NULL, taken);
    int status = tell_cost(costing, lead, &taken[0], out);
    if (fclose(out) != 0 || status != 0) {
        free(text);
        text = NULL;
    }
    return answer_add(answering, costing->topic, costing->is_detail, text, taken);
}

/* What the run does not say. */
static int add_missing(struct answering *answering, int has_compute, int has_time)
{
    if (has_compute && has_time) return 0;
    return answer_add_text(answering, ANSWER_COST,
                           "At equal %s nothing is known: no cell was run so (`equal: %s` in the experiment).",
                           has_compute ? "time"
                           : has_time  ? "compute"
                                       : "compute and at equal time",
                           has_compute ? "[epochs, time]"
                           : has_time  ? "[epochs, compute]"
                                       : "[epochs, compute, time]");
}

/* Tells the rows of each budget for which `is_told` (NULL: all are); has (TOLD): whether there are any. */
static int add_budgets(struct answering *answering, const struct costing *costing, is_told_row *is_told, int *has)
{
    int status = 0;
    for (int t = 0; t <= TOLD && status == 0; t++) {
        struct answer_rows rows;
        const char *equal = t < TOLD ? settings_equal_names[told[t]] : NULL;
        if (pick_equal(answering, costing->comparison, equal, is_told, &rows) != 0) return -1;
        if (t < TOLD) has[t] = rows.count > 0;
        if (rows.count > 0)
            status = add_cost(answering, costing, t < TOLD ? leads[told[t]] : "Over all budgets", &rows);
        answer_rows_release(&rows);
    }
    return status;
}

int answer_add_costs(struct answering *answering)
{
    int status = 0;
    if (answering->results->ok.count == 0) return 0;
    for (int m = 0; m < METRICS && status == 0; m++) {
        struct error why;
        int has[TOLD] = {0};
        struct costing costing = {
            compare_with_whole(answering, metrics[m], &why), ANSWER_COST, m > 0, &by_portion, "", "p = 1"};
        if (costing.comparison) {
            status = add_budgets(answering, &costing, NULL, has);
            if (status == 0 && m == 0) status = add_missing(answering, has[1], has[2]);
        } else if (m == 0) {
            status = answer_add_text(answering, ANSWER_COST, "What a portion costs is not known: %s.", why.message);
        }
    }
    return status;
}

/* ---- whole batches ---- */

/* The largest whole batch, as the table has it; NULL if there are not two sizes. */
static const char *largest_whole(const struct answering *answering)
{
    const struct groups *groups = answering->source->groups;
    const struct group *largest = NULL;
    int differ = 0, axis = axes_find(&answering->results->axes, "batch_size");
    for (int g = 0; g < groups->count; g++) {
        const struct group *group = &groups->group[g];
        if (group->portion != 1 || !(group->batch_size > 0)) continue;
        differ |= largest && group->batch_size != largest->batch_size;
        if (!largest || group->batch_size > largest->batch_size) largest = group;
    }
    return differ ? results_value(answering->results, largest->first, axis) : NULL;
}

/* Of whole batches: kept apart from portions, or there are none. */
static int is_of_whole(const struct answering *answering, const struct comparison *comparison,
                       const struct comparison_row *row)
{
    const char *portion = answer_rows_value(comparison, row, "portion");
    int axis = axes_find(&answering->results->axes, "portion");
    return portion ? variation_same(portion, "1") : !answering->source->variation->varies[axis];
}

int answer_add_wholes(struct answering *answering)
{
    const char *largest = largest_whole(answering);
    int status = 0;
    for (int m = 0; m < METRICS && status == 0 && largest; m++) {
        struct error why;
        char from[64];
        int has[TOLD];
        snprintf(from, sizeof from, "batch size %s", largest);
        struct costing costing = {answer_compare(answering, "batch_size", largest, metrics[m], &why),
                                  ANSWER_WHOLE,
                                  m > 0,
                                  &by_batch,
                                  " of whole batches",
                                  from};
        if (costing.comparison) status = add_budgets(answering, &costing, is_of_whole, has);
    }
    return status;
}

/* ---- savings ---- */

/* Times have an interval if there is one row; of many, their range says more. */
static void tell_ratio(const struct answer_rows *rows, FILE *out)
{
    if (rows->count == 1)
        answer_rows_tell_finding(rows, out);
    else
        answer_rows_tell_spread(rows, out);
}

/* "Beside p = 1, planned memory is 0.45 times at p = 0.25." */
static int tell_saving(const struct answer_rows *rows, const char *lead, FILE *out)
{
    fprintf(out, "%s ", lead);
    int status = tell_values(rows, &by_portion, "", tell_ratio, out);
    fputs(".", out);
    if (rows->comparison->contrast != CONTRAST_PLANNED) fprintf(out, " %s.", answer_rows_standing(rows->comparison));
    if (rows->comparison->disturbed > 0)
        fprintf(out, " Other work disturbed %d of %d pairs of times.", rows->comparison->disturbed,
                rows->comparison->pairs);
    return status;
}

int answer_add_savings(struct answering *answering)
{
    static const char *const costs[] = {"peak_tensor_bytes", "step_milliseconds"};
    static const char *const leads_of[] = {"Beside p = 1, planned memory is", "The time of a step is"};
    struct answer_rows rows[ANSWER_PART_ROWS] = {{0}};
    char *text = NULL;
    size_t size;
    int used = 0, status = 0;
    FILE *out = answering->results->ok.count > 0 ? open_memstream(&text, &size) : NULL;
    if (!out) return answering->results->ok.count > 0 ? -1 : 0;
    for (int m = 0; m < 2 && status == 0; m++) {
        struct error why;
        const struct comparison *comparison = compare_with_whole(answering, costs[m], &why);
        if (!comparison) continue;
        for (int r = 0; r < comparison->row_count && status == 0; r++)
            status = answer_rows_add(&rows[used], comparison, &comparison->rows[r]);
        if (used > 0) fputs(" ", out);
        if (status == 0) status = tell_saving(&rows[used++], leads_of[m], out);
    }
    if (fclose(out) != 0 || status != 0 || used == 0) {
        free(text);
        text = NULL;
    }
    if (text) return answer_add(answering, ANSWER_SAVING, 0, text, rows);
    for (int r = 0; r < ANSWER_PART_ROWS; r++) answer_rows_release(&rows[r]);
    return status;
}
