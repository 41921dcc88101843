/* trials.c - see trials.h. */
#include "harness/runs/trials.h"

#include <math.h>
#include <stdlib.h>

int trials_init(struct trials *trials, int points, int values, int repeats, enum metric_better better,
                struct error *error)
{
    size_t count = (size_t)points * (size_t)values;
    *trials = (struct trials){.points = points, .values = values, .repeats = repeats, .better = better};
    trials->trial = calloc(count * (size_t)repeats + 1, sizeof *trials->trial);
    trials->value = calloc(count + 1, sizeof *trials->value);
    trials->chosen = calloc((size_t)points + 1, sizeof *trials->chosen);
    for (int p = 0; trials->chosen && p < points; p++) trials->chosen[p] = -1;
    if (trials->trial && trials->value && trials->chosen) return 0;
    trials_release(trials);
    return error_set(error, "out of memory");
}

void trials_release(struct trials *trials)
{
    free(trials->trial);
    free(trials->value);
    free(trials->chosen);
    *trials = (struct trials){0};
}

struct trial *trials_at(const struct trials *trials, int point, int value, int repeat)
{
    size_t row = (size_t)point * (size_t)trials->values + (size_t)value;
    return &trials->trial[row * (size_t)trials->repeats + (size_t)repeat];
}

struct trial_value *trials_value(const struct trials *trials, int point, int value)
{
    return &trials->value[(size_t)point * (size_t)trials->values + (size_t)value];
}

/* Mean and sample standard deviation, in two passes. */
static void describe(const double *x, int count, double *mean, double *deviation)
{
    double sum = 0, squares = 0;
    for (int i = 0; i < count; i++) sum += x[i];
    *mean = count > 0 ? sum / count : NAN;
    for (int i = 0; i < count; i++) squares += (x[i] - *mean) * (x[i] - *mean);
    *deviation = count > 1 ? sqrt(squares / (count - 1)) : NAN;
}

static void sum_up(struct trials *trials, int point, int value, double *scratch)
{
    struct trial_value *of = trials_value(trials, point, value);
    int count = 0;
    *of = (struct trial_value){0};
    for (int r = 0; r < trials->repeats; r++) {
        const struct trial *trial = trials_at(trials, point, value, r);
        of->trials += trial->state != TRIAL_NONE;
        of->failed += trial->state == TRIAL_FAILED;
        trials->open += trial->state == TRIAL_OPEN;
        if (trial->state == TRIAL_OK) scratch[count++] = trial->metric;
    }
    describe(scratch, count, &of->mean, &of->spread);
}

static int is_better(const struct trials *trials, const struct trial_value *a, const struct trial_value *b)
{
    if (a->failed != b->failed) return a->failed < b->failed;
    return trials->better == BETTER_LOW ? a->mean < b->mean : a->mean > b->mean;
}

static int choose(const struct trials *trials, int point)
{
    int best = -1;
    for (int v = 0; v < trials->values; v++) {
        const struct trial_value *value = trials_value(trials, point, v);
        if (isnan(value->mean)) continue;
        if (best < 0 || is_better(trials, value, trials_value(trials, point, best))) best = v;
    }
    return best;
}

static int is_within_noise(const struct trials *trials, int point, int value, int chosen, double *scratch)
{
    int pairs = 0;
    double mean, deviation;
    for (int r = 0; r < trials->repeats; r++) {
        const struct trial *a = trials_at(trials, point, value, r), *b = trials_at(trials, point, chosen, r);
        if (a->state == TRIAL_OK && b->state == TRIAL_OK) scratch[pairs++] = a->metric - b->metric;
    }
    describe(scratch, pairs, &mean, &deviation);
    return pairs > 1 && trials_value(trials, point, value)->failed == 0 && fabs(mean) <= deviation / sqrt(pairs);
}

static void judge_point(struct trials *trials, int point, double *scratch)
{
    int chosen = choose(trials, point);
    trials->chosen[point] = chosen;
    for (int v = 0; v < trials->values && chosen >= 0; v++) {
        struct trial_value *value = trials_value(trials, point, v);
        value->chosen = v == chosen;
        value->within_noise = v != chosen && is_within_noise(trials, point, v, chosen, scratch);
    }
}

void trials_judge(struct trials *trials)
{
    double scratch[TRIAL_REPEATS_MAX];
    trials->open = 0;
    for (int p = 0; p < trials->points; p++)
        for (int v = 0; v < trials->values; v++) sum_up(trials, p, v, scratch);
    for (int p = 0; p < trials->points; p++) {
        trials->chosen[p] = -1;
        if (trials->open == 0) judge_point(trials, p, scratch);
    }
}
