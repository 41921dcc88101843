/* sentence.c - see sentence.h. */
#include "harness/reports/comparison/sentence.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/tables/contrasts.h"
#include "harness/reports/comparison/verdict.h"

/* The row, and the stream to which its sentence is written. */
struct telling {
    const struct comparison *comparison;
    const struct comparison_row *row;
    const struct axes *axes;
    const struct metric *metric; /* NULL: the column is not a metric */
    struct metric_format format;
    enum verdict verdict;
    FILE *out;
};

/* ---- parts ---- */

static int is_ratio(const struct telling *telling)
{
    return telling->comparison->contrast == CONTRAST_RATIO;
}

/* Whether a value is clear without the column's name. */
static int explains_itself(const struct telling *telling, const char *column, const char *value)
{
    int at = axes_find(telling->axes, column);
    if (at >= 0) return axis_explains_itself(&telling->axes->axis[at], value);
    return strcmp(column, "run") == 0 || strcmp(column, contrasts_group) == 0;
}

/* Writes a value, with the column's name if needed: "random", "p = 0.25", "batch size 64", "image size 160 px". */
static void tell_value(const struct telling *telling, const char *column, const char *value)
{
    int at = axes_find(telling->axes, column);
    const struct axis *axis = at < 0 ? NULL : &telling->axes->axis[at];
    if (explains_itself(telling, column, value))
        fputs(value, telling->out);
    else if (!axis)
        fprintf(telling->out, "%s %s", column, value);
    else
        fprintf(telling->out, "%s%s%s%s%s", axis->label, strlen(axis->label) == 1 ? " = " : " ", value,
                axis->unit[0] ? " " : "", axis->unit);
}

/* Writes " at p = 0.25, batch size 64". */
static void tell_group(const struct telling *telling)
{
    const struct comparison *comparison = telling->comparison;
    for (int b = 0; b < comparison->by_count; b++) {
        const char *column = comparison->by[b], *value = telling->row->by[b];
        fputs(b ? ", " : explains_itself(telling, column, value) ? " with " : " at ", telling->out);
        tell_value(telling, column, value);
    }
}

/* Whether the level is the whole batch; the values kept apart are then those of the reference. */
static int is_whole(const struct telling *telling)
{
    const char *factor = telling->comparison->factor, *level = telling->row->level;
    return (strcmp(factor, "strategy") == 0 && strcmp(level, "full") == 0) ||
           (strcmp(factor, "portion") == 0 && variation_same(level, "1"));
}

static void tell_level(const struct telling *telling)
{
    tell_value(telling, telling->comparison->factor, telling->row->level);
    if (!is_whole(telling)) tell_group(telling);
}

static void tell_reference(const struct telling *telling)
{
    tell_value(telling, telling->comparison->factor, telling->comparison->reference);
    if (is_whole(telling)) tell_group(telling);
}

static const char *metric_name(const struct telling *telling)
{
    return telling->metric ? telling->metric->label : telling->comparison->metric;
}

/* Writes "2.26 points", or the metric's own unit. */
static void tell_difference(const struct telling *telling, double difference)
{
    const char *unit = telling->metric && telling->metric->unit == UNIT_FRACTION ? "points" : telling->format.name;
    fprintf(telling->out, "%.*f%s%s", telling->format.digits, telling->format.scale * difference, unit[0] ? " " : "",
            unit);
}

static void tell_interval(const struct telling *telling, double low, double high)
{
    if (is_ratio(telling))
        fprintf(telling->out, "95 %% interval %.3f to %.3f", low, high);
    else
        fprintf(telling->out, "95 %% interval %+.*f to %+.*f", telling->format.digits, telling->format.scale * low,
                telling->format.digits, telling->format.scale * high);
}

static void tell_p(const struct telling *telling, const char *name, double p)
{
    if (p < 0.001)
        fprintf(telling->out, ", %s < 0.001", name);
    else if (!isnan(p))
        fprintf(telling->out, ", %s %.3f", name, p);
}

/* Writes " (95 % interval -3.14 to -1.38, Holm p 0.019, 5 seeds", without the closing bracket. */
static void tell_evidence(const struct telling *telling)
{
    const struct comparison_row *row = telling->row;
    int seeds = row->judged.count;
    fputs(" (", telling->out);
    if (!isnan(row->low)) {
        tell_interval(telling, row->low, row->high);
        if (telling->comparison->family)
            tell_p(telling, "Holm p", row->adjusted_p);
        else
            tell_p(telling, "uncorrected p", row->p);
        fputs(", ", telling->out);
    }
    fprintf(telling->out, "%d seed%s", seeds, seeds == 1 ? "" : "s");
    if (row->outside > 0) fprintf(telling->out, ", %d more outside of the range", row->outside);
}

/* Writes what the interval is valid for. */
static void tell_where(const struct telling *telling)
{
    if (telling->metric && telling->metric->is_cost)
        fputs(" on this machine", telling->out);
    else
        fputs(" on these classes", telling->out);
    if (telling->comparison->at_equal) {
        const struct metric *at = metric_find(telling->comparison->at_equal);
        fprintf(telling->out, " at equal %s", at ? at->label : telling->comparison->at_equal);
    }
    if (telling->row->tuned > 0) fputs(", given the chosen settings", telling->out);
}

/* Writes the interval for other classes after a finding. */
static void tell_classes(const struct telling *telling)
{
    const struct comparison_row *row = telling->row;
    if (row->classes == CLASSES_FOUND) {
        fputs(verdict_holds_for_classes(telling->comparison, row) ? ", and for other classes of the kind ("
                                                                  : "; not shown for other classes of the kind (",
              telling->out);
        tell_interval(telling, row->classes_low, row->classes_high);
        fputs(")", telling->out);
    } else if (row->classes == CLASSES_ABSENT) {
        fputs("; of other classes nothing is known", telling->out);
    }
}

/* ---- sentences ---- */

/* Writes "step of random is 0.510 times that of full" or "recall@1 of random lies 2.26 points below that of full". */
static void tell_measured(const struct telling *telling)
{
    double difference = telling->row->difference.mean, ratio = telling->row->ratio;
    fprintf(telling->out, "%s of ", metric_name(telling));
    tell_level(telling);
    if (!isnan(ratio)) {
        fprintf(telling->out, " is %.3f times that of ", ratio);
    } else if (difference == 0) {
        fputs(" is that of ", telling->out);
    } else {
        fputs(" lies ", telling->out);
        tell_difference(telling, fabs(difference));
        fputs(difference < 0 ? " below that of " : " above that of ", telling->out);
    }
    tell_reference(telling);
}

static void tell_exploratory(const struct telling *telling)
{
    fputs(telling->comparison->is_late ? "Exploratory, declared after the run began: " : "Exploratory: ", telling->out);
    tell_measured(telling);
    tell_where(telling);
    tell_evidence(telling);
    fputs(")", telling->out);
    if (telling->row->classes == CLASSES_FOUND) {
        fputs("; with other classes of the kind: ", telling->out);
        tell_interval(telling, telling->row->classes_low, telling->row->classes_high);
    }
    fputs(".", telling->out);
}

static void tell_planned(const struct telling *telling)
{
    const struct comparison_row *row = telling->row;
    tell_measured(telling);
    fprintf(telling->out, ", by plan (%.*f and %.*f %s).", telling->format.digits,
            telling->format.scale * row->value.mean, telling->format.digits,
            telling->format.scale * row->reference.mean, telling->format.name);
}

static void tell_not_shown(const struct telling *telling)
{
    const struct comparison_row *row = telling->row;
    tell_level(telling);
    fputs(" is not shown to differ from ", telling->out);
    tell_reference(telling);
    fprintf(telling->out, " in %s", metric_name(telling));
    tell_where(telling);
    tell_evidence(telling);
    if (!isnan(row->smallest)) {
        fprintf(telling->out, ", which could have shown ");
        if (is_ratio(telling))
            fprintf(telling->out, "a ratio of %.3f", row->smallest);
        else
            tell_difference(telling, row->smallest);
    }
    fputs(").", telling->out);
}

static void tell_shown(const struct telling *telling)
{
    const struct comparison_row *row = telling->row;
    tell_level(telling);
    fprintf(telling->out, " is %s than ", verdict_words[telling->verdict]);
    tell_reference(telling);
    if (is_ratio(telling)) {
        fprintf(telling->out, " in %s, %.3f times as much,", metric_name(telling), row->ratio);
    } else {
        fputs(" by ", telling->out);
        tell_difference(telling, fabs(row->difference.mean));
        fprintf(telling->out, " of %s", metric_name(telling));
    }
    tell_where(telling);
    tell_evidence(telling);
    fputs(")", telling->out);
    tell_classes(telling);
    fputs(".", telling->out);
}

static void tell(const struct telling *telling)
{
    if (telling->row->judged.count == 0) {
        tell_level(telling);
        fprintf(telling->out, " cannot be compared with ");
        tell_reference(telling);
        fprintf(telling->out, ": %d seeds lie outside of the range.", telling->row->outside);
    } else if (telling->verdict == VERDICT_EXPLORATORY) {
        tell_exploratory(telling);
    } else if (telling->verdict == VERDICT_PLANNED) {
        tell_planned(telling);
    } else if (telling->verdict == VERDICT_NOT_SHOWN) {
        tell_not_shown(telling);
    } else {
        tell_shown(telling);
    }
}

char *sentence_make(const struct comparison *comparison, const struct comparison_row *row, const struct axes *axes)
{
    const struct metric *metric = metric_find(comparison->metric);
    char *text = NULL;
    size_t size;
    struct telling telling = {comparison,
                              row,
                              axes,
                              metric,
                              metric_formats[metric ? metric->unit : UNIT_PLAIN],
                              verdict_of(comparison, row),
                              open_memstream(&text, &size)};
    if (!telling.out) return NULL;
    tell(&telling);
    if (fclose(telling.out) == 0) return text;
    free(text);
    return NULL;
}
