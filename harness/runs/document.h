/* document.h - a YAML text as a tree of nodes, with merge keys (<<: *base) carried out. Wraps libyaml. */
#ifndef PARTGRAD_HARNESS_RUNS_DOCUMENT_H
#define PARTGRAD_HARNESS_RUNS_DOCUMENT_H

#include <stddef.h>

#include "base/error.h"

struct document;
struct node; /* lives as long as its document */

/* `name` of the file goes in front of errors; borrowed. Fails on what is not YAML, on a second document behind the
 * first, and on nesting deeper than any experiment's. The caller frees *document. */
int document_parse(struct document **, const char *text, size_t size, const char *name, struct error *);
void document_free(struct document *); /* NULL-safe */

/* NULL of an empty text. */
const struct node *document_root(struct document *);

/* A scalar's text; NULL of a list, a mapping, and a text that holds a NUL. */
const char *node_scalar(const struct node *);
int node_is_list(const struct node *);
int node_is_mapping(const struct node *);

/* Where the node begins in its line, from 0. */
int node_column(const struct node *);

/* The items of a list, or the node itself, as one item, if it is none. */
int node_count(const struct node *);
const struct node *node_item(struct document *, const struct node *, int i);

/* A mapping's keys and values. What it merges comes last, without the keys that it has itself. */
struct node_pair {
    const struct node *key, *value;
};
enum { NODE_PAIRS_MAX = 128 };
/* Returns how many; -1 if a key is no scalar or is given twice, a merge is none, or there are too many. */
int node_pairs(struct document *, const struct node *, struct node_pair pairs[NODE_PAIRS_MAX], struct error *);

/* How many merge keys were carried out so far. */
int document_merges(const struct document *);

/* Puts FILE:LINE in front of the error; returns -1. */
int document_blame(const struct document *, const struct node *, struct error *);

#endif
