/* machine.h - where a training run takes place, in words. */
#ifndef PARTGRAD_HARNESS_TRAINING_MACHINE_H
#define PARTGRAD_HARNESS_TRAINING_MACHINE_H

#include <stddef.h>

/* Value of a "key : value" line of /proc/cpuinfo or the like; "unknown" without it. */
void machine_read_key(const char *path, const char *key, char *value, size_t size);

/* The processor's name. */
void machine_cpu(char *text, size_t size);
/* The libraries that compute, and the instruction sets that they chose. */
void machine_libraries(char *text, size_t size);

#endif
