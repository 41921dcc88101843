/* capacity.c - see capacity.h: /proc and version 2 of control groups. */
#include "base/capacity.h"
#include "base/number.h"

#include <limits.h>
#include <math.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { LINE_SIZE = 512 };

/* A file of this process's control group, opened; NULL where there is none. */
static FILE *open_group(const char *file)
{
    char line[LINE_SIZE], path[PATH_MAX];
    int found = 0;
    FILE *stream = fopen("/proc/self/cgroup", "r");
    while (stream && !found && fgets(line, sizeof line, stream)) found = strncmp(line, "0::", 3) == 0;
    if (stream) fclose(stream);
    if (!found) return NULL;
    line[strcspn(line, "\n")] = '\0';
    snprintf(path, sizeof path, "/sys/fs/cgroup%s/%s", line + 3, file);
    return fopen(path, "r");
}

/* Cores' worth of time that the control group has; INT_MAX without a limit. */
static int read_quota(void)
{
    double quota, period;
    FILE *stream = open_group("cpu.max");
    int limited = stream && fscanf(stream, "%lf %lf", &quota, &period) == 2 && period > 0;
    if (stream) fclose(stream);
    return limited ? (int)ceil(quota / period) : INT_MAX;
}

int capacity_cores(void)
{
    cpu_set_t allowed;
    int quota = read_quota(), cores = (int)sysconf(_SC_NPROCESSORS_ONLN);
    if (sched_getaffinity(0, sizeof allowed, &allowed) == 0) cores = CPU_COUNT(&allowed);
    return quota < cores ? quota : cores;
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

/* A number in a file of this process's control group; SIZE_MAX where there is none or it says "max". */
static size_t read_group(const char *file)
{
    size_t bytes = SIZE_MAX;
    FILE *stream = open_group(file);
    if (stream && fscanf(stream, "%zu", &bytes) != 1) bytes = SIZE_MAX;
    if (stream) fclose(stream);
    return bytes;
}

size_t capacity_memory_bytes(void)
{
    return number_smaller_size(read_meminfo("MemTotal"), read_group("memory.max"));
}

size_t capacity_free_bytes(void)
{
    size_t limit = read_group("memory.max"), used = read_group("memory.current"), group = SIZE_MAX;
    if (limit != SIZE_MAX && used != SIZE_MAX) group = used < limit ? limit - used : 0;
    return number_smaller_size(read_meminfo("MemAvailable"), group);
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

void capacity_share(int cores, size_t memory_bytes, int cells, size_t cell_bytes, int *jobs, int *threads)
{
    if (*jobs == 0) {
        int most = *threads > 0 ? cores / *threads : cores;
        size_t fitting = cell_bytes > 0 ? memory_bytes / cell_bytes : (size_t)cores;
        if (most > cells) most = cells;
        if (fitting < (size_t)most) most = (int)fitting;
        *jobs = most > 1 ? most : 1;
    }
    if (*threads == 0) *threads = cores > *jobs ? cores / *jobs : 1;
}
