/* plugin.h - what every strategy, sampler, loss, model and data set has in common, so that `list`, --help, the YAML
 * reader and the contract tests walk all registries in one way.
 *
 * A plug-in is one file that exports one const struct whose first member is a `struct plugin`; its folder's registry.c
 * names it in two places: a declaration and a row. */
#ifndef PARTGRAD_BASE_PLUGIN_H
#define PARTGRAD_BASE_PLUGIN_H

#include <stddef.h>

#include "base/option.h"

struct plugin {
    const char *name;           /* = file name = YAML name = CSV value */
    const char *summary;        /* one line, lower case, no full stop */
    const struct field *fields; /* its options, or NULL for none */
    size_t options_size;        /* bytes of its options struct; 0 for none */
    /* Replaces options that are `auto` by the values they stand for given the others, so that equal options are written
     * equally. Calling it again changes nothing. NULL: no option can be `auto`. */
    void (*settle)(void *options);
};

/* The plug-in of that name in a NULL-terminated registry. Otherwise returns NULL, with `kind` ("strategy") and the
 * nearest name in the error. */
const struct plugin *plugin_find(const struct plugin *const *registry, const char *kind, const char *name,
                                 struct error *);

#endif
