/* change.c - see change.h. A cell's folder holds the settings of its results, one key per line. */
#include "harness/runs/change.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "harness/runs/experiment_file.h"
#include "harness/runs/grid_fit.h"

enum { LINES_MAX = 256, SETTINGS_MAX = 1 << 20 };

/* The distinct pairs of lines that differ. */
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

/* The line that begins with the key of `line`, up to the colon; "KEY: not said" if it was written by a version without
 * that key. */
static const char *find_line(const char *text, const char *line, char *buffer, size_t size)
{
    int length = (int)strcspn(line, ":") + 1;
    for (const char *at = text; at && *at; at = strchr(at, '\n') ? strchr(at, '\n') + 1 : NULL)
        if (strncmp(at, line, (size_t)length) == 0) {
            snprintf(buffer, size, "%.*s", (int)strcspn(at, "\n"), at);
            return buffer;
        }
    snprintf(buffer, size, "%.*s not said", length, line);
    return buffer;
}

static void compare(struct difference *difference, const char *before, char *after)
{
    static const size_t size = SETTINGS_MAX;
    char *found = malloc(size);
    for (char *line; found && (line = strsep(&after, "\n"));)
        if (line[0] && strcmp(find_line(before, line, found, size), line) != 0) add_pair(difference, found, line);
    free(found);
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

/* Indexes what the cells ask for, without their inputs' checksums. */
static int index_requests(struct index *requests, const struct grid *grid)
{
    for (int c = 0; c < grid->count; c++) {
        struct settings settings = grid->cells[c].settings;
        settings.inputs = (struct settings_inputs){0};
        char *text = settings_text(&settings);
        int failed = !text || index_add(requests, text, c) < 0;
        free(text);
        if (failed) return -1;
    }
    return 0;
}

/* Counts cells that are missing from the other grid. A cell of the same name counts as the same point with other
 * settings. */
static int count_absent(const struct grid *from, const struct grid *other, const struct index *in)
{
    int absent = 0;
    for (int c = 0; c < from->count; c++) {
        struct settings settings = from->cells[c].settings;
        settings.inputs = (struct settings_inputs){0};
        char *text = settings_text(&settings);
        absent += text && index_find(in, text) < 0 && !grid_find(other, from->cells[c].name);
        free(text);
    }
    return absent;
}

static void compare_grids(const struct run *run, const struct grid *before)
{
    struct index old = {0}, now = {0};
    if (index_requests(&old, before) == 0 && index_requests(&now, &run->grid) == 0) {
        int added = count_absent(&run->grid, before, &old), gone = count_absent(before, &run->grid, &now);
        if (added || gone)
            fprintf(stderr, "%s: the experiment has changed: %d new cells, %d no longer in it\n", run->folder, added,
                    gone);
    }
    index_release(&old);
    index_release(&now);
}

/* A file that can no longer be read, such as one of another version, is not compared. */
static void show_cells(const struct run *run, const char *previous)
{
    struct experiment experiment;
    struct grid grid;
    struct error ignored;
    if (experiment_read(&experiment, previous, NULL, 0, &ignored) != 0) return;
    if (grid_init(&grid, &experiment, &ignored) == 0) {
        grid_fit_read(&grid, &experiment, run->folder, &ignored);
        compare_grids(run, &grid);
        grid_release(&grid);
    }
    experiment_release(&experiment);
}

static int is_same_file(const struct run *run, const char *path)
{
    struct error ignored;
    char *kept;
    size_t size;
    if (file_read(path, SETTINGS_MAX, &kept, &size, &ignored) != 0) return 0;
    int same = size == run->experiment.size && memcmp(kept, run->experiment.text, size) == 0;
    free(kept);
    return same;
}

int change_show(const struct run *run, struct error *error)
{
    int changed = 0;
    struct difference *difference = calloc(1, sizeof *difference);
    if (!difference) return error_set(error, "out of memory");
    char *previous = file_join(run->folder, "experiment.yaml");
    if (file_exists(previous) && !is_same_file(run, previous)) show_cells(run, previous);
    free(previous);
    for (int c = 0; c < run->grid.count; c++) {
        if (!run->states[c].changed) continue;
        compare_cell(difference, run, &run->grid.cells[c]);
        changed++;
    }
    if (changed)
        fprintf(stderr, "%s: %d cells keep results from earlier settings; use --force to retrain them\n", run->folder,
                changed);
    for (int i = 0; i < difference->count; i++)
        fprintf(stderr, "  - %s\n  + %s\n", difference->before[i], difference->after[i]);
    release(difference);
    free(difference);
    return 0;
}
