/* change.c - see change.h. A cell's folder holds the settings that its results were trained with, a key on each line
 * and in the order of the tables, so that lines of the same number belong together. */
#include "harness/runs/change.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"

enum { LINES_MAX = 256, SETTINGS_MAX = 1 << 16 };

/* Pairs of lines that differ somewhere, each once. */
struct difference {
    int count;
    char *before[LINES_MAX], *after[LINES_MAX]; /* (count); owned */
};

static void release(struct difference *difference)
{
    for (int i = 0; i < difference->count; i++) {
        free(difference->before[i]);
        free(difference->after[i]);
    }
}

static void add_pair(struct difference *difference, const char *before, const char *after)
{
    for (int i = 0; i < difference->count; i++)
        if (strcmp(difference->before[i], before) == 0 && strcmp(difference->after[i], after) == 0) return;
    if (difference->count == LINES_MAX) return;
    difference->before[difference->count] = strdup(before);
    difference->after[difference->count++] = strdup(after);
}

/* Cuts both texts into lines. */
static void compare(struct difference *difference, char *before, char *after)
{
    char *a = strsep(&before, "\n"), *b = strsep(&after, "\n");
    for (; a && b; a = strsep(&before, "\n"), b = strsep(&after, "\n"))
        if (strcmp(a, b) != 0) add_pair(difference, a, b);
}

static void compare_cell(struct difference *difference, const struct run *run, const struct cell *cell)
{
    struct error ignored;
    char *path = file_join(run->folder, "cells/%s/experiment.yaml", cell->name), *before = NULL;
    char *after = settings_text(&cell->settings);
    if (after && file_read(path, SETTINGS_MAX, &before, NULL, &ignored) == 0) compare(difference, before, after);
    free(before);
    free(after);
    free(path);
}

static int count_absent(const struct grid *from, const struct grid *in)
{
    int absent = 0;
    for (int c = 0; c < from->count; c++) absent += !grid_find(in, from->cells[c].name);
    return absent;
}

/* A file that cannot be read any more, as one of another version, has nothing to be compared with. */
static void show_cells(const struct run *run, const char *previous)
{
    struct experiment experiment;
    struct grid grid;
    struct error ignored;
    if (experiment_read(&experiment, previous, &ignored) != 0) return;
    if (grid_init(&grid, &experiment, &ignored) == 0) {
        int added = count_absent(&run->grid, &grid), gone = count_absent(&grid, &run->grid);
        if (added || gone)
            fprintf(stderr, "%s: the experiment has changed: %d new cells, %d no longer in it\n", run->folder, added,
                    gone);
        grid_release(&grid);
    }
    experiment_release(&experiment);
}

int change_show(const struct run *run, const char *previous, struct error *error)
{
    int changed = 0;
    struct difference *difference = calloc(1, sizeof *difference);
    if (!difference) return error_set(error, "out of memory");
    if (previous && file_exists(previous)) show_cells(run, previous);
    for (int c = 0; c < run->grid.count; c++) {
        const struct cell *cell = &run->grid.cells[c];
        if (!run_cell_is_changed(run, cell) || run_cell_status(run, cell) == RUN_MISSING) continue;
        compare_cell(difference, run, cell);
        changed++;
    }
    if (changed)
        fprintf(stderr, "%s: %d cells have results of other settings, which stay; --force trains them again\n",
                run->folder, changed);
    for (int i = 0; i < difference->count; i++)
        fprintf(stderr, "  - %s\n  + %s\n", difference->before[i], difference->after[i]);
    release(difference);
    free(difference);
    return 0;
}
