/* machine.h - the machine that a training run uses, in words. */
#ifndef PARTGRAD_HARNESS_TRAINING_MACHINE_H
#define PARTGRAD_HARNESS_TRAINING_MACHINE_H

#include <stddef.h>

/* The value of a "key : value" line of a file like /proc/cpuinfo; "unknown" if there is none. */
void machine_read_key(const char *path, const char *key, char *value, size_t size);

/* The processor's name. */
void machine_cpu(char *text, size_t size);
/* The libraries that compute and the instruction sets that they chose. */
void machine_libraries(char *text, size_t size);

#endif
