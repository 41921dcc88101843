/* gunzip.h - the bytes of a gzip file in pieces. The only place that knows ISA-L, which inflates archives of images in
 * less than two thirds of zlib's time; beside decoding, that is what preparing a data set waits for. */
#ifndef PARTGRAD_DATASETS_GUNZIP_H
#define PARTGRAD_DATASETS_GUNZIP_H

#include "base/error.h"

struct gunzip;

enum { GUNZIP_OTHER = 1 };

/* Opens a file. Returns GUNZIP_OTHER, with nothing opened, if it is not of gzip; -1 if it cannot be read. */
int gunzip_open(struct gunzip **, const char *path, struct error *);
void gunzip_close(struct gunzip *); /* NULL-safe */

/* The next piece, valid until the next call: its size, 0 at the end, or -1 if the file is damaged or cut or cannot
 * be read. */
long gunzip_next(struct gunzip *, const void **piece, struct error *);

#endif
