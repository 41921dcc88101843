/* keys.h - what the keys of an experiment file mean: reads a mapping into a variant, by the settings' tables. */
#ifndef PARTGRAD_HARNESS_RUNS_KEYS_H
#define PARTGRAD_HARNESS_RUNS_KEYS_H

#include "harness/runs/document.h"
#include "harness/runs/experiment.h"

/* What is read, and where it goes. */
struct key_reader {
    struct experiment *experiment;
    struct variant *variant;
    struct document *document;
    const char *name; /* of the file */
    int in_case;      /* 1: each value that is given is one of several */
    int in_set;       /* 1: a plug-in's options may stand without its name */
    struct error *error;
};

/* Reads all keys of a mapping, in place of what the variant had of them. Errors name file, line and key, and the
 * nearest right key or where the key belongs. */
int keys_read(struct key_reader *, const struct node *mapping);

/* Reads one key and its value. */
int keys_read_pair(struct key_reader *, const struct node_pair *);
/* Reads the value, or the list of values, of a plain setting. */
int keys_read_axis(struct key_reader *, int axis, const struct node *);

/* Puts FILE:LINE in front of the error; returns -1. */
int keys_blame(const struct key_reader *, const struct node *);
/* Fails if the node is a list or a mapping. */
int keys_expect_scalar(struct key_reader *, const char *key, const struct node *);
/* Fails on an empty list, and on one of more values than an axis may have. */
int keys_check_count(struct key_reader *, const struct node *);
/* The options of a plug-in, which the experiment owns: its defaults, or a copy of what is given. NULL if memory is
 * out. */
void *keys_keep_options(struct key_reader *, const struct plugin *, const void *given);

#endif
