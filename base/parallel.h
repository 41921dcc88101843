/* parallel.h - loops over the one OpenMP pool that oneDNN and OpenBLAS use too. */
#ifndef PARTGRAD_BASE_PARALLEL_H
#define PARTGRAD_BASE_PARALLEL_H

/* For commands that compute, before they do: sets the number of threads as below, and lets the pool give its cores
 * away when others want them (base/yielding.h). Returns the number of threads. */
int parallel_begin(int threads);

/* Sets how many threads the pool has. 0 means as many as OMP_NUM_THREADS says, or as there are cores to run on.
 * OMP_THREAD_LIMIT may leave fewer, and then that is the number: kernels that wait for as many threads as were set
 * always get them. Returns the number set. */
int parallel_set_threads(int threads);
/* What parallel_set_threads(threads) would set. */
int parallel_choose_threads(int threads);
/* The number in OMP_NUM_THREADS, the first of a list; 0 if it is not set or is no number. */
int parallel_environment_threads(void);
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
