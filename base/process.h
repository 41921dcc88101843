/* process.h - other programs, run to their end. */
#ifndef PARTGRAD_BASE_PROCESS_H
#define PARTGRAD_BASE_PROCESS_H

#include "base/error.h"

/* Runs arguments[0], found in PATH, with NULL-terminated arguments. *said receives what it wrote to stdout, up to a
 * megabyte; the caller frees. Fails where it is not there, or ends with another status than 0: the error then holds the
 * last line that it said on stderr, and *said is NULL. */
int process_run(char *const *arguments, char **said, struct error *);

#endif
