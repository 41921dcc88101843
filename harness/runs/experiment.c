/* experiment.c - see experiment.h: what the keys of a file mean. document.h knows YAML. */
#include "harness/runs/experiment.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "harness/runs/document.h"

enum { FILE_MAX = 1 << 20, NAMES_MAX = 256 };

/* What is read, and where it goes. */
struct reader {
    struct experiment *experiment;
    struct variant *variant;
    struct document *document;
    const char *name; /* of the file */
    int in_case;      /* 1: each value that is given is one of several */
    int in_set;       /* 1: a plug-in's options may stand without its name */
    struct error *error;
};

static int blame(const struct reader *reader, const struct node *node)
{
    return document_blame(reader->document, node, reader->error);
}

/* ---- memory ---- */

/* `block` for the experiment to free; NULL, and block freed, where memory is out. */
static void *keep(struct experiment *experiment, void *block)
{
    void **blocks = realloc(experiment->blocks, ((size_t)experiment->block_count + 1) * sizeof *blocks);
    if (blocks) experiment->blocks = blocks;
    if (!block || !blocks) {
        free(block);
        return NULL;
    }
    blocks[experiment->block_count++] = block;
    return block;
}

static char *keep_text(struct reader *reader, const char *text)
{
    char *kept = keep(reader->experiment, strdup(text));
    if (!kept) error_set(reader->error, "out of memory");
    return kept;
}

/* The options of a plug-in: its defaults, or a copy of what is given. */
static void *keep_options(struct reader *reader, const struct plugin *plugin, const void *given)
{
    void *options = keep(reader->experiment, calloc(1, plugin->options_size + 1));
    if (!options)
        error_set(reader->error, "out of memory");
    else if (given)
        memcpy(options, given, plugin->options_size);
    else
        option_defaults(plugin->fields, options);
    return options;
}

/* ---- axes ---- */

static int axis_of(const struct reader *reader, const struct settings_block *block, const struct field *field)
{
    const struct axes *axes = &reader->experiment->axes;
    for (int a = 0; a < axes->count; a++)
        if (axes->axis[a].block == block && axes->axis[a].field == field && !axes->axis[a].is_options) return a;
    return -1;
}

/* The axis has one value from now on. */
static void drop_factor(struct variant *variant, int axis)
{
    int kept = 0;
    for (int f = 0; f < variant->count; f++)
        if (variant->factors[f].axis != axis) variant->factors[kept++] = variant->factors[f];
    variant->count = kept;
}

static const struct factor *find_factor(const struct variant *variant, int axis)
{
    for (int f = 0; f < variant->count; f++)
        if (variant->factors[f].axis == axis) return &variant->factors[f];
    return NULL;
}

static void set_values(struct reader *reader, int axis, struct value *values, int count)
{
    drop_factor(reader->variant, axis);
    reader->variant->factors[reader->variant->count++] = (struct factor){axis, count, values};
    if (count > 1 || reader->in_case) reader->experiment->varies[axis] = 1;
}

static struct value *new_values(struct reader *reader, int count)
{
    struct value *values = keep(reader->experiment, calloc((size_t)count + 1, sizeof *values));
    if (!values) error_set(reader->error, "out of memory");
    return values;
}

static int expect_scalar(struct reader *reader, const char *key, const struct node *node)
{
    if (node_scalar(node)) return 0;
    error_set(reader->error, "%s: one value is wanted here, not a list or a mapping", key);
    return blame(reader, node);
}

static int check_count(struct reader *reader, const struct node *node)
{
    int count = node_count(node);
    if (count >= 1 && count <= EXPERIMENT_VALUES_MAX) return 0;
    error_set(reader->error, "a list of 1 to %d values is wanted here", EXPERIMENT_VALUES_MAX);
    return blame(reader, node);
}

/* A plain setting: one value, or a list of them. */
static int read_setting(struct reader *reader, const struct settings_block *block, const struct field *field,
                        const struct node *node)
{
    int axis = axis_of(reader, block, field), count = node_count(node);
    struct settings scratch = reader->variant->settings;
    if (check_count(reader, node) != 0) return -1;
    struct value *values = new_values(reader, count);
    if (!values) return -1;
    for (int i = 0; i < count; i++) {
        const struct node *item = node_item(reader->document, node, i);
        if (expect_scalar(reader, field->name, item) != 0) return -1;
        if (option_parse(field, (char *)&scratch + block->offset, node_scalar(item), reader->error) != 0)
            return blame(reader, item);
        values[i].text = keep_text(reader, node_scalar(item));
        if (!values[i].text) return -1;
    }
    set_values(reader, axis, values, count);
    return 0;
}

/* ---- keys that are not known ---- */

static int collect(const struct field *fields, const char **names, int count)
{
    for (; fields && fields->name && count < NAMES_MAX; fields++) names[count++] = fields->name;
    return count;
}

/* The mapping that has such a field, where it is another than the one looked in; NULL: none. */
static const struct settings_block *find_home(const char *name, const struct settings_block *but)
{
    for (const struct settings_block *block = settings_blocks; block->summary; block++)
        if (block != but && block->fields && option_find(block->fields, name)) return block;
    return NULL;
}

/* The plug-in that has such an option, and its kind's key; NULL: none. */
static const struct plugin *find_owner(const char *name, const char **key)
{
    for (const struct settings_block *block = settings_blocks; block->summary; block++) {
        *key = block->key;
        for (const struct plugin *const *row = block->kind ? block->kind->registry : NULL; row && *row; row++)
            if (option_find((*row)->fields, name)) return *row;
    }
    return NULL;
}

static int refuse_key(struct reader *reader, const struct node *key, const struct settings_block *block,
                      const char *const *names, int count)
{
    const char *name = node_scalar(key), *nearest = option_nearest(name, names, count), *kind;
    const struct settings_block *home = find_home(name, block);
    const struct plugin *owner = find_owner(name, &kind);
    if (home && home->key)
        error_set(reader->error, "key '%s' belongs into %s: {%s: ...}", name, home->key, name);
    else if (home)
        error_set(reader->error, "key '%s' belongs at the top level", name);
    else if (owner)
        error_set(reader->error, "key '%s' is an option of %s %s: %s: {name: %s, %s: ...}", name, kind, owner->name,
                  kind, owner->name, name);
    else if (nearest)
        error_set(reader->error, "unknown key '%s'; did you mean '%s'?", name, nearest);
    else
        error_set(reader->error, "unknown key '%s'; 'partgrad list settings' shows all", name);
    return blame(reader, key);
}

/* ---- plug-ins ---- */

/* The plug-ins of one key: a list that grows by the options that are lists. */
struct choices {
    const struct settings_block *block;
    int in_list; /* 1: what all plug-ins of the kind take belongs to one value */
    int first;   /* of the values that the mapping under way makes */
    int count;
    struct value *values; /* (EXPERIMENT_VALUES_MAX) */
};

static int too_many(struct reader *reader, const struct node *node)
{
    error_set(reader->error, "a list of 1 to %d values is wanted here", EXPERIMENT_VALUES_MAX);
    return blame(reader, node);
}

static int add_plugin(struct reader *reader, struct choices *choices, const struct node *name)
{
    const struct plugin_kind *kind = choices->block->kind;
    if (choices->count == EXPERIMENT_VALUES_MAX) return too_many(reader, name);
    if (expect_scalar(reader, kind->name, name) != 0) return -1;
    const struct plugin *plugin = plugin_find(kind->registry, kind->name, node_scalar(name), reader->error);
    if (!plugin) return blame(reader, name);
    void *options = keep_options(reader, plugin, NULL);
    choices->values[choices->count++] = (struct value){.choice = {plugin, options}};
    return options ? 0 : -1;
}

/* An option of a plug-in's own; as a list it makes as many of each value under way that has such an option. */
static int read_own_option(struct reader *reader, struct choices *choices, const char *name, const struct node *node)
{
    int before = choices->count;
    if (check_count(reader, node) != 0) return -1;
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
                value->choice.options = keep_options(reader, value->choice.plugin, value->choice.options);
                if (!value->choice.options) return -1;
            }
            if (expect_scalar(reader, name, item) != 0) return -1;
            if (option_parse(field, (void *)value->choice.options, node_scalar(item), reader->error) != 0)
                return blame(reader, item);
        }
    return 0;
}

/* An option that all plug-ins of the kind take: a setting, or within a list of plug-ins a part of one value. */
static int read_shared_option(struct reader *reader, struct choices *choices, const struct field *field,
                              const struct node *node)
{
    if (!choices->in_list) return read_setting(reader, choices->block, field, node);
    struct settings scratch = reader->variant->settings;
    int axis = axis_of(reader, choices->block, field);
    if (expect_scalar(reader, field->name, node) != 0) return -1;
    if (option_parse(field, (char *)&scratch + choices->block->offset, node_scalar(node), reader->error) != 0)
        return blame(reader, node);
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

static int read_plugin_option(struct reader *reader, struct choices *choices, const struct node_pair *pair)
{
    const char *name = node_scalar(pair->key), *names[NAMES_MAX];
    const struct field *shared = option_find(choices->block->fields, name);
    if (has_option(choices, name)) return read_own_option(reader, choices, name, pair->value);
    if (shared) return read_shared_option(reader, choices, shared, pair->value);
    int count = collect(choices->block->fields, names, 0);
    for (int v = choices->first; v < choices->count; v++)
        count = collect(choices->values[v].choice.plugin->fields, names, count);
    return refuse_key(reader, pair->key, choices->block, names, count);
}

/* The plug-ins that the key has so far, for options that are set without a name. */
static int take_current(struct reader *reader, struct choices *choices)
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
        choice->options = keep_options(reader, choice->plugin, choice->options);
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
static int read_plugin(struct reader *reader, struct choices *choices, const struct node *node)
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
        return blame(reader, node);
    }
    for (int i = 0; i < count && status == 0; i++)
        if (pairs[i].value != name) status = read_plugin_option(reader, choices, &pairs[i]);
    return status;
}

static int read_plugins(struct reader *reader, const struct settings_block *block, const struct node *node)
{
    struct choices choices = {.block = block, .in_list = node_is_list(node)};
    if (check_count(reader, node) != 0) return -1;
    choices.values = new_values(reader, EXPERIMENT_VALUES_MAX);
    if (!choices.values) return -1;
    for (int i = 0; i < node_count(node); i++)
        if (read_plugin(reader, &choices, node_item(reader->document, node, i)) != 0) return -1;
    set_values(reader, axis_of(reader, block, NULL), choices.values, choices.count);
    return 0;
}

/* ---- the file ---- */

/* A mapping of a table's fields, or one value (or a list) that stands for `alone`. */
static int read_block(struct reader *reader, const struct settings_block *block, const struct node *node)
{
    struct node_pair pairs[NODE_PAIRS_MAX];
    const char *names[NAMES_MAX];
    if (block->kind) return read_plugins(reader, block, node);
    if (!node_is_mapping(node) && block->alone)
        return read_setting(reader, block, option_find(block->fields, block->alone), node);
    if (!node_is_mapping(node)) {
        error_set(reader->error, "%s: a mapping is wanted here", block->key);
        return blame(reader, node);
    }
    int count = node_pairs(reader->document, node, pairs, reader->error), status = count < 0 ? -1 : 0;
    for (int i = 0; i < count && status == 0; i++) {
        const struct field *field = option_find(block->fields, node_scalar(pairs[i].key));
        status = field ? read_setting(reader, block, field, pairs[i].value)
                       : refuse_key(reader, pairs[i].key, block, names, collect(block->fields, names, 0));
    }
    return status;
}

static int read_key(struct reader *reader, const struct node_pair *pair)
{
    static const char *const others[] = {"cases", "set"};
    const char *name = node_scalar(pair->key), *names[NAMES_MAX];
    int count = 0;
    for (const struct settings_block *block = settings_blocks; block->summary; block++) {
        if (block->key && option_same_name(block->key, name)) return read_block(reader, block, pair->value);
        const struct field *field = block->key ? NULL : option_find(block->fields, name);
        if (field) return read_setting(reader, block, field, pair->value);
        if (block->key) names[count++] = block->key;
        if (!block->key) count = collect(block->fields, names, count);
    }
    for (size_t o = 0; o < sizeof others / sizeof *others; o++) {
        if (strcmp(name, others[o]) == 0 && !reader->in_case && !reader->in_set) return 0; /* read by themselves */
        names[count++] = others[o];
    }
    return refuse_key(reader, pair->key, NULL, names, count);
}

static int read_keys(struct reader *reader, const struct node *mapping)
{
    struct node_pair pairs[NODE_PAIRS_MAX];
    int count = node_pairs(reader->document, mapping, pairs, reader->error), status = count < 0 ? -1 : 0;
    for (int i = 0; i < count && status == 0; i++) status = read_key(reader, &pairs[i]);
    return status;
}

/* KEY=VALUE, the key with dots where mappings are: read as the YAML text "a: {b: VALUE}". */
static int apply_set(struct reader *reader, const char *set)
{
    char name[OPTION_TEXT_SIZE + 16], *text = NULL;
    size_t size;
    const char *value = strchr(set, '=');
    struct reader own = *reader;
    own.in_set = 1;
    if (!value || value == set || strpbrk(set, "\n\r"))
        return error_set(reader->error, "--set: '%s' is not KEY=VALUE, such as optimizer.learning_rate=1e-3", set);
    snprintf(name, sizeof name, "--set %.*s", OPTION_TEXT_SIZE, set);
    FILE *stream = open_memstream(&text, &size);
    if (!stream) return error_set(reader->error, "out of memory");
    int depth = 0;
    for (const char *at = set; at < value; at++) {
        if (*at != '.') {
            fputc(*at, stream);
            continue;
        }
        fputs(": {", stream);
        depth++;
    }
    fprintf(stream, ": %s", value + 1);
    while (depth-- > 0) fputc('}', stream);
    int status = fclose(stream) == 0 ? document_parse(&own.document, text, size, name, reader->error) : -1;
    if (status == 0) status = read_keys(&own, document_root(own.document));
    if (status == 0 || own.document != reader->document) document_free(own.document);
    free(text);
    return status;
}

/* The texts of the file's `set` and of --set, in that order. */
struct sets {
    int count;
    const char *text[NODE_PAIRS_MAX];
};

static int apply_sets(struct reader *reader, const struct sets *sets)
{
    for (int s = 0; s < sets->count; s++)
        if (apply_set(reader, sets->text[s]) != 0) return -1;
    return 0;
}

static const struct node *find_value(struct reader *reader, const struct node *root, const char *key)
{
    struct node_pair pairs[NODE_PAIRS_MAX];
    int count = node_pairs(reader->document, root, pairs, reader->error);
    for (int i = 0; i < count; i++)
        if (strcmp(node_scalar(pairs[i].key), key) == 0) return pairs[i].value;
    return NULL;
}

static int add_sets(struct reader *reader, struct sets *sets, const struct node *root)
{
    const struct node *node = find_value(reader, root, "set");
    for (int i = 0; node && i < node_count(node); i++) {
        const struct node *item = node_item(reader->document, node, i);
        if (expect_scalar(reader, "set", item) != 0) return -1;
        if (sets->count == NODE_PAIRS_MAX) return error_set(reader->error, "set: too many");
        sets->text[sets->count++] = node_scalar(item);
    }
    return 0;
}

/* What a file does not say: the first plug-in of a kind, all of the batch, and the tables' defaults. */
static int set_defaults(struct reader *reader)
{
    struct settings *settings = &reader->variant->settings;
    const struct plugin *full = plugin_find(strategy_registry, "strategy", "full", reader->error);
    if (!full) return -1;
    settings_defaults(settings);
    settings->sampler = (struct choice){sampler_registry[0], keep_options(reader, sampler_registry[0], NULL)};
    settings->loss = (struct choice){loss_registry[0], keep_options(reader, loss_registry[0], NULL)};
    settings->strategy = (struct choice){full, keep_options(reader, full, NULL)};
    return settings->sampler.options && settings->loss.options && settings->strategy.options ? 0 : -1;
}

static int has_axis(const struct reader *reader, const char *column)
{
    const struct factor *factor = find_factor(reader->variant, axes_find(&reader->experiment->axes, column));
    if (factor && (!factor->values[0].text || factor->values[0].text[0])) return 1;
    error_set(reader->error, "%s: key '%s' is missing", reader->name, column);
    return 0;
}

static int read_variant(struct reader *reader, const struct node *root, const struct node *one, const struct sets *sets)
{
    reader->variant = &reader->experiment->variants[reader->experiment->variant_count++];
    if (set_defaults(reader) != 0 || read_keys(reader, root) != 0) return -1;
    if (one) {
        reader->in_case = 1;
        if (!node_is_mapping(one)) {
            error_set(reader->error, "cases: a case is a mapping of keys to values");
            return blame(reader, one);
        }
        if (read_keys(reader, one) != 0) return -1;
        reader->in_case = 0;
    }
    if (apply_sets(reader, sets) != 0) return -1;
    return has_axis(reader, "dataset") && has_axis(reader, "model") ? 0 : -1;
}

static int read_document(struct reader *reader, struct sets *sets)
{
    const struct node *root = document_root(reader->document);
    if (!root || !node_is_mapping(root))
        return error_set(reader->error, "%s: an experiment is a mapping of keys to values", reader->name);
    const struct node *cases = find_value(reader, root, "cases");
    struct sets all = {0};
    if (add_sets(reader, &all, root) != 0) return -1;
    for (int s = 0; s < sets->count && all.count < NODE_PAIRS_MAX; s++) all.text[all.count++] = sets->text[s];
    int count = cases ? node_count(cases) : 1;
    if (cases && check_count(reader, cases) != 0) return -1;
    reader->experiment->variants = calloc((size_t)count, sizeof *reader->experiment->variants);
    if (!reader->experiment->variants) return error_set(reader->error, "out of memory");
    for (int c = 0; c < count; c++)
        if (read_variant(reader, root, cases ? node_item(reader->document, cases, c) : NULL, &all) != 0) return -1;
    return 0;
}

/* "set: ['KEY=VALUE', ...]" */
static void write_sets(FILE *stream, const struct sets *sets)
{
    fputs("set: [", stream);
    for (int s = 0; s < sets->count; s++) {
        fputs(s ? ", '" : "'", stream);
        for (const char *at = sets->text[s]; *at; at++) {
            if (*at == '\'') fputc('\'', stream); /* doubled within quotes */
            fputc(*at, stream);
        }
        fputc('\'', stream);
    }
    fputs("]\n", stream);
}

/* The text with --set in it, so that what is kept is what was run. */
static int record_sets(struct reader *reader, const struct sets *sets)
{
    struct experiment *experiment = reader->experiment;
    struct document *again = NULL;
    char *text = NULL;
    size_t size;
    if (sets->count == 0) return 0;
    FILE *stream = open_memstream(&text, &size);
    if (!stream) return error_set(reader->error, "out of memory");
    fwrite(experiment->text, 1, experiment->size, stream);
    fprintf(stream, "\n%*s", node_column(document_root(reader->document)), "");
    write_sets(stream, sets);
    if (fclose(stream) != 0) return error_set(reader->error, "out of memory");
    free(experiment->text);
    experiment->text = text;
    experiment->size = size;
    struct error why;
    int status = document_parse(&again, text, size, reader->name, &why);
    document_free(again);
    if (status == 0) return 0;
    return error_set(reader->error,
                     "%s: --set cannot be added to a file whose keys have no lines of their own; write them "
                     "without braces",
                     reader->name);
}

static int has_set_key(struct reader *reader)
{
    const struct node *root = document_root(reader->document);
    return root && node_is_mapping(root) && find_value(reader, root, "set") != NULL;
}

static int parse(struct experiment *experiment, const char *name, struct sets *sets, struct error *error)
{
    struct reader reader = {.experiment = experiment, .name = name, .error = error};
    axes_collect(&experiment->axes);
    if (document_parse(&reader.document, experiment->text, experiment->size, name, error) != 0) return -1;
    int status = 0;
    if (sets->count > 0 && has_set_key(&reader))
        status = error_set(error, "%s has a key 'set' already; add to it in place of --set", name);
    if (status == 0) status = read_document(&reader, sets);
    experiment->has_merges = document_merges(reader.document) > 0;
    if (status == 0) status = record_sets(&reader, sets);
    document_free(reader.document);
    return status;
}

static int read_stream(FILE *stream, char **text, size_t *size, struct error *error)
{
    FILE *copy = open_memstream(text, size);
    char buffer[4096];
    if (!copy) return error_set(error, "out of memory");
    for (size_t got; (got = fread(buffer, 1, sizeof buffer, stream)) > 0;) fwrite(buffer, 1, got, copy);
    if (fclose(copy) != 0) return error_set(error, "out of memory");
    return *size <= FILE_MAX ? 0 : error_set(error, "standard input holds more than an experiment can");
}

/* The text is in the experiment; released where it is not one. */
static int read_own_text(struct experiment *experiment, const char *name, const char *const *given, int count,
                         struct error *error)
{
    struct sets sets = {0};
    for (int s = 0; s < count && s < NODE_PAIRS_MAX; s++) sets.text[sets.count++] = given[s];
    if (parse(experiment, name, &sets, error) == 0) return 0;
    experiment_release(experiment);
    return -1;
}

int experiment_read(struct experiment *experiment, const char *path, const char *const *sets, int count,
                    struct error *error)
{
    int from_stdin = strcmp(path, "-") == 0;
    *experiment = (struct experiment){0};
    int status = from_stdin ? read_stream(stdin, &experiment->text, &experiment->size, error)
                            : file_read(path, FILE_MAX, &experiment->text, &experiment->size, error);
    if (status == 0) return read_own_text(experiment, from_stdin ? "standard input" : path, sets, count, error);
    experiment_release(experiment);
    return -1;
}

int experiment_read_text(struct experiment *experiment, const char *text, const char *name, const char *const *sets,
                         int count, struct error *error)
{
    *experiment = (struct experiment){.text = strdup(text), .size = strlen(text)};
    if (!experiment->text) return error_set(error, "out of memory");
    return read_own_text(experiment, name, sets, count, error);
}

int experiment_asks(const struct experiment *experiment, const char *column, const char *value)
{
    char text[AXIS_VALUE_SIZE];
    int axis = axes_find(&experiment->axes, column);
    for (int v = 0; v < experiment->variant_count; v++) {
        const struct factor *factor = find_factor(&experiment->variants[v], axis);
        axis_format(&experiment->axes.axis[axis], &experiment->variants[v].settings, text);
        if (!factor && strcmp(text, value) == 0) return 1;
        for (int i = 0; factor && i < factor->count; i++)
            if (strcmp(factor->values[i].text, value) == 0) return 1;
    }
    return 0;
}

void experiment_release(struct experiment *experiment)
{
    for (int b = 0; b < experiment->block_count; b++) free(experiment->blocks[b]);
    free(experiment->blocks);
    free(experiment->variants);
    free(experiment->text);
    *experiment = (struct experiment){0};
}
