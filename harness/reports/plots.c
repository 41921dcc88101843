/* plots.c - see plots.h. */
#include "harness/reports/plots.h"

static const char recall_caption[] =
    "Recall@1 on classes that were not trained on. In all plots, points are means over "
    "seeds and bars one sample standard deviation.";
static const char gap_caption[] = "Overfitting gap: recall@1 on train classes less recall@1 on test classes.";
static const char memory_caption[] =
    "Peak memory of activations, the same for every strategy. With direct it grows with the samples that are "
    "back-propagated; with two_pass it is that of one micro-batch.";
static const char speed_caption[] =
    "Images that training takes in per second; those that are not back-propagated count too.";
static const char recall_epoch_caption[] = "Recall@1 on classes that were not trained on, from epoch to epoch.";
static const char gap_recall_caption[] =
    "Overfitting gap against recall@1 on test classes, a point for each epoch and a line from the first to the last. "
    "An illustration: before the last point the learning rate has not come down yet, so that only ends of lines are "
    "what a training run comes to. 'compare --at-equal' compares those of runs of several lengths.";

const struct plot plots[] = {
    {"recall-portion", recall_caption, "test_recall_at_1", PLOT_PORTION, 0},
    {"gap-portion", gap_caption, "gap_recall_at_1", PLOT_PORTION, 0},
    {"recall-epoch", recall_epoch_caption, "test_recall_at_1", PLOT_EPOCH, 0},
    {"gap-recall", gap_recall_caption, "gap_recall_at_1", PLOT_RECALL, 0},
    {"memory-batch", memory_caption, "peak_activation_bytes", PLOT_BATCH, 1},
    {"speed-portion", speed_caption, "images_per_second", PLOT_PORTION, 1},
    {0},
};

const struct metric *plot_metric(const struct plot *plot)
{
    return metric_find(plot->metric);
}

int plot_is_by_epoch(const struct plot *plot)
{
    return plot->axis == PLOT_EPOCH || plot->axis == PLOT_RECALL;
}
