/* unknown_key.h - refuses keys that a mapping does not have, and says what could have been meant. */
#ifndef PARTGRAD_HARNESS_RUNS_UNKNOWN_KEY_H
#define PARTGRAD_HARNESS_RUNS_UNKNOWN_KEY_H

#include "base/error.h"
#include "harness/tables/settings.h"

enum { UNKNOWN_KEY_NAMES_MAX = 256 };

/* Appends the names of a table's fields to names (UNKNOWN_KEY_NAMES_MAX), of which there are `count`. Returns how many
 * there are then. */
int unknown_key_collect(const struct field *fields, const char **names, int count);

/* Fails, and says in which mapping or plug-in the key belongs, or which of names (count), those that the mapping has,
 * is nearest. `block` is the mapping's table; NULL: the top level. Returns -1. */
int unknown_key_refuse(const char *name, const struct settings_block *block, const char *const *names, int count,
                       struct error *);

#endif
