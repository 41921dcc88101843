/* cells_fixture.h - runs made of a few cells by hand, read and grouped. */
#ifndef PARTGRAD_TESTS_SUPPORT_CELLS_FIXTURE_H
#define PARTGRAD_TESTS_SUPPORT_CELLS_FIXTURE_H

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "harness/reports/comparison/groups.h"
#include "harness/reports/comparison/variation.h"

/* The columns of cells.csv, and of epochs.csv. */
static const char header[] =
    "cell,status,error,dataset,model,loss,sampler,strategy,batch_size,samples_per_class,portion,"
    "backprop,precision,seed,test_recall_at_1,test_map_at_r,gap_recall_at_1,"
    "gradient_norm_share,peak_activation_bytes,images_per_second\n";

static const char epoch_header[] = "cell,epoch,test_recall_at_1,gap_recall_at_1\n";
enum { EPOCHS = 3 };

/* One cell that ended well; recall and gap tell cells apart. */
struct made {
    const char *strategy;
    int batch;
    double portion;
    const char *backprop;
    int seed;
    double recall;
};

/* Puts text into FOLDER/name and frees it. */
static inline void put_file(const char *folder, const char *name, char *text, size_t size)
{
    struct error error;
    char *path = file_join(folder, "%s", name);
    cr_assert_eq(file_write(path, text, size, &error), 0);
    free(path);
    free(text);
}

/* Epochs of these cells (count) that come to what the cells do by a tenth each; the first is not evaluated, and the
 * last row comes first. Those of a cell that failed and of one that is not there follow. */
static inline void make_epochs(const char *folder, const struct made *cells, int count)
{
    char *text = NULL;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    fputs(epoch_header, stream);
    for (int i = 0; i < count; i++)
        for (int epoch = EPOCHS; epoch > 0; epoch--) {
            double recall = cells[i].recall - 0.1 * (EPOCHS - epoch);
            fprintf(stream, epoch > 1 ? "c%d,%d,%g,%g\n" : "c%d,%d,,\n", i, epoch, recall, 1 - recall);
        }
    fputs("broken,1,0.999,0.999\nnowhere,1,0.999,0.999\n", stream);
    fclose(stream);
    put_file(folder, "epochs.csv", text, size);
}

/* PARENT/name with tables of these cells (count) and one that failed; the caller frees the path. */
static inline char *make_run(const char *parent, const char *name, const struct made *cells, int count)
{
    char *folder = file_join(parent, "%s", name), *text = NULL;
    size_t size;
    struct error error;
    FILE *stream = open_memstream(&text, &size);
    fputs(header, stream);
    fputs("broken,failed,why,birds,conv4,ms,balanced,first,32,4,0.5,direct,f32,9,0.999,,,,,\n", stream);
    for (int i = 0; i < count; i++)
        fprintf(stream, "c%d,ok,,birds,conv4,ms,balanced,%s,%d,4,%g,%s,f32,%d,%g,,%g,0.5,%d,100\n", i,
                cells[i].strategy, cells[i].batch, cells[i].portion, cells[i].backprop, cells[i].seed, cells[i].recall,
                1 - cells[i].recall, cells[i].batch << 20);
    fclose(stream);
    cr_assert_eq(file_make_folder(folder, &error), 0);
    put_file(folder, "cells.csv", text, size);
    make_epochs(folder, cells, count);
    return folder;
}

/* A folder for runs. */
static inline char *make_parent(void)
{
    char *parent = strdup("/tmp/partgrad-report-XXXXXX");
    cr_assert_not_null(mkdtemp(parent));
    return parent;
}

/* Removes a run, and frees its path. */
static inline void remove_run(char *folder)
{
    static const char *const names[] = {"cells.csv", "epochs.csv"};
    for (int i = 0; i < 2; i++) {
        char *path = file_join(folder, "%s", names[i]);
        unlink(path);
        free(path);
    }
    rmdir(folder);
    free(folder);
}

/* Removes the folder, which is empty by now, and frees its path. */
static inline void remove_parent(char *parent)
{
    rmdir(parent);
    free(parent);
}

/* Runs, read and grouped. */
struct shown {
    struct results results;
    struct variation variation;
    struct groups groups;
};

/* Reads runs (2 at most). Pointers lead from one member to the other, so it must stay where it is. */
static inline void read_runs(struct shown *shown, char *const *folders, int count)
{
    struct results_source sources[2];
    struct error error;
    for (int r = 0; r < count; r++) sources[r] = (struct results_source){folders[r], -1, NULL};
    cr_assert_eq(results_read(&shown->results, sources, count, NULL, &error), 0, "%s", error.message);
    cr_assert_eq(variation_init(&shown->variation, &shown->results, &error), 0, "%s", error.message);
    cr_assert_eq(groups_make(&shown->groups, &shown->results, &error), 0, "%s", error.message);
    cr_assert_eq(groups_read_epochs(&shown->groups, &error), 0, "%s", error.message);
}

static inline void release_runs(struct shown *shown)
{
    groups_release(&shown->groups);
    variation_release(&shown->variation);
    results_release(&shown->results);
}

/* What a group comes to by a metric; and at the end of its epoch number `epoch`. */
static inline struct groups_value value_of(const struct group *group, const char *metric)
{
    return *group_value(group, metric_find(metric));
}

static inline struct groups_value epoch_value(const struct group *group, int epoch, const char *metric)
{
    return group->epochs[epoch].value[metric_find(metric) - metrics_table];
}

/* Two batch sizes; strategies on half of a batch beside the whole one. */
static const struct made grid[] = {
    {"first", 32, 0.5, "direct", 0, 0.50},  {"first", 32, 0.5, "direct", 1, 0.60},
    {"random", 32, 0.5, "direct", 0, 0.64}, {"random", 32, 0.5, "direct", 1, 0.66},
    {"full", 32, 1, "direct", 0, 0.70},     {"full", 32, 1, "direct", 1, 0.72},
    {"first", 64, 0.5, "direct", 0, 0.58},  {"full", 64, 1, "direct", 0, 0.80},
};
enum { GRID = sizeof grid / sizeof *grid };

/* A run made by hand, called "run". */
struct hand_made {
    char *parent, *folder;
    struct shown shown;
};

/* Makes and reads it. */
static inline void make_grid(struct hand_made *made, const struct made *cells, int count)
{
    made->parent = make_parent();
    made->folder = make_run(made->parent, "run", cells, count);
    read_runs(&made->shown, &made->folder, 1);
}

static inline void remove_grid(struct hand_made *made)
{
    release_runs(&made->shown);
    remove_run(made->folder);
    remove_parent(made->parent);
}

#endif
