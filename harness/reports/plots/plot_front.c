/* plot_front.c - recall against cost, a point for each setting. The Pareto front is drawn; its members are named, or
 * numbered if the names are long. */
#include "harness/reports/plots/plots.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/reports/plots/layout.h"
#include "harness/reports/plots/ruler.h"

/* The y axes: each has a panel. */
static const char *const gains[] = {"test_recall_at_1", "test_map_at_r"};
enum { GAINS = sizeof gains / sizeof *gains };

/* A setting in one panel. */
struct candidate_point {
    const struct group *group;
    double x, y;
    int is_front;
};

struct front {
    struct figure *figure;
    const struct plot *plot;
    const struct plot_input *input;
    const struct metric *cost;
    struct ruler ruler;
    struct candidate_point *point; /* (groups) */
    int *number;                   /* (groups) number that replaces a long name in the panels; all 0: names are shown */
};

/* Names that are wider (in points), or more in a panel, would overlap. */
enum { NAME_WIDTH_MAX = 180, NAMES_MAX = 6 };

/* ---- settings ---- */

/* By ascending cost and, at equal cost, descending gain. */
static int compare_points(const void *a, const void *b)
{
    const struct candidate_point *left = a, *right = b;
    if (left->x != right->x) return left->x < right->x ? -1 : 1;
    if (left->y != right->y) return left->y > right->y ? -1 : 1;
    return (left->group > right->group) - (left->group < right->group);
}

static int collect(const struct front *front, const struct metric *gain, const struct group *like)
{
    const struct groups *groups = front->input->groups;
    int count = 0;
    for (int g = 0; g < groups->count; g++) {
        const struct group *group = &groups->group[g];
        double x = group_value(group, front->cost)->mean, y = group_value(group, gain)->mean;
        if (isfinite(x) && isfinite(y) && results_same_data(groups->results, group->first, like->first))
            front->point[count++] = (struct candidate_point){group, x, y, 0};
    }
    qsort(front->point, (size_t)count, sizeof *front->point, compare_points);
    double best = -INFINITY;
    for (int i = 0; i < count; i++)
        if (front->point[i].y > best) {
            best = front->point[i].y;
            front->point[i].is_front = 1;
        }
    return count;
}

/* Whether costs differ by more than 1 %, about as much as measurements of one setting do. */
static int is_a_choice(const struct front *front, int count)
{
    return count > 1 && front->point[count - 1].x > 1.01 * front->point[0].x;
}

/* Whether no earlier group was measured on this one's data. */
static int begins_data(const struct front *front, int g)
{
    const struct groups *groups = front->input->groups;
    for (int i = 0; i < g; i++)
        if (results_same_data(groups->results, groups->group[i].first, groups->group[g].first)) return 0;
    return 1;
}

/* ---- numbers instead of names ---- */

/* Numbers the members of a data set's fronts, from *last + 1. Returns whether their names need numbers; -1 if memory
 * runs out. */
static int number_members(const struct front *front, const struct group *like, int *last)
{
    int needed = 0;
    for (int y = 0; y < GAINS; y++) {
        int count = collect(front, metric_find(gains[y]), like), members = 0;
        if (!is_a_choice(front, count)) continue;
        for (int i = 0; i < count; i++) {
            const struct group *group = front->point[i].group;
            int *number = &front->number[group - front->input->groups->group];
            if (!front->point[i].is_front) continue;
            char *label = ruler_label(&front->ruler, group, front->input->variation->shown, 1);
            if (!label) return -1;
            needed |= layout_text_width(label) > NAME_WIDTH_MAX || ++members > NAMES_MAX;
            free(label);
            if (*number == 0) *number = ++*last;
        }
    }
    return needed;
}

/* Numbers all members, or none if there is room for their names. Returns -1 if memory runs out. */
static int set_numbers(const struct front *front)
{
    const struct groups *groups = front->input->groups;
    int needed = 0, last = 0;
    for (int g = 0; g < groups->count; g++) {
        int own = begins_data(front, g) ? number_members(front, &groups->group[g], &last) : 0;
        if (own < 0) return -1;
        needed |= own;
    }
    if (!needed) memset(front->number, 0, (size_t)groups->count * sizeof *front->number);
    return 0;
}

/* Adds the name of each number to the caption. Returns -1 if memory runs out. */
static int tell_numbers(const struct front *front)
{
    const struct groups *groups = front->input->groups;
    struct figure *figure = front->figure;
    int told = 0, found = 1;
    for (int wanted = 1; found; wanted++) {
        found = 0;
        for (int g = 0; g < groups->count && !found; g++) {
            if (front->number[g] != wanted) continue;
            char *label = ruler_label(&front->ruler, &groups->group[g], front->input->variation->shown, 1);
            if (!label) return -1;
            figure->caption =
                figure_text(figure, "%s%s%d is %s", figure->caption, told++ ? "; " : " On the front: ", wanted, label);
            free(label);
            found = 1;
        }
    }
    if (told > 0) figure->caption = figure_text(figure, "%s.", figure->caption);
    return 0;
}

/* ---- drawing ---- */

/* Draws the front: the lowest cost for each gain, as steps from member to member. */
static void add_steps(const struct front *front, int panel, int count)
{
    struct figure_series steps = {
        .panel = panel, .layer = FIGURE_GUIDE, .label = "front", .look = {PALETTE_FAINT, 0, 1}, .is_joined = 1};
    int line = figure_add_series(front->figure, &steps);
    double before = NAN;
    for (int i = 0; i < count; i++) {
        const struct candidate_point *at = &front->point[i];
        struct figure_point corner = figure_point_at(at->x, before), point = figure_point_at(at->x, at->y);
        if (!at->is_front) continue;
        if (isfinite(before)) figure_add_point(front->figure, line, &corner);
        figure_add_point(front->figure, line, &point);
        before = at->y;
    }
    struct figure_point end = figure_point_at(front->point[count - 1].x, before);
    figure_add_point(front->figure, line, &end);
}

static struct look look_of(const struct front *front, const struct group *group)
{
    const struct results *results = front->input->groups->results;
    return palette_of_strategy(results_value(results, group->first, front->ruler.strategy));
}

static void add_name(const struct front *front, int panel, const struct candidate_point *at, const char *label)
{
    int number = front->number[at->group - front->input->groups->group];
    if (number > 0) label = figure_text(front->figure, "%d", number);
    figure_add_label(front->figure, &(struct figure_label){.panel = panel,
                                                           .text = label,
                                                           .x = at->x,
                                                           .y = at->y,
                                                           .ink = palette_colors[look_of(front, at->group).color].light,
                                                           .place = FIGURE_FREE});
}

/* Adds a setting's point, with a bar and a name if it is on the front. Returns -1 if memory runs out. */
static int add_setting(const struct front *front, int panel, const struct candidate_point *at,
                       const struct groups_value *gain)
{
    struct figure *figure = front->figure;
    char *label = ruler_label(&front->ruler, at->group, front->input->variation->shown, 1);
    if (!label) return -1;
    double size = 0.7 + 0.5 * fmin(fmax(at->group->portion, 0), 1);
    int line = figure_add_series(
        figure,
        &(struct figure_series){
            .panel = panel, .layer = FIGURE_MEANS, .label = label, .look = look_of(front, at->group), .size = size});
    struct figure_point point = figure_point_at(at->x, at->y);
    int is_spoiled = groups_is_time(front->cost) && at->group->disturbed == at->group->cells;
    point.of = "mean";
    point.note = at->is_front ? is_spoiled ? "front, disturbed" : "front" : is_spoiled ? "disturbed" : NULL;
    if (at->is_front && gain->deviation >= 0) {
        point.low = at->y - gain->deviation;
        point.high = at->y + gain->deviation;
    }
    figure_add_point(figure, line, &point);
    if (at->is_front) add_name(front, panel, at, label);
    free(label);
    return 0;
}

/* Adds the key: ordinary training, `random`, then the others in the order of the groups. */
static void add_keys(const struct front *front)
{
    static const char *const first[] = {"full", "random", NULL};
    const struct groups *groups = front->input->groups;
    for (int f = 0; f < 3; f++)
        for (int g = 0; g < groups->count; g++) {
            const struct group *group = &groups->group[g];
            const char *strategy = results_value(groups->results, group->first, front->ruler.strategy);
            if (!first[f] || strcmp(strategy, first[f]) == 0)
                figure_add_key(front->figure, strategy, look_of(front, group));
        }
}

static const char *panel_title(const struct front *front, const struct metric *gain, const struct group *like)
{
    char dataset[VARIATION_TEXT_SIZE] = "";
    struct figure_axis axis = figure_metric_axis(front->figure, gain);
    variation_data(front->input->variation, like->first, dataset);
    return !dataset[0] ? axis.title : figure_text(front->figure, "%s, %s", dataset, axis.title);
}

static int add_panel(const struct front *front, const char *gain_name, const struct group *like)
{
    const struct metric *gain = metric_find(gain_name);
    int count = collect(front, gain, like), status = 0;
    if (!is_a_choice(front, count)) return 0;
    int panel = figure_add_panel(front->figure, panel_title(front, gain, like));
    add_steps(front, panel, count);
    for (int i = 0; i < count && status == 0; i++)
        status = add_setting(front, panel, &front->point[i], group_value(front->point[i].group, gain));
    return status;
}

/* ---- words ---- */

/* The cost's axis; counts are in billions or, from 10^12 on, trillions. */
static struct figure_axis cost_axis(const struct front *front)
{
    struct figure_axis axis = figure_metric_axis(front->figure, front->cost);
    double largest = 0;
    axis.title = figure_text(front->figure, "%s%s%s", front->plot->x_title, axis.unit[0] ? ", " : "", axis.unit);
    if (front->cost->unit != UNIT_COUNT) return axis;
    for (int g = 0; g < front->input->groups->count; g++)
        largest = fmax(largest, group_value(&front->input->groups->group[g], front->cost)->mean);
    int power = largest >= 1e12 ? 12 : 9;
    axis.scale = pow(10, -power);
    axis.digits = 2;
    axis.unit = figure_text(front->figure, "× 10^%d", power);
    axis.title = figure_text(front->figure, "%s, 10%s", front->plot->x_title, power == 12 ? "¹²" : "⁹");
    return axis;
}

/* Describes the plot: "What memory buys. Front of ...: random, p = 0.25 (61.2 % at 40.1 MiB); ...". */
static void describe(struct figure *figure)
{
    const char *text = figure_text(figure, "%s.", figure->title);
    for (int p = 0; p < figure->panel_count; p++) {
        text = figure_text(figure, "%s Front of %s:", text, figure->panels[p].title);
        const char *separator = " ";
        for (int s = 0; s < figure->series_count; s++) {
            const struct figure_series *series = &figure->series[s];
            if (series->panel != p || series->layer != FIGURE_MEANS || !series->points) continue;
            if (!series->points[0].note || strncmp(series->points[0].note, "front", 5) != 0) continue;
            text = figure_text(figure, "%s%s%s (%s at %s)", text, separator, series->label,
                               figure_value(figure, &figure->y, series->points[0].y),
                               figure_value(figure, &figure->x, series->points[0].x));
            separator = "; ";
        }
        text = figure_text(figure, "%s.", text);
    }
    figure->description = text;
}

int plot_front(struct figure *figure, const struct plot *plot, const struct plot_input *input, struct error *error)
{
    const struct groups *groups = input->groups;
    struct front front = {.figure = figure,
                          .plot = plot,
                          .input = input,
                          .cost = plot_metric(plot),
                          .ruler = ruler_make(plot, groups, input->variation),
                          .point = calloc((size_t)groups->count + 1, sizeof *front.point),
                          .number = calloc((size_t)groups->count + 1, sizeof *front.number)};
    int status = front.point && front.number ? set_numbers(&front) : -1;
    for (int g = 0; g < groups->count && status == 0; g++)
        for (int y = 0; y < GAINS && status == 0 && begins_data(&front, g); y++)
            status = add_panel(&front, gains[y], &groups->group[g]);
    if (status == 0 && figure->series_count > 0) {
        add_keys(&front);
        figure->x = cost_axis(&front);
        figure->y = figure_metric_axis(figure, metric_find(gains[0]));
        figure->y.is_own = 1;
        figure->y.column = "value";
        figure->y.words = "";
        describe(figure);
        status = tell_numbers(&front);
    }
    free(front.point);
    free(front.number);
    return status == 0 ? 0 : error_set(error, "out of memory");
}
