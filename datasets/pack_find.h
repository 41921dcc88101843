/* pack_find.h - packs by name. */
#ifndef PARTGRAD_DATASETS_PACK_FIND_H
#define PARTGRAD_DATASETS_PACK_FIND_H

#include "base/error.h"

/* The path of the pack that is called `name` in a folder of packs, with or without its ending; or `name` itself if
 * there is none of that name, but a pack of that path. A new string that the caller frees. */
char *pack_find(const char *folder, const char *name);

/* Says that a pack is not there, and which of the others in its folder is meant, or all of them. Always returns -1. */
int pack_tell_missing(const char *path, struct error *);

#endif
