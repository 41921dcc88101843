/* shares.h - divides the machine's cores and memory among cells. */
#ifndef PARTGRAD_HARNESS_RUNS_SHARES_H
#define PARTGRAD_HARNESS_RUNS_SHARES_H

#include <stddef.h>

/* Sets *jobs (cells at once) and *threads (of each) if they are 0: as many cells at once as there are cores, cells, and
 * room for the largest in the machine's memory, with the cores divided among them. Two cells side by side on one core
 * each are faster than one after the other on two. The memory that is free at the moment does not matter, so that the
 * same grid on the same machine always gets the same number of threads, on which the last digits depend. */
void shares_choose(int cores, size_t memory_bytes, int cells, size_t cell_bytes, int *jobs, int *threads);

/* Warns on stderr if `jobs` cells with `threads` threads each are more threads than cores, and suggests numbers that
 * fit. */
void shares_warn(int cores, int jobs, int threads);

#endif
