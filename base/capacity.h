/* capacity.h - the cores and the memory that this process may use, and how cells share them. */
#ifndef PARTGRAD_BASE_CAPACITY_H
#define PARTGRAD_BASE_CAPACITY_H

#include <stddef.h>
#include <sys/types.h>

/* Cores that this process may run on. */
int capacity_cores(void);
/* Memory of the machine, or of this process's control group where that has less. */
size_t capacity_memory_bytes(void);
/* What of it nobody uses now. */
size_t capacity_free_bytes(void);
/* Resident set of a process; 0 where there is none. */
size_t capacity_resident_bytes(pid_t);

/* Fills in those of *jobs (cells at once) and *threads (of each) that are 0: as many cells at once as there are cores,
 * cells, and room for the largest in the machine's memory; the cores shared out among them. Two cells side by side on a
 * core each get more done than one after the other on two. What is free at the moment does not count, so that
 * the same grid on the same machine always gets as many threads, on which the last digits depend. */
void capacity_share(int cores, size_t memory_bytes, int cells, size_t cell_bytes, int *jobs, int *threads);

#endif
