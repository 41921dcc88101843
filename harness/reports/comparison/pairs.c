/* pairs.c - see pairs.h. */
#include "harness/reports/comparison/pairs.h"

#include <stdlib.h>
#include <string.h>

#include "harness/reports/comparison/same_budget.h"
#include "harness/tables/contrasts.h"

/* The cells with one level, one value of the factor's axis (which decides what follows from it) and one value of the
 * axis `across`. */
struct level {
    char *text;                 /* owned */
    const char *value, *across; /* borrowed from the tables; "" if there is no such axis */
    int is_reference;
    int count, *cells; /* (count) positions in results->ok; owned */
};

/* State while pairs are searched for. */
struct search {
    const struct variation *variation;
    const struct results *results;
    const char *factor;
    int axis;        /* of the factor; -1: none */
    int across;      /* axis in which partners may differ; -1: none */
    int is_group;    /* 1: whole settings are compared */
    int is_budgeted; /* 1: the factor decides what a step costs: budgets are the same by same_budget.h */
    int level_count;
    struct level *levels;
    struct pairs *pairs;
};

static const char *axis_value(const struct search *search, int cell, int axis)
{
    return axis < 0 ? "" : results_value(search->results, search->results->ok.cells[cell], axis);
}

void pairs_level(const struct variation *variation, struct results_cell cell, const char *factor,
                 char text[VARIATION_TEXT_SIZE])
{
    int axis = axes_find(&variation->results->axes, factor);
    if (strcmp(factor, contrasts_group) == 0)
        variation_name(variation, cell, text);
    else if (axis >= 0)
        variation_value(variation, cell, axis, text);
    else
        snprintf(text, VARIATION_TEXT_SIZE, "%s", results_text(variation->results, cell, factor));
}

/* ---- levels ---- */

/* Appends a cell to its level, which is added for the first cell; `seen` finds levels by their text and values. */
static int add_to_level(struct search *search, struct index *seen, int cell)
{
    char text[VARIATION_TEXT_SIZE], *both = NULL;
    pairs_level(search->variation, search->results->ok.cells[cell], search->factor, text);
    const char *value = axis_value(search, cell, search->axis), *across = axis_value(search, cell, search->across);
    if (asprintf(&both, "%s\x1f%s\x1f%s", text, value, across) < 0) return -1;
    int at = index_add(seen, both, search->level_count);
    free(both);
    if (at == search->level_count) {
        struct level *levels = realloc(search->levels, (size_t)(at + 1) * sizeof *levels);
        if (!levels) return -1;
        search->levels = levels;
        levels[at] = (struct level){.text = strdup(text), .value = value, .across = across};
        search->level_count++;
    }
    struct level *level = at < 0 ? NULL : &search->levels[at];
    int *cells = level && level->text ? realloc(level->cells, (size_t)(level->count + 1) * sizeof *cells) : NULL;
    if (!cells) return -1;
    level->cells = cells;
    cells[level->count++] = cell;
    return 0;
}

static int find_levels(struct search *search)
{
    struct index seen = {0};
    int status = 0;
    for (int i = 0; i < search->results->ok.count && status == 0; i++) status = add_to_level(search, &seen, i);
    index_release(&seen);
    return status;
}

/* Fails and suggests the nearest level, or lists the levels. */
static int no_such_level(const struct search *search, const char *reference, struct error *error)
{
    const char **names = calloc((size_t)search->level_count + 1, sizeof *names);
    char all[ERROR_SIZE / 2] = "";
    size_t used = 0;
    for (int l = 0; names && l < search->level_count; l++) {
        names[l] = search->levels[l].text;
        if (used < sizeof all) used += (size_t)snprintf(all + used, sizeof all - used, "%s%s", l ? ", " : "", names[l]);
    }
    const char *nearest = names ? option_nearest(reference, names, search->level_count) : NULL;
    if (nearest)
        error_set(error, "no cell has %s '%s'; did you mean '%s'?", search->factor, reference, nearest);
    else
        error_set(error, "no cell has %s '%s': there is nothing to compare with; there are %s", search->factor,
                  reference, all[0] ? all : "no cells that ended well");
    free(names);
    return -1;
}

static int mark_reference(struct search *search, const char *reference, struct error *error)
{
    int found = 0;
    for (int l = 0; l < search->level_count; l++)
        found += search->levels[l].is_reference = strcmp(search->levels[l].text, reference) == 0;
    for (int l = 0; l < search->level_count && found == 0; l++)
        search->levels[l].is_reference = variation_same(search->levels[l].text, reference);
    for (int l = 0; l < search->level_count; l++) found += search->levels[l].is_reference;
    return found ? 0 : no_such_level(search, reference, error);
}

/* ---- partners ---- */

/* The axis of a factor: that of its name, or the portion for the number of selected samples. */
static int find_axis(const struct axes *axes, const char *factor)
{
    return axes_find(axes, strcmp(factor, "selected") == 0 ? "portion" : factor);
}

/* Whether partners must agree in an axis even if whole settings are compared: the seed, the fold and the data. */
static int is_of_all_groups(const struct axes *axes, int axis)
{
    return axis_is_repetition(&axes->axis[axis]) || axis_is_of_data(&axes->axis[axis]);
}

/* Sets include[axis] to 1 for axes in which partners of two levels must agree; the factor and what follows from it are
 * left out. */
static void set_agreement(const struct search *search, const struct level *a, const struct level *b, char *include)
{
    const struct axes *axes = &search->results->axes;
    memset(include, 0, AXES_MAX + 1);
    for (int axis = 0; axis < axes->count; axis++)
        include[axis] = search->variation->varies[axis] && axis != search->axis && axis != search->across &&
                        (!search->is_group || is_of_all_groups(axes, axis)) &&
                        !(search->is_budgeted && same_budget_setting(&axes->axis[axis])) &&
                        (search->axis < 0 || !axes_follows(axes, axis, search->axis, a->value, b->value));
}

/* At p = 1 the budget is that of the epochs, whatever quantity is equal, so the budget that is matched (equal_to_...)
 * matters more than the quantity. */
static int agreement_weight(const struct axis *axis)
{
    return strncmp(axis->column, "equal_to_", 9) == 0 ? 2 : 1;
}

/* Rates a partner. Its own run comes first if the table is of an earlier version, which may hide differences; then the
 * number of agreeing settings that follow from the factor; then the same run. */
static int suit(const struct search *search, int cell, int partner, const char *include)
{
    struct results_cell a = search->results->ok.cells[cell], b = search->results->ok.cells[partner];
    int same_run = a.run == b.run, agreeing = 0;
    for (int v = 0; v < search->variation->varying_count; v++) {
        int axis = search->variation->varying[v];
        if (!include[axis] && axis != search->axis)
            agreeing += strcmp(axis_value(search, cell, axis), axis_value(search, partner, axis)) == 0
                            ? agreement_weight(&search->results->axes.axis[axis])
                            : 0;
    }
    int is_old = results_value(search->results, a, search->results->axes.count)[0] != '\0';
    return 8 * AXES_MAX * (is_old && same_run) + 2 * agreeing + same_run;
}

/* Whether the first of two equally rated partners is preferred; does not depend on the order of the folders. */
static int goes_first(const struct search *search, int a, int b)
{
    const struct results *results = search->results;
    struct results_cell left = results->ok.cells[a], right = results->ok.cells[b];
    int order = strcmp(results->runs[left.run].folder, results->runs[right.run].folder);
    return order ? order < 0 : left.row < right.row;
}

static int is_better(const struct search *search, int cell, int partner, int held, const char *include)
{
    if (held < 0) return 1;
    int left = suit(search, cell, partner, include), right = suit(search, cell, held, include);
    return left > right || (left == right && goes_first(search, partner, held));
}

/* Cells chained by key: the values of the axes in which partners must agree. */
struct chains {
    struct index keys;
    int *next; /* (cells of the level) */
};

static int link_chains(const struct search *search, const struct level *level, const char *include,
                       struct chains *chains)
{
    *chains = (struct chains){.next = malloc(((size_t)level->count + 1) * sizeof *chains->next)};
    int *last = malloc(((size_t)level->count + 1) * sizeof *last), status = last && chains->next ? 0 : -1;
    for (int i = 0; i < level->count && status == 0; i++) {
        char *key = results_key(search->results, search->results->ok.cells[level->cells[i]], include);
        int first = key ? index_add(&chains->keys, key, i) : -1;
        free(key);
        if (first < 0) {
            status = -1;
            break;
        }
        if (first != i) chains->next[last[first]] = i;
        last[first] = i;
        chains->next[i] = -1;
    }
    free(last);
    return status;
}

/* Whether cells that agree otherwise were trained for one budget. */
static int may_pair(const struct search *search, int cell, int partner)
{
    const struct results *results = search->results;
    return !search->is_budgeted || same_budget(results, results->ok.cells[cell], results->ok.cells[partner]);
}

/* Replaces best[i], the partner of each chooser (-1: none), by a better one among the others, if there is one. */
static int choose(const struct search *search, const struct level *choosers, const struct level *others, int *best)
{
    char include[AXES_MAX + 1];
    struct chains chains;
    set_agreement(search, choosers, others, include);
    int status = link_chains(search, others, include, &chains);
    for (int i = 0; i < choosers->count && status == 0; i++) {
        int cell = choosers->cells[i];
        char *key = results_key(search->results, search->results->ok.cells[cell], include);
        if (!key) status = -1;
        for (int at = key ? index_find(&chains.keys, key) : -1; at >= 0; at = chains.next[at])
            if (may_pair(search, cell, others->cells[at]) &&
                is_better(search, cell, others->cells[at], best[i], include))
                best[i] = others->cells[at];
        free(key);
    }
    index_release(&chains.keys);
    free(chains.next);
    return status;
}

static int add_pair(struct pairs *pairs, struct pair pair)
{
    struct pair *grown = realloc(pairs->pair, (size_t)(pairs->count + 1) * sizeof *grown);
    if (!grown) return -1;
    pairs->pair = grown;
    grown[pairs->count++] = pair;
    pairs->is_paired[pair.cell] = pairs->is_paired[pair.reference] = 1;
    return 0;
}

/* Whether a level is the whole batch, which is the same training run for every strategy. */
static int is_whole(const struct search *search, const struct level *level)
{
    const struct axes *axes = &search->results->axes;
    if (search->axis < 0) return 0;
    if (search->axis == axes_find(axes, "strategy")) return strcmp(level->value, "full") == 0;
    return search->axis == axes_find(axes, "portion") && variation_same(level->value, "1");
}

static int *no_partners(int count)
{
    int *best = malloc(((size_t)count + 1) * sizeof *best);
    for (int i = 0; best && i < count; i++) best[i] = -1;
    return best;
}

/* Pairs each cell of the reference with a cell of the level, which is the whole batch. */
static int pair_mirrored(struct search *search, const struct level *level, const struct level *reference)
{
    int *best = no_partners(reference->count), status = best ? choose(search, reference, level, best) : -1;
    for (int i = 0; i < reference->count && status == 0; i++)
        if (best[i] >= 0)
            status = add_pair(search->pairs, (struct pair){best[i], reference->cells[i], reference->cells[i]});
    free(best);
    return status;
}

/* Pairs each cell of the level with a reference that has this value of the axis `across`. If the level is the whole
 * batch, each reference is paired with one of its cells instead. */
static int pair_level(struct search *search, const struct level *level, const char *across)
{
    int *best = no_partners(level->count), status = best ? 0 : -1;
    for (int l = 0; l < search->level_count && status == 0; l++) {
        const struct level *reference = &search->levels[l];
        if (!reference->is_reference || strcmp(reference->across, across) != 0) continue;
        if (is_whole(search, level) && !is_whole(search, reference))
            status = pair_mirrored(search, level, reference);
        else
            status = choose(search, level, reference, best);
    }
    for (int i = 0; i < level->count && status == 0; i++)
        if (best[i] >= 0) status = add_pair(search->pairs, (struct pair){level->cells[i], best[i], level->cells[i]});
    free(best);
    return status;
}

/* Whether this is the first reference level with its value of the axis `across`. */
static int is_first_across(const struct search *search, int reference)
{
    for (int l = 0; l < reference; l++)
        if (search->levels[l].is_reference && strcmp(search->levels[l].across, search->levels[reference].across) == 0)
            return 0;
    return search->levels[reference].is_reference;
}

/* Pairs all levels with the reference, for each value of the axis `across`. */
static int pair_levels(struct search *search)
{
    for (int r = 0; r < search->level_count; r++) {
        if (!is_first_across(search, r)) continue;
        for (int l = 0; l < search->level_count; l++)
            if (!search->levels[l].is_reference &&
                pair_level(search, &search->levels[l], search->levels[r].across) != 0)
                return -1;
    }
    return 0;
}

static int compare_pairs(const void *a, const void *b)
{
    const struct pair *left = a, *right = b;
    if (left->named != right->named) return left->named < right->named ? -1 : 1;
    if (left->cell != right->cell) return left->cell < right->cell ? -1 : 1;
    return (left->reference > right->reference) - (left->reference < right->reference);
}

int pairs_find(struct pairs *pairs, const struct variation *variation, const char *factor, const char *reference,
               int across, struct error *error)
{
    const struct results *results = variation->results;
    struct search search = {.variation = variation,
                            .results = results,
                            .factor = factor,
                            .axis = find_axis(&results->axes, factor),
                            .across = across,
                            .is_group = strcmp(factor, contrasts_group) == 0,
                            .pairs = pairs};
    search.is_budgeted = same_budget_matters(&results->axes, search.axis);
    *pairs = (struct pairs){.is_paired = calloc((size_t)results->ok.count + 1, 1)};
    int status = pairs->is_paired && find_levels(&search) == 0 ? 0 : error_set(error, "out of memory");
    if (status == 0) status = mark_reference(&search, reference, error);
    if (status == 0 && pair_levels(&search) != 0) status = error_set(error, "out of memory");
    if (status == 0 && pairs->count > 0) qsort(pairs->pair, (size_t)pairs->count, sizeof *pairs->pair, compare_pairs);
    for (int l = 0; l < search.level_count; l++) {
        free(search.levels[l].text);
        free(search.levels[l].cells);
    }
    free(search.levels);
    if (status != 0) pairs_release(pairs);
    return status;
}

void pairs_release(struct pairs *pairs)
{
    free(pairs->pair);
    free(pairs->is_paired);
    *pairs = (struct pairs){0};
}
