/* triplet_mining.h - shared by the losses triplet and pn: which positive and negative an anchor takes, the distance,
 * and the hinge or soft margin. */
#ifndef PARTGRAD_LOSSES_TRIPLET_MINING_H
#define PARTGRAD_LOSSES_TRIPLET_MINING_H

#include "losses/pairs.h"
#include "losses/reduction.h"

enum positive_pick {
    POSITIVE_HARD, /* the farthest */
    POSITIVE_EASY, /* the nearest */
};
enum negative_pick {
    NEGATIVE_HARD,          /* the nearest */
    NEGATIVE_SEMI_HARD,     /* the nearest that is farther than the positive, else the farthest (Schroff et al. 2015) */
    NEGATIVE_SEMI_HARD_ALL, /* likewise, but farther than all positives, as in TensorFlow Similarity; differs from
                             * NEGATIVE_SEMI_HARD only if the positive is easy */
    NEGATIVE_SEMI_HARD_ONLY, /* as NEGATIVE_SEMI_HARD, but if there is none the anchor has no triplet */
    NEGATIVE_EASY,           /* the farthest */
};
extern const char *const positive_pick_names[], *const negative_pick_names[]; /* choices of options */

struct triplet_mining {
    int positive, negative; /* enum positive_pick, negative_pick */
    int distance;           /* enum distance */
    int soft_margin;        /* softplus instead of a hinge (Hermans, Beyer and Leibe 2017) */
    double margin;          /* NAN: auto, see triplet_mining_settle */
};

/* Its rows, for the field table of `type`, whose member `mining` it is. */
/* clang-format off */
#define TRIPLET_FIELDS(type, distance_default, hinge_margin)                                                           \
    {"positive", "which sample of the anchor's class", OPTION_CHOICE,                                                  \
     offsetof(struct type, mining.positive), "hard", 0, 0, positive_pick_names},                                       \
    {"negative", "which sample of another class; semi_hard: the nearest farther than the positive", OPTION_CHOICE,     \
     offsetof(struct type, mining.negative), "semi_hard", 0, 0, negative_pick_names},                                  \
    {"distance", "of embeddings", OPTION_CHOICE,                                                                       \
     offsetof(struct type, mining.distance), distance_default, 0, 0, distance_names},                                  \
    {"margin", "by which the negative is to be farther than the positive; auto: " hinge_margin ", 0 with soft_margin", \
     OPTION_REAL, offsetof(struct type, mining.margin), "auto", 0, 10, NULL},                                          \
    {"soft_margin", "log(1 + exp(difference + margin)) instead of a hinge", OPTION_FLAG,                               \
     offsetof(struct type, mining.soft_margin), "no", 0, 0, NULL}
/* clang-format on */

/* A margin of `auto` becomes hinge_margin, or 0 with the soft margin, which has none in the paper. */
void triplet_mining_settle(struct triplet_mining *, double hinge_margin);

/* The columns picked, the first of equals; NO_COLUMN if there is none. `positive` is the positive that was picked. */
int triplet_positive(const struct triplet_mining *, const struct anchor *, const float *similarities);
int triplet_negative(const struct triplet_mining *, const struct anchor *, const float *similarities, int positive);

/* The loss of a difference, positive distance - negative distance, and its slope along it; 0 where the hinge bends. */
float triplet_loss(const struct triplet_mining *, float difference, float *slope);

#endif
