/* unknown_key.c - see unknown_key.h. */
#include "harness/runs/unknown_key.h"

#include <string.h>

int unknown_key_collect(const struct field *fields, const char **names, int count)
{
    for (; fields && fields->name && count < UNKNOWN_KEY_NAMES_MAX; fields++) names[count++] = fields->name;
    return count;
}

/* Another mapping that has such a field; NULL: none. */
static const struct settings_block *find_home(const char *name, const struct settings_block *but)
{
    for (const struct settings_block *block = settings_blocks; block->summary; block++)
        if (block != but && block->fields && option_find(block->fields, name)) return block;
    return NULL;
}

/* The plug-in that has such an option, and its kind's key; NULL: none. */
static const struct plugin *find_owner(const char *name, const char **key)
{
    for (const struct settings_block *block = settings_blocks; block->summary; block++) {
        *key = block->key;
        for (const struct plugin *const *row = block->kind ? block->kind->registry : NULL; row && *row; row++)
            if (option_find((*row)->fields, name)) return *row;
    }
    return NULL;
}

int unknown_key_refuse(const char *name, const struct settings_block *block, const char *const *names, int count,
                       struct error *error)
{
    const char *nearest = option_nearest(name, names, count), *kind;
    const struct settings_block *home = find_home(name, block);
    const struct plugin *owner = find_owner(name, &kind);
    if (home && home->key) return error_set(error, "key '%s' belongs in %s: {%s: ...}", name, home->key, name);
    if (home || (nearest && strcmp(nearest, name) == 0))
        return error_set(error, "key '%s' belongs at the top level", name);
    if (owner)
        return error_set(error, "key '%s' is an option of %s %s: %s: {name: %s, %s: ...}", name, kind, owner->name,
                         kind, owner->name, name);
    if (nearest) return error_set(error, "unknown key '%s'; did you mean '%s'?", name, nearest);
    return error_set(error, "unknown key '%s'; 'partgrad list settings' shows all", name);
}
