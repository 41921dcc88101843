/* loop_plan.h - checks and plans a cell's training run without running it. */
#ifndef PARTGRAD_HARNESS_TRAINING_LOOP_PLAN_H
#define PARTGRAD_HARNESS_TRAINING_LOOP_PLAN_H

#include "datasets/pack.h"
#include "harness/tables/cell.h"
#include "harness/training/budget.h"
#include "harness/training/fit.h"
#include "harness/training/parts.h"
#include "harness/training/update.h"

/* What a cell will need, from the same planning code that it will run. */
struct loop_plan {
    int selected;                /* K */
    struct budget budget;        /* steps, epochs */
    struct budget_totals totals; /* what they cost */
    struct budget_totals whole;  /* likewise for p = 1 with the same B, in `epochs` epochs */
    int backprop;                /* what auto becomes */
    size_t evaluation_bytes;     /* embeddings of the measured images, and the best epoch's weights */
    struct update_plan update;   /* memory by part, multiply-adds */
};
/* Plans a cell without training it. */
int loop_measure(const struct cell *, const char *data_folder, struct loop_plan *, struct error *);

/* For a cell whose settings are open (settings_is_open): finds the batch that its limits and train classes allow. */
int loop_fit(const struct cell *, const char *data_folder, struct fit *, struct error *);

/* Checks, without planning the network, that the cell's train classes can fill batches and that an epoch has enough
 * batches for an update. *steps becomes the number of batches of an epoch, *images that of training images. */
int loop_check(const struct cell *, const char *data_folder, int *steps, int *images, struct error *);

/* Opens the cell's pack and sorts its images into parts. Returns 0, or -1 with nothing left open. */
int loop_open_parts(const struct cell *, const char *data_folder, struct pack *, struct parts *, struct error *);
/* Fails if batches of the train classes cannot be composed; *thin receives the number of classes that are drawn with
 * replacement. */
int loop_check_batches(const struct settings *, const struct pack_classes *train, int *thin, struct error *);

#endif
