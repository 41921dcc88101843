/* other_packs.h - the data sets of `evaluate_on`: how well a network that was trained on one data set retrieves in
 * others. Their test classes are used, so that results compare with those of a network trained on that data set. The
 * cell's own data set is skipped, as it is evaluated anyway; its results are in evaluations.csv too. */
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
    struct pack_classes gallery; /* what they are ranked against; no images: each other */
    int *labels;                 /* (classes.count + gallery.count) */
};

struct other_packs {
    const struct settings *settings; /* borrowed */
    int count;
    struct other_pack pack[OPTION_TEXTS_MAX];
    float *embeddings;           /* (rows of the largest pack, gallery included, d) */
    struct evaluation_rows rows; /* results so far, of the cell's own parts too */
};

/* Whether the settings ask for other packs, or for more metrics of the cell's own data set than its row has
 * (recall_at). If not, the functions below do nothing. */
int other_packs_wanted(const struct settings *);
/* Fails if a pack is missing or none of its test queries can be answered. *most becomes the number of test images of
 * the largest pack, gallery included. */
int other_packs_check(const struct settings *, const char *data_folder, int *most, struct error *);

/* Opens the packs, with room for embeddings of `dim`. */
int other_packs_init(struct other_packs *, const struct settings *, const char *data_folder, int dim, struct error *);
/* Bytes of these embeddings. */
size_t other_packs_bytes(int most, int dim);
void other_packs_release(struct other_packs *); /* safe on zeroed ones */

/* Embeds and measures the test classes of each pack with the cell's center crop, and adds rows of that epoch for them
 * and for the cell's own parts in `set`, which were measured with the same network. */
int other_packs_evaluate(struct other_packs *, struct network *, const struct evaluation *, part_set, int epoch,
                         struct error *);
/* Adds the rows to a checkpoint. */
void other_packs_checkpoint(struct other_packs *, struct checkpoint *);
/* Writes FOLDER/evaluations.csv; on failure leaves no file. */
int other_packs_write(const struct other_packs *, const char *folder, const struct cell *, struct error *);

#endif
