/* metrics.c - see metrics.h. */
#include "harness/tables/metrics.h"

#include <math.h>
#include <string.h>

const struct metric_format metric_formats[] = {
    [UNIT_FRACTION] = {"%", 100, 2},    [UNIT_POINTS] = {"points", 100, 2},         [UNIT_PLAIN] = {"", 1, 4},
    [UNIT_COUNT] = {"", 1, 0},          [UNIT_BYTES] = {"MiB", 1.0 / (1 << 20), 1}, [UNIT_SECONDS] = {"s", 1, 1},
    [UNIT_MILLISECONDS] = {"ms", 1, 1}, [UNIT_RATE] = {"images/s", 1, 0},
};

#define M(member) #member
#define AT(member) offsetof(struct metrics, member)

enum { RESULT = 0, COST = 1, CELLS = 0, EPOCHS = 1 };

const struct metric metrics_table[] = {
    {M(test_recall_at_1), "recall@1", "share of test images whose nearest other image is of their class", UNIT_FRACTION,
     SPLIT_TEST, BETTER_HIGH, RESULT, EPOCHS, AT(test_recall_at_1)},
    {M(test_recall_at_2), "recall@2", "share of test images with an image of their class among the 2 nearest",
     UNIT_FRACTION, SPLIT_TEST, BETTER_HIGH, RESULT, EPOCHS, AT(test_recall_at_2)},
    {M(test_recall_at_4), "recall@4", "the same among the 4 nearest", UNIT_FRACTION, SPLIT_TEST, BETTER_HIGH, RESULT,
     EPOCHS, AT(test_recall_at_4)},
    {M(test_recall_at_8), "recall@8", "the same among the 8 nearest", UNIT_FRACTION, SPLIT_TEST, BETTER_HIGH, RESULT,
     EPOCHS, AT(test_recall_at_8)},
    {M(test_map_at_r), "MAP@R", "mean average precision at R, test classes", UNIT_FRACTION, SPLIT_TEST, BETTER_HIGH,
     RESULT, EPOCHS, AT(test_map_at_r)},
    {M(test_r_precision), "R-precision", "R-precision, test classes", UNIT_FRACTION, SPLIT_TEST, BETTER_HIGH, RESULT,
     EPOCHS, AT(test_r_precision)},
    {M(test_queries_unanswered), "unanswered",
     "test images that are the only one of their class; the metrics leave them out", UNIT_COUNT, SPLIT_TEST,
     BETTER_NEITHER, RESULT, EPOCHS, AT(test_queries_unanswered)},
    {M(test_class_recall_at_1), "class recall@1", "recall@1 of each test class, mean over the classes", UNIT_FRACTION,
     SPLIT_TEST, BETTER_HIGH, RESULT, EPOCHS, AT(test_class_recall_at_1)},
    {M(test_class_map_at_r), "class MAP@R", "MAP@R of each test class, mean over the classes", UNIT_FRACTION,
     SPLIT_TEST, BETTER_HIGH, RESULT, EPOCHS, AT(test_class_map_at_r)},
    {M(train_recall_at_1), "train recall@1", "recall@1 of train classes, without augmentation", UNIT_FRACTION,
     SPLIT_TRAIN, BETTER_HIGH, RESULT, EPOCHS, AT(train_recall_at_1)},
    {M(train_map_at_r), "train MAP@R", "MAP@R of train classes", UNIT_FRACTION, SPLIT_TRAIN, BETTER_HIGH, RESULT,
     EPOCHS, AT(train_map_at_r)},
    {M(valid_recall_at_1), "validation recall@1", "recall@1 of validation classes", UNIT_FRACTION, SPLIT_VALID,
     BETTER_HIGH, RESULT, EPOCHS, AT(valid_recall_at_1)},
    {M(valid_map_at_r), "validation MAP@R", "MAP@R of validation classes", UNIT_FRACTION, SPLIT_VALID, BETTER_HIGH,
     RESULT, EPOCHS, AT(valid_map_at_r)},
    {M(valid_r_precision), "validation R-precision", "R-precision of validation classes", UNIT_FRACTION, SPLIT_VALID,
     BETTER_HIGH, RESULT, EPOCHS, AT(valid_r_precision)},
    {M(valid_queries_unanswered), "validation unanswered",
     "validation images that are the only one of their class; the metrics leave them out", UNIT_COUNT, SPLIT_VALID,
     BETTER_NEITHER, RESULT, EPOCHS, AT(valid_queries_unanswered)},
    {M(seen_recall_at_1), "seen recall@1", "recall@1 of held-out images of train classes, among those classes' images",
     UNIT_FRACTION, SPLIT_SEEN, BETTER_HIGH, RESULT, EPOCHS, AT(seen_recall_at_1)},
    {M(seen_map_at_r), "seen MAP@R", "MAP@R of held-out images of train classes", UNIT_FRACTION, SPLIT_SEEN,
     BETTER_HIGH, RESULT, EPOCHS, AT(seen_map_at_r)},
    {M(gap_recall_at_1), "gap", "overfitting gap: train - test recall@1", UNIT_POINTS, SPLIT_BOTH, BETTER_LOW, RESULT,
     EPOCHS, AT(gap_recall_at_1)},
    {M(gap_map_at_r), "MAP@R gap", "overfitting gap: train - test MAP@R", UNIT_POINTS, SPLIT_BOTH, BETTER_LOW, RESULT,
     EPOCHS, AT(gap_map_at_r)},
    {M(train_loss), "train loss", "loss on train classes, without augmentation", UNIT_PLAIN, SPLIT_TRAIN, BETTER_LOW,
     RESULT, EPOCHS, AT(train_loss)},
    {M(test_loss), "test loss", "loss on test classes, batches composed likewise", UNIT_PLAIN, SPLIT_TEST, BETTER_LOW,
     RESULT, EPOCHS, AT(test_loss)},
    {M(gap_loss), "loss gap", "overfitting gap: test - train loss", UNIT_PLAIN, SPLIT_BOTH, BETTER_LOW, RESULT, EPOCHS,
     AT(gap_loss)},
    {M(valid_loss), "validation loss", "loss on validation classes, batches composed likewise", UNIT_PLAIN, SPLIT_VALID,
     BETTER_LOW, RESULT, EPOCHS, AT(valid_loss)},
    {M(full_batch_loss), "batch loss", "loss of the whole batch, mean over the epoch (cells.csv: the last one)",
     UNIT_PLAIN, SPLIT_TRAIN, BETTER_LOW, RESULT, EPOCHS, AT(full_batch_loss)},
    {M(selected_mean), "selected",
     "samples selected in a step, mean over the epoch: K, or fewer with a strategy that may select fewer", UNIT_PLAIN,
     SPLIT_TRAIN, BETTER_NEITHER, RESULT, EPOCHS, AT(selected_mean)},
    {M(selected_loss), "selected loss", "mean sample loss of the selected samples, mean over the epoch", UNIT_PLAIN,
     SPLIT_TRAIN, BETTER_NEITHER, RESULT, EPOCHS, AT(selected_loss)},
    {M(selected_share), "images selected", "share of the train images that have been selected at least once so far",
     UNIT_FRACTION, SPLIT_TRAIN, BETTER_NEITHER, RESULT, EPOCHS, AT(selected_share)},
    {M(selected_entropy), "selection entropy",
     "entropy of how often each train image was selected so far, divided by its maximum: 1 if all equally often",
     UNIT_PLAIN, SPLIT_TRAIN, BETTER_NEITHER, RESULT, EPOCHS, AT(selected_entropy)},
    {M(selected_class_entropy), "selection entropy of classes", "the same for train classes", UNIT_PLAIN, SPLIT_TRAIN,
     BETTER_NEITHER, RESULT, EPOCHS, AT(selected_class_entropy)},
    {M(selected_overlap), "selection overlap",
     "share of the images selected in the epoch that were also selected in the epoch before", UNIT_FRACTION,
     SPLIT_TRAIN, BETTER_NEITHER, RESULT, EPOCHS, AT(selected_overlap)},
    {M(gradient_norm_share), "gradient share", "sum of |u_i| over the selected / over the batch, mean over the epoch",
     UNIT_FRACTION, SPLIT_TRAIN, BETTER_NEITHER, RESULT, EPOCHS, AT(gradient_norm_share)},
    {M(gradient_cosine), "gradient cosine",
     "cosine of partial and full parameter gradient on the epoch's probe steps; empty without them", UNIT_PLAIN,
     SPLIT_TRAIN, BETTER_HIGH, RESULT, EPOCHS, AT(gradient_cosine)},
    {M(gradient_norm_ratio), "gradient norm ratio",
     "norm of the partial over that of the full parameter gradient on probe steps", UNIT_PLAIN, SPLIT_TRAIN,
     BETTER_NEITHER, RESULT, EPOCHS, AT(gradient_norm_ratio)},
    {M(updates), "updates", "updates of the network's weights so far", UNIT_COUNT, SPLIT_NONE, BETTER_LOW, RESULT,
     EPOCHS, AT(updates)},
    {M(gradients), "gradients", "samples back-propagated so far", UNIT_COUNT, SPLIT_NONE, BETTER_LOW, RESULT, EPOCHS,
     AT(gradients)},
    {M(multiply_adds), "multiply-adds", "of the training steps so far, in convolutions and linear head, without probes",
     UNIT_COUNT, SPLIT_NONE, BETTER_LOW, RESULT, EPOCHS, AT(multiply_adds)},
    {M(peak_activation_bytes), "activations", "activations kept for the backward pass, and temporary ones", UNIT_BYTES,
     SPLIT_NONE, BETTER_LOW, COST, CELLS, AT(peak_activation_bytes), CONTRAST_PLANNED},
    {M(peak_tensor_bytes), "tensors", "all arrays of the training step except the sampler's scratch", UNIT_BYTES,
     SPLIT_NONE, BETTER_LOW, COST, CELLS, AT(peak_tensor_bytes), CONTRAST_PLANNED},
    {M(peak_rss_bytes), "process", "largest resident set of the process", UNIT_BYTES, SPLIT_NONE, BETTER_LOW, COST,
     CELLS, AT(peak_rss_bytes), CONTRAST_RATIO},
    {M(training_rss_bytes), "process while training", "the same while training, from its start on", UNIT_BYTES,
     SPLIT_NONE, BETTER_LOW, COST, CELLS, AT(training_rss_bytes), CONTRAST_RATIO},
    {M(evaluation_rss_bytes), "process while evaluating", "the same while evaluating", UNIT_BYTES, SPLIT_NONE,
     BETTER_LOW, COST, CELLS, AT(evaluation_rss_bytes), CONTRAST_RATIO},
    {M(images_per_second), "speed", "B / median time of a training step", UNIT_RATE, SPLIT_NONE, BETTER_HIGH, COST,
     EPOCHS, AT(images_per_second), CONTRAST_RATIO},
    {M(step_milliseconds), "step", "median time of a training step", UNIT_MILLISECONDS, SPLIT_NONE, BETTER_LOW, COST,
     EPOCHS, AT(step_milliseconds), CONTRAST_RATIO},
    {M(wall_seconds), "wall time", "time of the cell so far, evaluation included", UNIT_SECONDS, SPLIT_NONE, BETTER_LOW,
     COST, EPOCHS, AT(wall_seconds), CONTRAST_RATIO},
    {0},
};

struct metrics metrics_none(void)
{
    struct metrics none;
    for (const struct metric *metric = metrics_table; metric->name; metric++)
        *(double *)((char *)&none + metric->offset) = NAN;
    return none;
}

const struct metric *metric_find(const char *name)
{
    for (const struct metric *metric = metrics_table; metric->name; metric++)
        if (strcmp(metric->name, name) == 0) return metric;
    return NULL;
}
