/* document.h - parses a YAML text into a tree of nodes and applies merge keys (<<: *base). Wraps libyaml. */
#ifndef PARTGRAD_HARNESS_RUNS_DOCUMENT_H
#define PARTGRAD_HARNESS_RUNS_DOCUMENT_H

#include <stddef.h>

#include "base/error.h"

struct document;
struct node; /* lives as long as its document */

/* Errors begin with the file's `name`, which is borrowed. Fails on invalid YAML, on a second document, and on nesting
 * deeper than any experiment needs. The caller frees *document. */
int document_parse(struct document **, const char *text, size_t size, const char *name, struct error *);
void document_free(struct document *); /* NULL-safe */

/* NULL for an empty text. */
const struct node *document_root(struct document *);

/* A scalar's text; NULL for a list, a mapping, or a text that contains a NUL. */
const char *node_scalar(const struct node *);
int node_is_list(const struct node *);
int node_is_mapping(const struct node *);

/* Where the node begins in its line, from 0. */
int node_column(const struct node *);

/* The items of a list; a node that is not a list counts as one item. */
int node_count(const struct node *);
const struct node *node_item(struct document *, const struct node *, int i);

/* A mapping's keys and values. Merged ones come last, without keys that the mapping itself has. */
struct node_pair {
    const struct node *key, *value;
};
enum { NODE_PAIRS_MAX = 128 };
/* Returns how many; -1 if a key is not a scalar or is given twice, a merge is invalid, or there are too many. */
int node_pairs(struct document *, const struct node *, struct node_pair pairs[NODE_PAIRS_MAX], struct error *);

/* How many merge keys were applied so far. */
int document_merges(const struct document *);

/* Puts FILE:LINE in front of the error; returns -1. */
int document_blame(const struct document *, const struct node *, struct error *);

#endif
