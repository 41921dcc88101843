/* record.h - the rows that training writes to cells.csv, epochs.csv, steps.csv, classes.csv and evaluations.csv
 * (column.h). Columns about the cell are in struct cell, not in the record, so a checkpoint can store records as they
 * are. */
#ifndef PARTGRAD_HARNESS_TABLES_RECORD_H
#define PARTGRAD_HARNESS_TABLES_RECORD_H

#include "base/option_list.h"
#include "harness/tables/identity.h"
#include "harness/tables/metrics.h"

/* What a cell measured, and on which machine. */
struct cell_record {
    const char *status; /* "ok" or "failed" */
    char error[512];    /* one line; "" when ok */
    int selected;       /* K */
    int epochs;         /* finished */
    double judged;      /* epoch whose metrics are reported; NAN: none */
    struct metrics metrics;
    char kept_weights[IDENTITY_SIZE]; /* checksum of the kept weights; "": none */
    char started_at[32];              /* ISO 8601, UTC */
    char host[64], cpu[128], libraries[128], commit[48];
    double others_share; /* share of the cores that other work kept busy; NAN: not known */
    double cells_beside; /* most cells of the same run at the same time; NAN: not known */
};

struct epoch_record {
    int epoch;  /* 0 = before training */
    int judged; /* 1: the cell reports this one */
    double learning_rate;
    double share_done;      /* of the training run's steps */
    struct metrics metrics; /* of the whole epoch; costs are totals so far or of the epoch */
};

struct step_record {
    int epoch, step; /* from 1 */
    double learning_rate;
    double full_batch_loss, selected_loss, gradient_norm_share;
    double gradient_cosine, gradient_norm_ratio; /* NAN on steps that were not probed */
    double step_milliseconds;
};

/* One class of a split in the evaluation that a cell reports: sums over its queries, so that results of any set of
 * classes can be computed from them. */
struct class_record {
    const char *split; /* "test", "valid" */
    int label;         /* of the class, in the data set */
    int queries;       /* that have an answer; at least 1 */
    double recall_at_1, map_at_r, r_precision;
};

/* One figure of evaluations.csv: how good the network is on one split of one data set. */
struct evaluation_record {
    int epoch;                       /* 0 = before training */
    char data_set[OPTION_TEXT_SIZE]; /* its name */
    char split[8];                   /* "train", "test" or "valid" */
    char metric[32];                 /* "recall", "map_at_r" ... */
    double k;                        /* of recall@K; NAN if the metric has none */
    double value;
};

#endif
