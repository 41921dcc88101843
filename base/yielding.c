/* yielding.c - see yielding.h.
 *
 * libgomp reads how long its threads spin once, before main. But when it has more threads than there are cores, they
 * spin a few microseconds only (its manual, GOMP_SPINCOUNT: 100 rounds instead of milliseconds). Its threads are
 * counted over all teams of a process. So a second team that only sleeps changes how the first one waits, at any time,
 * and in the kernels of oneDNN and OpenBLAS as in our own. */
#include "base/yielding.h"

#include <dirent.h>
#include <fcntl.h>
#include <omp.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

enum { PERIOD_MILLISECONDS = 50, PATH_SIZE = 288, LINE_SIZE = 128 };

/* The loader's thread makes ours wait up to a quarter of a core. With one other busy process, on as many cores as we
 * have threads, ours wait for two thirds of a core. */
static const double yield_above = 0.4, spin_below = 0.1;
static const double smoothing = 0.4; /* of a period: an observation counts for some 100 ms */

/* The second team, and the thread that is its first member. */
struct sleepers {
    pthread_t thread;
    sem_t ready, leave;
    int running;
};

/* -1 if the thread has just ended, or the kernel does not report it. */
static double read_waited(int folder, const char *thread)
{
    char path[PATH_SIZE], line[LINE_SIZE];
    unsigned long long waited = 0;
    snprintf(path, sizeof path, "%s/schedstat", thread);
    int file = openat(folder, path, O_RDONLY | O_CLOEXEC);
    ssize_t length = file < 0 ? -1 : read(file, line, sizeof line - 1);
    if (file >= 0) close(file);
    line[length > 0 ? length : 0] = '\0';
    return sscanf(line, "%*u %llu", &waited) == 1 ? (double)waited * 1e-9 : -1;
}

double yielding_waited_seconds(void)
{
    double sum = -1;
    DIR *threads = opendir("/proc/self/task");
    if (!threads) return -1;
    for (const struct dirent *entry; (entry = readdir(threads));) {
        double waited = entry->d_name[0] == '.' ? -1 : read_waited(dirfd(threads), entry->d_name);
        if (waited >= 0) sum = sum < 0 ? waited : sum + waited;
    }
    closedir(threads);
    return sum;
}

double yielding_pressure(double before, double after, double elapsed)
{
    return elapsed > 0 && after > before ? (after - before) / elapsed : 0;
}

static void *sleep_as_team(void *context)
{
    struct sleepers *sleepers = context;
    int started = 0; /* an empty region would be left out */
#pragma omp parallel num_threads(omp_get_num_procs() + 1) reduction(+ : started)
    started++;
    if (started > 0) sem_post(&sleepers->ready);
    while (sem_wait(&sleepers->leave) != 0) continue;
    return NULL; /* libgomp ends the team with its first thread */
}

/* If no more threads can be started, the pool keeps spinning. */
static void set_yielding(struct sleepers *sleepers, int yield)
{
    if (yield && !sleepers->running) {
        sleepers->running = pthread_create(&sleepers->thread, NULL, sleep_as_team, sleepers) == 0;
        if (sleepers->running) sem_wait(&sleepers->ready);
    } else if (!yield && sleepers->running) {
        sem_post(&sleepers->leave);
        pthread_join(sleepers->thread, NULL);
        sleepers->running = 0;
    }
}

/* If the kernel does not report waiting, we may be waiting at any time, so the pool always yields. */
static void *watch(void *context)
{
    struct sleepers *sleepers = context;
    const struct timespec period = {.tv_nsec = PERIOD_MILLISECONDS * 1000000L};
    double waited = yielding_waited_seconds(), at = clock_seconds(), pressure = 0;
    if (waited < 0) set_yielding(sleepers, 1);
    while (waited >= 0) {
        nanosleep(&period, NULL);
        double now = clock_seconds(), sum = yielding_waited_seconds();
        pressure += smoothing * (yielding_pressure(waited, sum, now - at) - pressure);
        waited = sum;
        at = now;
        if (pressure > yield_above) set_yielding(sleepers, 1);
        if (pressure < spin_below) set_yielding(sleepers, 0);
    }
    return NULL;
}

/* The thread blocks all signals: other threads poll for them. */
static int start_detached(void *(*body)(void *), void *context)
{
    sigset_t all, before;
    pthread_t thread;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int status = pthread_create(&thread, NULL, body, context);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (status == 0) pthread_detach(thread);
    return status;
}

void yielding_begin(void)
{
    if (getenv("OMP_WAIT_POLICY") || getenv("GOMP_SPINCOUNT")) return;
    struct sleepers *sleepers = calloc(1, sizeof *sleepers); /* the watching thread's, to the end of the process */
    if (!sleepers) return;
    sem_init(&sleepers->ready, 0, 0);
    sem_init(&sleepers->leave, 0, 0);
    if (start_detached(watch, sleepers) != 0) free(sleepers);
}
