/* environment.h - environment.json: the machine, the libraries and the program that made a run. */
#ifndef PARTGRAD_HARNESS_ENVIRONMENT_H
#define PARTGRAD_HARNESS_ENVIRONMENT_H

#include "base/error.h"

/* Writes PATH; says on stderr what would spoil timings (other load). */
int environment_write(const char *path, int jobs, int threads, struct error *);

/* Says on stderr where precision (enum network_precision) is auto and this CPU makes f32 of it. */
void environment_note_precision(int precision);

#endif
