/* cell.h - one cell: one training run, from its settings to its row of cells.csv. */
#ifndef PARTGRAD_HARNESS_TRAINING_CELL_H
#define PARTGRAD_HARNESS_TRAINING_CELL_H

#include <stddef.h>

#include "base/error.h"
#include "harness/tables/settings.h"
#include "harness/training/loop.h"

enum { CELL_NAME_SIZE = 384 };

struct cell {
    char name[CELL_NAME_SIZE]; /* letters, digits, '-', '_', '.': a folder's name */
    struct settings settings;
};

/* What a cell measured. Numbers not measured are NAN and become empty fields. */
struct cell_result {
    const struct cell *cell;
    const char *status;    /* "ok" or "failed" */
    char error[512];       /* one line; "" when ok */
    int selected;          /* K */
    const char *backprop;  /* what auto became */
    const char *precision; /* likewise */
    const char *gradient_scale;
    int epochs;            /* finished */
    double test_recall[4]; /* at 1, 2, 4, 8; fractions */
    double test_map_at_r, test_r_precision;
    double test_queries_unanswered; /* test images that are the only one of their class */
    double train_recall_at_1, train_map_at_r;
    double gap_recall_at_1, gap_map_at_r;   /* train - test */
    double train_loss, test_loss, gap_loss; /* on embeddings without augmentation; gap = test - train */
    double full_batch_loss, selected_loss;  /* means over the last epoch's steps */
    double gradient_norm_share; /* sum of |g_i| over the selection / over the batch, mean over the last epoch */
    double gradient_cosine, gradient_norm_ratio; /* mean over the last epoch's probe steps */
    double peak_activation_bytes, peak_tensor_bytes, peak_rss_bytes;
    double images_per_second, step_milliseconds, wall_seconds;
    char started_at[32]; /* ISO 8601, UTC */
    char host[64];
    char commit[48];
};

/* Trains and evaluates. Writes FOLDER/experiment.yaml first, FOLDER/epochs.csv after every epoch and FOLDER/result.csv
 * at the end, each whole or absent. Returns 0 or an enum training_end: a training that fails for its own reasons leaves
 * a result too (status, error); one that is interrupted, or cannot write, leaves none. */
int cell_train(const struct cell *, const char *data_folder, const char *folder, training_progress *, void *context,
               struct error *);

/* Whether FOLDER holds what these very settings came to: 1, 0, or -1 where it does not say. */
int cell_has_settings(const struct cell *, const char *folder);

/* Writes FOLDER/result.csv for a cell whose process ended without one. */
int cell_write_failure(const struct cell *, const char *folder, const char *reason, struct error *);

#endif
