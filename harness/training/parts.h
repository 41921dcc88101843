/* parts.h - which images of a pack a cell trains on, and which it is measured on. */
#ifndef PARTGRAD_HARNESS_TRAINING_PARTS_H
#define PARTGRAD_HARNESS_TRAINING_PARTS_H

#include "base/error.h"
#include "datasets/pack.h"
#include "harness/tables/settings.h"

/* What is measured, each against itself; but seen images, which are searched for among the train images too, and test
 * images if there is a gallery, which alone they are searched for in. */
enum part {
    PART_TRAIN, /* images that are trained on */
    PART_SEEN,  /* images of train classes that are kept out of training (validation: seen) */
    PART_VALID, /* classes that are kept out of training, to choose by */
    PART_TEST,
    PART_GALLERY, /* images of the pack's gallery, which is only searched */
    PARTS,
};
extern const char *const part_names[PARTS]; /* as metrics begin: "train", "seen", "valid", "test"; and "gallery" */

struct parts {
    struct pack as_trained;              /* the pack, but with the labels that training sees; borrows all else */
    int32_t *labels;                     /* (n) those, if some are wrong (label_noise); NULL: the pack's */
    struct pack_classes trained;         /* grouped by them */
    struct pack_classes measured[PARTS]; /* no images if the cell has no such part */
};

/* Validation classes are the block of the pack's train classes that the settings ask for, in the order of their labels
 * (as Musgrave et al. 2020, "A Metric Learning Reality Check"); if they ask for none, the pack's own, if it has
 * some. Of n classes, the blocks of a share s end at round(s n), round(2 s n) ..., so they are disjoint and cover all.
 * Which images are seen ones, and which train
 * classes are measured, does not depend on the seed; which labels are wrong for training does. Fails if
 * there is no such fold, and if the settings want validation classes for choosing (judge, patience) and there are
 * none. */
int parts_init(struct parts *, const struct pack *, const struct settings *, struct error *);
void parts_release(struct parts *); /* safe on zeroed parts */

int parts_have(const struct parts *, enum part);

/* Whether some query has an image of its class in the gallery, or if that is NULL, among the other queries. */
int parts_answerable(const struct pack_classes *queries, const struct pack_classes *gallery);

/* Whether the pack has validation classes of its own that these settings put others in the place of. */
int parts_replace_valid(const struct pack *, const struct settings *);

#endif
