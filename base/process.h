/* process.h - other programs, run to their end. */
#ifndef PARTGRAD_BASE_PROCESS_H
#define PARTGRAD_BASE_PROCESS_H

#include "base/error.h"

struct process {
    char *const *arguments; /* ends with NULL; arguments[0] is found in PATH */
    const char *input;      /* what it reads on stdin; NULL: nothing */
    const char *folder;     /* where it runs; NULL: here */
    double seconds;         /* after which it is killed; 0: never */
};

/* Runs a program to its end, in a process group of its own; it dies with this process. *said becomes what it wrote to stdout, up to a megabyte; the
 * caller frees. If it is not installed, is killed, takes too long, or exits with a status other than 0, *said is NULL
 * and the error says which, with the last line that it wrote to stderr. */
int process_run(const struct process *, char **said, struct error *);

#endif
