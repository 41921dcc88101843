/* extract.h - reads the members of an archive (zip, or tar, also compressed) one after another without unpacking it to
 * disk; or the files of a folder, as if it were an archive.
 *
 * Only extract.c includes libarchive's headers. An archive with a member whose name is absolute or climbs with ".." is
 * refused. Links and devices can be skipped but not read. Nothing is read beyond the caller's limit. */
#ifndef PARTGRAD_DATASETS_EXTRACT_H
#define PARTGRAD_DATASETS_EXTRACT_H

#include <stddef.h>

#include "base/error.h"

enum {
    EXTRACT_NAME_SIZE = 1024,       /* bytes of a member's name with its NUL; longer ones are refused */
    EXTRACT_TEXT_LIMIT = 16 << 20,  /* bytes; the longest list of a known data set takes 4 MB */
    EXTRACT_IMAGE_LIMIT = 64 << 20, /* bytes of one encoded image */
};

struct extract;

/* Opens an archive or a folder. Fails if the file is not an archive of a known kind. */
int extract_open(struct extract **, const char *path, struct error *);
void extract_close(struct extract *); /* NULL-safe */

/* Goes to the next member that is not a folder and sets *name, valid until the next call, without a leading "./"; in a
 * folder, names begin with the folder's own. Files that macOS adds to archives (__MACOSX and "._" names) are skipped.
 * Returns 1, 0 at the archive's end, -1 on a damaged archive or a name that leads out of it. */
int extract_next(struct extract *, const char **name, struct error *);

/* If the current member is a link within the archive, the name of its target, as a new string that the caller frees;
 * otherwise NULL. */
char *extract_link(const struct extract *);

/* Reads the current member, at most `limit` bytes, into the heap with a NUL behind it; the caller frees. Fails on
 * links, devices, longer members and damaged ones. */
int extract_read(struct extract *, size_t limit, unsigned char **bytes, size_t *size, struct error *);

#endif
