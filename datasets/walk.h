/* walk.h - visits the files of a folder and of the folders in it, one after another, like the members of an archive. */
#ifndef PARTGRAD_DATASETS_WALK_H
#define PARTGRAD_DATASETS_WALK_H

#include <stddef.h>

#include "base/error.h"

struct walk;

/* Opens a folder. Links are followed; folders that lead back into themselves are not entered again. */
int walk_open(struct walk **, const char *folder, struct error *);
void walk_close(struct walk *); /* NULL-safe */

/* Goes to the next regular file, names sorted bytewise in each folder, and sets *name, valid until the next call: the
 * path from the folder's own name on, "CUB_200_2011/images.txt". Returns 1, 0 at the end, -1 if a folder cannot be
 * read. */
int walk_next(struct walk *, const char **name, struct error *);

/* Reads the file that walk_next went to, at most `limit` bytes, into the heap with a NUL behind it; the caller frees.
 */
int walk_read(struct walk *, size_t limit, unsigned char **bytes, size_t *size, struct error *);

#endif
