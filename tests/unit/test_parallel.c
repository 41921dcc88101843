/* Threads: one OpenMP runtime in the process, whichever compiler built it. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/parallel.h"

/* The path at the end of a line of /proc/self/maps, where it is an OpenMP runtime's; or NULL. */
static const char *runtime_of(char *line)
{
    char *path = strchr(line, '/');
    if (!path || !(strstr(path, "/libgomp") || strstr(path, "/libomp") || strstr(path, "/libiomp"))) return NULL;
    path[strcspn(path, "\n")] = '\0';
    return path;
}

/* Two would have a pool of threads each, and neither would know of the other's loops. */
Test(parallel, one_openmp_runtime_is_loaded)
{
    char line[4096], found[sizeof line] = "";
    FILE *maps = fopen("/proc/self/maps", "r");
    if (!maps) cr_skip_test("there is no /proc/self/maps here");
    while (fgets(line, sizeof line, maps)) {
        const char *path = runtime_of(line);
        if (!path) continue;
        if (found[0]) cr_expect_str_eq(path, found, "two OpenMP runtimes: %s and %s", path, found);
        strcpy(found, path);
    }
    fclose(maps);
    cr_expect(found[0], "no OpenMP runtime is loaded");
}

static void count_threads(void *context, int i)
{
    int *threads = context;
    threads[i] = parallel_threads();
}

Test(parallel, a_loop_within_a_loop_runs_on_one_thread)
{
    int threads[4] = {0};
    parallel_set_threads(2);
    cr_expect_eq(parallel_threads(), 2);
    parallel_for(4, count_threads, threads);
    for (int i = 0; i < 4; i++) cr_expect_eq(threads[i], 1);
}
