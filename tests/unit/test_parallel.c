/* test_parallel.c - as many threads as there are said to be, whatever the surroundings ask for. */
#include <criterion/criterion.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/capacity.h"
#include "base/clock.h"
#include "base/parallel.h"
#include "base/terminal.h"
#include "base/yielding.h"

Test(parallel, takes_the_number_from_option_environment_or_cores)
{
    unsetenv("OMP_NUM_THREADS");
    cr_assert_eq(parallel_choose_threads(0), capacity_cores());
    cr_assert_eq(parallel_choose_threads(5), 5);
    setenv("OMP_NUM_THREADS", "3,2", 1);
    cr_assert_eq(parallel_choose_threads(0), 3);
    cr_assert_eq(parallel_choose_threads(5), 5);
    setenv("OMP_NUM_THREADS", "many", 1);
    cr_assert_eq(parallel_choose_threads(0), capacity_cores());
}

static void count(void *context, int i)
{
    (void)i;
    atomic_fetch_add((atomic_int *)context, 1);
}

Test(parallel, goes_through_all_of_a_loop)
{
    atomic_int calls = 0;
    cr_assert_eq(parallel_set_threads(3), 3);
    cr_assert_eq(parallel_threads(), 3);
    parallel_for(1000, count, &calls);
    cr_assert_eq(calls, 1000);
}

Test(yielding, measures_how_many_threads_wait)
{
    cr_assert_float_eq(yielding_pressure(1.0, 1.5, 1.0), 0.5, 1e-9);
    cr_assert_eq(yielding_pressure(1.0, 0.5, 1.0), 0, "a thread has ended");
    cr_assert_eq(yielding_pressure(1.0, 2.0, 0), 0);
    double waited = yielding_waited_seconds();
    cr_assert(waited == -1 || waited >= 0);
}

Test(terminal, cuts_between_characters)
{
    cr_assert_eq(terminal_fit("abc", 10), 3);
    cr_assert_eq(terminal_fit("abc", 2), 2);
    cr_assert_eq(terminal_fit("abc", 0), 0);
    cr_assert_eq(terminal_fit("a\xc3\xa4\xe6\xbc\xa2z", 4), 3, "an ä and half of a 漢");
    cr_assert_eq(terminal_fit("a\xc3\xa4\xe6\xbc\xa2z", 6), 7);
    cr_assert_eq(terminal_fit("\xe4\xe4", 2), 1, "other encodings");
}

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
