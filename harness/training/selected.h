/* selected.h - the record of which images a training selected, step by step, and what it says: FOLDER/selected
 * (harness/tables/selected_file.h), and metrics. */
#ifndef PARTGRAD_HARNESS_TRAINING_SELECTED_H
#define PARTGRAD_HARNESS_TRAINING_SELECTED_H

#include "datasets/pack.h"
#include "harness/tables/cell.h"
#include "harness/tables/metrics.h"
#include "harness/training/checkpoint.h"
#include "strategies/strategy.h"

/* Images of the epoch under way, each once; and how many of them the epoch before had selected too. */
struct selected_epoch {
    int epoch, different, again;
};

struct selected {
    const struct pack *pack;            /* borrowed, as the classes are */
    const struct pack_classes *trained; /* what there was to select from */
    int most;                           /* K */
    long steps;                         /* so far */
    size_t size, capacity;
    unsigned char *bytes; /* (capacity) the steps as the file has them */
    uint32_t *times;      /* (images of the pack) how often each was selected */
    int *last;            /* (images of the pack) epoch that selected it last; 0: none */
    int *images;          /* (most) of a step */
    struct selected_epoch now;
};

/* Allocates for so many steps of at most so many images. */
int selected_init(struct selected *, const struct pack *, const struct pack_classes *trained, int most, long steps,
                  struct error *);
void selected_release(struct selected *); /* safe on a zeroed record */

/* Adds a step of an epoch from 1 on: ids (B) of the batch's images. */
void selected_add(struct selected *, int epoch, const int *ids, const struct selection *);

/* Sets the metrics that begin with selected_ and are of the training so far (overlap: of the epoch). With n images
 * and C classes to select from, t_i times each: share of t_i > 0; entropy -sum q_i log q_i / log n with q_i = t_i / sum
 * t, 1 if all come equally often; the same of classes. NAN if there is but one, or no epoch before. */
void selected_metrics(const struct selected *, struct metrics *);

void selected_checkpoint(struct selected *, struct checkpoint *);

int selected_keep(const struct selected *, const char *folder, const struct cell *, int steps_per_epoch,
                  struct error *);
/* Removes what an earlier training left. */
void selected_forget(const char *folder);

#endif
