/* pack_find.c - see pack_find.h. */
#include "datasets/pack_find.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/option.h"
#include "datasets/tally.h"

static const char ending[] = ".pack";

/* The length of a pack's name without its ending; 0 for other files. */
static size_t name_length(const char *file)
{
    size_t length = strlen(file), end = sizeof ending - 1;
    return length > end && strcmp(file + length - end, ending) == 0 ? length - end : 0;
}

/* The path, if it exists and ends like a pack's; otherwise frees it and returns NULL. */
static char *take_pack(char *path)
{
    if (name_length(path) > 0 && file_exists(path)) return path;
    free(path);
    return NULL;
}

char *pack_find(const char *folder, const char *name)
{
    char *path = take_pack(file_join(folder, "%s%s", name, ending));
    if (!path) path = take_pack(file_join(folder, "%s", name));
    if (!path) path = take_pack(strdup(name));
    return path ? path : file_join(folder, "%s%s", name, ending);
}

static int is_pack(const struct dirent *entry)
{
    return name_length(entry->d_name) > 0;
}

int pack_tell_missing(const char *path, struct error *error)
{
    const char *slash = strrchr(path, '/'), *file = slash ? slash + 1 : path;
    char *folder = file_folder(path), *name = strndup(file, name_length(file)), text[TALLY_TEXT_SIZE + 32];
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, is_pack, alphasort);
    const char **names = calloc((size_t)(count > 0 ? count : 0) + 1, sizeof *names), *nearest = NULL;
    struct tally others = {0};
    for (int i = 0; names && i < count; i++) {
        entries[i]->d_name[name_length(entries[i]->d_name)] = '\0';
        names[i] = entries[i]->d_name;
        tally_add(&others, names[i]);
    }
    if (names && name && count > 0) nearest = option_nearest(name, names, count);
    if (nearest)
        error_set(error, "%s is not there; did you mean '%s'? 'partgrad prepare' makes new ones", path, nearest);
    else if (others.count > 0)
        error_set(error, "%s is not there; 'partgrad prepare' makes it. There are %s", path, tally_text(&others, text));
    else
        error_set(error, "%s is not there; 'partgrad prepare' makes it", path);
    for (int i = 0; i < count; i++) free(entries[i]);
    free(entries);
    free(names);
    free(name);
    free(folder);
    return -1;
}
