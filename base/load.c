/* load.c - see load.h: /proc/stat and /proc/PID/stat (proc(5)). */
#include "base/load.h"

#include <ctype.h>
#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"

/* The fields are user, nice, system, idle, waiting for a disk, two kinds of interrupts, stolen: sums all but idle and
 * waiting. */
double load_busy_seconds(void)
{
    double ticks[8];
    FILE *stream = fopen("/proc/stat", "r");
    int count = stream ? fscanf(stream, "cpu %lf %lf %lf %lf %lf %lf %lf %lf", &ticks[0], &ticks[1], &ticks[2],
                                &ticks[3], &ticks[4], &ticks[5], &ticks[6], &ticks[7])
                       : 0;
    if (stream) fclose(stream);
    if (count != 8) return NAN;
    return (ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6] + ticks[7]) / (double)sysconf(_SC_CLK_TCK);
}

/* A process's parent and its processor seconds, its own and those of children that it has waited for. */
static int read_process(long process, long *parent, double *own, double *waited)
{
    char path[64], line[1024];
    unsigned long user, system;
    long user_children, system_children;
    snprintf(path, sizeof path, "/proc/%ld/stat", process);
    FILE *stream = fopen(path, "r");
    size_t length = stream ? fread(line, 1, sizeof line - 1, stream) : 0;
    if (stream) fclose(stream);
    line[length] = '\0';
    const char *rest = strrchr(line, ')'); /* a name may hold anything */
    if (!rest || sscanf(rest, ") %*c %ld %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu %ld %ld", parent, &user, &system,
                        &user_children, &system_children) != 5)
        return -1;
    double ticks = (double)sysconf(_SC_CLK_TCK);
    *own = (double)(user + system) / ticks;
    *waited = (double)(user_children + system_children) / ticks;
    return 0;
}

struct load load_read(void)
{
    struct load load = {.clock = clock_seconds(), .busy = load_busy_seconds(), .family = NAN};
    long parent = getppid(), of;
    double own, waited;
    if (read_process(parent, &of, &own, &waited) != 0) return load;
    load.family = own + waited;
    DIR *processes = opendir("/proc");
    for (struct dirent *entry; processes && (entry = readdir(processes));) {
        if (!isdigit((unsigned char)entry->d_name[0])) continue;
        long process = strtol(entry->d_name, NULL, 10);
        if (read_process(process, &of, &own, &waited) != 0 || of != parent) continue;
        load.family += own + waited;
        load.siblings += process != getpid();
    }
    if (processes) closedir(processes);
    return load;
}

double load_others_share(const struct load *before, const struct load *after)
{
    double passed = (after->clock - before->clock) * (double)sysconf(_SC_NPROCESSORS_ONLN);
    double others = (after->busy - before->busy) - (after->family - before->family);
    if (!(passed > 0) || isnan(others)) return NAN;
    return fmin(1, fmax(0, others / passed));
}
