/* plugin.c - see plugin.h. */
#include "base/plugin.h"

#include <string.h>

enum { REGISTRY_MAX = 128 };

const struct plugin *plugin_find(const struct plugin *const *registry, const char *kind, const char *name,
                                 struct error *error)
{
    const char *names[REGISTRY_MAX];
    int count = 0;
    for (; registry[count] && count < REGISTRY_MAX; count++) {
        if (strcmp(registry[count]->name, name) == 0) return registry[count];
        names[count] = registry[count]->name;
    }
    const char *nearest = option_nearest(name, names, count);
    if (nearest)
        error_set(error, "unknown %s '%s'; did you mean '%s'?", kind, name, nearest);
    else
        error_set(error, "unknown %s '%s'; 'partgrad list' names them all", kind, name);
    return NULL;
}
