/* comparison_table.c - see comparison_table.h. */
#include "harness/reports/comparison/comparison_table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/reports/comparison/comparison_columns.h"

enum { LEVELS_MAX = AXES_MAX + 2 };

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
static const char *level_value(const struct comparison_shown *shown, const char *name)
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

static int add_numbers(struct comparison_table *table, const struct comparison_column_kind *numbers)
{
    for (; numbers && numbers->name; numbers++)
        if (add_column(table, strdup(numbers->name), numbers->is_number) != 0) return -1;
    return 0;
}

static int fill_numbers(char ***at, const struct comparison_shown *shown, const struct comparison_column_kind *numbers)
{
    char text[COMPARISON_TEXT_SIZE];
    for (; numbers && numbers->name; numbers++) {
        numbers->write(shown, text);
        if (!(*(*at)++ = strdup(text))) return -1;
    }
    return 0;
}

/* The columns, from left to right. */
struct layout {
    const struct comparison_column_kind *first, *numbers;
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

static int fill_row(struct comparison_table *table, const struct layout *layout, const struct comparison_shown *shown)
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
            struct comparison_shown shown = {comparisons[c], &comparisons[c]->rows[r],
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
    struct layout layout = {.first = style == COMPARISON_PRINT ? comparison_print_first : NULL,
                            .numbers = style == COMPARISON_PRINT ? comparison_print_columns : comparison_file_columns};
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
