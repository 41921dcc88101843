/* comparison_columns.c - see comparison_columns.h. */
#include "harness/reports/comparison/comparison_columns.h"

#include <math.h>
#include <stdio.h>

#include "harness/reports/comparison/verdict.h"

/* ---- in files ---- */

static void put(char text[COMPARISON_TEXT_SIZE], const char *format, double value)
{
    text[0] = '\0';
    if (!isnan(value)) snprintf(text, COMPARISON_TEXT_SIZE, format, value);
}

#define FILE_NUMBER(name, value)                                                                                       \
    static void file_##name(const struct comparison_shown *shown, char text[COMPARISON_TEXT_SIZE])                     \
    {                                                                                                                  \
        const struct comparison_row *row = shown->row;                                                                 \
        put(text, "%.6g", value);                                                                                      \
    }
FILE_NUMBER(pairs, row->pairs)
FILE_NUMBER(seeds, row->difference.count)
FILE_NUMBER(mean, row->value.mean)
FILE_NUMBER(reference_mean, row->reference.mean)
FILE_NUMBER(mean_difference, row->difference.mean)
FILE_NUMBER(low, row->low)
FILE_NUMBER(high, row->high)
FILE_NUMBER(ratio, row->ratio)
FILE_NUMBER(p, row->p)
FILE_NUMBER(adjusted_p, row->adjusted_p)
FILE_NUMBER(classes_low, row->classes_low)
FILE_NUMBER(classes_high, row->classes_high)
FILE_NUMBER(smallest, row->smallest)
FILE_NUMBER(outside, row->outside)

static void file_family(const struct comparison_shown *shown, char text[COMPARISON_TEXT_SIZE])
{
    const struct comparison *comparison = shown->comparison;
    snprintf(text, COMPARISON_TEXT_SIZE, "%s", comparison->family ? comparison->family : "exploratory");
}

static void file_family_size(const struct comparison_shown *shown, char text[COMPARISON_TEXT_SIZE])
{
    put(text, "%.6g", shown->comparison->family ? shown->comparison->family_size : NAN);
}

static void file_verdict(const struct comparison_shown *shown, char text[COMPARISON_TEXT_SIZE])
{
    snprintf(text, COMPARISON_TEXT_SIZE, "%s", verdict_words[verdict_of(shown->comparison, shown->row)]);
}

static void file_metric(const struct comparison_shown *shown, char text[COMPARISON_TEXT_SIZE])
{
    snprintf(text, COMPARISON_TEXT_SIZE, "%s", shown->comparison->metric);
}

static void file_factor(const struct comparison_shown *shown, char text[COMPARISON_TEXT_SIZE])
{
    snprintf(text, COMPARISON_TEXT_SIZE, "%s", shown->comparison->factor);
}

static void file_reference(const struct comparison_shown *shown, char text[COMPARISON_TEXT_SIZE])
{
    snprintf(text, COMPARISON_TEXT_SIZE, "%s", shown->comparison->reference);
}

static void any_seeds_needed(const struct comparison_shown *shown, char text[COMPARISON_TEXT_SIZE])
{
    int needed = isnan(shown->wanted) ? 0 : verdict_seeds_needed(shown->comparison, shown->row, shown->wanted);
    text[0] = '\0';
    if (needed > 0) snprintf(text, COMPARISON_TEXT_SIZE, "%d", needed);
    if (needed < 0) snprintf(text, COMPARISON_TEXT_SIZE, "too many");
}

/* ---- in print ---- */

static void print_metric(const struct comparison_shown *shown, char text[COMPARISON_TEXT_SIZE])
{
    const struct metric *metric = metric_find(shown->comparison->metric);
    snprintf(text, COMPARISON_TEXT_SIZE, "%s", metric ? metric->label : shown->comparison->metric);
}

static void put_mean(const struct comparison_shown *shown, double mean, char text[COMPARISON_TEXT_SIZE])
{
    text[0] = '\0';
    if (!isnan(mean)) snprintf(text, COMPARISON_TEXT_SIZE, "%.*f", shown->format.digits, shown->format.scale * mean);
}

static void print_mean(const struct comparison_shown *shown, char text[COMPARISON_TEXT_SIZE])
{
    put_mean(shown, shown->row->value.mean, text);
}

static void print_reference(const struct comparison_shown *shown, char text[COMPARISON_TEXT_SIZE])
{
    put_mean(shown, shown->row->reference.mean, text);
}

static int is_ratio(const struct comparison_shown *shown)
{
    return shown->comparison->contrast == CONTRAST_RATIO;
}

static void print_difference(const struct comparison_shown *shown, char text[COMPARISON_TEXT_SIZE])
{
    double difference = shown->row->difference.mean;
    text[0] = '\0';
    if (!isnan(difference))
        snprintf(text, COMPARISON_TEXT_SIZE, "%+.*f", shown->format.digits, shown->format.scale * difference);
}

/* "-3.14 … -1.38" of differences, "0.48 … 0.53" of ratios. */
static void put_interval(const struct comparison_shown *shown, double low, double high, char text[COMPARISON_TEXT_SIZE])
{
    int digits = is_ratio(shown) ? 3 : shown->format.digits;
    double scale = is_ratio(shown) ? 1 : shown->format.scale;
    text[0] = '\0';
    if (isnan(low)) return;
    snprintf(text, COMPARISON_TEXT_SIZE, is_ratio(shown) ? "%.*f … %.*f" : "%+.*f … %+.*f", digits, scale * low, digits,
             scale * high);
}

static void print_interval(const struct comparison_shown *shown, char text[COMPARISON_TEXT_SIZE])
{
    put_interval(shown, shown->row->low, shown->row->high, text);
}

static void print_classes(const struct comparison_shown *shown, char text[COMPARISON_TEXT_SIZE])
{
    put_interval(shown, shown->row->classes_low, shown->row->classes_high, text);
}

static void print_ratio(const struct comparison_shown *shown, char text[COMPARISON_TEXT_SIZE])
{
    put(text, "%.3f", shown->row->ratio);
}

static void put_p(double p, char text[COMPARISON_TEXT_SIZE])
{
    if (p < 0.0001)
        snprintf(text, COMPARISON_TEXT_SIZE, "< 0.0001");
    else
        put(text, "%.4f", p);
}

static void print_p(const struct comparison_shown *shown, char text[COMPARISON_TEXT_SIZE])
{
    put_p(shown->row->p, text);
}

static void print_adjusted_p(const struct comparison_shown *shown, char text[COMPARISON_TEXT_SIZE])
{
    if (shown->comparison->contrast == CONTRAST_PLANNED)
        snprintf(text, COMPARISON_TEXT_SIZE, "by plan");
    else if (!shown->comparison->family)
        snprintf(text, COMPARISON_TEXT_SIZE, "exploratory");
    else
        put_p(shown->row->adjusted_p, text);
}

static void print_smallest(const struct comparison_shown *shown, char text[COMPARISON_TEXT_SIZE])
{
    int digits = is_ratio(shown) ? 3 : shown->format.digits;
    text[0] = '\0';
    if (isnan(shown->row->smallest)) return;
    snprintf(text, COMPARISON_TEXT_SIZE, "%.*f", digits,
             shown->row->smallest * (is_ratio(shown) ? 1 : shown->format.scale));
}

static void print_outside(const struct comparison_shown *shown, char text[COMPARISON_TEXT_SIZE])
{
    text[0] = '\0';
    if (shown->row->outside > 0) file_outside(shown, text);
}

/* ---- columns ---- */

const struct comparison_column_kind comparison_file_columns[] = {
    {"pairs", 1, file_pairs},
    {"seeds", 1, file_seeds},
    {"mean", 1, file_mean},
    {"reference_mean", 1, file_reference_mean},
    {"mean_difference", 1, file_mean_difference},
    {"low", 1, file_low},
    {"high", 1, file_high},
    {"ratio", 1, file_ratio},
    {"p", 1, file_p},
    {"adjusted_p", 1, file_adjusted_p},
    {"family", 0, file_family},
    {"family_size", 1, file_family_size},
    {"classes_low", 1, file_classes_low},
    {"classes_high", 1, file_classes_high},
    {"smallest", 1, file_smallest},
    {"seeds_needed", 1, any_seeds_needed},
    {"outside", 1, file_outside},
    {"verdict", 0, file_verdict},
    {"metric", 0, file_metric},
    {"factor", 0, file_factor},
    {"reference", 0, file_reference},
    {0},
};

const struct comparison_column_kind comparison_print_first[] = {{"metric", 0, print_metric}, {0}};

const struct comparison_column_kind comparison_print_columns[] = {
    {"pairs", 1, file_pairs},
    {"seeds", 1, file_seeds},
    {"mean", 1, print_mean},
    {"reference", 1, print_reference},
    {"difference", 1, print_difference},
    {"ratio", 1, print_ratio},
    {"95 % interval", 1, print_interval},
    {"p", 1, print_p},
    {"Holm p", 1, print_adjusted_p},
    {"other classes", 1, print_classes},
    {"smallest shown", 1, print_smallest},
    {"seeds needed", 1, any_seeds_needed},
    {"outside", 1, print_outside},
    {0},
};
