/* capacity.h - the cores and the memory that this process may use. */
#ifndef PARTGRAD_BASE_CAPACITY_H
#define PARTGRAD_BASE_CAPACITY_H

#include <stddef.h>
#include <sys/types.h>

/* Cores that this process may run on, by its affinity and by its control groups. */
int capacity_cores(void);
/* Memory of the machine, in bytes, or of this process's control groups if they allow less. */
size_t capacity_memory_bytes(void);
/* Free memory, in bytes. */
size_t capacity_free_bytes(void);
/* Resident set of a process, in bytes; 0 if there is no such process. */
size_t capacity_resident_bytes(pid_t);

#endif
