/* pack_find.h - finds packs by name. */
#ifndef PARTGRAD_DATASETS_PACK_FIND_H
#define PARTGRAD_DATASETS_PACK_FIND_H

#include "base/error.h"

/* The path of the pack called `name` (with or without its ending) in a folder of packs; or `name` itself if there is no
 * such pack, but a pack at that path. A new string that the caller frees. */
char *pack_find(const char *folder, const char *name);

/* Sets the error for a missing pack, with the most similar name in its folder, or all names. Always returns -1. */
int pack_tell_missing(const char *path, struct error *);

#endif
