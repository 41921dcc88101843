/* resource.h - the files of data sets and pretrained weights: addresses, length and checksums of each.
 *
 * addresses.c lists the known ones. A user's own table has a line for each file, with the columns in the same order:
 *   NAME BYTES MD5 SHA256 ADDRESS...
 * with - for an unknown value and # before comments. Its rows take precedence over known ones of the same name. */
#ifndef PARTGRAD_DATASETS_RESOURCE_H
#define PARTGRAD_DATASETS_RESOURCE_H

#include <stddef.h>

#include "base/error.h"
#include "datasets/digest.h"

enum { RESOURCE_ADDRESSES_MAX = 8 };

struct resource {
    const char *name;                  /* "cub/CUB_200_2011.tgz": the data set, or "weights", and the file's name */
    long long bytes;                   /* 0: not known */
    const char *digests[DIGEST_KINDS]; /* hexadecimal; NULL: not known */
    const char *addresses[RESOURCE_ADDRESSES_MAX + 1]; /* http or https, in the order to try; ends with NULL */
};

/* The known files; ends with a row without a name. */
extern const struct resource resource_known[];

/* The user's rows. */
struct resource_table {
    int count;
    struct resource *rows; /* (count); owned */
    char *text;            /* that the rows point into; owned */
};

/* Reads a user's table; an empty path makes an empty one. */
int resource_table_init(struct resource_table *, const char *path, struct error *);
void resource_table_release(struct resource_table *); /* safe on a zeroed table */

/* The row of that name: the user's, or the known one, or NULL. */
const struct resource *resource_find(const struct resource_table *, const char *name);

/* Checks an open file's length and checksum, or only its kind if no checksum is known. Returns 0 if everything known
 * about it agrees, 1 if something differs (the error says what was expected and found), or -1 if it cannot be read. */
int resource_check(const struct resource *, int file, struct error *);

#endif
