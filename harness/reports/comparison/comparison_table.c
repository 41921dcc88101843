/* comparison_table.c - see comparison_table.h. */
#include "harness/reports/comparison/comparison_table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/reports/comparison/verdict.h"

enum { LEVELS_MAX = AXES_MAX + 2, NUMBER_SIZE = 96 };

/* What a row of the table is made from. */
struct shown {
    const struct comparison *comparison;
    const struct comparison_row *row;
    struct metric_format format; /* of the metric in print */
    double wanted;
};

/* ---- numbers ---- */

static void put(char text[NUMBER_SIZE], const char *format, double value)
{
    text[0] = '\0';
    if (!isnan(value)) snprintf(text, NUMBER_SIZE, format, value);
}

#define FILE_NUMBER(name, value)                                                                                       \
    static void file_##name(const struct shown *shown, char text[NUMBER_SIZE])                                         \
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

static void file_family(const struct shown *shown, char text[NUMBER_SIZE])
{
    const struct comparison *comparison = shown->comparison;
    snprintf(text, NUMBER_SIZE, "%s", comparison->family ? comparison->family : "exploratory");
}

static void file_family_size(const struct shown *shown, char text[NUMBER_SIZE])
{
    put(text, "%.6g", shown->comparison->family ? shown->comparison->family_size : NAN);
}

static void file_verdict(const struct shown *shown, char text[NUMBER_SIZE])
{
    snprintf(text, NUMBER_SIZE, "%s", verdict_words[verdict_of(shown->comparison, shown->row)]);
}

static void file_metric(const struct shown *shown, char text[NUMBER_SIZE])
{
    snprintf(text, NUMBER_SIZE, "%s", shown->comparison->metric);
}

static void file_factor(const struct shown *shown, char text[NUMBER_SIZE])
{
    snprintf(text, NUMBER_SIZE, "%s", shown->comparison->factor);
}

static void file_reference(const struct shown *shown, char text[NUMBER_SIZE])
{
    snprintf(text, NUMBER_SIZE, "%s", shown->comparison->reference);
}

static void any_seeds_needed(const struct shown *shown, char text[NUMBER_SIZE])
{
    int needed = isnan(shown->wanted) ? 0 : verdict_seeds_needed(shown->comparison, shown->row, shown->wanted);
    text[0] = '\0';
    if (needed > 0) snprintf(text, NUMBER_SIZE, "%d", needed);
    if (needed < 0) snprintf(text, NUMBER_SIZE, "too many");
}

/* ---- numbers in print ---- */

static void print_metric(const struct shown *shown, char text[NUMBER_SIZE])
{
    const struct metric *metric = metric_find(shown->comparison->metric);
    snprintf(text, NUMBER_SIZE, "%s", metric ? metric->label : shown->comparison->metric);
}

static void put_mean(const struct shown *shown, double mean, char text[NUMBER_SIZE])
{
    text[0] = '\0';
    if (!isnan(mean)) snprintf(text, NUMBER_SIZE, "%.*f", shown->format.digits, shown->format.scale * mean);
}

static void print_mean(const struct shown *shown, char text[NUMBER_SIZE])
{
    put_mean(shown, shown->row->value.mean, text);
}

static void print_reference(const struct shown *shown, char text[NUMBER_SIZE])
{
    put_mean(shown, shown->row->reference.mean, text);
}

static int is_ratio(const struct shown *shown)
{
    return shown->comparison->contrast == CONTRAST_RATIO;
}

static void print_difference(const struct shown *shown, char text[NUMBER_SIZE])
{
    double difference = shown->row->difference.mean;
    text[0] = '\0';
    if (!isnan(difference))
        snprintf(text, NUMBER_SIZE, "%+.*f", shown->format.digits, shown->format.scale * difference);
}

/* "-3.14 … -1.38" of differences, "0.48 … 0.53" of ratios. */
static void put_interval(const struct shown *shown, double low, double high, char text[NUMBER_SIZE])
{
    int digits = is_ratio(shown) ? 3 : shown->format.digits;
    double scale = is_ratio(shown) ? 1 : shown->format.scale;
    text[0] = '\0';
    if (isnan(low)) return;
    snprintf(text, NUMBER_SIZE, is_ratio(shown) ? "%.*f … %.*f" : "%+.*f … %+.*f", digits, scale * low, digits,
             scale * high);
}

static void print_interval(const struct shown *shown, char text[NUMBER_SIZE])
{
    put_interval(shown, shown->row->low, shown->row->high, text);
}

static void print_classes(const struct shown *shown, char text[NUMBER_SIZE])
{
    put_interval(shown, shown->row->classes_low, shown->row->classes_high, text);
}

static void print_ratio(const struct shown *shown, char text[NUMBER_SIZE])
{
    put(text, "%.3f", shown->row->ratio);
}

static void put_p(double p, char text[NUMBER_SIZE])
{
    if (p < 0.0001)
        snprintf(text, NUMBER_SIZE, "< 0.0001");
    else
        put(text, "%.4f", p);
}

static void print_p(const struct shown *shown, char text[NUMBER_SIZE])
{
    put_p(shown->row->p, text);
}

static void print_adjusted_p(const struct shown *shown, char text[NUMBER_SIZE])
{
    if (shown->comparison->contrast == CONTRAST_PLANNED)
        snprintf(text, NUMBER_SIZE, "by plan");
    else if (!shown->comparison->family)
        snprintf(text, NUMBER_SIZE, "exploratory");
    else
        put_p(shown->row->adjusted_p, text);
}

static void print_smallest(const struct shown *shown, char text[NUMBER_SIZE])
{
    int digits = is_ratio(shown) ? 3 : shown->format.digits;
    text[0] = '\0';
    if (isnan(shown->row->smallest)) return;
    snprintf(text, NUMBER_SIZE, "%.*f", digits, shown->row->smallest * (is_ratio(shown) ? 1 : shown->format.scale));
}

static void print_outside(const struct shown *shown, char text[NUMBER_SIZE])
{
    text[0] = '\0';
    if (shown->row->outside > 0) file_outside(shown, text);
}

/* ---- columns ---- */

struct number {
    const char *name;
    int is_number;
    void (*write)(const struct shown *, char text[NUMBER_SIZE]);
};

static const struct number file_numbers[] = {
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

/* Before the columns of levels. */
static const struct number print_first[] = {{"metric", 0, print_metric}, {0}};

static const struct number print_numbers[] = {
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

/* ---- levels ---- */

/* The names of the factors and of the columns kept apart, each once, in order of appearance. */
struct levels {
    int count;
    const char *name[LEVELS_MAX];
};

static void add_level(struct levels *levels, const char *name)
{
    for (int l = 0; l < levels->count; l++)
        if (strcmp(levels->name[l], name) == 0) return;
    if (levels->count < LEVELS_MAX) levels->name[levels->count++] = name;
}

static void list_levels(struct levels *levels, const struct comparison *const *comparisons, int count)
{
    levels->count = 0;
    for (int c = 0; c < count; c++) {
        add_level(levels, comparisons[c]->factor);
        for (int b = 0; b < comparisons[c]->by_count; b++) add_level(levels, comparisons[c]->by[b]);
    }
}

/* The row's text in one of these columns; "" if its comparison does not have the column. */
static const char *level_value(const struct shown *shown, const char *name)
{
    if (strcmp(shown->comparison->factor, name) == 0) return shown->row->level;
    for (int b = 0; b < shown->comparison->by_count; b++)
        if (strcmp(shown->comparison->by[b], name) == 0) return shown->row->by[b];
    return "";
}

/* The title of a column, "image size, px" for a setting; the caller frees. NULL if memory runs out. */
static char *level_title(const char *name, enum comparison_style style, const struct axes *axes)
{
    int at = style == COMPARISON_PRINT ? axes_find(axes, name) : -1;
    char *title = NULL;
    if (at < 0) return strdup(name);
    const struct axis *axis = &axes->axis[at];
    return asprintf(&title, "%s%s%s", axis->label, axis->unit[0] ? ", " : "", axis->unit) < 0 ? NULL : title;
}

/* ---- the table ---- */

static int add_column(struct comparison_table *table, char *name, int is_number)
{
    struct comparison_column *columns =
        realloc(table->columns, ((size_t)table->column_count + 1) * sizeof *table->columns);
    if (columns) table->columns = columns;
    if (!columns || !name) {
        free(name);
        return -1;
    }
    columns[table->column_count++] = (struct comparison_column){name, is_number};
    return 0;
}

static int add_numbers(struct comparison_table *table, const struct number *numbers)
{
    for (; numbers && numbers->name; numbers++)
        if (add_column(table, strdup(numbers->name), numbers->is_number) != 0) return -1;
    return 0;
}

static int fill_numbers(char ***at, const struct shown *shown, const struct number *numbers)
{
    char text[NUMBER_SIZE];
    for (; numbers && numbers->name; numbers++) {
        numbers->write(shown, text);
        if (!(*(*at)++ = strdup(text))) return -1;
    }
    return 0;
}

/* The columns, from left to right. */
struct layout {
    const struct number *first, *numbers;
    struct levels levels;
};

static int add_columns(struct comparison_table *table, const struct layout *layout, enum comparison_style style,
                       const struct axes *axes)
{
    if (add_numbers(table, layout->first) != 0) return -1;
    for (int l = 0; l < layout->levels.count; l++)
        if (add_column(table, level_title(layout->levels.name[l], style, axes), 0) != 0) return -1;
    return add_numbers(table, layout->numbers);
}

static int fill_row(struct comparison_table *table, const struct layout *layout, const struct shown *shown)
{
    char **at = table->cells + (size_t)table->row_count * (size_t)table->column_count;
    table->row_count++;
    if (fill_numbers(&at, shown, layout->first) != 0) return -1;
    for (int l = 0; l < layout->levels.count; l++)
        if (!(*at++ = strdup(level_value(shown, layout->levels.name[l])))) return -1;
    return fill_numbers(&at, shown, layout->numbers);
}

static int fill_rows(struct comparison_table *table, const struct layout *layout,
                     const struct comparison *const *comparisons, int count, double wanted)
{
    size_t rows = 0;
    for (int c = 0; c < count; c++) rows += (size_t)comparisons[c]->row_count;
    table->cells = calloc(rows * (size_t)table->column_count + 1, sizeof *table->cells);
    if (!table->cells) return -1;
    for (int c = 0; c < count; c++) {
        const struct metric *metric = metric_find(comparisons[c]->metric);
        for (int r = 0; r < comparisons[c]->row_count; r++) {
            struct shown shown = {comparisons[c], &comparisons[c]->rows[r],
                                  metric_formats[metric ? metric->unit : UNIT_PLAIN], wanted};
            if (fill_row(table, layout, &shown) != 0) return -1;
        }
    }
    return 0;
}

static int is_empty(const struct comparison_table *table, int column)
{
    for (int r = 0; r < table->row_count; r++)
        if (table->cells[(size_t)r * (size_t)table->column_count + (size_t)column][0]) return 0;
    return 1;
}

/* Removes the columns that are empty in all rows. */
static void drop_empty(struct comparison_table *table)
{
    int before = table->column_count, kept = 0;
    char keeps[LEVELS_MAX + 32], **to = table->cells;
    for (int c = 0; c < before; c++) keeps[c] = (char)!is_empty(table, c);
    for (int r = 0; r < table->row_count; r++)
        for (int c = 0; c < before; c++) {
            char *cell = table->cells[(size_t)r * (size_t)before + (size_t)c];
            if (keeps[c])
                *to++ = cell;
            else
                free(cell);
        }
    for (int c = 0; c < before; c++) {
        if (keeps[c])
            table->columns[kept++] = table->columns[c];
        else
            free(table->columns[c].name);
    }
    table->column_count = kept;
}

int comparison_table_make(struct comparison_table *table, const struct comparison *const *comparisons, int count,
                          enum comparison_style style, double wanted, const struct axes *axes, struct error *error)
{
    struct layout layout = {.first = style == COMPARISON_PRINT ? print_first : NULL,
                            .numbers = style == COMPARISON_PRINT ? print_numbers : file_numbers};
    *table = (struct comparison_table){0};
    list_levels(&layout.levels, comparisons, count);
    if (add_columns(table, &layout, style, axes) != 0 || fill_rows(table, &layout, comparisons, count, wanted) != 0) {
        comparison_table_release(table);
        return error_set(error, "out of memory");
    }
    if (style == COMPARISON_PRINT) drop_empty(table);
    return 0;
}

void comparison_table_release(struct comparison_table *table)
{
    size_t cells = table->cells ? (size_t)table->row_count * (size_t)table->column_count : 0;
    for (size_t c = 0; c < cells; c++) free(table->cells[c]);
    for (int c = 0; c < table->column_count; c++) free(table->columns[c].name);
    free(table->columns);
    free(table->cells);
    *table = (struct comparison_table){0};
}

/* ---- out ---- */

void comparison_table_list(const struct comparison_table *table, enum comparison_style style, struct listing *listing)
{
    enum listing_kind number = style == COMPARISON_FILE ? LISTING_REAL : LISTING_NUMERAL;
    for (int c = 0; c < table->column_count; c++)
        listing_column(listing, table->columns[c].name, table->columns[c].is_number ? number : LISTING_TEXT, 0);
    for (int v = 0; v < table->row_count * table->column_count; v++) {
        const char *text = table->cells[v];
        if (style == COMPARISON_FILE && table->columns[v % table->column_count].is_number)
            listing_number(listing, text[0] ? strtod(text, NULL) : NAN);
        else
            listing_text(listing, text);
    }
}
