/* blas_room.h - checks that the address space has room for OpenBLAS, which otherwise waits forever for its buffers.
 *
 * OpenBLAS takes 128 MiB of addresses (not of memory) for each thread when it is loaded, and for each thread that
 * multiplies. If a limit (ulimit -v) is too tight for that, it retries without end. The room for its first buffers is
 * checked before any library is initialized; if it is missing, the program ends with a message. */
#ifndef PARTGRAD_BASE_BLAS_ROOM_H
#define PARTGRAD_BASE_BLAS_ROOM_H

#include "base/error.h"

/* Fails if there is no room for `threads` threads that multiply at once. Call it after everything else is allocated. */
int blas_room_check(int threads, struct error *);

#endif
