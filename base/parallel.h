/* parallel.h - loops over the one OpenMP pool that oneDNN and OpenBLAS use too. */
#ifndef PARTGRAD_BASE_PARALLEL_H
#define PARTGRAD_BASE_PARALLEL_H

/* Commands that compute call this first. Sets the number of threads as below, and lets the pool yield its cores when
 * other processes want them (base/yielding.h). Returns the number of threads. */
int parallel_begin(int threads);

/* Sets how many threads the pool has. 0 means as many as OMP_NUM_THREADS says, or as there are cores to run on. If
 * OMP_THREAD_LIMIT allows fewer, sets that many, because kernels wait for as many threads as were set. Returns the
 * number set. */
int parallel_set_threads(int threads);
/* What parallel_set_threads(threads) would set. */
int parallel_choose_threads(int threads);
/* The number in OMP_NUM_THREADS, the first of a list; 0 if it is not set or is no number. */
int parallel_environment_threads(void);
/* How many threads would share a loop that begins here: 1 inside a loop. */
int parallel_threads(void);

/* Calls body(context, i) for each i in [0, count), in any order, on all threads; returns when all are done.
 * Iterations are handed out one by one, for work of uneven size; a single one runs on the caller, whose own loops then
 * have all threads. */
void parallel_for(int count, void (*body)(void *context, int i), void *context);

/* The calling thread's number within a loop, from 0 to one less than what parallel_threads() returned before the loop.
 * A body uses it to find its own scratch memory. */
int parallel_thread(void);

#endif
