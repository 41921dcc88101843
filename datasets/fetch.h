/* fetch.h - one file from the network, complete and verified under its name, or a partial file to go on with.
 *
 * Addresses are tried in their order. A cut, stalled or refused connection is tried again after a while, from the byte
 * that it came to; a wrong file or a certificate that is not trusted is not, and the next address has its turn. Proxies
 * are those of the environment (http_proxy, https_proxy, no_proxy), certificates the system's or SSL_CERT_FILE's. */
#ifndef PARTGRAD_DATASETS_FETCH_H
#define PARTGRAD_DATASETS_FETCH_H

#include "datasets/resource.h"

struct fetch_settings {
    double stall_seconds; /* without a byte, after which a connection counts as lost */
    int attempts;         /* at one address in a row, none of which brought a byte */
    double delay_seconds; /* before the second of them; doubles with each, up to a minute */
};

/* What is told on the way; members may be NULL. */
struct fetch_watch {
    void *context;
    void (*progress)(void *context, const char *name, long long done, long long total); /* bytes; total 0: not known */
    void (*news)(void *context, const char *line);
};

/* Makes sure of the file at `path`, whose folders are made where missing: one that is there and is right stays. Another
 * process that fetches the same file is waited for. */
int fetch_file(const struct resource *, const char *path, const struct fetch_settings *, const struct fetch_watch *,
               struct error *);

#endif
