/* extract.h - the members of an archive (tar, also compressed, or zip), one after another, without unpacking to disk;
 * or the files of a folder, as if it had been packed.
 *
 * The only place that knows libarchive. A member whose name is absolute or climbs with ".." makes the archive refused;
 * links and devices can be passed over, not read; nothing is read beyond the limit that the reader gives. */
#ifndef PARTGRAD_DATASETS_EXTRACT_H
#define PARTGRAD_DATASETS_EXTRACT_H

#include <stddef.h>

#include "base/error.h"

enum {
    EXTRACT_NAME_SIZE = 1024,       /* bytes of a member's name with its NUL; longer ones are refused */
    EXTRACT_TEXT_LIMIT = 16 << 20,  /* bytes; the longest list of a known data set has 4 MB */
    EXTRACT_IMAGE_LIMIT = 64 << 20, /* bytes of one encoded image */
};

struct extract;

/* Opens an archive or a folder. Fails if the file is no archive of a known kind. */
int extract_open(struct extract **, const char *path, struct error *);
void extract_close(struct extract *); /* NULL-safe */

/* Goes to the next member that is not a folder and sets *name, valid until the next call, without a leading "./"; in a
 * folder, names begin with the folder's own. What macOS adds to archives (__MACOSX and "._" names) is passed over.
 * Returns 1, 0 at the archive's end, -1 on a damaged archive or a name that leaves it. */
int extract_next(struct extract *, const char **name, struct error *);

/* If the member that extract_next went to is a link within the archive, the name of the member that it leads to, as a
 * new string that the caller frees; otherwise NULL. */
char *extract_link(const struct extract *);

/* Reads the member that extract_next went to, at most `limit` bytes, into the heap with a NUL behind it; the caller
 * frees. Fails on links and devices, longer members and damaged ones. */
int extract_read(struct extract *, size_t limit, unsigned char **bytes, size_t *size, struct error *);

#endif
