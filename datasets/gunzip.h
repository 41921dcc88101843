/* gunzip.h - inflates a gzip file in pieces. Only gunzip.c includes the headers of ISA-L, which takes less than two
 * thirds of zlib's time for archives of images; after decoding, that is most of the time of preparing a data set. */
#ifndef PARTGRAD_DATASETS_GUNZIP_H
#define PARTGRAD_DATASETS_GUNZIP_H

#include "base/error.h"

struct gunzip;

enum { GUNZIP_OTHER = 1 };

/* Opens a file. Returns GUNZIP_OTHER, with nothing opened, if it is not a gzip file; -1 if it cannot be read. */
int gunzip_open(struct gunzip **, const char *path, struct error *);
void gunzip_close(struct gunzip *); /* NULL-safe */

/* The next piece, valid until the next call: returns its size, 0 at the end, or -1 if the file is damaged, truncated or
 * unreadable. */
long gunzip_next(struct gunzip *, const void **piece, struct error *);

#endif
