/* blas_room.h - room in the address space for OpenBLAS, which waits forever for buffers that it cannot get.
 *
 * OpenBLAS takes 128 MiB of addresses (not of memory) for each thread when it is loaded, and for each thread that
 * multiplies. Under a limit (ulimit -v) that is too tight it tries again without end. What it takes when it is loaded
 * is looked after before any library is initialized: then the program ends with a message. */
#ifndef PARTGRAD_BASE_BLAS_ROOM_H
#define PARTGRAD_BASE_BLAS_ROOM_H

#include "base/error.h"

/* Fails if `threads` threads could not multiply at once. Call it when all else has been allocated. */
int blas_room_check(int threads, struct error *);

#endif
