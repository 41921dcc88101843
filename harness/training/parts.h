/* parts.h - divides a pack's images into those that a cell trains on and those that it is measured on. */
#ifndef PARTGRAD_HARNESS_TRAINING_PARTS_H
#define PARTGRAD_HARNESS_TRAINING_PARTS_H

#include "base/error.h"
#include "datasets/pack.h"
#include "harness/tables/settings.h"

/* The measured parts. Each part's images are searched for among themselves, except that seen images are searched for
 * among the train images too, and test images only in the gallery if there is one. */
enum part {
    PART_TRAIN, /* images that are trained on */
    PART_SEEN,  /* images of train classes that are kept out of training (validation: seen) */
    PART_VALID, /* classes that are kept out of training, for choosing */
    PART_TEST,
    PART_GALLERY, /* images of the pack's gallery, which is only searched */
    PARTS,
};
extern const char
    *const part_names[PARTS]; /* as metrics' names begin: "train", "seen", "valid", "test"; and "gallery" */

struct parts {
    struct pack as_trained;              /* the pack with the labels that training sees; borrows everything else */
    int32_t *labels;                     /* (n) these labels, if some are wrong (label_noise); NULL: the pack's */
    struct pack_classes trained;         /* the training images, grouped by these labels */
    struct pack_classes measured[PARTS]; /* no images if the cell has no such part */
};

/* Validation classes are the block of the pack's train classes that the settings ask for, in the order of their labels
 * (as in Musgrave et al. 2020, "A Metric Learning Reality Check"); if they ask for none, the pack's own validation
 * classes. Of n classes, the blocks of a share s end at round(s n), round(2 s n) ..., so they are disjoint and cover
 * all. The seen images and the measured train classes do not depend on the seed; wrong labels do. Fails if there is no
 * such fold, or if the settings need validation classes (judge, patience) and there are none. */
int parts_init(struct parts *, const struct pack *, const struct settings *, struct error *);
void parts_release(struct parts *); /* safe on zeroed parts */

/* Whether a part has images. */
int parts_have(const struct parts *, enum part);

/* Whether some query has an image of its class in the gallery or, if that is NULL, among the other queries. */
int parts_answerable(const struct pack_classes *queries, const struct pack_classes *gallery);

/* Whether the pack has its own validation classes, which these settings replace by others. */
int parts_replace_valid(const struct pack *, const struct settings *);

#endif
