/* keys.h - reads a mapping of an experiment file into a variant, by the tables of settings. */
#ifndef PARTGRAD_HARNESS_RUNS_KEYS_H
#define PARTGRAD_HARNESS_RUNS_KEYS_H

#include "harness/runs/document.h"
#include "harness/runs/experiment.h"

/* The source and the destination of reading. */
struct key_reader {
    struct experiment *experiment;
    struct variant *variant;
    struct document *document;
    const char *name; /* of the file */
    int in_case;      /* 1: within `cases`, so each value given is one of several */
    int in_set;       /* 1: within --set, so a plug-in's options may be given without its name */
    struct error *error;
};

/* Reads all keys of a mapping, replacing the variant's values. Errors name file, line and key, and the nearest valid
 * key or where the key belongs. */
int keys_read(struct key_reader *, const struct node *mapping);

/* Reads one key and its value. */
int keys_read_pair(struct key_reader *, const struct node_pair *);
/* Reads the value, or the list of values, of a plain setting. */
int keys_read_axis(struct key_reader *, int axis, const struct node *);

/* Puts FILE:LINE in front of the error; returns -1. */
int keys_blame(const struct key_reader *, const struct node *);
/* Fails if the node is a list or a mapping. */
int keys_expect_scalar(struct key_reader *, const char *key, const struct node *);
/* Fails on an empty list, and on one with more values than an axis may have. */
int keys_check_count(struct key_reader *, const struct node *);
/* The options of a plug-in, owned by the experiment: its defaults if `given` is NULL, else a copy. NULL if memory is
 * out. */
void *keys_keep_options(struct key_reader *, const struct plugin *, const void *given);

#endif
