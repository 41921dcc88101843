/* tuning_table.c - see tuning_table.h. */
#include "harness/runs/tuning_table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/csv.h"
#include "base/file.h"

enum column {
    CELL,
    SETTINGS,
    STATUS,
    POINT,
    FOLD,
    SEED,
    METRIC,
    VALUE,
    MEAN,
    SPREAD,
    TRIALS,
    FAILED,
    CHOSEN,
    WITHIN_NOISE,
    AT_EDGE,
    COLUMNS
};

const struct tuning_column tuning_columns[] = {
    [CELL] = {"cell", "name of the trial, and of its folder"},
    [SETTINGS] = {"settings", "hash of its settings, as in cells.csv"},
    [STATUS] = {"status", "ok, failed, or open (not ended)"},
    [POINT] = {"point", "the point that is tuned: a combination of the grid without seed and tuned settings"},
    [FOLD] = {"validation_fold", "block of the train classes on which the trial was judged"},
    [SEED] = {"seed", "seed of the trial"},
    [METRIC] = {"metric", "metric by which values are chosen"},
    [VALUE] = {"value", "value of the metric; empty if the trial failed or is open"},
    [MEAN] = {"mean", "mean of the metric over the trials with the same point and tuned values that did not fail"},
    [SPREAD] = {"spread", "their sample standard deviation; empty for fewer than two"},
    [TRIALS] = {"trials", "number of trials with these values"},
    [FAILED] = {"failed", "failed ones among them; a value with more failed trials is worse than one with fewer"},
    [CHOSEN] = {"chosen", "1: the point's final cells have these values; empty while trials are open"},
    [WITHIN_NOISE] = {"within_noise",
                      "1: differs from the chosen values by no more than the standard error of the differences, paired "
                      "by fold and seed"},
    [AT_EDGE] = {"at_edge", "settings whose value is at an edge of its list, and which edge"},
    [COLUMNS] = {0},
};

static void format_real(char text[CELL_EDGE_SIZE], double value)
{
    text[0] = '\0';
    if (!isnan(value)) snprintf(text, CELL_EDGE_SIZE, "%.9g", value);
}

static void format_count(char text[CELL_EDGE_SIZE], int value, int known)
{
    text[0] = '\0';
    if (known) snprintf(text, CELL_EDGE_SIZE, "%d", value);
}

/* The tuned settings stand between POINT and FOLD. */
static void write_fields(FILE *stream, const char *const fields[COLUMNS], const char *const *tuned, int tuned_count)
{
    const char *all[COLUMNS + TUNED_MAX];
    int count = 0;
    for (int c = 0; c < COLUMNS; c++) {
        all[count++] = fields[c];
        for (int t = 0; c == POINT && t < tuned_count; t++) all[count++] = tuned[t];
    }
    csv_write_row(stream, all, count);
}

static void write_header(FILE *stream, const struct experiment *experiment)
{
    const char *names[COLUMNS], *tuned[TUNED_MAX];
    for (int c = 0; c < COLUMNS; c++) names[c] = tuning_columns[c].name;
    for (int t = 0; t < experiment->tuning.count; t++)
        tuned[t] = experiment->axes.axis[experiment->tuning.lists[t].axis].column;
    write_fields(stream, names, tuned, experiment->tuning.count);
}

static void write_trial(FILE *stream, const struct waves *waves, const struct experiment *experiment,
                        const struct cell *cell, int point, int value, int repeat)
{
    static const char *const states[] = {
        [TRIAL_NONE] = "", [TRIAL_OPEN] = "open", [TRIAL_OK] = "ok", [TRIAL_FAILED] = "failed"};
    const struct tuning *tuning = &experiment->tuning;
    const struct trials *trials = &waves->trials;
    const struct trial *trial = trials_at(trials, point, value, repeat);
    const struct trial_value *of = trials_value(trials, point, value);
    const struct value *fold = &tuning->repeats.values[repeat];
    char text[COLUMNS][CELL_EDGE_SIZE], tuned[TUNED_MAX][AXIS_VALUE_SIZE];
    const char *tuned_fields[TUNED_MAX];
    int judged = trials->open == 0;
    format_real(text[VALUE], trial->state == TRIAL_OK ? trial->metric : NAN);
    format_real(text[MEAN], of->mean);
    format_real(text[SPREAD], of->spread);
    format_count(text[TRIALS], of->trials, 1);
    format_count(text[FAILED], of->failed, 1);
    format_count(text[CHOSEN], of->chosen, judged);
    format_count(text[WITHIN_NOISE], of->within_noise, judged && trials->repeats > 1);
    waves_edge(waves, experiment, value, text[AT_EDGE]);
    for (int t = 0; t < tuning->count; t++) {
        tuned_fields[t] = tuned[t];
        waves_value(waves, experiment, t, value, tuned[t]);
    }
    const char *const fields[COLUMNS] = {[CELL] = cell->name,
                                         [SETTINGS] = cell->identity,
                                         [STATUS] = states[trial->state],
                                         [POINT] = waves->points[point].name,
                                         [FOLD] = fold->text,
                                         [SEED] = fold->override[0].text,
                                         [METRIC] = tuning->metric->name,
                                         [VALUE] = text[VALUE],
                                         [MEAN] = text[MEAN],
                                         [SPREAD] = text[SPREAD],
                                         [TRIALS] = text[TRIALS],
                                         [FAILED] = text[FAILED],
                                         [CHOSEN] = text[CHOSEN],
                                         [WITHIN_NOISE] = text[WITHIN_NOISE],
                                         [AT_EDGE] = text[AT_EDGE]};
    write_fields(stream, fields, tuned_fields, tuning->count);
}

int tuning_table_write(const struct waves *waves, const struct experiment *experiment, const struct grid *grid,
                       const char *folder, struct error *error)
{
    const struct trials *trials = &waves->trials;
    char *path = file_join(folder, "tuning.csv");
    struct file_writer writer;
    int status = file_writer_open(&writer, path, error);
    free(path);
    if (status != 0) return -1;
    write_header(writer.stream, experiment);
    for (int p = 0; p < trials->points; p++)
        for (int v = 0; v < trials->values; v++)
            for (int r = 0; r < trials->repeats; r++) {
                const struct cell *cell = waves_cell(waves, grid, p, v, r);
                if (cell) write_trial(writer.stream, waves, experiment, cell, p, v, r);
            }
    return file_writer_commit(&writer, error);
}
