/* shares.c - see shares.h. */
#include "harness/runs/shares.h"

#include <stdio.h>

void shares_choose(int cores, size_t memory_bytes, int cells, size_t cell_bytes, int *jobs, int *threads)
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

void shares_warn(int cores, int jobs, int threads)
{
    if ((long)jobs * threads <= cores) return;
    int fitting = threads < cores ? cores / threads : 1;
    fprintf(
        stderr,
        "warning: %d cells of %d threads each share %d cores, and slow each other down; --jobs %d --threads %d fit\n",
        jobs, threads, cores, fitting, threads < cores ? threads : cores);
}
