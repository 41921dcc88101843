/* reduction.h - whether a batch's loss is the mean over anchors or over their pairs or triplets.
 *
 * An anchor's loss is the mean l_i of its own terms, and w_i is the number of these terms. The batch's loss is the mean
 * over all terms, L = sum w_i l_i / sum w_i, so the sample losses become l_i w_i B / sum w_j, whose mean over the B
 * samples is L. By default w_i = 1: L is the mean over anchors, and no factor is needed. The driver (losses/loss.c)
 * does this. As sum w_i is known only when all anchors have been seen, it goes through them twice. */
#ifndef PARTGRAD_LOSSES_REDUCTION_H
#define PARTGRAD_LOSSES_REDUCTION_H

#include "base/option.h"

enum reduce {
    REDUCE_ANCHORS, /* w_i = 1 */
    REDUCE_NONZERO, /* the anchor's terms with a loss above 0; an anchor is one term unless it takes several */
    REDUCE_PAIRS,   /* all of the anchor's pairs or triplets */
};
enum without_pairs {
    WITHOUT_PAIRS_ZERO, /* an anchor that lacks the pairs it needs counts as loss 0 */
    WITHOUT_PAIRS_SKIP, /* it is left out of the mean over anchors; other means contain no terms of it anyway */
};

/* The first member of the options of every loss that `reduces`. */
struct reduction {
    int reduce;        /* enum reduce */
    int without_pairs; /* enum without_pairs */
};

/* Choices of the option `reduce`: for losses with one term per anchor, and for losses whose terms are pairs. */
extern const char *const reduce_anchor_names[], *const reduce_pair_names[], *const without_pairs_names[];

/* Its rows, for the field table of `type`, whose member `reduction` it is. */
/* clang-format off */
#define REDUCTION_FIELDS(type, names)                                                                                  \
    {"reduce", "mean over anchors, over what has a loss (nonzero), or over all pairs or triplets", OPTION_CHOICE,      \
     offsetof(struct type, reduction.reduce), "anchors", 0, 0, names},                                                 \
    {"without_pairs", "in the mean over anchors, those that lack the pairs they need", OPTION_CHOICE,                  \
     offsetof(struct type, reduction.without_pairs), "zero", 0, 0, without_pairs_names}
/* clang-format on */

/* 1 if anchors do not all have the weight 1. */
int reduction_weighs(const struct reduction *);

/* The weight of an anchor whose mean is over `terms` > 0 pairs or triplets. */
double reduction_weight(const struct reduction *, double terms);

#endif
