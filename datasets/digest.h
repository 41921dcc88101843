/* digest.h - the checksums that data sets are published with: MD5 and SHA-256, in hexadecimal. Only digest.c includes
 * libcrypto's headers. */
#ifndef PARTGRAD_DATASETS_DIGEST_H
#define PARTGRAD_DATASETS_DIGEST_H

#include "base/error.h"

enum digest_kind { DIGEST_MD5, DIGEST_SHA256, DIGEST_KINDS };

enum { DIGEST_TEXT_SIZE = 2 * 32 + 1 };

/* "md5", "sha256". */
const char *digest_name(enum digest_kind);
/* How many hexadecimal digits it has. */
int digest_length(enum digest_kind);

/* The digest of all of an open file, read in pieces, as lower-case hexadecimal. */
int digest_file(int file, enum digest_kind, char text[DIGEST_TEXT_SIZE], struct error *);

#endif
