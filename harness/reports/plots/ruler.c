/* ruler.c - see ruler.h. */
#include "harness/reports/plots/ruler.h"

#include <stdlib.h>
#include <string.h>

static void leave_out(axis_set set, int axis)
{
    if (axis >= 0) set[axis] = 0;
}

/* Adds an axis to a set if the other set has it. */
static void share(axis_set set, const axis_set other, int axis)
{
    if (axis >= 0 && other[axis]) set[axis] = 1;
}

static void set_line_axes(struct ruler *ruler)
{
    const struct plot *plot = ruler->plot;
    memcpy(ruler->line, ruler->variation->shown, sizeof ruler->line);
    if (ruler->backprop >= 0)
        ruler->line[ruler->backprop] = (char)(plot->by_backprop && ruler->variation->varies[ruler->backprop]);
    if (plot->axis == PLOT_PORTION) leave_out(ruler->line, ruler->portion);
    if (plot->axis == PLOT_BATCH) {
        leave_out(ruler->line, ruler->batch);
        leave_out(ruler->line, ruler->strategy);
    }
    memcpy(ruler->whole, ruler->line, sizeof ruler->whole);
    leave_out(ruler->whole, ruler->strategy);
    memcpy(ruler->whole_loose, ruler->whole, sizeof ruler->whole_loose);
    leave_out(ruler->whole_loose, ruler->backprop);
    leave_out(ruler->whole_loose, axes_find(&ruler->groups->results->axes, "gradient_scale"));
}

/* The line's axes other than strategy, portion, batch size and way of back-propagating. Returns how many there are. */
static int set_rest(const struct ruler *ruler, axis_set rest)
{
    int count = 0;
    for (int a = 0; a < results_axis_count(ruler->groups->results); a++) {
        rest[a] =
            ruler->line[a] && a != ruler->strategy && a != ruler->portion && a != ruler->batch && a != ruler->backprop;
        count += rest[a];
    }
    return count;
}

/* Whether there are two or more strategies. Against the portion, the whole batch does not count, as it ends all lines.
 */
static int has_strategies(const struct ruler *ruler)
{
    const struct results *results = ruler->groups->results;
    const char *known = NULL;
    for (int g = 0; g < ruler->groups->count && ruler->strategy >= 0; g++) {
        const struct group *group = &ruler->groups->group[g];
        if (ruler->plot->axis == PLOT_PORTION && ruler_is_whole(group)) continue;
        const char *name = results_value(results, group->first, ruler->strategy);
        if (known && strcmp(name, known) != 0) return 1;
        known = name;
    }
    return 0;
}

/* If there are several strategies, or nothing but p varies, colors show strategies, and each value of the other axes
 * gets a panel. Otherwise colors show the other axes. */
static void set_looks(struct ruler *ruler)
{
    enum plot_axis x = ruler->plot->axis;
    axis_set rest;
    int others = set_rest(ruler, rest);
    ruler->by_strategy = x != PLOT_BATCH && (has_strategies(ruler) || others == 0);
    share(ruler->base, ruler->line, ruler->batch);
    share(ruler->dash, ruler->line, ruler->backprop);
    if (x == PLOT_BATCH)
        share(ruler->color, ruler->line, ruler->portion);
    else
        share(ruler->dash, ruler->line, ruler->portion);
    for (int a = 0; a < results_axis_count(ruler->groups->results); a++) {
        if (!rest[a]) continue;
        if (ruler->by_strategy || x == PLOT_BATCH)
            ruler->base[a] = 1;
        else
            ruler->color[a] = 1;
    }
    memcpy(ruler->panel, ruler->base, sizeof ruler->panel);
}

struct ruler ruler_make(const struct plot *plot, const struct groups *groups, const struct variation *variation)
{
    const struct axes *axes = &groups->results->axes;
    struct ruler ruler = {.plot = plot,
                          .groups = groups,
                          .variation = variation,
                          .batch = axes_find(axes, "batch_size"),
                          .portion = axes_find(axes, "portion"),
                          .strategy = axes_find(axes, "strategy"),
                          .backprop = axes_find(axes, "backprop")};
    set_line_axes(&ruler);
    set_looks(&ruler);
    return ruler;
}

void ruler_split(struct ruler *ruler)
{
    for (int a = 0; a < results_axis_count(ruler->groups->results); a++)
        if (ruler->color[a]) ruler->panel[a] = 1;
    if (ruler->by_strategy) share(ruler->panel, ruler->line, ruler->strategy);
}

/* ---- groups ---- */

int ruler_agree(const struct ruler *ruler, const struct group *a, const struct group *b, const axis_set axes)
{
    return variation_agree(ruler->variation, a->first, b->first, axes);
}

int ruler_is_whole(const struct group *group)
{
    return group->portion >= 1;
}

int ruler_has_own_end(const struct ruler *ruler, const struct group *first)
{
    for (int g = 0; g < ruler->groups->count; g++)
        if (ruler_is_whole(&ruler->groups->group[g]) &&
            ruler_agree(ruler, first, &ruler->groups->group[g], ruler->whole))
            return 1;
    return 0;
}

/* At p = 1 every strategy is the same training run, so this point ends the line of each. The whole batch with the
 * line's own way of back-propagating is preferred; without one, any is taken. Against the batch size, strategies share
 * a line, since such plots show metrics that do not depend on them. */
int ruler_on_line(const struct ruler *ruler, const struct group *first, int own_end, const struct group *group)
{
    if (ruler->plot->axis != PLOT_PORTION || !ruler_is_whole(group))
        return ruler_agree(ruler, first, group, ruler->line);
    return ruler_agree(ruler, first, group, own_end ? ruler->whole : ruler->whole_loose);
}

char *ruler_label(const struct ruler *ruler, const struct group *group, const axis_set axes, int or_strategy)
{
    const struct results *results = ruler->groups->results;
    char text[VARIATION_TEXT_SIZE], *label = NULL;
    const char *separator = "";
    size_t size;
    FILE *stream = open_memstream(&label, &size);
    if (!stream) return NULL;
    for (int i = 0; i < results_axis_count(results); i++) {
        int axis = (i + results->axes.count) % results_axis_count(results); /* the run comes first */
        if (!axes[axis]) continue;
        variation_label(ruler->variation, group->first, axis, text);
        fprintf(stream, "%s%s", separator, text);
        separator = ", ";
    }
    if (!separator[0] && or_strategy && ruler->strategy >= 0) {
        variation_value(ruler->variation, group->first, ruler->strategy, text);
        fputs(text, stream);
    }
    if (fclose(stream) == 0) return label;
    free(label);
    return NULL;
}
