/* shares.h - how cells share the machine's cores and memory. */
#ifndef PARTGRAD_HARNESS_RUNS_SHARES_H
#define PARTGRAD_HARNESS_RUNS_SHARES_H

#include <stddef.h>

/* Fills in those of *jobs (cells at once) and *threads (of each) that are 0: as many cells at once as there are cores,
 * cells, and room for the largest in the machine's memory; the cores shared out among them. Two cells side by side on a
 * core each get more done than one after the other on two. What is free at the moment does not count, so that
 * the same grid on the same machine always gets as many threads, on which the last digits depend. */
void shares_choose(int cores, size_t memory_bytes, int cells, size_t cell_bytes, int *jobs, int *threads);

/* Warns on stderr if `jobs` cells of `threads` threads each are more threads than there are cores, and names numbers
 * that fit. */
void shares_warn(int cores, int jobs, int threads);

#endif
