/* answer_json.c - see answer_json.h; JSON through jansson. */
#include "harness/reports/answer/answer_json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/json_text.h"
#include "base/number.h"
#include "harness/reports/comparison/comparison_table.h"
#include "harness/reports/comparison/sentence.h"

enum { DIGITS = 9 };

/* Limits, so that the file of any run stays small: rows of all parts together, budgets, and names for each budget. The
 * file says how many were left out. */
enum { ROWS_MAX = 1500, BUDGETS_MAX = 500, NAMES_MAX = 25 };

/* What the JSON is written from. */
struct writing {
    const struct answer *answer;
    const struct groups *groups;
    const struct variation *variation;
    int rows_max; /* for each list of rows in a part */
};

static json_t *number(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

/* null for NULL and "". */
static json_t *text_or_null(const char *text)
{
    return text && text[0] ? json_text(text) : json_null();
}

/* ---- comparisons ---- */

/* A row as `compare --format json` has it, and its sentence. */
static json_t *describe_row(const struct writing *writing, const struct comparison_table *table,
                            const struct answer_rows *rows, int r)
{
    json_t *object = json_object();
    size_t first = (size_t)(rows->row[r] - rows->comparison->rows) * (size_t)table->column_count;
    for (int c = 0; c < table->column_count; c++) {
        const char *cell = table->cells[first + (size_t)c];
        json_object_set_new(object, table->columns[c].name,
                            table->columns[c].is_number && cell[0] ? number(strtod(cell, NULL)) : text_or_null(cell));
    }
    char *sentence = sentence_make(rows->comparison, rows->row[r], &writing->groups->results->axes);
    json_object_set_new(object, "sentence", text_or_null(sentence));
    free(sentence);
    return object;
}

/* Divides the rows that the file may have equally among the lists of rows. */
static int share_rows(const struct answer *answer)
{
    int lists = 0;
    for (int p = 0; p < answer->part_count; p++)
        for (int a = 0; a < ANSWER_PART_ROWS; a++) lists += answer->parts[p].rows[a].count > 0;
    return lists > 0 ? ROWS_MAX / lists : ROWS_MAX;
}

/* The first rows of each list of a part; *left_out counts the others. NULL if memory runs out. */
static json_t *describe_rows(const struct writing *writing, const struct answer_part *part, int *left_out)
{
    json_t *array = json_array();
    *left_out = 0;
    for (int a = 0; a < ANSWER_PART_ROWS; a++) {
        const struct answer_rows *rows = &part->rows[a];
        int count = number_smaller(rows->count, writing->rows_max);
        struct comparison_table table;
        struct error ignored;
        if (rows->count == 0) continue;
        if (comparison_table_make(&table, &rows->comparison, 1, COMPARISON_FILE, NAN, &writing->groups->results->axes,
                                  &ignored) != 0) {
            json_decref(array);
            return NULL;
        }
        for (int r = 0; r < count; r++) json_array_append_new(array, describe_row(writing, &table, rows, r));
        *left_out += rows->count - count;
        comparison_table_release(&table);
    }
    return array;
}

static json_t *describe_part(const struct writing *writing, const struct answer_part *part)
{
    int left_out;
    json_t *rows = describe_rows(writing, part, &left_out);
    return json_pack("{s:s, s:b, s:o, s:o, s:i}", "topic", answer_topics[part->topic], "detail", part->is_detail,
                     "text", json_text(part->text), "rows", rows, "rows_left_out", left_out);
}

/* ---- budgets ---- */

static json_t *name_of(const struct writing *writing, const struct group *group)
{
    char name[VARIATION_TEXT_SIZE];
    variation_name(writing->variation, group->first, name);
    return json_text(name);
}

/* A setting: its name, the values that distinguish it from others, and its means. */
static json_t *describe_setting(const struct writing *writing, const struct group *group, double takes)
{
    static const char *const metrics[] = {"valid_map_at_r", "valid_recall_at_1", "test_map_at_r", "test_recall_at_1"};
    const struct axes *axes = &writing->groups->results->axes;
    if (!group) return json_null();
    json_t *settings = json_object();
    json_t *object = json_pack("{s:o, s:o, s:f, s:i}", "name", name_of(writing, group), "settings", settings, "takes",
                               takes, "seeds", group->cells);
    for (int a = 0; a < axes->count; a++) {
        char value[VARIATION_TEXT_SIZE];
        if (!writing->variation->shown[a]) continue;
        variation_value(writing->variation, group->first, a, value);
        json_object_set_new(settings, axes->axis[a].column, json_text(value));
    }
    for (size_t m = 0; m < sizeof metrics / sizeof *metrics; m++)
        json_object_set_new(object, metrics[m], number(group_value(group, metric_find(metrics[m]))->mean));
    return object;
}

static json_t *describe_budget(const struct writing *writing, const struct answer_budget *budget)
{
    const struct results *results = writing->groups->results;
    const struct results_cell first = budget->data->first;
    json_t *like = json_array();
    int names = number_smaller(budget->like_count, NAMES_MAX);
    for (int l = 0; l < names; l++) json_array_append_new(like, name_of(writing, budget->like[l]));
    json_t *object = json_pack("{s:o, s:s, s:f, s:b, s:o}", "dataset",
                               json_text(results_text(results, first, "dataset")), "cost", budget->cost->name, "budget",
                               budget->amount, "asked", budget->is_asked, "below", number(budget->below));
    json_object_set_new(object, "run", json_text(results->runs[first.run].name));
    json_object_set_new(object, "whole", number(budget->whole));
    json_object_set_new(object, "whole_is_p1", json_boolean(budget->has_whole));
    json_object_set_new(object, "share", number(budget->amount / budget->whole));
    json_object_set_new(object, "chosen_by", json_string(budget->chosen_by->name));
    json_object_set_new(object, "fair", json_boolean(budget->is_fair));
    json_object_set_new(object, "settings", json_integer(budget->settings));
    json_object_set_new(object, "fitting", json_integer(budget->fitting));
    json_object_set_new(object, "best", describe_setting(writing, budget->best, budget->best_amount));
    json_object_set_new(object, "least", describe_setting(writing, budget->least, budget->least_amount));
    json_object_set_new(object, "not_told_apart", like);
    json_object_set_new(object, "not_told_apart_left_out", json_integer(budget->like_count - names));
    return object;
}

/* ---- the whole ---- */

static json_t *describe(const struct writing *writing)
{
    const struct answer *answer = writing->answer;
    json_t *runs = json_array(), *parts = json_array(), *budgets = json_array();
    int count = number_smaller(answer->budgets.count, BUDGETS_MAX);
    for (int r = 0; r < writing->groups->results->run_count; r++)
        json_array_append_new(runs, json_text(writing->groups->results->runs[r].name));
    for (int p = 0; p < answer->part_count; p++)
        json_array_append_new(parts, describe_part(writing, &answer->parts[p]));
    for (int b = 0; b < count; b++)
        json_array_append_new(budgets, describe_budget(writing, &answer->budgets.budget[b]));
    return json_pack("{s:o, s:o, s:o, s:i}", "runs", runs, "answer", parts, "budgets", budgets, "budgets_left_out",
                     answer->budgets.count - count);
}

int answer_write_json(const struct answer *answer, const struct groups *groups, const struct variation *variation,
                      const char *folder, struct error *error)
{
    struct writing writing = {answer, groups, variation, share_rows(answer)};
    json_t *root = describe(&writing);
    char *text = root ? json_dumps(root, JSON_INDENT(2) | JSON_REAL_PRECISION(DIGITS)) : NULL;
    char *path = file_join(folder, "answer.json"), *lines = NULL;
    int length = text ? asprintf(&lines, "%s\n", text) : -1;
    int status = length >= 0 ? file_write(path, lines, (size_t)length, error) : error_set(error, "out of memory");
    free(lines);
    free(path);
    free(text);
    json_decref(root);
    return status;
}
