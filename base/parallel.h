/* parallel.h - loops over the one OpenMP pool that oneDNN and OpenBLAS use too. */
#ifndef PARTGRAD_BASE_PARALLEL_H
#define PARTGRAD_BASE_PARALLEL_H

/* Sets how many threads the pool has; 0 means as many as there are cores to run on. Returns the number set. */
int parallel_set_threads(int threads);
/* How many would share a loop that begins here: 1 inside of a loop. */
int parallel_threads(void);

/* Calls body(context, i) for each i in [0, count), in any order, on all threads; returns when all are done.
 * Iterations are handed out one by one, for work of uneven size; a single one runs on the caller, whose own loops then
 * have all threads. */
void parallel_for(int count, void (*body)(void *context, int i), void *context);

/* Which thread of a loop calls, from 0 to one less than parallel_threads() before the loop: for scratch memory of one's
 * own inside a body. */
int parallel_thread(void);

#endif
