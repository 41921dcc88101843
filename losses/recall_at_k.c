/* recall_at_k.c - recall@k with soft ranks: Patel, Tolias and Matas 2022, "Recall@k Surrogate Loss with Large Batches
 * and Similarity Mixup", equation 6, without its mixup.
 *
 *   l_i = 1 - mean over k of min(k, sum_P G((k - R_p) / T_k)) / min(k, |P|), k = 1, 2, 4, ... up to the option `k`
 *
 * R_p is the soft rank of the positive p among all columns (losses/soft_rank.h), G the sigmoid, T_k = rank_temperature.
 * The minima come from the paper's code. That code also ranks the anchor, before all others; here it has no rank.
 * Anchors without positive pairs count 0. */
#include <math.h>

#include "losses/reduction.h"
#include "losses/soft_rank.h"

enum { CUTOFFS_MAX = 32 };

struct recall_at_k_options {
    struct reduction reduction;
    double temperature, rank_temperature;
    int k;
};

static const struct field fields[] = {
    {"k", "greatest k of 1, 2, 4, ... that recall is averaged over", OPTION_INT,
     offsetof(struct recall_at_k_options, k), "16", 1, 65536, NULL},
    {"temperature", "by which differences of similarities are divided", OPTION_REAL,
     offsetof(struct recall_at_k_options, temperature), "0.01", 1e-3, 1e3, NULL},
    {"rank_temperature", "by which differences of ranks and k are divided", OPTION_REAL,
     offsetof(struct recall_at_k_options, rank_temperature), "1", 1e-3, 1e3, NULL},
    REDUCTION_FIELDS(recall_at_k_options, reduce_anchor_names),
    {.name = NULL},
};

/* Recall at all k: first the sums over positives, then the factors of their slopes. */
struct cutoffs {
    int count;
    double at[CUTOFFS_MAX]; /* the k */
    double sum[CUTOFFS_MAX];
};

static struct cutoffs list_cutoffs(int greatest)
{
    struct cutoffs cutoffs = {0};
    for (int k = 1; k <= greatest; k *= 2) cutoffs.at[cutoffs.count++] = k;
    return cutoffs;
}

/* G((k - rank) / T_k). */
static double within(const struct recall_at_k_options *o, double k, double rank)
{
    return pairs_logistic((k - rank) / o->rank_temperature);
}

/* Fills the entries of `ranks` (size) that belong to positives. */
static void rank_positives(const struct recall_at_k_options *o, const struct anchor *anchor, const float *similarities,
                           float *ranks, struct cutoffs *cutoffs)
{
    for (int p = 0; p < anchor->size; p++) {
        if (pair_kind(anchor, p) != PAIR_POSITIVE) continue;
        ranks[p] = (float)(1 + soft_rank_before(anchor, similarities, p, o->temperature, PAIR_ANY));
        for (int c = 0; c < cutoffs->count; c++) cutoffs->sum[c] += within(o, cutoffs->at[c], ranks[p]);
    }
}

/* Returns the loss; replaces the sums by the loss's slopes along them. */
static double close_sums(struct cutoffs *cutoffs, int positives)
{
    double recall = 0;
    for (int c = 0; c < cutoffs->count; c++) {
        double k = cutoffs->at[c], most = fmin(k, positives) * cutoffs->count;
        recall += fmin(cutoffs->sum[c], k) / most;
        cutoffs->sum[c] = cutoffs->sum[c] < k ? -1 / most : 0;
    }
    return 1 - recall;
}

static double rank_slope(const struct recall_at_k_options *o, const struct cutoffs *cutoffs, double rank)
{
    double slope = 0;
    for (int c = 0; c < cutoffs->count; c++) {
        double share = within(o, cutoffs->at[c], rank);
        slope -= cutoffs->sum[c] * share * (1 - share) / o->rank_temperature;
    }
    return slope;
}

static float recall_at_k_anchor(const void *options, const struct anchor *anchor, float *similarities, float *scratch)
{
    const struct recall_at_k_options *o = options;
    float *ranks = scratch, *slopes = scratch + anchor->scratch_width;
    int positives = pair_count(anchor, PAIR_POSITIVE);
    struct cutoffs cutoffs = list_cutoffs(o->k);
    if (positives == 0) return pair_none(anchor, similarities);
    rank_positives(o, anchor, similarities, ranks, &cutoffs);
    double loss = close_sums(&cutoffs, positives);
    pair_clear(anchor, slopes);
    for (int p = 0; p < anchor->size; p++) {
        if (pair_kind(anchor, p) != PAIR_POSITIVE) continue;
        double along = rank_slope(o, &cutoffs, ranks[p]);
        soft_rank_add_slopes(anchor, similarities, p, o->temperature, (const double[]){0, along, along}, slopes);
    }
    for (int j = 0; j < anchor->size; j++) similarities[j] = slopes[j];
    return (float)loss;
}

const struct loss loss_recall_at_k = {
    .plugin = {"recall_at_k", "recall at several k with soft ranks (Patel et al. 2022)", fields,
               sizeof(struct recall_at_k_options)},
    .anchor = recall_at_k_anchor,
    .reduces = 1,
    .scratch_rows = 2,
};
