/* lock.h - files that one process at a time may hold. A lock ends with its process, however that ends. */
#ifndef PARTGRAD_BASE_LOCK_H
#define PARTGRAD_BASE_LOCK_H

#include "base/error.h"

enum { LOCK_FAILED = -1, LOCK_TAKEN = -2, LOCK_INTERRUPTED = -3 };

/* Locks a file, which is made if missing, waiting up to `patience` seconds for another holder (INFINITY: as long as it
 * takes). Returns a file descriptor, which the caller closes to release the lock; LOCK_FAILED with the error set;
 * LOCK_TAKEN; or LOCK_INTERRUPTED if a signal arrived meanwhile (base/interrupt.h). */
int lock_take(const char *path, double patience, struct error *);

/* Whether a process holds it. */
int lock_is_taken(const char *path);

#endif
