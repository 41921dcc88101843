/* capacity.c - see capacity.h. */
#include "base/capacity.h"
#include "base/number.h"

#include <math.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cgroup.h"

enum { LINE_SIZE = 512 };

int capacity_cores(void)
{
    cpu_set_t allowed;
    double quota = ceil(cgroup_cores(""));
    int cores = (int)sysconf(_SC_NPROCESSORS_ONLN);
    if (sched_getaffinity(0, sizeof allowed, &allowed) == 0) cores = CPU_COUNT(&allowed);
    return quota < cores ? (int)quota : cores;
}

/* The number behind a key of /proc/meminfo, in bytes; SIZE_MAX without it. */
static size_t read_meminfo(const char *key)
{
    char line[LINE_SIZE];
    size_t kibibytes, found = SIZE_MAX;
    FILE *stream = fopen("/proc/meminfo", "r");
    while (stream && found == SIZE_MAX && fgets(line, sizeof line, stream))
        if (strncmp(line, key, strlen(key)) == 0 && sscanf(line + strlen(key), ": %zu kB", &kibibytes) == 1)
            found = kibibytes * 1024;
    if (stream) fclose(stream);
    return found;
}

size_t capacity_memory_bytes(void)
{
    return number_smaller_size(read_meminfo("MemTotal"), cgroup_memory_bytes(""));
}

size_t capacity_free_bytes(void)
{
    return number_smaller_size(read_meminfo("MemAvailable"), cgroup_free_bytes(""));
}

size_t capacity_resident_bytes(pid_t process)
{
    char path[64];
    size_t pages = 0;
    snprintf(path, sizeof path, "/proc/%ld/statm", (long)process);
    FILE *stream = fopen(path, "r");
    if (!stream || fscanf(stream, "%*u %zu", &pages) != 1) pages = 0;
    if (stream) fclose(stream);
    return pages * (size_t)sysconf(_SC_PAGESIZE);
}
