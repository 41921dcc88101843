/* parallel.c - see parallel.h. */
#include "base/parallel.h"

#include <omp.h>

int parallel_set_threads(int threads)
{
    int count = threads > 0 ? threads : omp_get_num_procs();
    omp_set_num_threads(count);
    return count;
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
