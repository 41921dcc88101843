/* partial.h - a partly downloaded file: PATH.part, locked by the process that writes it, until it is complete and
 * becomes PATH. PATH.part.origin beside it records where its bytes came from, so that a later call can resume. */
#ifndef PARTGRAD_DATASETS_PARTIAL_H
#define PARTGRAD_DATASETS_PARTIAL_H

#include <stddef.h>

#include "base/error.h"

enum { PARTIAL_TEXT_SIZE = 2048 };

struct partial {
    int file;                          /* PATH.part, locked */
    long long bytes;                   /* that it holds */
    char *path;                        /* the final name; owned */
    char *name;                        /* PATH.part; owned */
    char *origin;                      /* PATH.part.origin; owned */
    char address[PARTIAL_TEXT_SIZE];   /* where the bytes came from; "" if nobody knows */
    char validator[PARTIAL_TEXT_SIZE]; /* the server's ETag or date, which identifies the version; "" for none */
};

/* Opens PATH.part, creating it if missing, and locks it. If another process has it locked, calls `waiting` once and
 * waits. */
int partial_open(struct partial *, const char *path, void (*waiting)(void *context), void *context, struct error *);

/* Fails if the disk has no room for so many more bytes. */
int partial_check_room(const struct partial *, long long bytes, struct error *);

/* Empties the file, to begin again with bytes from `address`. */
int partial_restart(struct partial *, const char *address, const char *validator, struct error *);
/* Appends bytes. */
int partial_append(struct partial *, const void *bytes, size_t size, struct error *);

/* Makes the file durable and gives it its final name. */
int partial_commit(struct partial *, struct error *);
/* Removes it. */
void partial_discard(struct partial *);
/* Unlocks and frees; a file that was neither committed nor discarded stays for a later call. Safe on a zeroed one. */
void partial_close(struct partial *);

#endif
