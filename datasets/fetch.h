/* fetch.h - fetches one file: complete and verified under its name, or as a partial file from which the next call
 * resumes.
 *
 * Addresses are tried in order. A cut, stalled or refused connection is retried after a while, from the byte that it
 * had reached. A wrong file or an untrusted certificate is not retried; the next address is. Proxies come from the
 * environment (http_proxy, https_proxy, no_proxy), certificates from the system or SSL_CERT_FILE. */
#ifndef PARTGRAD_DATASETS_FETCH_H
#define PARTGRAD_DATASETS_FETCH_H

#include "datasets/resource.h"
#include "datasets/transfer.h"

/* Makes sure that the right file is at `path`; makes its folders if missing. A file that is there and right stays. If
 * another process is fetching the same file, waits for it. */
int fetch_file(const struct resource *, const char *path, const struct transfer_settings *,
               const struct transfer_watch *, struct error *);

#endif
