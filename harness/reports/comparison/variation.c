/* variation.c - see variation.h. */
#include "harness/reports/comparison/variation.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int variation_follows(const struct results *results, int axis, int from)
{
    int run = results->axes.count;
    return axis != run && from != run && axes_follows(&results->axes, axis, from, "", "");
}

int variation_same(const char *a, const char *b)
{
    char *end_a, *end_b;
    double left = strtod(a, &end_a), right = strtod(b, &end_b);
    return strcmp(a, b) == 0 || (end_a != a && end_b != b && !*end_a && !*end_b && left == right);
}

static struct results_cell ok_cell(const struct variation *variation, int cell)
{
    return variation->results->ok.cells[cell];
}

static const char *value_of(const struct variation *variation, int cell, int axis)
{
    return results_value(variation->results, ok_cell(variation, cell), axis);
}

/* ---- what varies ---- */

static void find_options_axes(struct variation *variation)
{
    const struct axes *axes = &variation->results->axes;
    for (int a = 0; a <= axes->count; a++) {
        variation->options[a] = -1;
        if (a == axes->count || !axes->axis[a].kind || axes->axis[a].is_options) continue;
        for (int o = 0; o < axes->count; o++)
            if (axes->axis[o].is_options && axes->axis[o].kind == axes->axis[a].kind) variation->options[a] = o;
    }
}

static int cells_differ(const struct variation *variation, int axis)
{
    for (int i = 1; i < variation->results->ok.count; i++)
        if (strcmp(value_of(variation, i, axis), value_of(variation, 0, axis)) != 0) return 1;
    return 0;
}

/* Whether both values are known and they differ. */
static int are_told_apart(const char *a, const char *b)
{
    return strcmp(a, b) != 0 && strcmp(a, axis_unknown) != 0 && strcmp(b, axis_unknown) != 0;
}

/* Whether two cells have known, different values of the axis. Unknown values are not shown in names. */
static int is_told(const struct variation *variation, int axis)
{
    const char *known = axis_unknown;
    for (int i = 0; i < variation->results->ok.count; i++) {
        const char *value = value_of(variation, i, axis);
        if (are_told_apart(value, known)) return 1;
        if (strcmp(known, axis_unknown) == 0) known = value;
    }
    return variation_options_vary(variation, axis);
}

static int is_repetition(const struct results *results, int axis)
{
    return axis < results->axes.count && axis_is_repetition(&results->axes.axis[axis]);
}

/* 1 if two cells differ in the axis and what follows from it, but in nothing else except seed, fold and run; -1 if
 * memory runs out. */
static int varies_by_itself(const struct variation *variation, int axis)
{
    const struct results *results = variation->results;
    char include[AXES_MAX + 1];
    struct index seen = {0};
    int found = 0;
    for (int a = 0; a < results_axis_count(results); a++)
        include[a] = variation->varies[a] && a != axis && !is_repetition(results, a) && a != results->axes.count &&
                     !variation_follows(results, a, axis);
    for (int i = 0; i < results->ok.count && found == 0; i++) {
        char *key = results_key(results, ok_cell(variation, i), include);
        int held = key ? index_add(&seen, key, i) : -1;
        free(key);
        found = held < 0 ? -1 : are_told_apart(value_of(variation, i, axis), value_of(variation, held, axis));
    }
    index_release(&seen);
    return found;
}

/* Whether the axis follows from another that varies. */
static int may_follow(const struct variation *variation, int axis)
{
    const struct results *results = variation->results;
    for (int a = 0; a < results->axes.count; a++)
        if (variation->varies[a] && variation_follows(results, axis, a)) return 1;
    return 0;
}

/* The cell's name by the axes shown so far; the caller frees. NULL if memory runs out. */
static char *shown_name(const struct variation *variation, struct results_cell cell)
{
    char text[VARIATION_TEXT_SIZE], *name = NULL;
    size_t size;
    FILE *stream = open_memstream(&name, &size);
    if (!stream) return NULL;
    for (int a = 0; a < variation->results->axes.count; a++) {
        if (!variation->shown[a]) continue;
        variation_value(variation, cell, a, text);
        fprintf(stream, "%s\x1f", text);
    }
    if (fclose(stream) == 0) return name;
    free(name);
    return NULL;
}

/* 1 if only the run distinguishes some cells, -1 if memory runs out. */
static int run_tells(const struct variation *variation)
{
    int run = variation->results->axes.count, found = 0;
    struct index seen = {0};
    for (int i = 0; i < variation->results->ok.count && found == 0 && variation->varies[run]; i++) {
        char *name = shown_name(variation, ok_cell(variation, i));
        int held = name ? index_add(&seen, name, i) : -1;
        free(name);
        found = held < 0 ? -1 : strcmp(value_of(variation, i, run), value_of(variation, held, run)) != 0;
    }
    index_release(&seen);
    return found;
}

/* Whether cells with the same equal quantity, other than epochs, differ in this setting of `equal_to`, which names
 * whose budget they have: 1, 0, or -1 if memory runs out. */
static int tells_budgets_apart(const struct variation *variation, int axis)
{
    const struct axes *axes = &variation->results->axes;
    struct index seen = {0};
    int equal = axes_find(axes, "equal"), found = 0;
    if (strcmp(axes->axis[axis].block->prefix, "equal_to_") != 0) return 0;
    for (int i = 0; i < variation->results->ok.count && found == 0; i++) {
        const char *what = value_of(variation, i, equal);
        int held = strcmp(what, "epochs") == 0 ? i : index_add(&seen, what, i);
        found = held < 0 ? -1 : are_told_apart(value_of(variation, i, axis), value_of(variation, held, axis));
    }
    index_release(&seen);
    return found;
}

static int find_shown(struct variation *variation)
{
    const struct results *results = variation->results;
    int status = 0;
    for (int a = 0; a < results->axes.count && status >= 0; a++) {
        if (!is_told(variation, a) || is_repetition(results, a) || results->axes.axis[a].is_options) continue;
        status = may_follow(variation, a) ? varies_by_itself(variation, a) : 1;
        if (status == 0) status = tells_budgets_apart(variation, a);
        variation->shown[a] = status > 0;
    }
    if (status >= 0) status = run_tells(variation);
    variation->shown[results->axes.count] = status > 0;
    return status < 0 ? -1 : 0;
}

int variation_init(struct variation *variation, const struct results *results, struct error *error)
{
    int status = 0;
    *variation = (struct variation){.results = results};
    find_options_axes(variation);
    for (int a = 0; a < results_axis_count(results) && status == 0; a++)
        if (variation->options[a] >= 0) status = variation_options_find(variation, a);
    for (int a = 0; a < results_axis_count(results) && status == 0; a++) {
        variation->varies[a] = (char)(cells_differ(variation, a) || variation_options_vary(variation, a));
        if (variation->varies[a]) variation->varying[variation->varying_count++] = a;
    }
    if (status == 0) status = find_shown(variation);
    if (status == 0) return 0;
    variation_release(variation);
    return error_set(error, "out of memory");
}

void variation_release(struct variation *variation)
{
    for (size_t o = 0; o < variation->names.count; o++) free(variation->option[o].value);
    free(variation->option);
    index_release(&variation->names);
    *variation = (struct variation){0};
}

int variation_agree(const struct variation *variation, struct results_cell a, struct results_cell b,
                    const char *include)
{
    const struct results *results = variation->results;
    for (int v = 0; v < variation->varying_count; v++) {
        int axis = variation->varying[v], options = variation->options[axis];
        if (!include[axis]) continue;
        if (strcmp(results_value(results, a, axis), results_value(results, b, axis)) != 0) return 0;
        if (options >= 0 && strcmp(results_value(results, a, options), results_value(results, b, options)) != 0)
            return 0;
    }
    return 1;
}

/* ---- texts ---- */

/* Appends a printf text, cut if there is no room. */
__attribute__((format(printf, 3, 4))) static void append(char text[VARIATION_TEXT_SIZE], size_t *used,
                                                         const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    if (*used < VARIATION_TEXT_SIZE)
        *used += (size_t)vsnprintf(text + *used, VARIATION_TEXT_SIZE - *used, format, arguments);
    va_end(arguments);
}

void variation_value(const struct variation *variation, struct results_cell cell, int axis,
                     char text[VARIATION_TEXT_SIZE])
{
    const struct results *results = variation->results;
    const char *value = results_value(results, cell, axis), *mark = "{";
    size_t used = 0;
    if (axis == results->axes.count) value = results->runs[cell.run].name;
    append(text, &used, "%s", value[0] ? value : "none");
    if (variation->options[axis] < 0) return;
    const char *at = results_value(results, cell, variation->options[axis]);
    struct plugin_option option;
    while (variation_options_next(variation, axis, value, &at, &option)) {
        append(text, &used, "%s%.*s: %.*s", mark, option.name_length, option.name, option.value_length, option.value);
        mark = ", ";
    }
    if (mark[0] == ',') append(text, &used, "}");
}

void variation_label(const struct variation *variation, struct results_cell cell, int axis,
                     char text[VARIATION_TEXT_SIZE])
{
    char value[VARIATION_TEXT_SIZE];
    size_t used = 0;
    variation_value(variation, cell, axis, value);
    if (axis == variation->results->axes.count || axis_explains_itself(&variation->results->axes.axis[axis], value)) {
        append(text, &used, "%s", value);
        return;
    }
    const struct axis *row = &variation->results->axes.axis[axis];
    if (strcmp(row->column, "equal_to_batch_size") == 0 && strcmp(value, "0") == 0)
        snprintf(value, sizeof value, "its own");
    append(text, &used, "%s%s%s%s%s", row->label, strlen(row->label) == 1 ? " = " : " ", value, row->unit[0] ? " " : "",
           row->unit);
}

void variation_title(const struct variation *variation, int axis, char text[VARIATION_TEXT_SIZE])
{
    size_t used = 0;
    if (axis == variation->results->axes.count) {
        append(text, &used, "run");
        return;
    }
    const struct axis *row = &variation->results->axes.axis[axis];
    append(text, &used, "%s%s%s", row->label, row->unit[0] ? ", " : "", row->unit);
}

/* Reports are about strategies and portions, so names begin with these. */
static int comes_first(const struct axes *axes, int axis)
{
    return axis == axes_find(axes, "strategy") || axis == axes_find(axes, "portion");
}

void variation_name(const struct variation *variation, struct results_cell cell, char text[VARIATION_TEXT_SIZE])
{
    const struct axes *axes = &variation->results->axes;
    char label[VARIATION_TEXT_SIZE];
    size_t used = 0;
    text[0] = '\0';
    for (int first = 1; first >= 0; first--)
        for (int a = 0; a <= axes->count; a++) {
            if (!variation->shown[a] || comes_first(axes, a) != first) continue;
            variation_label(variation, cell, a, label);
            append(text, &used, "%s%s", used ? ", " : "", label);
        }
    if (used == 0) append(text, &used, "the only setting");
}

void variation_data(const struct variation *variation, struct results_cell cell, char text[VARIATION_TEXT_SIZE])
{
    const struct results *results = variation->results;
    const char *name = results_text(results, cell, "dataset");
    int others = 0, namesakes = 0;
    for (int i = 0; i < results->ok.count; i++) {
        if (results_same_data(results, results->ok.cells[i], cell)) continue;
        others++;
        namesakes += strcmp(results_text(results, results->ok.cells[i], "dataset"), name) == 0;
    }
    snprintf(text, VARIATION_TEXT_SIZE, "%s%s%s", others ? name : "", namesakes ? " of " : "",
             namesakes ? results->runs[cell.run].name : "");
}
