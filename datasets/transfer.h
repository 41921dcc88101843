/* transfer.h - one request to one address, which adds to a partial file. The only place that knows libcurl. */
#ifndef PARTGRAD_DATASETS_TRANSFER_H
#define PARTGRAD_DATASETS_TRANSFER_H

#include "datasets/fetch.h"
#include "datasets/partial.h"

/* What became of it. */
enum outcome {
    WHOLE,   /* all bytes are there */
    AGAIN,   /* may go better another time */
    NEXT,    /* this address is no good */
    NOWHERE, /* the fault is here, not there */
};

/* A file on its way. */
struct fetch {
    const struct resource *resource;
    const struct fetch_settings *settings;
    const struct fetch_watch *watch;
    struct partial partial;
    int mixed; /* 1: the partial file was gone on with, and may be of two versions */
};

/* One line about the file. */
void transfer_tell(const struct fetch *, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Before the first transfer of a process, and after the last. */
int transfer_begin(struct error *);
void transfer_end(void);

/* Asks one address once, for the bytes that are missing where it can tell that they belong to those that are there.
 * *wait becomes the seconds that the server wants to be left alone; the error says what went wrong unless all is WHOLE.
 */
enum outcome transfer_run(struct fetch *, const char *address, double *wait, struct error *);

#endif
