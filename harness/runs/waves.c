/* waves.c - see waves.h. */
#include "harness/runs/waves.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/runs/cell_name.h"

void waves_begin(struct waves *waves, const struct experiment *experiment)
{
    *waves = (struct waves){0};
    memcpy(waves->lists, experiment->tuning.lists, sizeof waves->lists);
}

void waves_release(struct waves *waves)
{
    trials_release(&waves->trials);
    index_release(&waves->keys);
    free(waves->points);
    free(waves->training);
    free(waves->news);
    *waves = (struct waves){0};
}

/* Adds a line to the news, unless memory runs out. */
__attribute__((format(printf, 2, 3))) static void say(struct waves *waves, const char *format, ...)
{
    char *line = NULL, *news = NULL;
    va_list arguments;
    va_start(arguments, format);
    int length = vasprintf(&line, format, arguments);
    va_end(arguments);
    if (length < 0) return;
    if (asprintf(&news, "%s%s\n", waves->news ? waves->news : "", line) >= 0) {
        free(waves->news);
        waves->news = news;
    }
    free(line);
}

/* ---- trials ---- */

/* The point that the settings belong to, added if it is new; -1 if memory runs out. */
static int find_point(struct waves *waves, const struct experiment *experiment, const struct settings *asked)
{
    struct settings resolved, named;
    char hash[IDENTITY_SIZE];
    tuning_neutral(experiment, asked, &resolved, &named);
    char *text = settings_text(&resolved);
    if (!text) return -1;
    identity_hash(text, hash);
    free(text);
    int point = index_add(&waves->keys, hash, waves->point_count);
    if (point < 0 || point < waves->point_count) return point;
    struct wave_point *points = realloc(waves->points, ((size_t)point + 1) * sizeof *points);
    if (!points) return -1;
    waves->points = points;
    cell_name_of_point(points[point].name, experiment, &named);
    waves->point_count++;
    return point;
}

/* One trial, collected before the table's size is known. */
struct met {
    int point, value, repeat;
    char training[IDENTITY_SIZE];
};
struct meeting {
    struct waves *waves;
    const struct experiment *experiment;
    int count, room;
    struct met *met; /* (count) */
};

static int position(const struct point *point, int axis)
{
    for (int f = 0; f < point->count; f++)
        if (point->factors[f]->axis == axis) return point->at[f];
    return 0;
}

static int meet(void *context, const struct point *point, const char *training, struct error *error)
{
    struct meeting *meeting = context;
    const struct tuning *tuning = &meeting->experiment->tuning;
    int at[TUNED_MAX];
    if (meeting->count == meeting->room) {
        int room = meeting->room ? 2 * meeting->room : 64;
        struct met *met = realloc(meeting->met, (size_t)room * sizeof *met);
        if (!met) return error_set(error, "out of memory");
        meeting->met = met;
        meeting->room = room;
    }
    struct met *met = &meeting->met[meeting->count++];
    for (int t = 0; t < tuning->count; t++) at[t] = position(point, tuning->lists[t].axis);
    met->point = find_point(meeting->waves, meeting->experiment, &point->asked);
    met->value = tuning_value(meeting->experiment, meeting->waves->lists, at);
    met->repeat = position(point, tuning->repeats.axis);
    snprintf(met->training, sizeof met->training, "%s", training);
    return met->point >= 0 ? 0 : error_set(error, "out of memory");
}

static size_t trial_index(const struct waves *waves, int point, int value, int repeat)
{
    return (size_t)(trials_at(&waves->trials, point, value, repeat) - waves->trials.trial);
}

static int fill_table(struct waves *waves, const struct experiment *experiment, const struct meeting *meeting,
                      struct error *error)
{
    const struct tuning *tuning = &experiment->tuning;
    int values = tuning_value_count(experiment, waves->lists), repeats = tuning->repeats.count;
    size_t count = (size_t)waves->point_count * (size_t)values * (size_t)repeats;
    trials_release(&waves->trials);
    free(waves->training);
    waves->training = calloc(count + 1, sizeof *waves->training);
    if (!waves->training) return error_set(error, "out of memory");
    if (trials_init(&waves->trials, waves->point_count, values, repeats, tuning->metric->better, error) != 0) return -1;
    for (int m = 0; m < meeting->count; m++) {
        const struct met *met = &meeting->met[m];
        memcpy(waves->training[trial_index(waves, met->point, met->value, met->repeat)], met->training, IDENTITY_SIZE);
    }
    return 0;
}

int waves_link(struct waves *waves, const struct experiment *experiment, struct grid *grid, struct error *error)
{
    struct meeting meeting = {.waves = waves, .experiment = experiment};
    struct variant *trials = malloc(sizeof *trials);
    int status = trials ? 0 : error_set(error, "out of memory");
    for (int v = 0; v < experiment->variant_count && status == 0; v++) {
        tuning_trials(experiment, &experiment->variants[v], waves->lists, trials);
        status = grid_add(grid, experiment, trials, wave_trial, meet, &meeting, error);
    }
    if (status == 0) status = fill_table(waves, experiment, &meeting, error);
    free(trials);
    free(meeting.met);
    return status;
}

const struct cell *waves_cell(const struct waves *waves, const struct grid *grid, int point, int value, int repeat)
{
    const char *training = waves->training[trial_index(waves, point, value, repeat)];
    return training[0] ? grid_find_training(grid, training) : NULL;
}

/* ---- edges ---- */

void waves_edge(const struct waves *waves, const struct experiment *experiment, int value, char text[CELL_EDGE_SIZE])
{
    static const char *const names[] = {[SIDE_LOW] = "low", [SIDE_HIGH] = "high"};
    int at[TUNED_MAX], is_limit;
    char beyond[AXIS_VALUE_SIZE];
    struct error ignored;
    size_t used = 0;
    text[0] = '\0';
    tuning_value_at(experiment, waves->lists, value, at);
    for (int t = 0; t < experiment->tuning.count && used < CELL_EDGE_SIZE; t++) {
        enum tuning_side side = tuning_side(experiment, &waves->lists[t], at[t]);
        if (side == SIDE_INSIDE) continue;
        tuning_beyond(experiment, &waves->lists[t], side, beyond, &is_limit, &ignored);
        if (!is_limit)
            used += (size_t)snprintf(text + used, CELL_EDGE_SIZE - used, "%s%s %s", used ? "; " : "",
                                     experiment->axes.axis[waves->lists[t].axis].column, names[side]);
    }
}

/* The first point whose best value is at that edge of the list; -1: none. */
static int find_at_edge(const struct waves *waves, const struct experiment *experiment, int list, enum tuning_side side)
{
    int at[TUNED_MAX];
    for (int p = 0; p < waves->point_count; p++) {
        if (waves->trials.chosen[p] < 0) continue;
        tuning_value_at(experiment, waves->lists, waves->trials.chosen[p], at);
        if (tuning_side(experiment, &waves->lists[list], at[list]) == side) return p;
    }
    return -1;
}

/* Appends the value beyond that edge if a point needs it. `grown` has the lists with the values appended so far. */
static int extend_side(struct waves *waves, struct experiment *experiment, int list, enum tuning_side side,
                       struct factor *grown, struct error *error)
{
    char beyond[AXIS_VALUE_SIZE];
    struct error reason;
    int is_limit, point = find_at_edge(waves, experiment, list, side);
    if (point < 0) return 0;
    if (tuning_beyond(experiment, &waves->lists[list], side, beyond, &is_limit, &reason) != 0) {
        say(waves, "tune: the best value of %s is at an edge that cannot be extended: %s", waves->points[point].name,
            reason.message);
        return 0;
    }
    if (tuning_grow(experiment, grown, beyond, error) != 0) return -1;
    say(waves, "tune: %s gets the value %s too, for every point: the best value of %s is at the edge",
        experiment->axes.axis[grown->axis].column, beyond, waves->points[point].name);
    return 1;
}

int waves_extend(struct waves *waves, struct experiment *experiment, struct error *error)
{
    struct factor grown[TUNED_MAX];
    int any = 0;
    memcpy(grown, waves->lists, sizeof grown);
    for (int t = 0; t < experiment->tuning.count; t++)
        for (enum tuning_side side = SIDE_LOW; side <= SIDE_HIGH; side++) {
            int status = extend_side(waves, experiment, t, side, &grown[t], error);
            if (status < 0) return -1;
            any |= status;
        }
    memcpy(waves->lists, grown, sizeof grown);
    waves->extended += any;
    return any;
}

/* ---- finals ---- */

struct finishing {
    struct waves *waves;
    const struct experiment *experiment;
    struct grid *grid;
    int variant;
    int value; /* for all points; -1: the chosen one */
    char tuned[CELL_EDGE_SIZE], edge[CELL_EDGE_SIZE];
};

/* The columns of the tuned settings in cells.csv; for a plug-in, those of its options too. */
static void list_tuned(const struct experiment *experiment, char text[CELL_EDGE_SIZE])
{
    size_t used = 0;
    text[0] = '\0';
    for (int t = 0; t < experiment->tuning.count && used < CELL_EDGE_SIZE; t++) {
        const struct axis *axis = &experiment->axes.axis[experiment->tuning.lists[t].axis];
        used += (size_t)snprintf(text + used, CELL_EDGE_SIZE - used, "%s%s", used ? " " : "", axis->column);
        if (axis->kind && used < CELL_EDGE_SIZE)
            used += (size_t)snprintf(text + used, CELL_EDGE_SIZE - used, " %s_options", axis->column);
    }
}

static int mark_final(void *context, const struct point *point, const char *training, struct error *error)
{
    const struct finishing *finishing = context;
    struct cell *cell = training[0] ? grid_find_training(finishing->grid, training) : NULL;
    (void)point;
    (void)error;
    if (!cell) return 0;
    memcpy(cell->tuned, finishing->tuned, sizeof cell->tuned);
    memcpy(cell->at_edge, finishing->edge, sizeof cell->at_edge);
    return 0;
}

static int finish_point(void *context, const struct point *point, struct error *error)
{
    struct finishing *finishing = context;
    struct waves *waves = finishing->waves;
    const struct experiment *experiment = finishing->experiment;
    int known = find_point(waves, experiment, &point->asked), at[TUNED_MAX];
    if (known < 0) return error_set(error, "out of memory");
    int chosen = known < waves->trials.points ? waves->trials.chosen[known] : -1;
    int value = finishing->value >= 0 ? finishing->value : chosen;
    if (value < 0) return 0;
    struct variant *finals = malloc(sizeof *finals);
    if (!finals) return error_set(error, "out of memory");
    waves_edge(waves, experiment, value, finishing->edge);
    tuning_value_at(experiment, waves->lists, value, at);
    tuning_finals(experiment, &experiment->variants[finishing->variant], &point->asked, waves->lists, at, finals);
    int status = grid_add(finishing->grid, experiment, finals, wave_final, mark_final, finishing, error);
    free(finals);
    return status;
}

int waves_add_finals_at(struct waves *waves, const struct experiment *experiment, struct grid *grid, int value,
                        struct error *error)
{
    struct finishing finishing = {.waves = waves, .experiment = experiment, .grid = grid, .value = value};
    struct variant *points = malloc(sizeof *points);
    list_tuned(experiment, finishing.tuned);
    int status = points ? 0 : error_set(error, "out of memory");
    for (int v = 0; v < experiment->variant_count && status == 0; v++) {
        finishing.variant = v;
        tuning_points(experiment, &experiment->variants[v], points);
        status = points_each(experiment, points, finish_point, &finishing, error);
    }
    free(points);
    return status;
}

/* "optimizer_learning_rate 0.001, epochs 8" */
static void describe(const struct waves *waves, const struct experiment *experiment, int value, char *text, size_t size)
{
    char one[AXIS_VALUE_SIZE];
    size_t used = 0;
    text[0] = '\0';
    for (int t = 0; t < experiment->tuning.count && used < size; t++) {
        waves_value(waves, experiment, t, value, one);
        used += (size_t)snprintf(text + used, size - used, "%s%s %s", used ? ", " : "",
                                 experiment->axes.axis[waves->lists[t].axis].column, one);
    }
}

static void say_choice(struct waves *waves, const struct experiment *experiment, int point)
{
    char text[ERROR_SIZE], edge[CELL_EDGE_SIZE];
    int chosen = waves->trials.chosen[point], failed = 0;
    for (int v = 0; v < waves->trials.values; v++) failed += trials_value(&waves->trials, point, v)->failed;
    if (chosen < 0) {
        say(waves, "tune: %s: all trials failed; its final cells are left out", waves->points[point].name);
        return;
    }
    const struct trial_value *value = trials_value(&waves->trials, point, chosen);
    describe(waves, experiment, chosen, text, sizeof text);
    waves_edge(waves, experiment, chosen, edge);
    say(waves, "tune: %s: %s (%s %.4f, mean of %d trials)%s%s", waves->points[point].name, text,
        experiment->tuning.metric->name, value->mean, value->trials - value->failed,
        edge[0] ? ", still at the edge: " : "", edge);
    if (failed) say(waves, "tune: %s: %d trials failed and count as worst", waves->points[point].name, failed);
}

int waves_add_finals(struct waves *waves, const struct experiment *experiment, struct grid *grid, struct error *error)
{
    for (int p = 0; p < waves->point_count; p++) say_choice(waves, experiment, p);
    waves->has_finals = 1;
    return waves_add_finals_at(waves, experiment, grid, -1, error);
}

void waves_value(const struct waves *waves, const struct experiment *experiment, int list, int value,
                 char text[AXIS_VALUE_SIZE])
{
    int at[TUNED_MAX];
    char options[AXIS_VALUE_SIZE];
    const struct factor *of = &waves->lists[list];
    tuning_value_at(experiment, waves->lists, value, at);
    const struct value *chosen = &of->values[at[list]];
    const struct axis *axis = &experiment->axes.axis[of->axis];
    if (axis->field) {
        struct settings settings = experiment->variants[0].settings;
        points_set(experiment, &settings, of->axis, chosen);
        axis_format(axis, &settings, text);
        return;
    }
    choice_format_options(&chosen->choice, options, sizeof options);
    snprintf(text, AXIS_VALUE_SIZE, "%s%s%.400s%s", chosen->choice.plugin->name, options[0] ? "{" : "", options,
             options[0] ? "}" : "");
}
