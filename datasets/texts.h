/* texts.h - the lists of a data set, read from an archive whatever folder they are in. */
#ifndef PARTGRAD_DATASETS_TEXTS_H
#define PARTGRAD_DATASETS_TEXTS_H

#include "base/error.h"

enum { TEXTS_MAX = 8 };

/* Texts that are in one folder of an archive. Zeroed is empty. */
struct texts {
    char *root;            /* the folder's name with a "/" behind it, or "" for none; owned */
    char *text[TEXTS_MAX]; /* (count) each owned */
};
void texts_release(struct texts *); /* safe on zeroed texts */

/* Reads the texts `names` (count) from the first folder of an archive (or folder, datasets/extract.h) in which all of
 * them are; a name may be that of a link to another member. Fails if no folder has them all, and on a NUL in a text. */
int texts_read(struct texts *, const char *path, const char *const *names, int count, struct error *);

#endif
