/* resource.h - files that data sets and pretrained weights come in: addresses, length and checksums of each.
 *
 * addresses.c has those that are known; a user's own table has a line for each file, in the same order of columns:
 *   NAME BYTES MD5 SHA256 ADDRESS...
 * with - for what is not known and # before remarks. Its rows count before the known ones of the same name. */
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
    const char *addresses[RESOURCE_ADDRESSES_MAX + 1]; /* http or https, in the order to try, ended by NULL */
};

/* Those that are known, ended by a row without a name. */
extern const struct resource resource_known[];

/* The user's rows. */
struct resource_table {
    int count;
    struct resource *rows; /* (count); owned */
    char *text;            /* that the rows lead into; owned */
};

/* Reads a user's table; an empty path makes an empty one. */
int resource_table_init(struct resource_table *, const char *path, struct error *);
void resource_table_release(struct resource_table *); /* safe on a zeroed table */

/* The row of that name: the user's, or the known one, or NULL. */
const struct resource *resource_find(const struct resource_table *, const char *name);

/* Length and checksum of an open file, or its kind if no checksum is known: 0 if all that is known of it is so, 1
 * if something differs, with the error saying what was expected and found, or -1 if it cannot be read. */
int resource_check(const struct resource *, int file, struct error *);

#endif
