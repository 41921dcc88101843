/* meter.h - memory, load, dates and medians, as the operating system tells them. */
#ifndef PARTGRAD_BASE_METER_H
#define PARTGRAD_BASE_METER_H

#include <stddef.h>

/* The largest resident set of this process so far, or since it was last counted anew, in bytes. */
size_t meter_peak_rss_bytes(void);
/* Counts it anew, from what is resident now; -1 where the kernel does not let a process do so. */
int meter_restart_peak(void);

/* How many cores anybody keeps busy, watched for `seconds` while this thread sleeps; 0 where the kernel does not tell.
 * The load average would still count work that has just ended. */
double meter_busy_cores(double seconds);

/* Now in UTC, as 2026-01-31T12:00:00Z; 32 bytes suffice. */
void meter_timestamp(char *text, size_t size);

/* The median of values (count), which it sorts. NAN for none. */
double meter_median(double *values, int count);

#endif
