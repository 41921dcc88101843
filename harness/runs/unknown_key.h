/* unknown_key.h - refuses keys that a mapping does not have, and says what could have been meant. */
#ifndef PARTGRAD_HARNESS_RUNS_UNKNOWN_KEY_H
#define PARTGRAD_HARNESS_RUNS_UNKNOWN_KEY_H

#include "harness/runs/keys.h"

enum { UNKNOWN_KEY_NAMES_MAX = 256 };

/* Appends the names of a table's fields to names (UNKNOWN_KEY_NAMES_MAX), of which there are `count`. Returns how many
 * there are then. */
int unknown_key_collect(const struct field *fields, const char **names, int count);

/* Fails with the key's file and line, and with the mapping or plug-in where it belongs or the nearest of names (count),
 * those that the mapping has. `block` is the mapping's table; NULL: the top level. Returns -1. */
int unknown_key_refuse(struct key_reader *, const struct node *key, const struct settings_block *block,
                       const char *const *names, int count);

#endif
