/* test_meter.c - clocks, memory and the median. */
#include <criterion/criterion.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/meter.h"

Test(meter, seconds_pass_and_never_go_back)
{
    struct timespec pause = {0, 20000000};
    double start = clock_seconds();
    nanosleep(&pause, NULL);
    double passed = clock_seconds() - start;
    cr_assert_geq(passed, 0.0199);
    cr_assert_lt(passed, 10);
}

Test(meter, peak_memory_is_in_bytes_and_grows_with_what_is_touched)
{
    enum { BYTES = 64 << 20 };
    size_t before = meter_peak_rss_bytes();
    cr_assert_gt(before, 1 << 20);
    char *memory = malloc(BYTES);
    cr_assert_not_null(memory);
    memset(memory, 1, BYTES);
    size_t after = meter_peak_rss_bytes();
    cr_assert_eq(memory[rand() % BYTES], 1); /* or the compiler drops it all */
    free(memory);
    cr_assert_geq(after, (size_t)BYTES);
    cr_assert_geq(meter_peak_rss_bytes(), after, "a peak went down");
}

Test(meter, peak_memory_is_counted_anew)
{
    enum { BYTES = 64 << 20 }; /* not from malloc, which sanitizers keep after free */
    char *memory = mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    cr_assert_neq(memory, MAP_FAILED);
    memset(memory, 1, BYTES);
    size_t before = meter_peak_rss_bytes();
    cr_assert_eq(memory[rand() % BYTES], 1);
    munmap(memory, BYTES);
    if (meter_restart_peak() != 0) cr_skip_test("the kernel counts a process's peak once");
    cr_assert_leq(meter_peak_rss_bytes(), before - BYTES / 2);
}

Test(meter, busy_cores_are_at_least_the_one_that_spins_and_at_most_all)
{
    pid_t child = fork();
    if (child == 0)
        for (;;) continue;
    double busy = meter_busy_cores(0.3);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    if (busy == 0) cr_skip_test("the kernel does not tell");
    cr_assert_gt(busy, 0.5);
    cr_assert_lt(busy, 1.1 * (double)sysconf(_SC_NPROCESSORS_ONLN) + 0.2);
}

Test(meter, timestamps_are_utc_in_iso_8601)
{
    char text[32];
    struct tm told = {0};
    setenv("TZ", "Asia/Tokyo", 1);
    tzset();
    meter_timestamp(text, sizeof text);
    cr_assert_eq(strlen(text), 20);
    const char *end = strptime(text, "%Y-%m-%dT%H:%M:%SZ", &told);
    cr_assert(end && !*end, "%s", text);
    cr_assert_leq(fabs(difftime(time(NULL), timegm(&told))), 5);
}

Test(meter, median_is_the_middle_or_the_mean_of_the_two)
{
    cr_assert_eq(meter_median((double[]){3}, 1), 3);
    cr_assert_eq(meter_median((double[]){9, 1, 5}, 3), 5);
    cr_assert_eq(meter_median((double[]){4, 1, 2, 100}, 4), 3);
    cr_assert_eq(meter_median((double[]){-1, -1, 7, 8, -1}, 5), -1);
    cr_assert(isnan(meter_median(NULL, 0)));
}
