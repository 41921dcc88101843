/* answer_rows.c - see answer_rows.h. */
#include "harness/reports/answer/answer_rows.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- which they are ---- */

void answer_rows_release(struct answer_rows *rows)
{
    free(rows->row);
    *rows = (struct answer_rows){0};
}

int answer_rows_add(struct answer_rows *rows, const struct comparison *comparison, const struct comparison_row *row)
{
    const struct comparison_row **grown = realloc(rows->row, ((size_t)rows->count + 1) * sizeof *grown);
    if (!grown) return -1;
    rows->comparison = comparison;
    rows->row = grown;
    grown[rows->count++] = row;
    return 0;
}

const char *answer_rows_value(const struct comparison *comparison, const struct comparison_row *row, const char *column)
{
    if (strcmp(comparison->factor, column) == 0) return row->level;
    for (int b = 0; b < comparison->by_count; b++)
        if (strcmp(comparison->by[b], column) == 0) return row->by[b];
    return NULL;
}

static int is_same(const char *a, const char *b)
{
    return a && b ? variation_same(a, b) : a == b;
}

int answer_rows_pick(struct answer_rows *rows, const struct answer_rows *from, const char *column, const char *value)
{
    *rows = (struct answer_rows){.comparison = from->comparison};
    for (int r = 0; r < from->count; r++) {
        if (!is_same(answer_rows_value(from->comparison, from->row[r], column), value)) continue;
        if (answer_rows_add(rows, from->comparison, from->row[r]) == 0) continue;
        answer_rows_release(rows);
        return -1;
    }
    return 0;
}

int answer_rows_next(const struct answer_rows *rows, const char *column, int at)
{
    for (; at < rows->count; at++) {
        const char *value = answer_rows_value(rows->comparison, rows->row[at], column);
        int before = 0;
        while (before < at && !is_same(answer_rows_value(rows->comparison, rows->row[before], column), value)) before++;
        if (before == at) return at;
    }
    return -1;
}

/* ---- what may be said ---- */

static int is_ratio(const struct comparison *comparison)
{
    return comparison->contrast != CONTRAST_DIFFERENCE;
}

struct answer_counts answer_rows_count(const struct answer_rows *rows)
{
    struct answer_counts counts = {0};
    double none = is_ratio(rows->comparison) ? 1 : 0;
    for (int r = 0; r < rows->count; r++) {
        const struct comparison_row *row = rows->row[r];
        int seeds = row->judged.count;
        counts.of[verdict_of(rows->comparison, row)]++;
        counts.above += row->low > none;
        counts.below += row->high < none;
        counts.around += row->low <= none && row->high >= none;
        counts.unknown += isnan(row->low);
        counts.tuned += row->tuned > 0;
        counts.other_classes += verdict_holds_for_classes(rows->comparison, row);
        if (r == 0 || seeds < counts.seeds_least) counts.seeds_least = seeds;
        if (r == 0 || seeds > counts.seeds_most) counts.seeds_most = seeds;
    }
    return counts;
}

/* ---- in words ---- */

/* Writes "-3.14 to -1.38", or one number if both print the same; `format` is a printf format for digits and a number.
 */
static void tell_range(FILE *out, const char *format, int digits, double low, double high)
{
    char from[64], to[64];
    snprintf(from, sizeof from, format, digits, low);
    snprintf(to, sizeof to, format, digits, high);
    fputs(from, out);
    if (strcmp(from, to) != 0) fprintf(out, " to %s", to);
}

/* Writes the range of the figures (rows->count), in the metric's unit or as a ratio; nothing if all are NAN. */
static void tell_figures(const struct answer_rows *rows, const double *figures, int has_sign, FILE *out)
{
    const struct metric *metric = metric_find(rows->comparison->metric);
    const struct metric_format *format = &metric_formats[metric ? metric->unit : UNIT_PLAIN];
    double low = NAN, high = NAN;
    for (int r = 0; r < rows->count; r++) {
        low = fmin(low, figures[r]); /* ignores NAN */
        high = fmax(high, figures[r]);
    }
    if (isnan(low)) return;
    if (is_ratio(rows->comparison)) {
        tell_range(out, "%.*f", 2, low, high);
        fputs(" times", out);
        return;
    }
    tell_range(out, has_sign ? "%+.*f" : "%.*f", format->digits, format->scale * low, format->scale * high);
    const char *unit = metric && metric->unit == UNIT_FRACTION ? "points" : format->name;
    fprintf(out, "%s%s", unit[0] ? " " : "", unit);
}

void answer_rows_tell_spread(const struct answer_rows *rows, FILE *out)
{
    double *figures = calloc((size_t)rows->count + 1, sizeof *figures);
    for (int r = 0; figures && r < rows->count; r++)
        figures[r] = is_ratio(rows->comparison) ? rows->row[r]->ratio : rows->row[r]->difference.mean;
    if (figures) tell_figures(rows, figures, 1, out);
    free(figures);
}

/* Writes "95 % interval -3.14 to -1.38, for other classes -3.60 to -0.90" for the first row. */
static void tell_intervals(const struct answer_rows *rows, FILE *out)
{
    const struct comparison_row *row = rows->row[0];
    const struct metric *metric = metric_find(rows->comparison->metric);
    const struct metric_format *format = &metric_formats[metric ? metric->unit : UNIT_PLAIN];
    int ratio = is_ratio(rows->comparison), digits = ratio ? 2 : format->digits;
    double scale = ratio ? 1 : format->scale;
    const char *pattern = ratio ? "%.*f" : "%+.*f";
    if (isnan(row->low)) {
        fprintf(out, "%d seed%s, no interval", row->judged.count, row->judged.count == 1 ? "" : "s");
        return;
    }
    fputs("95 % interval ", out);
    tell_range(out, pattern, digits, scale * row->low, scale * row->high);
    if (row->classes != CLASSES_FOUND) return;
    fputs(", for other classes ", out);
    tell_range(out, pattern, digits, scale * row->classes_low, scale * row->classes_high);
}

/* Writes what a single row shows. */
static void tell_one(const struct answer_rows *rows, FILE *out)
{
    enum verdict verdict = verdict_of(rows->comparison, rows->row[0]);
    if (verdict == VERDICT_PLANNED) return;
    fputs(" (", out);
    tell_intervals(rows, out);
    fputs(")", out);
    if (verdict != VERDICT_EXPLORATORY) fprintf(out, ", %s", verdict_words[verdict]);
}

/* Writes what several rows of a family show. */
static void tell_verdicts(const struct answer_rows *rows, const struct answer_counts *counts, FILE *out)
{
    for (int v = VERDICT_BETTER; v <= VERDICT_LOWER; v++)
        if (counts->of[v] > 0) fprintf(out, ", %s in %d of %d settings", verdict_words[v], counts->of[v], rows->count);
    if (counts->other_classes > 0) fprintf(out, " (for other classes too in %d)", counts->other_classes);
    if (counts->of[VERDICT_NOT_SHOWN] == rows->count)
        fprintf(out, ", not shown in any of %d settings", rows->count);
    else if (counts->of[VERDICT_NOT_SHOWN] > 0)
        fprintf(out, ", not shown in %d", counts->of[VERDICT_NOT_SHOWN]);
}

/* Writes what several exploratory rows show. */
static void tell_intervals_of_all(const struct answer_rows *rows, const struct answer_counts *counts, FILE *out)
{
    const struct {
        int count;
        const char *where;
    } places[] = {{counts->below, "below"}, {counts->above, "above"}, {counts->around, "around"}};
    const char *separator = " (95 % intervals: ";
    fprintf(out, " in %d settings", rows->count);
    for (size_t p = 0; p < sizeof places / sizeof *places; p++) {
        if (places[p].count == 0) continue;
        fprintf(out, "%s%d %s %s", separator, places[p].count, places[p].where, is_ratio(rows->comparison) ? "1" : "0");
        separator = ", ";
    }
    fputs(counts->unknown == rows->count ? ", without intervals" : ")", out);
}

void answer_rows_tell_finding(const struct answer_rows *rows, FILE *out)
{
    struct answer_counts counts = answer_rows_count(rows);
    answer_rows_tell_spread(rows, out);
    if (rows->count == 1)
        tell_one(rows, out);
    else if (rows->comparison->contrast == CONTRAST_PLANNED)
        return;
    else if (rows->comparison->family)
        tell_verdicts(rows, &counts, out);
    else
        tell_intervals_of_all(rows, &counts, out);
}

void answer_rows_tell_smallest(const struct answer_rows *rows, FILE *out)
{
    double *figures = calloc((size_t)rows->count + 1, sizeof *figures);
    for (int r = 0; figures && r < rows->count; r++) figures[r] = rows->row[r]->smallest;
    if (figures) tell_figures(rows, figures, 0, out);
    free(figures);
}

void answer_rows_tell_seeds(const struct answer_counts *counts, FILE *out)
{
    if (counts->seeds_least == counts->seeds_most)
        fprintf(out, "%d seed%s", counts->seeds_least, counts->seeds_least == 1 ? "" : "s");
    else
        fprintf(out, "%d to %d seeds", counts->seeds_least, counts->seeds_most);
}

const char *answer_rows_standing(const struct comparison *comparison)
{
    if (comparison->contrast == CONTRAST_PLANNED) return "By plan";
    if (comparison->family) return "Declared before the run";
    return comparison->is_late ? "Exploratory, as declared after the run began: nothing is shown"
                               : "Exploratory, as not declared before the run: nothing is shown";
}

const char *answer_rows_metric(const struct comparison *comparison)
{
    const struct metric *metric = metric_find(comparison->metric);
    return metric ? metric->label : comparison->metric;
}
