/* selected.h - records the images that each step selected, in FOLDER/selected (harness/tables/selected_file.h), and
 * computes metrics from them. */
#ifndef PARTGRAD_HARNESS_TRAINING_SELECTED_H
#define PARTGRAD_HARNESS_TRAINING_SELECTED_H

#include "datasets/pack.h"
#include "harness/tables/cell.h"
#include "harness/tables/metrics.h"
#include "harness/training/checkpoint.h"
#include "strategies/strategy.h"

/* The number of different images that the current epoch has selected, and of those that the previous epoch had selected
 * too. */
struct selected_epoch {
    int epoch, different, again;
};

struct selected {
    const struct pack *pack;            /* borrowed, as the classes are */
    const struct pack_classes *trained; /* the images to select from */
    int most;                           /* K */
    long steps;                         /* so far */
    size_t size, capacity;
    unsigned char *bytes; /* (capacity) the steps as in the file */
    uint32_t *times;      /* (images of the pack) how often each was selected */
    int *last;            /* (images of the pack) epoch that selected it last; 0: none */
    int *images;          /* (most) of a step */
    struct selected_epoch now;
};

/* Allocates room for so many steps of at most `most` images. */
int selected_init(struct selected *, const struct pack *, const struct pack_classes *trained, int most, long steps,
                  struct error *);
void selected_release(struct selected *); /* safe on a zeroed record */

/* Adds a step of an epoch, counted from 1: ids (B) are the batch's images. */
void selected_add(struct selected *, int epoch, const int *ids, const struct selection *);

/* Sets the metrics selected_share, _entropy, _class_entropy (of the training run so far) and _overlap (of the epoch).
 * Let t_i be how often each of n images was selected: share is that of t_i > 0; entropy is -sum q_i log q_i / log n
 * with q_i = t_i / sum t, which is 1 if all are selected equally often; the same for classes. NAN if there is only one
 * image or class, or no epoch before. */
void selected_metrics(const struct selected *, struct metrics *);

/* Adds the record to a checkpoint. */
void selected_checkpoint(struct selected *, struct checkpoint *);

/* Writes FOLDER/selected; on failure leaves no file. */
int selected_keep(const struct selected *, const char *folder, const struct cell *, int steps_per_epoch,
                  struct error *);
/* Removes the file of an earlier training run. */
void selected_forget(const char *folder);

#endif
