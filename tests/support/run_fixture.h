/* run_fixture.h - folders of runs that never were: tables written by hand, and what is made of them. */
#ifndef PARTGRAD_TESTS_SUPPORT_RUN_FIXTURE_H
#define PARTGRAD_TESTS_SUPPORT_RUN_FIXTURE_H

#include "harness/reports/comparison/variation.h"
#include "tests/support/fixture.h"

/* Writes PARENT/name/table; the caller frees the folder's path. */
static inline char *run_fixture_put(const char *parent, const char *name, const char *table, const char *text)
{
    struct error error;
    char *folder = file_join(parent, "%s", name), *path = file_join(folder, "%s", table);
    cr_assert_eq(file_make_folder(folder, &error), 0, "%s", error.message);
    cr_assert_eq(file_write(path, text, strlen(text), &error), 0, "%s", error.message);
    free(path);
    return folder;
}

enum { RUN_FIXTURE_RUNS = 3 };

/* Runs with cells.csv, read. */
struct run_fixture {
    char *parent, *folders[RUN_FIXTURE_RUNS];
    struct results_source sources[RUN_FIXTURE_RUNS];
    struct results results;
    struct variation variation;
};

/* Reads runs "a", "b" ... (count) with these cells.csv; returns results_read's status, with which nothing is to be
 * released but by run_fixture_forget. */
static inline int run_fixture_read(struct run_fixture *fixture, const char *const *tables, int count, const char *apart,
                                   struct error *error)
{
    *fixture = (struct run_fixture){.parent = fixture_folder()};
    for (int r = 0; r < count; r++) {
        const char name[] = {(char)('a' + r), '\0'};
        fixture->folders[r] = run_fixture_put(fixture->parent, name, "cells.csv", tables[r]);
        fixture->sources[r] = (struct results_source){fixture->folders[r], -1, NULL};
    }
    int status = results_read(&fixture->results, fixture->sources, count, apart, error);
    if (status == 0) cr_assert_eq(variation_init(&fixture->variation, &fixture->results, error), 0);
    return status;
}

static inline void run_fixture_forget(struct run_fixture *fixture)
{
    variation_release(&fixture->variation);
    results_release(&fixture->results);
    for (int r = 0; r < RUN_FIXTURE_RUNS; r++) free(fixture->folders[r]);
    fixture_remove(fixture->parent);
}

#endif
