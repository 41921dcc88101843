/* smooth_ap.c - average precision with soft ranks: Brown, Xie, Kalogeiton and Zisserman 2020, "Smooth-AP: Smoothing the
 * Path Towards Large-Scale Image Retrieval", equation 7.
 *
 *   l_i = 1 - 1/|P| sum_P R+_p / R_p
 *
 * R_p is the soft rank of the positive p among all columns, R+_p among the anchor's positives (losses/soft_rank.h). The
 * anchor itself is in neither, as in the paper's formula; the paper's code counts it as a positive of rank 1. Anchors
 * without positive pairs count 0. */
#include "losses/reduction.h"
#include "losses/soft_rank.h"

struct smooth_ap_options {
    struct reduction reduction;
    double temperature;
};

static const struct field fields[] = {
    {"temperature", "T, by which differences of similarities are divided", OPTION_REAL,
     offsetof(struct smooth_ap_options, temperature), "0.01", 1e-3, 1e3, NULL},
    REDUCTION_FIELDS(smooth_ap_options, reduce_anchor_names),
    {.name = NULL},
};

static float smooth_ap_anchor(const void *options, const struct anchor *anchor, float *similarities, float *scratch)
{
    const struct smooth_ap_options *o = options;
    float *slopes = scratch; /* (size) */
    int positives = pair_count(anchor, PAIR_POSITIVE);
    double loss = 0;
    if (positives == 0) return pair_none(anchor, similarities);
    pair_clear(anchor, slopes);
    for (int p = 0; p < anchor->size; p++) {
        if (pair_kind(anchor, p) != PAIR_POSITIVE) continue;
        double own = 1 + soft_rank_before(anchor, similarities, p, o->temperature, PAIR_POSITIVE);
        double others = soft_rank_before(anchor, similarities, p, o->temperature, PAIR_NEGATIVE), all = own + others;
        double scale = 1 / (positives * all * all);
        const double along[PAIR_ANY] = {[PAIR_POSITIVE] = -others * scale, [PAIR_NEGATIVE] = own * scale};
        loss += others / (all * positives);
        soft_rank_add_slopes(anchor, similarities, p, o->temperature, along, slopes);
    }
    for (int j = 0; j < anchor->size; j++) similarities[j] = slopes[j];
    return (float)loss;
}

const struct loss loss_smooth_ap = {
    .plugin = {"smooth_ap", "average precision with soft ranks (Brown et al. 2020)", fields,
               sizeof(struct smooth_ap_options)},
    .anchor = smooth_ap_anchor,
    .reduces = 1,
    .scratch_rows = 1,
};
