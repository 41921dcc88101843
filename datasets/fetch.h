/* fetch.h - one file from the network, complete and verified under its name, or a partial file to go on with.
 *
 * Addresses are tried in their order. A cut, stalled or refused connection is tried again after a while, from the byte
 * that it came to; a wrong file or a certificate that is not trusted is not, and the next address has its turn. Proxies
 * are those of the environment (http_proxy, https_proxy, no_proxy), certificates the system's or SSL_CERT_FILE's. */
#ifndef PARTGRAD_DATASETS_FETCH_H
#define PARTGRAD_DATASETS_FETCH_H

#include "datasets/resource.h"
#include "datasets/transfer.h"

/* Makes sure of the file at `path`, whose folders are made if missing: one that is there and is right stays. Another
 * process that fetches the same file is waited for. */
int fetch_file(const struct resource *, const char *path, const struct transfer_settings *,
               const struct transfer_watch *, struct error *);

#endif
