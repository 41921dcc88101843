/* faults.c - what can go wrong below a program, to be preloaded.
 *
 *   FAULT_FSYNC=N   every fsync after the Nth of a process fails as on a full disk
 *   FAULT_CLOCK=1   the clock of the day jumps by a day, forth and back, each time it is read
 *   FAULT_MEMINFO=FILE  is read instead of /proc/meminfo
 *   FAULT_KILL=NAME  a process that would rename a file to NAME is killed instead, and its parent
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { DAY = 24 * 60 * 60 };

int fsync(int file)
{
    static int calls;
    const char *after = getenv("FAULT_FSYNC");
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
    if (!after || calls++ < atoi(after)) return real(file);
    errno = ENOSPC;
    return -1;
}

time_t time(time_t *out)
{
    static int calls;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (getenv("FAULT_CLOCK")) now.tv_sec += calls++ % 2 ? DAY : -DAY;
    if (out) *out = now.tv_sec;
    return now.tv_sec;
}

FILE *fopen(const char *path, const char *mode)
{
    FILE *(*real)(const char *, const char *) = (FILE * (*)(const char *, const char *)) dlsym(RTLD_NEXT, "fopen");
    const char *instead = getenv("FAULT_MEMINFO");
    return real(instead && strcmp(path, "/proc/meminfo") == 0 ? instead : path, mode);
}

int rename(const char *from, const char *to)
{
    int (*real)(const char *, const char *) = (int (*)(const char *, const char *))dlsym(RTLD_NEXT, "rename");
    const char *name = getenv("FAULT_KILL"), *file = strrchr(to, '/');
    if (name && strcmp(file ? file + 1 : to, name) == 0) {
        kill(getppid(), SIGKILL);
        kill(getpid(), SIGKILL);
    }
    return real(from, to);
}
