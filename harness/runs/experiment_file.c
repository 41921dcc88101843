/* experiment_file.c - see experiment_file.h: cases, --set, and the text that a run keeps. */
#include "harness/runs/experiment_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/share.h"
#include "harness/runs/declaration.h"
#include "harness/runs/folds.h"
#include "harness/runs/keys.h"
#include "harness/runs/tune_keys.h"

enum { FILE_MAX = 1 << 20 };

/* KEY=VALUE, with dots for mappings: read as the YAML text "a: {b: VALUE}". */
static int apply_set(struct key_reader *reader, const char *set)
{
    char name[OPTION_TEXT_SIZE + 16], *text = NULL;
    size_t size;
    const char *value = strchr(set, '=');
    struct key_reader own = *reader;
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
    if (status == 0) status = keys_read(&own, document_root(own.document));
    if (status == 0 || own.document != reader->document) document_free(own.document);
    free(text);
    return status;
}

/* The texts of the file's `set` and of --set, in that order. */
struct sets {
    int count;
    const char *text[NODE_PAIRS_MAX];
};

static int apply_sets(struct key_reader *reader, const struct sets *sets)
{
    for (int s = 0; s < sets->count; s++)
        if (apply_set(reader, sets->text[s]) != 0) return -1;
    return 0;
}

static const struct node *find_value(struct key_reader *reader, const struct node *root, const char *key)
{
    struct node_pair pairs[NODE_PAIRS_MAX];
    int count = node_pairs(reader->document, root, pairs, reader->error);
    for (int i = 0; i < count; i++)
        if (strcmp(node_scalar(pairs[i].key), key) == 0) return pairs[i].value;
    return NULL;
}

static int add_sets(struct key_reader *reader, struct sets *sets, const struct node *root)
{
    const struct node *node = find_value(reader, root, "set");
    for (int i = 0; node && i < node_count(node); i++) {
        const struct node *item = node_item(reader->document, node, i);
        if (keys_expect_scalar(reader, "set", item) != 0) return -1;
        if (sets->count == NODE_PAIRS_MAX) return error_set(reader->error, "set: too many");
        sets->text[sets->count++] = node_scalar(item);
    }
    return 0;
}

/* Sets what a file may leave out: the first plug-in of each kind, the whole batch, and the tables' defaults. */
static int set_defaults(struct key_reader *reader)
{
    struct settings *settings = &reader->variant->settings;
    const struct plugin *full = plugin_find(strategy_registry, "strategy", "full", reader->error);
    if (!full) return -1;
    settings_defaults(settings);
    settings->sampler = (struct choice){sampler_registry[0], keys_keep_options(reader, sampler_registry[0], NULL)};
    settings->loss = (struct choice){loss_registry[0], keys_keep_options(reader, loss_registry[0], NULL)};
    settings->strategy = (struct choice){full, keys_keep_options(reader, full, NULL)};
    return settings->sampler.options && settings->loss.options && settings->strategy.options ? 0 : -1;
}

static int has_axis(const struct key_reader *reader, const char *column)
{
    const struct factor *factor = variant_find_factor(reader->variant, axes_find(&reader->experiment->axes, column));
    if (factor && (!factor->values[0].text || factor->values[0].text[0])) return 1;
    error_set(reader->error, "%s: key '%s' is missing", reader->name, column);
    return 0;
}

static int read_variant(struct key_reader *reader, const struct node *root, const struct node *one,
                        const struct sets *sets)
{
    reader->variant = &reader->experiment->variants[reader->experiment->variant_count++];
    if (set_defaults(reader) != 0 || keys_read(reader, root) != 0) return -1;
    if (one) {
        reader->in_case = 1;
        if (!node_is_mapping(one)) {
            error_set(reader->error, "cases: a case is a mapping of keys to values");
            return keys_blame(reader, one);
        }
        if (keys_read(reader, one) != 0) return -1;
        reader->in_case = 0;
    }
    if (apply_sets(reader, sets) != 0) return -1;
    if (folds_expand(reader->experiment, reader->variant, reader->error) != 0)
        return error_context(reader->error, "%s", reader->name);
    return has_axis(reader, "dataset") && has_axis(reader, "model") ? 0 : -1;
}

static int read_document(struct key_reader *reader, struct sets *sets)
{
    const struct node *root = document_root(reader->document);
    if (!root || !node_is_mapping(root))
        return error_set(reader->error, "%s: an experiment is a mapping of keys to values", reader->name);
    const struct node *cases = find_value(reader, root, "cases"), *contrasts = find_value(reader, root, "contrasts");
    if (contrasts && declaration_read(reader, contrasts) != 0) return -1;
    struct sets all = {0};
    if (add_sets(reader, &all, root) != 0) return -1;
    for (int s = 0; s < sets->count && all.count < NODE_PAIRS_MAX; s++) all.text[all.count++] = sets->text[s];
    int count = cases ? node_count(cases) : 1;
    if (cases && keys_check_count(reader, cases) != 0) return -1;
    reader->experiment->variants = calloc((size_t)count, sizeof *reader->experiment->variants);
    if (!reader->experiment->variants) return error_set(reader->error, "out of memory");
    for (int c = 0; c < count; c++)
        if (read_variant(reader, root, cases ? node_item(reader->document, cases, c) : NULL, &all) != 0) return -1;
    const struct node *tune = find_value(reader, root, "tune");
    return tune ? tune_read(reader, tune) : 0;
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

/* Adds --set to the text, so that the kept file describes what was run. */
static int record_sets(struct key_reader *reader, const struct sets *sets)
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

static int has_set_key(struct key_reader *reader)
{
    const struct node *root = document_root(reader->document);
    return root && node_is_mapping(root) && find_value(reader, root, "set") != NULL;
}

static int parse(struct experiment *experiment, const char *name, struct sets *sets, struct error *error)
{
    struct key_reader reader = {.experiment = experiment, .name = name, .error = error};
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
    return *size <= FILE_MAX ? 0 : error_set(error, "standard input holds more than an experiment may");
}

/* Reads the text that the experiment holds; releases the experiment if it is invalid. */
static int read_own_text(struct experiment *experiment, const char *name, const char *const *given, int count,
                         struct error *error)
{
    struct sets sets = {0};
    for (int s = 0; s < count && s < NODE_PAIRS_MAX; s++) sets.text[sets.count++] = given[s];
    if (parse(experiment, name, &sets, error) == 0) return 0;
    experiment_release(experiment);
    return -1;
}

/* The path itself, or that of the experiment of this name that came with the program. The caller frees. */
static char *find_file(const char *path)
{
    char *found = NULL;
    if (!file_exists(path) && !strchr(path, '/')) {
        char *part = file_join("experiments", "%s%s", path, strchr(path, '.') ? "" : ".yaml");
        found = share_find(part, part);
        free(part);
    }
    return found ? found : strdup(path);
}

int experiment_read(struct experiment *experiment, const char *path, const char *const *sets, int count,
                    struct error *error)
{
    int from_stdin = strcmp(path, "-") == 0;
    char *file = from_stdin ? strdup("standard input") : find_file(path);
    *experiment = (struct experiment){0};
    int status = !file        ? error_set(error, "out of memory")
                 : from_stdin ? read_stream(stdin, &experiment->text, &experiment->size, error)
                              : file_read(file, FILE_MAX, &experiment->text, &experiment->size, error);
    if (status == 0)
        status = read_own_text(experiment, file, sets, count, error);
    else
        experiment_release(experiment);
    free(file);
    return status;
}

int experiment_read_text(struct experiment *experiment, const char *text, const char *name, const char *const *sets,
                         int count, struct error *error)
{
    *experiment = (struct experiment){.text = strdup(text), .size = strlen(text)};
    if (!experiment->text) return error_set(error, "out of memory");
    return read_own_text(experiment, name, sets, count, error);
}
