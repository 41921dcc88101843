/* other_packs.h - the data sets of `evaluate_on`: how well a network that learned from one data set retrieves in
 * others. Of each the test classes count, as of the cell's own, so that figures compare with those of a network that
 * was trained on that data set. The cell's own data set is left out, being evaluated anyway; its figures stand beside
 * theirs in evaluations.csv. */
#ifndef PARTGRAD_HARNESS_TRAINING_OTHER_PACKS_H
#define PARTGRAD_HARNESS_TRAINING_OTHER_PACKS_H

#include "base/error.h"
#include "datasets/pack.h"
#include "harness/tables/settings.h"
#include "harness/training/evaluation.h"
#include "harness/training/evaluation_rows.h"
#include "network/network.h"

struct other_pack {
    char name[OPTION_TEXT_SIZE];
    struct pack pack;
    struct pack_classes classes; /* of the test split */
    struct pack_classes gallery; /* what these are ranked against; no images: each other */
    int *labels;                 /* (classes.count + gallery.count) */
};

struct other_packs {
    const struct settings *settings; /* borrowed */
    int count;
    struct other_pack pack[OPTION_TEXTS_MAX];
    float *embeddings;           /* (most test images of a pack, its gallery behind them, d) */
    struct evaluation_rows rows; /* what was found so far, of the cell's own parts too */
};

/* Whether the settings ask for any, or for more figures of the cell's own data set than its row has (recall_at), which
 * makes rows of that alone. Without, all that follows does nothing. */
int other_packs_wanted(const struct settings *);
/* Fails if a pack is not there or none of its test queries can be answered. *most receives the most test images of a
 * pack, its gallery included. */
int other_packs_check(const struct settings *, const char *data_folder, int *most, struct error *);

/* Opens the packs, with room for embeddings of `dim`. */
int other_packs_init(struct other_packs *, const struct settings *, const char *data_folder, int dim, struct error *);
size_t other_packs_bytes(int most, int dim);
void other_packs_release(struct other_packs *); /* safe on zeroed ones */

/* Embeds the test classes of each with the cell's center crop. What is found makes rows of that epoch, beside what is
 * known of the cell's own parts in `set`, which were measured with the same network. */
int other_packs_evaluate(struct other_packs *, struct network *, const struct evaluation *, part_set, int epoch,
                         struct error *);
/* The rows are part of a training's state. */
void other_packs_checkpoint(struct other_packs *, struct checkpoint *);
/* FOLDER/evaluations.csv, whole or not at all. */
int other_packs_write(const struct other_packs *, const char *folder, const struct cell *, struct error *);

#endif
