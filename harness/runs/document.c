/* document.c - see document.h. The only file that includes libyaml. */
#include "harness/runs/document.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "base/option.h"

enum { DEPTH_MAX = 16 };

struct document {
    yaml_document_t yaml;
    const char *name;
    int merges;
};

static const yaml_node_t *yaml_of(const struct node *node)
{
    return (const yaml_node_t *)node;
}

static const struct node *node_at(struct document *document, int index)
{
    return (const struct node *)yaml_document_get_node(&document->yaml, index);
}

int document_merges(const struct document *document)
{
    return document->merges;
}

int document_blame(const struct document *document, const struct node *node, struct error *error)
{
    return error_context(error, "%s:%zu", document->name, yaml_of(node)->start_mark.line + 1);
}

/* ---- parsing ---- */

static int open_parser(yaml_parser_t *parser, const char *text, size_t size, struct error *error)
{
    if (!yaml_parser_initialize(parser)) return error_set(error, "out of memory");
    yaml_parser_set_input_string(parser, (const unsigned char *)text, size);
    return 0;
}

/* libyaml's time grows with the square of the depth, so files that nest too deep are refused before they are loaded. */
static int check_depth(const char *text, size_t size, const char *name, struct error *error)
{
    yaml_parser_t parser;
    yaml_event_t event;
    int depth = 0, ended = 0;
    size_t line = 0;
    if (open_parser(&parser, text, size, error) != 0) return -1;
    while (!ended && depth <= DEPTH_MAX && yaml_parser_parse(&parser, &event)) { /* loading reports invalid YAML */
        depth += event.type == YAML_SEQUENCE_START_EVENT || event.type == YAML_MAPPING_START_EVENT;
        depth -= event.type == YAML_SEQUENCE_END_EVENT || event.type == YAML_MAPPING_END_EVENT;
        ended = event.type == YAML_STREAM_END_EVENT;
        line = event.start_mark.line + 1;
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
    if (depth <= DEPTH_MAX) return 0;
    return error_set(error, "%s:%zu: lists and mappings are nested deeper than %d", name, line, DEPTH_MAX);
}

static int load(yaml_parser_t *parser, yaml_document_t *document, const char *name, struct error *error)
{
    if (yaml_parser_load(parser, document)) return 0;
    return error_set(error, "%s:%zu: not valid YAML: %s", name, parser->problem_mark.line + 1,
                     parser->problem ? parser->problem : "unreadable");
}

/* What follows "---" would otherwise be ignored in silence. */
static int expect_end(yaml_parser_t *parser, const char *name, struct error *error)
{
    yaml_document_t next;
    if (load(parser, &next, name, error) != 0) return -1;
    int more = yaml_document_get_root_node(&next) != NULL;
    if (more)
        error_set(error, "%s:%zu: a file holds one experiment, and a second begins here", name,
                  next.start_mark.line + 1);
    yaml_document_delete(&next);
    return more ? -1 : 0;
}

int document_parse(struct document **document, const char *text, size_t size, const char *name, struct error *error)
{
    yaml_parser_t parser;
    struct document *made = calloc(1, sizeof *made);
    *document = NULL;
    if (!made) return error_set(error, "out of memory");
    made->name = name;
    int status = check_depth(text, size, name, error), loaded = 0;
    if (status == 0 && (status = open_parser(&parser, text, size, error)) == 0) {
        status = load(&parser, &made->yaml, name, error);
        loaded = status == 0;
        if (loaded) status = expect_end(&parser, name, error);
        yaml_parser_delete(&parser);
    }
    if (status != 0 && loaded) yaml_document_delete(&made->yaml);
    if (status != 0)
        free(made);
    else
        *document = made;
    return status;
}

void document_free(struct document *document)
{
    if (document) yaml_document_delete(&document->yaml);
    free(document);
}

const struct node *document_root(struct document *document)
{
    return (const struct node *)yaml_document_get_root_node(&document->yaml);
}

/* ---- nodes ---- */

const char *node_scalar(const struct node *node)
{
    const yaml_node_t *yaml = yaml_of(node);
    if (yaml->type != YAML_SCALAR_NODE) return NULL;
    const char *text = (const char *)yaml->data.scalar.value;
    return strlen(text) == yaml->data.scalar.length ? text : NULL;
}

int node_is_list(const struct node *node)
{
    return yaml_of(node)->type == YAML_SEQUENCE_NODE;
}

int node_is_mapping(const struct node *node)
{
    return yaml_of(node)->type == YAML_MAPPING_NODE;
}

int node_column(const struct node *node)
{
    return (int)yaml_of(node)->start_mark.column;
}

int node_count(const struct node *node)
{
    const yaml_node_t *yaml = yaml_of(node);
    return node_is_list(node) ? (int)(yaml->data.sequence.items.top - yaml->data.sequence.items.start) : 1;
}

const struct node *node_item(struct document *document, const struct node *node, int i)
{
    return node_is_list(node) ? node_at(document, yaml_of(node)->data.sequence.items.start[i]) : node;
}

/* ---- mappings ---- */

struct pairs {
    struct document *document;
    struct node_pair *pair; /* (NODE_PAIRS_MAX) */
    int count;
    struct error *error;
};

static int blame(const struct pairs *pairs, const struct node *node)
{
    return document_blame(pairs->document, node, pairs->error);
}

static int find_key(const struct pairs *pairs, const char *key)
{
    for (int i = 0; i < pairs->count; i++)
        if (option_same_name(node_scalar(pairs->pair[i].key), key)) return i;
    return -1;
}

static int is_merge(const struct node *key)
{
    return node_scalar(key) && strcmp(node_scalar(key), "<<") == 0;
}

static int append_mapping(struct pairs *pairs, const struct node *mapping, int depth);

/* Appends the mapping, or each of a list of mappings; for each key the first mapping that has it counts. */
static int append_merged(struct pairs *pairs, const struct node *value, int depth)
{
    pairs->document->merges++;
    for (int i = 0; i < node_count(value); i++) {
        const struct node *mapping = node_item(pairs->document, value, i);
        if (!node_is_mapping(mapping) || depth > DEPTH_MAX) {
            error_set(pairs->error, "'<<' merges a mapping, such as <<: *base, or a list of mappings");
            return blame(pairs, value);
        }
        struct node_pair own[NODE_PAIRS_MAX];
        struct pairs merged = {pairs->document, own, 0, pairs->error};
        if (append_mapping(&merged, mapping, depth + 1) != 0) return -1;
        for (int m = 0; m < merged.count; m++)
            if (find_key(pairs, node_scalar(own[m].key)) < 0) {
                if (pairs->count == NODE_PAIRS_MAX) return error_set(pairs->error, "too many keys");
                pairs->pair[pairs->count++] = own[m];
            }
    }
    return 0;
}

static int append_own(struct pairs *pairs, const struct node *key, const struct node *value)
{
    if (!node_scalar(key)) {
        error_set(pairs->error, "key: one value is wanted here, not a list or a mapping");
        return blame(pairs, key);
    }
    int twice = find_key(pairs, node_scalar(key));
    if (twice >= 0 || pairs->count == NODE_PAIRS_MAX) {
        error_set(pairs->error, twice >= 0 ? "key '%s' is given twice" : "too many keys: '%s' is one more than fit",
                  node_scalar(key));
        return blame(pairs, key);
    }
    pairs->pair[pairs->count++] = (struct node_pair){key, value};
    return 0;
}

/* Appends the mapping's own keys, then merged ones. */
static int append_mapping(struct pairs *pairs, const struct node *mapping, int depth)
{
    const yaml_node_t *yaml = yaml_of(mapping);
    for (int merges = 0; merges < 2; merges++)
        for (yaml_node_pair_t *pair = yaml->data.mapping.pairs.start; pair < yaml->data.mapping.pairs.top; pair++) {
            const struct node *key = node_at(pairs->document, pair->key),
                              *value = node_at(pairs->document, pair->value);
            if (is_merge(key) != merges) continue;
            int status = merges ? append_merged(pairs, value, depth) : append_own(pairs, key, value);
            if (status != 0) return -1;
        }
    return 0;
}

int node_pairs(struct document *document, const struct node *mapping, struct node_pair pairs[NODE_PAIRS_MAX],
               struct error *error)
{
    struct pairs found = {document, pairs, 0, error};
    return append_mapping(&found, mapping, 0) == 0 ? found.count : -1;
}
