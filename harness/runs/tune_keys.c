/* tune_keys.c - see tune_keys.h. */
#include "harness/runs/tune_keys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/runs/folds.h"
#include "harness/runs/tuning.h"

/* Keys that are neither tuned settings nor lists. */
struct options {
    char metric[OPTION_TEXT_SIZE];
    int extend;
    char elsewhere[OPTION_TEXT_SIZE]; /* of the rows below whose values are read into variants; never filled */
};

#define ELSEWHERE(name, help, shown)                                                                                   \
    {                                                                                                                  \
        name, help, OPTION_TEXT, offsetof(struct options, elsewhere), .values = shown                                  \
    }

const struct field tune_fields[] = {
    {"metric", "metric of validation classes that values are chosen by", OPTION_TEXT, offsetof(struct options, metric),
     "valid_map_at_r"},
    {"extend", "how often all lists grow if a point's best value is at an edge", OPTION_INT,
     offsetof(struct options, extend), "0", 0, 16},
    ELSEWHERE("folds", "folds of the train classes on which trials are judged, or `all`; [0, 1] if not given", "LIST"),
    ELSEWHERE("seeds", "seeds of the trials, each in every fold; if not given, each fold has its own", "LIST"),
    ELSEWHERE("finals", "settings of final cells that replace the experiment's", "{...}"),
    {0},
};

/* State while the mapping is read. Its values become factors of two variants that are not part of the experiment. */
struct tune_reader {
    struct key_reader *reader;
    struct options options;
    struct variant *tuned, *finals; /* owned */
    unsigned char varied[AXES_MAX]; /* the experiment's axes that cases or lists vary */
};

static int axis_of(const struct tune_reader *tune, const char *column)
{
    return axes_find(&tune->reader->experiment->axes, column);
}

/* ---- its own keys ---- */

static int read_option(struct tune_reader *tune, const struct node_pair *pair)
{
    struct key_reader *reader = tune->reader;
    const struct field *field = option_find(tune_fields, node_scalar(pair->key));
    if (keys_expect_scalar(reader, field->name, pair->value) != 0) return -1;
    if (option_parse(field, &tune->options, node_scalar(pair->value), reader->error) != 0)
        return keys_blame(reader, pair->value);
    return 0;
}

static int read_folds(struct tune_reader *tune, const struct node_pair *pair)
{
    return keys_read_axis(tune->reader, axis_of(tune, "validation_fold"), pair->value);
}

static int read_seeds(struct tune_reader *tune, const struct node_pair *pair)
{
    return keys_read_axis(tune->reader, axis_of(tune, "seed"), pair->value);
}

static int read_finals(struct tune_reader *tune, const struct node_pair *pair)
{
    struct key_reader *reader = tune->reader;
    if (!node_is_mapping(pair->value)) {
        error_set(reader->error, "tune: finals: a mapping of settings is wanted here");
        return keys_blame(reader, pair->value);
    }
    struct key_reader own = *reader;
    own.variant = tune->finals;
    if (keys_read(&own, pair->value) != 0) return -1;
    return folds_expand(own.experiment, own.variant, own.error);
}

static const struct {
    const char *name;
    int (*read)(struct tune_reader *, const struct node_pair *);
} own_keys[] = {{"metric", read_option}, {"extend", read_option}, {"folds", read_folds},
                {"seeds", read_seeds},   {"finals", read_finals}, {0}};

/* ---- tuned settings ---- */

/* "optimizer.learning_rate: [...]", or as anywhere in the file: "optimizer: {learning_rate: [...]}". */
static int read_tuned(struct tune_reader *tune, const struct node_pair *pair)
{
    const char *key = node_scalar(pair->key);
    int axis = strchr(key, '.') ? axis_of(tune, key) : -1;
    if (axis >= 0 && tune->reader->experiment->axes.axis[axis].field)
        return keys_read_axis(tune->reader, axis, pair->value);
    return keys_read_pair(tune->reader, pair);
}

static int read_pair(struct tune_reader *tune, const struct node_pair *pair)
{
    const char *key = node_scalar(pair->key);
    for (int k = 0; own_keys[k].name; k++)
        if (strcmp(key, own_keys[k].name) == 0) return own_keys[k].read(tune, pair);
    return read_tuned(tune, pair);
}

/* Settings that define the trials or the comparison cannot be tuned. */
static int cannot_be_tuned(const struct axis *axis)
{
    static const char *const blocks[] = {"validation", "inputs"}, *const columns[] = {"dataset", "seed"};
    for (size_t b = 0; axis->block->key && b < sizeof blocks / sizeof *blocks; b++)
        if (strcmp(axis->block->key, blocks[b]) == 0) return 1;
    for (size_t c = 0; c < sizeof columns / sizeof *columns; c++)
        if (strcmp(axis->column, columns[c]) == 0) return 1;
    return 0;
}

/* Whether the file sets the setting elsewhere. For a plug-in it must, if `tune` lists its options. */
static int is_given(const struct tune_reader *tune, int axis)
{
    const struct experiment *experiment = tune->reader->experiment;
    if (tune->varied[axis]) return 1;
    for (int v = 0; v < experiment->variant_count && !experiment->axes.axis[axis].kind; v++)
        if (variant_find_factor(&experiment->variants[v], axis)) return 1;
    return 0;
}

static int take_tuned(struct tune_reader *tune, const struct factor *factor)
{
    struct experiment *experiment = tune->reader->experiment;
    struct error *error = tune->reader->error;
    const struct axis *axis = &experiment->axes.axis[factor->axis];
    if (cannot_be_tuned(axis)) return error_set(error, "tune: %s cannot be tuned", axis->column);
    if (is_given(tune, factor->axis))
        return error_set(error, "tune: %s is given outside of tune too; leave one of them out", axis->column);
    if (experiment->tuning.count == TUNED_MAX)
        return error_set(error, "tune: more than %d settings are tuned", TUNED_MAX);
    experiment->tuning.lists[experiment->tuning.count++] = *factor;
    return 0;
}

/* Of the variant that `tune` was read into, the factors that it has given. */
static int take_lists(struct tune_reader *tune)
{
    struct experiment *experiment = tune->reader->experiment;
    int fold = axis_of(tune, "validation_fold"), seed = axis_of(tune, "seed");
    for (int f = 0; f < tune->tuned->count; f++) {
        const struct factor *factor = &tune->tuned->factors[f];
        const struct factor *given = variant_find_factor(&experiment->variants[0], factor->axis);
        if (factor->axis == fold || factor->axis == seed || (given && given->values == factor->values)) continue;
        if (take_tuned(tune, factor) != 0) return -1;
    }
    if (experiment->tuning.count > 0) return 0;
    return error_set(tune->reader->error,
                     "tune: no setting has a list, as in tune: {optimizer.learning_rate: [1e-4, 1e-3]}");
}

/* ---- trials ---- */

static int set_metric(struct tune_reader *tune)
{
    struct error *error = tune->reader->error;
    const char *name = tune->options.metric;
    const struct metric *metric = metric_find(name);
    tune->reader->experiment->tuning.metric = metric;
    if (!metric) return error_set(error, "tune: there is no metric '%s'; 'partgrad list columns' shows all", name);
    if (metric->split == SPLIT_VALID && metric->better != BETTER_NEITHER) return 0;
    if (metric->split == SPLIT_TEST || metric->split == SPLIT_BOTH)
        return error_set(error,
                         "tune: metric %s is measured on test classes, which cannot judge what they have chosen; use "
                         "one of validation classes, such as valid_map_at_r",
                         name);
    return error_set(
        error, "tune: metric %s is not measured on validation classes; use one that is, such as valid_map_at_r", name);
}

static int has_seed(const struct tune_reader *tune, int seed)
{
    char text[16];
    const struct experiment *experiment = tune->reader->experiment;
    int axis = axis_of(tune, "seed");
    snprintf(text, sizeof text, "%d", seed);
    for (int v = 0; v < experiment->variant_count; v++) {
        const struct factor *seeds = variant_find_factor(&experiment->variants[v], axis);
        for (int s = 0; seeds && s < seeds->count; s++)
            if (strcmp(seeds->values[s].text, text) == 0) return 1;
    }
    return 0;
}

static char *keep_number(struct experiment *experiment, int number)
{
    char text[16];
    snprintf(text, sizeof text, "%d", number);
    return experiment_keep(experiment, strdup(text));
}

/* A seed for each fold that no final cell has; it does not depend on which other folds there are. */
static int own_seed(const struct tune_reader *tune, const char *fold)
{
    enum { FIRST = 1000 };
    int seed = FIRST + atoi(fold);
    while (has_seed(tune, seed)) seed += FIRST;
    return seed;
}

/* Pairs each fold with its own seed, or with each of the given seeds. */
static int pair_seeds(struct tune_reader *tune, const struct factor *folds, const struct factor *seeds)
{
    struct experiment *experiment = tune->reader->experiment;
    int each = seeds ? seeds->count : 1, seed_axis = axis_of(tune, "seed");
    struct value *values = experiment_keep(experiment, calloc((size_t)(folds->count * each), sizeof *values));
    for (int r = 0; values && r < folds->count * each; r++) {
        const char *fold = folds->values[r / each].text;
        char *seed = seeds ? seeds->values[r % each].text : keep_number(experiment, own_seed(tune, fold));
        values[r] = (struct value){
            .text = folds->values[r / each].text, .override_count = 1, .override = {{.axis = seed_axis, .text = seed}}};
        if (!seed) values = NULL;
    }
    if (!values) return error_set(tune->reader->error, "out of memory");
    experiment->tuning.repeats = (struct factor){folds->axis, folds->count * each, values};
    experiment->varies[folds->axis] = 1;
    return 0;
}

/* Two folds if none are given. */
static int set_repeats(struct tune_reader *tune, int seeds_given)
{
    static struct value usual[] = {{.text = "0"}, {.text = "1"}};
    int fold = axis_of(tune, "validation_fold"), seed = axis_of(tune, "seed");
    const struct factor *folds = variant_find_factor(tune->tuned, fold);
    if (tune->varied[axis_of(tune, "validation_share")] || tune->varied[axis_of(tune, "validation_classes")])
        return error_set(tune->reader->error, "tune: trials need a single share of validation classes, not several");
    return pair_seeds(tune, folds ? folds : &(struct factor){fold, 2, usual},
                      seeds_given ? variant_find_factor(tune->tuned, seed) : NULL);
}

/* ---- the mapping ---- */

static int read_mapping(struct tune_reader *tune, const struct node *node)
{
    struct key_reader *reader = tune->reader;
    struct node_pair pairs[NODE_PAIRS_MAX];
    int count = node_pairs(reader->document, node, pairs, reader->error), status = count < 0 ? -1 : 0, seeds = 0;
    for (int i = 0; i < count && status == 0; i++) {
        seeds |= strcmp(node_scalar(pairs[i].key), "seeds") == 0;
        status = read_pair(tune, &pairs[i]);
    }
    if (status != 0) return -1;
    if (folds_expand(reader->experiment, tune->tuned, reader->error) == 0 && take_lists(tune) == 0 &&
        set_metric(tune) == 0 && set_repeats(tune, seeds) == 0)
        return 0;
    return keys_blame(reader, node);
}

static void take_finals(struct tune_reader *tune)
{
    struct tuning *tuning = &tune->reader->experiment->tuning;
    for (int f = 0; f < tune->finals->count; f++) tuning->finals[tuning->final_count++] = tune->finals->factors[f];
}

static int begin(struct tune_reader *tune, const struct node *node)
{
    struct key_reader *reader = tune->reader;
    if (!tune->tuned || !tune->finals) return error_set(reader->error, "out of memory");
    if (!node_is_mapping(node)) {
        error_set(reader->error, "tune: a mapping is wanted here, such as {optimizer.learning_rate: [1e-4, 1e-3]}");
        return keys_blame(reader, node);
    }
    *tune->tuned = reader->experiment->variants[0];
    tuning_set_share(reader->experiment, tune->tuned);
    tune->finals->settings = tune->tuned->settings;
    memcpy(tune->varied, reader->experiment->varies, sizeof tune->varied);
    option_defaults(tune_fields, &tune->options);
    reader->variant = tune->tuned;
    reader->in_set = 1;
    return 0;
}

int tune_read(struct key_reader *reader, const struct node *node)
{
    struct key_reader own = *reader;
    struct tune_reader tune = {
        .reader = &own, .tuned = malloc(sizeof *tune.tuned), .finals = calloc(1, sizeof *tune.finals)};
    int status = begin(&tune, node);
    if (status == 0) status = read_mapping(&tune, node);
    if (status == 0) take_finals(&tune);
    reader->experiment->tuning.extend = tune.options.extend;
    free(tune.tuned);
    free(tune.finals);
    return status;
}
