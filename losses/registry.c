/* registry.c - all losses; the first is the default. To add one: its file beside this one, its declaration and its row below. */
#include <stddef.h>

#include "losses/loss.h"

extern const struct loss loss_multi_similarity;
extern const struct loss loss_triplet;
extern const struct loss loss_contrastive;
extern const struct loss loss_circle;
extern const struct loss loss_pn;
extern const struct loss loss_soft_nearest_neighbor;
extern const struct loss loss_lifted_structure;
extern const struct loss loss_supcon;
extern const struct loss loss_proxy_anchor;
extern const struct loss loss_proxy_nca;
extern const struct loss loss_nt_xent;
extern const struct loss loss_margin;
extern const struct loss loss_smooth_ap;
extern const struct loss loss_recall_at_k;
extern const struct loss loss_normalized_softmax;
extern const struct loss loss_arcface;
extern const struct loss loss_soft_triple;

const struct plugin *const loss_registry[] = {
    &loss_multi_similarity.plugin,
    &loss_triplet.plugin,
    &loss_contrastive.plugin,
    &loss_circle.plugin,
    &loss_pn.plugin,
    &loss_soft_nearest_neighbor.plugin,
    &loss_lifted_structure.plugin,
    &loss_supcon.plugin,
    &loss_proxy_anchor.plugin,
    &loss_proxy_nca.plugin,
    &loss_nt_xent.plugin,
    &loss_margin.plugin,
    &loss_smooth_ap.plugin,
    &loss_recall_at_k.plugin,
    &loss_normalized_softmax.plugin,
    &loss_arcface.plugin,
    &loss_soft_triple.plugin,
    NULL,
};
