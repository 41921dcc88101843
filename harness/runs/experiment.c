/* experiment.c - see experiment.h. The only file that includes libyaml. */
#include "harness/runs/experiment.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "base/file.h"
#include "losses/loss.h"
#include "strategies/samplers/sampler.h"
#include "strategies/strategy.h"

enum { EXPERIMENT_FILE_MAX = 1 << 20, KEYS_MAX = 64, DEPTH_MAX = 16 };

struct reader {
    struct experiment *experiment;
    const char *path;
    yaml_document_t document;
    struct error *error;
};

/* Puts FILE:LINE in front of the error. */
static int at(const struct reader *reader, const yaml_node_t *node)
{
    return error_context(reader->error, "%s:%zu", reader->path, node->start_mark.line + 1);
}

static yaml_node_t *node_at(struct reader *reader, int index)
{
    return yaml_document_get_node(&reader->document, index);
}

static const char *scalar(const yaml_node_t *node)
{
    return node->type == YAML_SCALAR_NODE ? (const char *)node->data.scalar.value : NULL;
}

static int expect_scalar(struct reader *reader, const char *key, const yaml_node_t *node)
{
    if (scalar(node) && strlen(scalar(node)) == node->data.scalar.length) return 0;
    error_set(reader->error, "%s: one value is wanted here, not a list or a mapping", key);
    return at(reader, node);
}

static int read_field(struct reader *reader, const struct field *field, void *options, const yaml_node_t *node)
{
    if (expect_scalar(reader, field->name, node) != 0) return -1;
    return option_parse(field, options, scalar(node), reader->error) == 0 ? 0 : at(reader, node);
}

static int collect(const struct field *fields, const char **names, int count)
{
    for (; fields && fields->name && count < KEYS_MAX; fields++) names[count++] = fields->name;
    return count;
}

static int unknown_key(struct reader *reader, const yaml_node_t *key, const char *const *names, int count)
{
    const char *nearest = option_nearest(scalar(key), names, count);
    if (nearest)
        error_set(reader->error, "unknown key '%s'; did you mean '%s'?", scalar(key), nearest);
    else
        error_set(reader->error, "unknown key '%s'", scalar(key));
    return at(reader, key);
}

/* The pair's key as text; fails where it is no scalar or stands there twice. */
static int check_key(struct reader *reader, const yaml_node_t *mapping, const yaml_node_pair_t *pair)
{
    const yaml_node_t *key = node_at(reader, pair->key);
    if (expect_scalar(reader, "key", key) != 0) return -1;
    for (yaml_node_pair_t *other = mapping->data.mapping.pairs.start; other < pair; other++)
        if (option_same_name(scalar(node_at(reader, other->key)), scalar(key))) {
            error_set(reader->error, "key '%s' is given twice", scalar(key));
            return at(reader, key);
        }
    return 0;
}

/* One key of a plug-in's mapping: looked up in the plug-in's own fields, then in those that all of its kind share. */
static int read_plugin_key(struct reader *reader, const yaml_node_t *key, const yaml_node_t *value,
                           const struct field *own, void *options, const struct field *shared, void *shared_options)
{
    const struct field *field = option_find(own, scalar(key));
    if (field) return read_field(reader, field, options, value);
    field = option_find(shared, scalar(key));
    if (field) return read_field(reader, field, shared_options, value);
    const char *names[KEYS_MAX];
    int count = collect(shared, names, collect(own, names, 0));
    return unknown_key(reader, key, names, count);
}

/* A kind of plug-in, and the options that all of its kind take. */
struct kind {
    const char *name;
    const struct plugin *const *registry;
    const struct field *shared;
    size_t shared_offset; /* in struct settings */
};

static const struct kind model_kind = {"model", model_registry, network_fields, offsetof(struct settings, network)};
static const struct kind loss_kind = {"loss", loss_registry, NULL, 0};
static const struct kind sampler_kind = {"sampler", sampler_registry, NULL, 0};
static const struct kind strategy_kind = {"strategy", strategy_registry, NULL, 0};

static void *options_create(struct experiment *experiment, const struct plugin *plugin)
{
    if (experiment->block_count == EXPERIMENT_BLOCKS) return NULL;
    void *options = calloc(1, plugin->options_size + 1);
    if (options) experiment->blocks[experiment->block_count++] = options;
    return options;
}

/* The `name` of a plug-in's mapping, or the scalar itself. */
static yaml_node_t *find_name(struct reader *reader, yaml_node_t *node)
{
    if (node->type != YAML_MAPPING_NODE) return node;
    for (yaml_node_pair_t *pair = node->data.mapping.pairs.start; pair < node->data.mapping.pairs.top; pair++) {
        const char *key = scalar(node_at(reader, pair->key));
        if (key && strcmp(key, "name") == 0) return node_at(reader, pair->value);
    }
    return NULL;
}

/* `NAME` or `{name: NAME, option: value, ...}`. */
static int read_choice(struct reader *reader, const struct kind *kind, yaml_node_t *node, struct choice *choice)
{
    yaml_node_t *name = find_name(reader, node);
    if (!name) {
        error_set(reader->error, "%s: the mapping has no 'name'", kind->name);
        return at(reader, node);
    }
    if (expect_scalar(reader, kind->name, name) != 0) return -1;
    choice->plugin = plugin_find(kind->registry, kind->name, scalar(name), reader->error);
    if (!choice->plugin) return at(reader, name);
    void *options = options_create(reader->experiment, choice->plugin);
    if (!options) return error_set(reader->error, "%s: too many plug-ins, or memory is out", reader->path);
    option_defaults(choice->plugin->fields, options);
    choice->options = options;
    if (node == name) return 0;
    void *shared = (char *)&reader->experiment->settings + kind->shared_offset;
    for (yaml_node_pair_t *pair = node->data.mapping.pairs.start; pair < node->data.mapping.pairs.top; pair++) {
        yaml_node_t *key = node_at(reader, pair->key), *value = node_at(reader, pair->value);
        if (check_key(reader, node, pair) != 0) return -1;
        if (strcmp(scalar(key), "name") == 0) continue;
        if (read_plugin_key(reader, key, value, choice->plugin->fields, options, kind->shared, shared) != 0) return -1;
    }
    return 0;
}

/* A mapping of a table's fields, or one value that stands for `alone`. */
static int read_block(struct reader *reader, yaml_node_t *node, const char *name, const struct field *fields,
                      const char *alone, void *options)
{
    if (node->type == YAML_SCALAR_NODE && alone) return read_field(reader, option_find(fields, alone), options, node);
    if (node->type != YAML_MAPPING_NODE) {
        error_set(reader->error, "%s: a %smapping is wanted here", name, alone ? "value or a " : "");
        return at(reader, node);
    }
    for (yaml_node_pair_t *pair = node->data.mapping.pairs.start; pair < node->data.mapping.pairs.top; pair++) {
        if (check_key(reader, node, pair) != 0) return -1;
        if (read_plugin_key(reader, node_at(reader, pair->key), node_at(reader, pair->value), fields, options, NULL,
                            NULL) != 0)
            return -1;
    }
    return 0;
}

static int read_optimizer(struct reader *reader, yaml_node_t *node)
{
    return read_block(reader, node, "optimizer", optimizer_fields, "name", &reader->experiment->settings.optimizer);
}

static int read_diagnostics(struct reader *reader, yaml_node_t *node)
{
    return read_block(reader, node, "diagnostics", diagnostics_fields, NULL, &reader->experiment->settings.diagnostics);
}

static int read_model(struct reader *reader, yaml_node_t *node)
{
    return read_choice(reader, &model_kind, node, &reader->experiment->settings.model);
}

/* One value of an axis. */
typedef int read_item(struct reader *, const void *what, yaml_node_t *node, struct axis *axis);

static int read_choice_item(struct reader *reader, const void *kind, yaml_node_t *node, struct axis *axis)
{
    return read_choice(reader, kind, node, &axis->choices[axis->count]);
}

static int read_number_item(struct reader *reader, const void *given, yaml_node_t *node, struct axis *axis)
{
    const struct field *field = given;
    struct settings *settings = &reader->experiment->settings;
    if (read_field(reader, field, settings, node) != 0) return -1;
    const void *value = (const char *)settings + field->offset;
    if (field->type == OPTION_REAL)
        axis->reals[axis->count] = *(const double *)value;
    else
        axis->ints[axis->count] = *(const int *)value;
    return 0;
}

/* One value, or a list of them. */
static int read_axis(struct reader *reader, yaml_node_t *node, read_item *read, const void *what, struct axis *axis)
{
    yaml_node_item_t one[] = {(yaml_node_item_t)(node - reader->document.nodes.start) + 1};
    yaml_node_item_t *first = one, *end = one + 1;
    if (node->type == YAML_SEQUENCE_NODE) {
        first = node->data.sequence.items.start;
        end = node->data.sequence.items.top;
    }
    if (first == end || end - first > AXIS_MAX) {
        error_set(reader->error, "a list of 1 to %d values is wanted here", AXIS_MAX);
        return at(reader, node);
    }
    for (axis->count = 0; first < end; first++, axis->count++)
        if (read(reader, what, node_at(reader, *first), axis) != 0) return -1;
    return 0;
}

/* `memory_bank: SIZES` or `{size: SIZES, ...}`; the sizes are an axis. */
static int read_memory_bank(struct reader *reader, yaml_node_t *node)
{
    struct experiment *experiment = reader->experiment;
    const struct field *size = option_find(bank_fields, "size");
    const char *names[KEYS_MAX];
    int count = 0;
    for (; bank_fields[count].name; count++) names[count] = bank_fields[count].name;
    if (node->type != YAML_MAPPING_NODE) return read_axis(reader, node, read_number_item, size, &experiment->bank_size);
    for (yaml_node_pair_t *pair = node->data.mapping.pairs.start; pair < node->data.mapping.pairs.top; pair++) {
        yaml_node_t *key = node_at(reader, pair->key), *value = node_at(reader, pair->value);
        int status = check_key(reader, node, pair);
        if (status != 0) return -1;
        const struct field *field = option_find(bank_fields, scalar(key));
        if (!field)
            status = unknown_key(reader, key, names, count);
        else if (field == size)
            status = read_axis(reader, value, read_number_item, size, &experiment->bank_size);
        else
            status = read_field(reader, field, &experiment->settings, value);
        if (status != 0) return -1;
    }
    return 0;
}

/* Keys that are not plain settings: plug-ins, the optimiser, and the axes. */
static const struct key {
    const char *name;
    int (*read)(struct reader *, yaml_node_t *); /* NULL: an axis, by the members below */
    size_t axis;                                 /* in struct experiment */
    const struct kind *kind;                     /* of plug-in; NULL: a row of axis_fields */
} keys[] = {
    {"model", read_model, 0, NULL},
    {"optimizer", read_optimizer, 0, NULL},
    {"diagnostics", read_diagnostics, 0, NULL},
    {"memory_bank", read_memory_bank, 0, NULL},
    {"loss", NULL, offsetof(struct experiment, loss), &loss_kind},
    {"sampler", NULL, offsetof(struct experiment, sampler), &sampler_kind},
    {"strategy", NULL, offsetof(struct experiment, strategy), &strategy_kind},
    {"samples_per_class", NULL, offsetof(struct experiment, samples_per_class), NULL},
    {"batch_size", NULL, offsetof(struct experiment, batch_size), NULL},
    {"portion", NULL, offsetof(struct experiment, portion), NULL},
    {"backprop", NULL, offsetof(struct experiment, backprop), NULL},
    {"gradient_scale", NULL, offsetof(struct experiment, gradient_scale), NULL},
    {"accumulate", NULL, offsetof(struct experiment, accumulate), NULL},
    {"seed", NULL, offsetof(struct experiment, seed), NULL},
};

enum { KEYS = sizeof keys / sizeof *keys };

static struct axis *axis_of(struct experiment *experiment, const struct key *key)
{
    return (struct axis *)((char *)experiment + key->axis);
}

static int read_special(struct reader *reader, const struct key *key, yaml_node_t *value)
{
    if (key->read) return key->read(reader, value);
    struct axis *axis = axis_of(reader->experiment, key);
    if (key->kind) return read_axis(reader, value, read_choice_item, key->kind, axis);
    return read_axis(reader, value, read_number_item, option_find(axis_fields, key->name), axis);
}

static int read_top_key(struct reader *reader, yaml_node_t *key, yaml_node_t *value)
{
    const char *names[KEYS_MAX];
    for (int k = 0; k < KEYS; k++) {
        if (option_same_name(keys[k].name, scalar(key))) return read_special(reader, &keys[k], value);
        names[k] = keys[k].name;
    }
    const struct field *field = option_find(settings_fields, scalar(key));
    if (field) return read_field(reader, field, &reader->experiment->settings, value);
    return unknown_key(reader, key, names, collect(settings_fields, names, KEYS));
}

/* What a file does not say: the first plug-in of a kind, and the tables' defaults. */
static int set_defaults(struct reader *reader)
{
    struct experiment *experiment = reader->experiment;
    struct settings *settings = &experiment->settings;
    const struct plugin *strategy = plugin_find(strategy_registry, "strategy", "full", reader->error);
    option_defaults(settings_fields, settings);
    option_defaults(axis_fields, settings);
    option_defaults(bank_fields, settings);
    option_defaults(network_fields, &settings->network);
    option_defaults(optimizer_fields, &settings->optimizer);
    option_defaults(diagnostics_fields, &settings->diagnostics);
    experiment->sampler.choices[0] =
        (struct choice){sampler_registry[0], options_create(experiment, sampler_registry[0])};
    experiment->strategy.choices[0] = (struct choice){strategy, options_create(experiment, strategy)};
    experiment->loss.choices[0] = (struct choice){loss_registry[0], options_create(experiment, loss_registry[0])};
    option_defaults(sampler_registry[0]->fields, experiment->blocks[0]);
    option_defaults(strategy->fields, experiment->blocks[1]);
    option_defaults(loss_registry[0]->fields, experiment->blocks[2]);
    experiment->samples_per_class.ints[0] = settings->samples_per_class;
    experiment->batch_size.ints[0] = settings->batch_size;
    experiment->portion.reals[0] = settings->portion;
    experiment->backprop.ints[0] = settings->backprop;
    experiment->gradient_scale.ints[0] = settings->gradient_scale;
    experiment->accumulate.ints[0] = settings->accumulate;
    experiment->bank_size.ints[0] = settings->bank_size;
    experiment->bank_size.count = 1;
    experiment->seed.ints[0] = settings->seed;
    for (int k = 0; k < KEYS; k++)
        if (!keys[k].read) axis_of(experiment, &keys[k])->count = 1;
    return 0;
}

static int read_document(struct reader *reader)
{
    yaml_node_t *root = yaml_document_get_root_node(&reader->document);
    if (!root || root->type != YAML_MAPPING_NODE)
        return error_set(reader->error, "%s: an experiment is a mapping of keys to values", reader->path);
    for (yaml_node_pair_t *pair = root->data.mapping.pairs.start; pair < root->data.mapping.pairs.top; pair++)
        if (check_key(reader, root, pair) != 0 ||
            read_top_key(reader, node_at(reader, pair->key), node_at(reader, pair->value)) != 0)
            return -1;
    const struct settings *settings = &reader->experiment->settings;
    if (!settings->dataset[0]) return error_set(reader->error, "%s: key 'dataset' is missing", reader->path);
    if (!settings->model.plugin) return error_set(reader->error, "%s: key 'model' is missing", reader->path);
    return 0;
}

static int load(struct reader *reader, yaml_parser_t *parser, yaml_document_t *document)
{
    if (yaml_parser_load(parser, document)) return 0;
    return error_set(reader->error, "%s:%zu: not valid YAML: %s", reader->path, parser->problem_mark.line + 1,
                     parser->problem ? parser->problem : "unreadable");
}

/* What follows "---" would otherwise be ignored without a word. */
static int expect_end(struct reader *reader, yaml_parser_t *parser)
{
    yaml_document_t next;
    if (load(reader, parser, &next) != 0) return -1;
    int more = yaml_document_get_root_node(&next) != NULL;
    if (more)
        error_set(reader->error, "%s:%zu: a file holds one experiment, and a second begins here", reader->path,
                  next.start_mark.line + 1);
    yaml_document_delete(&next);
    return more ? -1 : 0;
}

static int open_parser(struct reader *reader, yaml_parser_t *parser)
{
    if (!yaml_parser_initialize(parser)) return error_set(reader->error, "out of memory");
    yaml_parser_set_input_string(parser, (const unsigned char *)reader->experiment->text, reader->experiment->size);
    return 0;
}

/* libyaml's time grows with the square of the depth, so a file that nests without end is left before it is loaded. */
static int check_depth(struct reader *reader)
{
    yaml_parser_t parser;
    yaml_event_t event;
    int depth = 0, ended = 0;
    size_t line = 0;
    if (open_parser(reader, &parser) != 0) return -1;
    while (!ended && depth <= DEPTH_MAX && yaml_parser_parse(&parser, &event)) { /* what is not YAML, load tells */
        depth += event.type == YAML_SEQUENCE_START_EVENT || event.type == YAML_MAPPING_START_EVENT;
        depth -= event.type == YAML_SEQUENCE_END_EVENT || event.type == YAML_MAPPING_END_EVENT;
        ended = event.type == YAML_STREAM_END_EVENT;
        line = event.start_mark.line + 1;
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
    if (depth <= DEPTH_MAX) return 0;
    return error_set(reader->error, "%s:%zu: lists and mappings are nested deeper than %d", reader->path, line,
                     DEPTH_MAX);
}

static int parse(struct reader *reader)
{
    yaml_parser_t parser;
    if (check_depth(reader) != 0 || open_parser(reader, &parser) != 0) return -1;
    int status = load(reader, &parser, &reader->document);
    if (status == 0) {
        status = expect_end(reader, &parser) == 0 && set_defaults(reader) == 0 ? read_document(reader) : -1;
        yaml_document_delete(&reader->document);
    }
    yaml_parser_delete(&parser);
    return status;
}

int experiment_read(struct experiment *experiment, const char *path, struct error *error)
{
    *experiment = (struct experiment){0};
    struct reader reader = {.experiment = experiment, .path = path, .error = error};
    if (file_read(path, EXPERIMENT_FILE_MAX, &experiment->text, &experiment->size, error) != 0) return -1;
    if (parse(&reader) == 0) return 0;
    experiment_release(experiment);
    return -1;
}

void experiment_release(struct experiment *experiment)
{
    for (int b = 0; b < experiment->block_count; b++) free(experiment->blocks[b]);
    free(experiment->text);
    *experiment = (struct experiment){0};
}
