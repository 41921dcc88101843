/* test_capacity.c - cores and memory are seen, and shared out so that all are used and nothing is used twice. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/capacity.h"
#include "harness/runs/shares.h"

static const size_t GIGABYTE = (size_t)1 << 30;

Test(capacity, sees_cores_and_memory)
{
    cr_assert_geq(capacity_cores(), 1);
    cr_assert_gt(capacity_memory_bytes(), (size_t)1 << 26);
    cr_assert_gt(capacity_free_bytes(), 0);
    cr_assert_lt(capacity_free_bytes(), capacity_memory_bytes() + 1);
}

Test(capacity, sees_what_a_process_holds)
{
    size_t before = capacity_resident_bytes(getpid()), size = (size_t)64 << 20;
    char *held = malloc(size);
    memset(held, 1, size);
    cr_assert_geq(capacity_resident_bytes(getpid()), before + size / 2);
    cr_assert_eq(held[(size_t)rand() % size], 1); /* or the compiler drops it all */
    free(held);
    cr_assert_eq(capacity_resident_bytes(-1), 0);
}

Test(capacity, is_shared_by_cores_cells_and_memory)
{
    static const struct {
        int cores;
        size_t memory, cell;
        int cells, jobs, threads; /* given */
        int expected_jobs, expected_threads;
    } rows[] = {
        {8, 64, 1, 100, 0, 0, 8, 1},                                 /* a cell on each core */
        {8, 64, 1, 3, 0, 0, 3, 2},                                   /* few cells have more */
        {8, 64, 1, 1, 0, 0, 1, 8},     {8, 64, 20, 100, 0, 0, 3, 2}, /* memory for three */
        {8, 64, 100, 100, 0, 0, 1, 8},                               /* none fits: one is tried */
        {8, 64, 0, 100, 0, 0, 8, 1},                                 /* not known */
        {8, 64, 1, 100, 2, 0, 2, 4},                                 /* what is given stands */
        {8, 64, 1, 100, 0, 4, 2, 4},   {8, 64, 1, 100, 16, 0, 16, 1},
        {8, 64, 1, 100, 3, 5, 3, 5},   {2, 64, 1, 100, 0, 4, 1, 4},
    };
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
        int jobs = rows[r].jobs, threads = rows[r].threads;
        shares_choose(rows[r].cores, rows[r].memory * GIGABYTE, rows[r].cells, rows[r].cell * GIGABYTE, &jobs,
                      &threads);
        cr_expect_eq(jobs, rows[r].expected_jobs, "row %zu: %d jobs", r, jobs);
        cr_expect_eq(threads, rows[r].expected_threads, "row %zu: %d threads", r, threads);
    }
}
