/* transfer.h - one request to one address, whose bytes are appended to a partial file. Only transfer.c includes
 * libcurl's headers. */
#ifndef PARTGRAD_DATASETS_TRANSFER_H
#define PARTGRAD_DATASETS_TRANSFER_H

#include "datasets/partial.h"
#include "datasets/resource.h"

struct transfer_settings {
    double stall_seconds; /* without a byte, after which a connection counts as lost */
    int attempts;         /* in a row at one address that bring no byte */
    double delay_seconds; /* before the second attempt; doubles each time, up to a minute */
};

/* Callbacks for progress and messages; members may be NULL. */
struct transfer_watch {
    void *context;
    void (*progress)(void *context, const char *name, long long done, long long total); /* bytes; total 0: not known */
    void (*news)(void *context, const char *line);
};

/* How a request ended. */
enum transfer_outcome {
    TRANSFER_WHOLE,   /* all bytes are there */
    TRANSFER_AGAIN,   /* failed, but may succeed another time */
    TRANSFER_NEXT,    /* this address will not work; try the next */
    TRANSFER_NOWHERE, /* the fault is on this machine, so no address will work */
};

/* A file being downloaded. */
struct transfer {
    const struct resource *resource;
    const struct transfer_settings *settings;
    const struct transfer_watch *watch;
    struct partial partial;
    int mixed; /* 1: a partial file was resumed, so it may mix two versions */
};

/* Reports one line about the file to watch->news. */
void transfer_tell(const struct transfer *, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Call them before the first transfer of a process and after the last. */
int transfer_begin(struct error *);
void transfer_end(void);

/* Requests the missing bytes from one address once, if it can be told that they belong to those that are there; else
 * the whole file. *wait becomes the seconds that the server asks to wait. Unless the file is complete, the error says
 * what went wrong. */
enum transfer_outcome transfer_run(struct transfer *, const char *address, double *wait, struct error *);

#endif
