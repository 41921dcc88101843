/* meter.c - see meter.h. */
#include "base/meter.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/load.h"

size_t meter_peak_rss_bytes(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (size_t)usage.ru_maxrss * 1024; /* Linux counts in KiB */
}

int meter_restart_peak(void)
{
    FILE *stream = fopen("/proc/self/clear_refs", "w");
    if (!stream) return -1;
    int written = fputs("5", stream) >= 0;
    return fclose(stream) == 0 && written ? 0 : -1;
}

double meter_busy_cores(double seconds)
{
    struct timespec pause = {(time_t)seconds, (long)(fmod(seconds, 1) * 1e9)};
    double busy = load_busy_seconds(), start = clock_seconds();
    nanosleep(&pause, NULL);
    double passed = clock_seconds() - start;
    double cores = (load_busy_seconds() - busy) / passed;
    return passed > 0 && !isnan(cores) ? cores : 0;
}

void meter_timestamp(char *text, size_t size)
{
    time_t now = time(NULL);
    struct tm utc;
    gmtime_r(&now, &utc);
    strftime(text, size, "%Y-%m-%dT%H:%M:%SZ", &utc);
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double meter_median(double *values, int count)
{
    if (count == 0) return NAN;
    qsort(values, (size_t)count, sizeof *values, compare);
    return count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}
