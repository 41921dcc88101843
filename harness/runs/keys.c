/* keys.c - see keys.h. */
#include "harness/runs/keys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/runs/folds.h"
#include "harness/runs/unknown_key.h"

int keys_blame(const struct key_reader *reader, const struct node *node)
{
    return document_blame(reader->document, node, reader->error);
}

/* ---- memory ---- */

static char *keep_text(struct key_reader *reader, const char *text)
{
    char *kept = experiment_keep(reader->experiment, strdup(text));
    if (!kept) error_set(reader->error, "out of memory");
    return kept;
}

/* See keys.h. */
void *keys_keep_options(struct key_reader *reader, const struct plugin *plugin, const void *given)
{
    void *options = experiment_keep(reader->experiment, calloc(1, plugin->options_size + 1));
    if (!options)
        error_set(reader->error, "out of memory");
    else if (given)
        memcpy(options, given, plugin->options_size);
    else
        option_defaults(plugin->fields, options);
    return options;
}

/* ---- axes ---- */

static int axis_of(const struct key_reader *reader, const struct settings_block *block, const struct field *field)
{
    const struct axes *axes = &reader->experiment->axes;
    for (int a = 0; a < axes->count; a++)
        if (axes->axis[a].block == block && axes->axis[a].field == field && !axes->axis[a].is_options) return a;
    return -1;
}

static void set_values(struct key_reader *reader, int axis, struct value *values, int count)
{
    variant_drop_factor(reader->variant, axis);
    reader->variant->factors[reader->variant->count++] = (struct factor){axis, count, values};
    if (count > 1 || reader->in_case) reader->experiment->varies[axis] = 1;
}

static struct value *new_values(struct key_reader *reader, int count)
{
    struct value *values = experiment_keep(reader->experiment, calloc((size_t)count + 1, sizeof *values));
    if (!values) error_set(reader->error, "out of memory");
    return values;
}

int keys_expect_scalar(struct key_reader *reader, const char *key, const struct node *node)
{
    if (node_scalar(node)) return 0;
    error_set(reader->error, "%s: one value is wanted here, not a list or a mapping", key);
    return keys_blame(reader, node);
}

int keys_check_count(struct key_reader *reader, const struct node *node)
{
    int count = node_count(node);
    if (count >= 1 && count <= EXPERIMENT_VALUES_MAX) return 0;
    error_set(reader->error, "a list of 1 to %d values is wanted here", EXPERIMENT_VALUES_MAX);
    return keys_blame(reader, node);
}

/* Reads {WORD, at_most: N} instead of a number: the word, which also sets another setting. */
static int read_word(struct key_reader *reader, const struct settings_block *block, const struct field *field,
                     const struct node *node, struct value *value)
{
    struct settings scratch = reader->variant->settings;
    struct node_pair pairs[NODE_PAIRS_MAX];
    const struct field *other = option_find(block->fields, field->at_most);
    int count = node_pairs(reader->document, node, pairs, reader->error);
    if (count < 0) return -1;
    const char *word = count == 2 ? node_scalar(pairs[0].value) : NULL, *text;
    if (!word || word[0] || strcmp(node_scalar(pairs[0].key), field->word) != 0 ||
        strcmp(node_scalar(pairs[1].key), "at_most") != 0 || !(text = node_scalar(pairs[1].value))) {
        error_set(reader->error, "%s: a number, %s or {%s, at_most: N} is wanted here", field->name, field->word,
                  field->word);
        return keys_blame(reader, node);
    }
    if (option_parse(other, (char *)&scratch + block->offset, text, reader->error) != 0)
        return keys_blame(reader, pairs[1].value);
    value->text = keep_text(reader, field->word);
    value->override[0] = (struct override){axis_of(reader, block, other), keep_text(reader, text)};
    value->override_count = 1;
    return value->text && value->override[0].text ? 0 : -1;
}

static int read_value(struct key_reader *reader, const struct settings_block *block, const struct field *field,
                      const struct node *node, struct value *value)
{
    struct settings scratch = reader->variant->settings;
    if (field->at_most && node_is_mapping(node)) return read_word(reader, block, field, node, value);
    if (keys_expect_scalar(reader, field->name, node) != 0) return -1;
    if (!folds_are_all(block, field, node_scalar(node)) &&
        option_parse(field, (char *)&scratch + block->offset, node_scalar(node), reader->error) != 0)
        return keys_blame(reader, node);
    value->text = keep_text(reader, node_scalar(node));
    return value->text ? 0 : -1;
}

/* The items of a list joined to one text, on the heap; NULL and an error if an item is not a scalar or contains a
 * separator. */
static char *join_items(struct key_reader *reader, const char *key, const struct node *node)
{
    char *text = NULL;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    int status = stream ? 0 : error_set(reader->error, "out of memory");
    for (int i = 0; i < node_count(node) && status == 0; i++) {
        const struct node *item = node_item(reader->document, node, i);
        status = keys_expect_scalar(reader, key, item);
        if (status == 0 && node_is_list(node) && strpbrk(node_scalar(item), ",;")) {
            error_set(reader->error, "%s: '%s' must not contain a comma or a semicolon", key, node_scalar(item));
            status = keys_blame(reader, item);
        }
        if (status == 0) fprintf(stream, "%s%s", i ? "; " : "", node_scalar(item));
    }
    if (stream && fclose(stream) != 0 && status == 0) status = error_set(reader->error, "out of memory");
    if (status == 0) return text;
    free(text);
    return NULL;
}

/* A setting whose value is a list. */
static int read_list(struct key_reader *reader, const struct settings_block *block, const struct field *field,
                     const struct node *node)
{
    struct settings scratch = reader->variant->settings;
    struct value *value = new_values(reader, 1);
    if (!value) return -1;
    char *text = join_items(reader, field->name, node);
    if (!text) return -1;
    value->text = experiment_keep(reader->experiment, text);
    if (!value->text) return error_set(reader->error, "out of memory");
    if (option_parse(field, (char *)&scratch + block->offset, value->text, reader->error) != 0)
        return keys_blame(reader, node);
    set_values(reader, axis_of(reader, block, field), value, 1);
    return 0;
}

/* A plain setting: one value, or a list of them. */
static int read_setting(struct key_reader *reader, const struct settings_block *block, const struct field *field,
                        const struct node *node)
{
    if (option_is_list(field)) return read_list(reader, block, field, node);
    int axis = axis_of(reader, block, field), count = node_count(node);
    if (keys_check_count(reader, node) != 0) return -1;
    struct value *values = new_values(reader, count);
    if (!values) return -1;
    for (int i = 0; i < count; i++)
        if (read_value(reader, block, field, node_item(reader->document, node, i), &values[i]) != 0) return -1;
    set_values(reader, axis, values, count);
    return 0;
}

int keys_read_axis(struct key_reader *reader, int axis, const struct node *node)
{
    const struct axis *of = &reader->experiment->axes.axis[axis];
    return read_setting(reader, of->block, of->field, node);
}

static int refuse_key(struct key_reader *reader, const struct node *key, const struct settings_block *block,
                      const char *const *names, int count)
{
    unknown_key_refuse(node_scalar(key), block, names, count, reader->error);
    return keys_blame(reader, key);
}

/* ---- plug-ins ---- */

/* The plug-ins of one key: a list that grows by the options that are lists. */
struct choices {
    const struct settings_block *block;
    int in_list; /* 1: options of all plug-ins of the kind belong to one value */
    int first;   /* first of the values that the current mapping makes */
    int count;
    struct value *values; /* (EXPERIMENT_VALUES_MAX) */
};

static int too_many(struct key_reader *reader, const struct node *node)
{
    error_set(reader->error, "a list of 1 to %d values is wanted here", EXPERIMENT_VALUES_MAX);
    return keys_blame(reader, node);
}

static int add_plugin(struct key_reader *reader, struct choices *choices, const struct node *name)
{
    const struct plugin_kind *kind = choices->block->kind;
    if (choices->count == EXPERIMENT_VALUES_MAX) return too_many(reader, name);
    if (keys_expect_scalar(reader, kind->name, name) != 0) return -1;
    const struct plugin *plugin = plugin_find(kind->registry, kind->name, node_scalar(name), reader->error);
    if (!plugin) return keys_blame(reader, name);
    void *options = keys_keep_options(reader, plugin, NULL);
    choices->values[choices->count++] = (struct value){.choice = {plugin, options}};
    return options ? 0 : -1;
}

/* A plug-in's own option; a list multiplies each current value that has such an option. */
static int read_own_option(struct key_reader *reader, struct choices *choices, const char *name,
                           const struct node *node)
{
    int before = choices->count;
    if (keys_check_count(reader, node) != 0) return -1;
    for (int i = 0; i < node_count(node); i++)
        for (int v = choices->first; v < before; v++) {
            const struct node *item = node_item(reader->document, node, i);
            struct value *value = &choices->values[v];
            const struct field *field = option_find(value->choice.plugin->fields, name);
            if (!field) continue;
            if (i > 0) { /* the first item changes the value itself, below, after the others were copied from it */
                if (choices->count == EXPERIMENT_VALUES_MAX) return too_many(reader, node);
                choices->values[choices->count] = *value;
                value = &choices->values[choices->count++];
                value->choice.options = keys_keep_options(reader, value->choice.plugin, value->choice.options);
                if (!value->choice.options) return -1;
            }
            if (keys_expect_scalar(reader, name, item) != 0) return -1;
            if (option_parse(field, (void *)value->choice.options, node_scalar(item), reader->error) != 0)
                return keys_blame(reader, item);
        }
    return 0;
}

/* An option of all plug-ins of the kind: a setting or, within a list of plug-ins, part of one value. */
static int read_shared_option(struct key_reader *reader, struct choices *choices, const struct field *field,
                              const struct node *node)
{
    if (!choices->in_list) return read_setting(reader, choices->block, field, node);
    struct settings scratch = reader->variant->settings;
    int axis = axis_of(reader, choices->block, field);
    if (keys_expect_scalar(reader, field->name, node) != 0) return -1;
    if (option_parse(field, (char *)&scratch + choices->block->offset, node_scalar(node), reader->error) != 0)
        return keys_blame(reader, node);
    char *text = keep_text(reader, node_scalar(node));
    for (int v = choices->first; text && v < choices->count; v++) {
        struct value *value = &choices->values[v];
        if (value->override_count == EXPERIMENT_OVERRIDES_MAX) return too_many(reader, node);
        value->override[value->override_count++] = (struct override){axis, text};
    }
    reader->experiment->varies[axis] = 1;
    return text ? 0 : -1;
}

static int has_option(const struct choices *choices, const char *name)
{
    for (int v = choices->first; v < choices->count; v++)
        if (option_find(choices->values[v].choice.plugin->fields, name)) return 1;
    return 0;
}

static int read_plugin_option(struct key_reader *reader, struct choices *choices, const struct node_pair *pair)
{
    const char *name = node_scalar(pair->key), *names[UNKNOWN_KEY_NAMES_MAX];
    const struct field *shared = option_find(choices->block->fields, name);
    if (has_option(choices, name)) return read_own_option(reader, choices, name, pair->value);
    if (shared) return read_shared_option(reader, choices, shared, pair->value);
    int count = unknown_key_collect(choices->block->fields, names, 0);
    for (int v = choices->first; v < choices->count; v++)
        count = unknown_key_collect(choices->values[v].choice.plugin->fields, names, count);
    return refuse_key(reader, pair->key, choices->block, names, count);
}

/* Takes the plug-ins that the key has so far, for options that are set without a name. */
static int take_current(struct key_reader *reader, struct choices *choices)
{
    struct variant *variant = reader->variant;
    int axis = axis_of(reader, choices->block, NULL);
    for (int f = 0; f < variant->count; f++) {
        if (variant->factors[f].axis != axis) continue;
        for (int v = 0; v < variant->factors[f].count; v++)
            choices->values[choices->count++] = variant->factors[f].values[v];
    }
    if (choices->count == 0) {
        const struct choice *choice =
            (const struct choice *)((const char *)&variant->settings + choices->block->kind->offset);
        if (choice->plugin) choices->values[choices->count++].choice = *choice;
    }
    for (int v = 0; v < choices->count; v++) {
        struct choice *choice = &choices->values[v].choice;
        choice->options = keys_keep_options(reader, choice->plugin, choice->options);
        if (!choice->options) return -1;
    }
    return 0;
}

static const struct node *find_name(const struct node_pair *pairs, int count)
{
    for (int i = 0; i < count; i++)
        if (strcmp(node_scalar(pairs[i].key), "name") == 0) return pairs[i].value;
    return NULL;
}

/* `NAME` or `{name: NAME, option: value, ...}`. */
static int read_plugin(struct key_reader *reader, struct choices *choices, const struct node *node)
{
    struct node_pair pairs[NODE_PAIRS_MAX];
    choices->first = choices->count;
    if (!node_is_mapping(node)) return add_plugin(reader, choices, node);
    int count = node_pairs(reader->document, node, pairs, reader->error);
    if (count < 0) return -1;
    const struct node *name = find_name(pairs, count);
    int status = 0;
    if (name)
        status = add_plugin(reader, choices, name);
    else if (reader->in_set)
        status = take_current(reader, choices);
    if (status == 0 && choices->count == choices->first) {
        error_set(reader->error, "%s: the mapping has no 'name'", choices->block->key);
        return keys_blame(reader, node);
    }
    for (int i = 0; i < count && status == 0; i++)
        if (pairs[i].value != name) status = read_plugin_option(reader, choices, &pairs[i]);
    return status;
}

static int read_plugins(struct key_reader *reader, const struct settings_block *block, const struct node *node)
{
    struct choices choices = {.block = block, .in_list = node_is_list(node)};
    if (keys_check_count(reader, node) != 0) return -1;
    choices.values = new_values(reader, EXPERIMENT_VALUES_MAX);
    if (!choices.values) return -1;
    for (int i = 0; i < node_count(node); i++)
        if (read_plugin(reader, &choices, node_item(reader->document, node, i)) != 0) return -1;
    set_values(reader, axis_of(reader, block, NULL), choices.values, choices.count);
    return 0;
}

/* ---- the file ---- */

/* A mapping of a table's fields, or one value (or a list) that stands for `alone`. */
static int read_block(struct key_reader *reader, const struct settings_block *block, const struct node *node)
{
    struct node_pair pairs[NODE_PAIRS_MAX];
    const char *names[UNKNOWN_KEY_NAMES_MAX];
    if (block->kind) return read_plugins(reader, block, node);
    if (!node_is_mapping(node) && block->alone)
        return read_setting(reader, block, option_find(block->fields, block->alone), node);
    if (!node_is_mapping(node)) {
        error_set(reader->error, "%s: a mapping is wanted here", block->key);
        return keys_blame(reader, node);
    }
    int count = node_pairs(reader->document, node, pairs, reader->error), status = count < 0 ? -1 : 0;
    for (int i = 0; i < count && status == 0; i++) {
        const struct field *field = option_find(block->fields, node_scalar(pairs[i].key));
        status = field ? read_setting(reader, block, field, pairs[i].value)
                       : refuse_key(reader, pairs[i].key, block, names, unknown_key_collect(block->fields, names, 0));
    }
    return status;
}

int keys_read_pair(struct key_reader *reader, const struct node_pair *pair)
{
    static const char *const others[] = {"cases", "set", "tune", "contrasts"};
    const char *name = node_scalar(pair->key), *names[UNKNOWN_KEY_NAMES_MAX];
    int count = 0;
    for (const struct settings_block *block = settings_blocks; block->summary; block++) {
        if (block->key && option_same_name(block->key, name)) return read_block(reader, block, pair->value);
        const struct field *field = block->key ? NULL : option_find(block->fields, name);
        if (field) return read_setting(reader, block, field, pair->value);
        if (block->key) names[count++] = block->key;
        if (!block->key) count = unknown_key_collect(block->fields, names, count);
    }
    for (size_t o = 0; o < sizeof others / sizeof *others; o++) {
        if (strcmp(name, others[o]) == 0 && !reader->in_case && !reader->in_set) return 0; /* read separately */
        names[count++] = others[o];
    }
    return refuse_key(reader, pair->key, NULL, names, count);
}

int keys_read(struct key_reader *reader, const struct node *mapping)
{
    struct node_pair pairs[NODE_PAIRS_MAX];
    int count = node_pairs(reader->document, mapping, pairs, reader->error), status = count < 0 ? -1 : 0;
    for (int i = 0; i < count && status == 0; i++) status = keys_read_pair(reader, &pairs[i]);
    return status;
}
