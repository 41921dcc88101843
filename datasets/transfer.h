/* transfer.h - one request to one address, which adds to a partial file. The only place that knows libcurl. */
#ifndef PARTGRAD_DATASETS_TRANSFER_H
#define PARTGRAD_DATASETS_TRANSFER_H

#include "datasets/partial.h"
#include "datasets/resource.h"

struct transfer_settings {
    double stall_seconds; /* without a byte, after which a connection counts as lost */
    int attempts;         /* at one address in a row, none of which brought a byte */
    double delay_seconds; /* before the second of them; doubles with each, up to a minute */
};

/* What is told on the way; members may be NULL. */
struct transfer_watch {
    void *context;
    void (*progress)(void *context, const char *name, long long done, long long total); /* bytes; total 0: not known */
    void (*news)(void *context, const char *line);
};

/* What became of a request. */
enum transfer_outcome {
    TRANSFER_WHOLE,   /* all bytes are there */
    TRANSFER_AGAIN,   /* may go better another time */
    TRANSFER_NEXT,    /* this address is no good */
    TRANSFER_NOWHERE, /* the fault is here, not there */
};

/* A file on its way. */
struct transfer {
    const struct resource *resource;
    const struct transfer_settings *settings;
    const struct transfer_watch *watch;
    struct partial partial;
    int mixed; /* 1: the partial file was gone on with, and may be of two versions */
};

/* One line about the file. */
void transfer_tell(const struct transfer *, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Before the first transfer of a process, and after the last. */
int transfer_begin(struct error *);
void transfer_end(void);

/* Asks one address once, for the bytes that are missing if it can tell that they belong to those that are there.
 * *wait becomes the seconds that the server wants to be left alone; the error says what went wrong unless all is there.
 */
enum transfer_outcome transfer_run(struct transfer *, const char *address, double *wait, struct error *);

#endif
