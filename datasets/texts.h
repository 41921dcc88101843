/* texts.h - reads the lists of a data set from an archive, whatever folder they are in. */
#ifndef PARTGRAD_DATASETS_TEXTS_H
#define PARTGRAD_DATASETS_TEXTS_H

#include "base/error.h"

enum { TEXTS_MAX = 8 };

/* Texts from one folder of an archive. Empty when zeroed. */
struct texts {
    char *root;            /* the folder's name with a "/" behind it, or "" for none; owned */
    char *text[TEXTS_MAX]; /* (count) each owned */
};
void texts_release(struct texts *); /* safe on zeroed texts */

/* Reads the texts `names` (count) from the first folder of an archive (or folder, datasets/extract.h) that has all of
 * them; a name may be a link to another member. Fails if no folder has them all, or if a text contains a NUL. */
int texts_read(struct texts *, const char *path, const char *const *names, int count, struct error *);

#endif
