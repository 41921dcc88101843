/* process.h - other programs, run to their end. */
#ifndef PARTGRAD_BASE_PROCESS_H
#define PARTGRAD_BASE_PROCESS_H

#include "base/error.h"

struct process {
    char *const *arguments; /* ends with NULL; arguments[0] is found in PATH */
    const char *input;      /* what it reads on stdin; NULL: nothing */
    const char *folder;     /* where it runs; NULL: here */
    double seconds;         /* after which it is ended; 0: never */
};

/* Runs a program to its end, in a process group of its own; it is ended with this process. *said receives what it wrote
 * to stdout, up to a megabyte; the caller frees. If it is not installed, is killed, takes too long, or ends with
 * another status than 0, *said is NULL and the error says which of these, with the last line that it wrote to stderr.
 */
int process_run(const struct process *, char **said, struct error *);

#endif
