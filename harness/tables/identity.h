/* identity.h - the identity of a cell: everything that its numbers depend on, that is, all settings with every `auto`
 * resolved, the checksums of its packs and weights, and the number of threads.
 *
 * The text is the cell's experiment.yaml; its hash is the column `settings` of cells.csv. Host, CPU, libraries and
 * program commit are provenance and not part of it. */
#ifndef PARTGRAD_HARNESS_TABLES_IDENTITY_H
#define PARTGRAD_HARNESS_TABLES_IDENTITY_H

#include "base/error.h"
#include "harness/tables/axes.h"

enum { IDENTITY_SIZE = 17 }; /* 16 hexadecimal digits */

/* The hash (XXH3, 64 bits) of an identity's text. */
void identity_hash(const char *text, char hash[IDENTITY_SIZE]);

#endif
