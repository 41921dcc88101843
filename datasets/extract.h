/* extract.h - the members of an archive (tar, also compressed, or zip), one after another, without unpacking to disk.
 *
 * The only place that knows libarchive. A member whose name is absolute or climbs with "..", a link and a device make
 * the archive refused; nothing is read beyond the limit that the reader gives. */
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

/* Opens an archive. Fails where the file is no archive of a known kind. */
int extract_open(struct extract **, const char *path, struct error *);
void extract_close(struct extract *); /* NULL-safe */

/* Goes to the next member that is not a folder and sets *name, valid until the next call, without a leading "./".
 * Returns 1, 0 at the archive's end, -1 on a damaged archive, a name that leaves it, a link or a device. */
int extract_next(struct extract *, const char **name, struct error *);

/* Reads the member that extract_next went to, at most `limit` bytes, into the heap with a NUL behind it; the caller
 * frees. Fails on longer members and on damaged ones. */
int extract_read(struct extract *, size_t limit, unsigned char **bytes, size_t *size, struct error *);

/* A member read whole. */
struct member {
    char *bytes; /* (size) and a NUL; owned by the caller of extract_members */
    size_t size;
};

/* Reads the members named in `names` (count), wherever in the archive they stand, into members (count), which the
 * caller releases. Fails on a missing one. */
int extract_members(const char *path, const char *const *names, int count, struct member *members, struct error *);
/* The same for texts: fails on a NUL inside, too. */
int extract_texts(const char *path, const char *const *names, int count, struct member *texts, struct error *);
void members_release(struct member *, int count); /* safe on zeroed members */

#endif
