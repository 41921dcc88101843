/* cgroup.c - see cgroup.h, and cgroups(7) for the files. */
#include "base/cgroup.h"

#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_SIZE = 4096 };

/* Where hierarchies are mounted. Version 2 has one hierarchy for all controllers, and no controller's name. */
static const struct mount {
    const char *controller, *folder;
} mounts[] = {
    {"", "/sys/fs/cgroup"},
    {"", "/sys/fs/cgroup/unified"},
    {"cpu", "/sys/fs/cgroup/cpu"},
    {"cpu", "/sys/fs/cgroup/cpu,cpuacct"},
    {"cpu", "/sys/fs/cgroup/cpuacct,cpu"},
    {"memory", "/sys/fs/cgroup/memory"},
};
enum { MOUNTS = sizeof mounts / sizeof *mounts };

/* The smallest of what the groups say. */
struct limits {
    double cores, bytes, free;
};

static double smaller(double a, double b)
{
    return a < b ? a : b;
}

/* The first number in a file; NAN if the file is not there or says "max". */
static double read_number(const char *group, const char *name)
{
    char path[2 * LINE_SIZE];
    double number = NAN;
    snprintf(path, sizeof path, "%s/%s", group, name);
    FILE *stream = fopen(path, "r");
    if (stream && fscanf(stream, "%lf", &number) != 1) number = NAN;
    if (stream) fclose(stream);
    return number;
}

/* The number behind a key of memory.stat; 0 without it. */
static double read_statistic(const char *group, const char *key)
{
    char path[2 * LINE_SIZE], name[64];
    double number, found = 0;
    snprintf(path, sizeof path, "%s/memory.stat", group);
    FILE *stream = fopen(path, "r");
    while (stream && fscanf(stream, "%63s %lf", name, &number) == 2)
        if (strcmp(name, key) == 0) found = number;
    if (stream) fclose(stream);
    return found;
}

/* "QUOTA PERIOD" of version 2, or two files of version 1; a quota of -1 or "max" is none. */
static double read_cores(const char *group)
{
    char path[2 * LINE_SIZE];
    double quota = read_number(group, "cpu.cfs_quota_us"), period = read_number(group, "cpu.cfs_period_us");
    snprintf(path, sizeof path, "%s/cpu.max", group);
    FILE *stream = fopen(path, "r");
    if (stream && fscanf(stream, "%lf %lf", &quota, &period) != 2) quota = NAN;
    if (stream) fclose(stream);
    return quota > 0 && period > 0 ? quota / period : INFINITY;
}

static void read_memory(const char *group, struct limits *limits)
{
    static const struct {
        const char *limit, *used, *cached;
    } versions[] = {
        {"memory.max", "memory.current", "inactive_file"},
        {"memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"},
    };
    for (int v = 0; v < 2; v++) {
        double limit = read_number(group, versions[v].limit), used = read_number(group, versions[v].used);
        if (isnan(limit)) continue;
        limits->bytes = smaller(limits->bytes, limit);
        if (isnan(used)) continue;
        double left = limit - used + read_statistic(group, versions[v].cached);
        limits->free = smaller(limits->free, left > 0 ? left : 0);
    }
}

/* Cuts the prefix that the mount's folder stands for from `path`, if only a part of the hierarchy is mounted. */
static const char *strip_mounted(const char *root, const char *folder, const char *path)
{
    char name[2 * LINE_SIZE], line[LINE_SIZE], part[LINE_SIZE], at[LINE_SIZE];
    snprintf(name, sizeof name, "%s/proc/self/mountinfo", root);
    FILE *stream = fopen(name, "r");
    const char *rest = path;
    while (stream && fgets(line, sizeof line, stream)) {
        if (sscanf(line, "%*s %*s %*s %4095s %4095s", part, at) != 2 || strcmp(at, folder) != 0) continue;
        size_t length = strlen(part);
        int inside = length > 1 && strncmp(path, part, length) == 0 && (path[length] == '/' || !path[length]);
        rest = inside ? path + length : path;
    }
    if (stream) fclose(stream);
    return rest;
}

/* The group and all above it, up to the mount's folder. */
static void read_groups(const char *root, const char *folder, const char *path, struct limits *limits)
{
    char group[LINE_SIZE];
    int base = snprintf(group, sizeof group, "%s%s", root, folder);
    if (base >= LINE_SIZE) return;
    if (!strstr(path, "..")) /* a group that this process cannot see */
        snprintf(group + base, sizeof group - (size_t)base, "%s", strip_mounted(root, folder, path));
    for (;;) {
        limits->cores = smaller(limits->cores, read_cores(group));
        read_memory(group, limits);
        char *slash = strrchr(group + base, '/');
        if (!slash) break;
        *slash = '\0';
    }
}

/* Whether a list "cpu,cpuacct" names the controller; version 2's empty list has the empty name. */
static int lists(const char *list, const char *controller)
{
    size_t length = strlen(controller);
    for (const char *at = list;; at++) {
        if (strncmp(at, controller, length) == 0 && (at[length] == ',' || !at[length])) return 1;
        at = strchr(at, ',');
        if (!at) return 0;
    }
}

static struct limits read_limits(const char *root)
{
    char name[LINE_SIZE], line[LINE_SIZE];
    struct limits limits = {INFINITY, INFINITY, INFINITY};
    snprintf(name, sizeof name, "%s/proc/self/cgroup", root);
    FILE *stream = fopen(name, "r");
    while (stream && fgets(line, sizeof line, stream)) { /* NUMBER:CONTROLLERS:PATH */
        line[strcspn(line, "\n")] = '\0';
        char *rest = line, *number = strsep(&rest, ":"), *controllers = strsep(&rest, ":");
        if (!number || !controllers || !rest) continue;
        for (int m = 0; m < MOUNTS; m++)
            if (lists(controllers, mounts[m].controller)) read_groups(root, mounts[m].folder, rest, &limits);
    }
    if (stream) fclose(stream);
    return limits;
}

static size_t to_bytes(double bytes)
{
    return bytes < 0x1p62 ? (size_t)bytes : SIZE_MAX;
}

double cgroup_cores(const char *root)
{
    return read_limits(root).cores;
}

size_t cgroup_memory_bytes(const char *root)
{
    return to_bytes(read_limits(root).bytes);
}

size_t cgroup_free_bytes(const char *root)
{
    return to_bytes(read_limits(root).free);
}
