/* parallel.c - see parallel.h. */
#include "base/parallel.h"

#include <omp.h>
#include <stdlib.h>

#include "base/capacity.h"
#include "base/yielding.h"

enum { THREADS_MAX = 1024 };

int parallel_environment_threads(void)
{
    const char *text = getenv("OMP_NUM_THREADS");
    long threads = text ? strtol(text, NULL, 10) : 0;
    return threads > THREADS_MAX ? THREADS_MAX : threads > 0 ? (int)threads : 0;
}

int parallel_choose_threads(int threads)
{
    int limit = omp_get_thread_limit();
    if (threads <= 0) threads = parallel_environment_threads();
    if (threads <= 0) threads = capacity_cores();
    return threads < limit ? threads : limit;
}

/* Not dynamic: in a team smaller than asked for, kernels would wait for threads that do not exist. */
int parallel_set_threads(int threads)
{
    int count = parallel_choose_threads(threads);
    omp_set_dynamic(0);
    omp_set_num_threads(count);
    return count;
}

int parallel_begin(int threads)
{
    yielding_begin();
    return parallel_set_threads(threads);
}

int parallel_threads(void)
{
    return omp_in_parallel() ? 1 : omp_get_max_threads();
}

void parallel_for(int count, void (*body)(void *context, int i), void *context)
{
#pragma omp parallel for schedule(dynamic) if (count > 1)
    for (int i = 0; i < count; i++) body(context, i);
}

int parallel_thread(void)
{
    return omp_get_thread_num();
}
