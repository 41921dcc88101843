/* triplet_mining.c - see triplet_mining.h. All distances decrease with similarity, so the picks compare
 * similarities. */
#include "losses/triplet_mining.h"

#include <math.h>

const char *const positive_pick_names[] = {"hard", "easy", NULL};
const char *const negative_pick_names[] = {"hard", "semi_hard", "semi_hard_all", "semi_hard_only", "easy", NULL};

/* The column of that kind with the greatest similarity below `limit`. */
static int nearest(const struct anchor *anchor, const float *similarities, enum pair_kind kind, float limit)
{
    int best = NO_COLUMN;
    for (int j = 0; j < anchor->size; j++)
        if (pair_kind(anchor, j) == kind && similarities[j] < limit &&
            (best == NO_COLUMN || similarities[j] > similarities[best]))
            best = j;
    return best;
}

static int farthest(const struct anchor *anchor, const float *similarities, enum pair_kind kind)
{
    int best = NO_COLUMN;
    for (int j = 0; j < anchor->size; j++)
        if (pair_kind(anchor, j) == kind && (best == NO_COLUMN || similarities[j] < similarities[best])) best = j;
    return best;
}

void triplet_mining_settle(struct triplet_mining *mining, double hinge_margin)
{
    if (isnan(mining->margin)) mining->margin = mining->soft_margin ? 0 : hinge_margin;
}

int triplet_positive(const struct triplet_mining *mining, const struct anchor *anchor, const float *similarities)
{
    if (mining->positive == POSITIVE_EASY) return nearest(anchor, similarities, PAIR_POSITIVE, INFINITY);
    return farthest(anchor, similarities, PAIR_POSITIVE);
}

int triplet_negative(const struct triplet_mining *mining, const struct anchor *anchor, const float *similarities,
                     int positive)
{
    int pick = NO_COLUMN;
    if (mining->negative == NEGATIVE_HARD) return nearest(anchor, similarities, PAIR_NEGATIVE, INFINITY);
    if (mining->negative == NEGATIVE_SEMI_HARD_ALL) positive = farthest(anchor, similarities, PAIR_POSITIVE);
    if (mining->negative != NEGATIVE_EASY && positive != NO_COLUMN)
        pick = nearest(anchor, similarities, PAIR_NEGATIVE, similarities[positive]);
    if (pick != NO_COLUMN || mining->negative == NEGATIVE_SEMI_HARD_ONLY) return pick;
    return farthest(anchor, similarities, PAIR_NEGATIVE);
}

float triplet_loss(const struct triplet_mining *mining, float difference, float *slope)
{
    float violation = difference + (float)mining->margin;
    *slope = mining->soft_margin ? (float)pairs_logistic(violation) : violation > 0;
    return mining->soft_margin ? (float)pairs_softplus(violation) : fmaxf(violation, 0);
}
