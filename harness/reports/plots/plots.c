/* plots.c - see plots.h. */
#include "harness/reports/plots/plots.h"

#include <stdio.h>

static const char recall_caption[] =
    "Recall@1 on classes that were not trained on. In plots of lines, large points are means over seeds, small ones "
    "single seeds, and bars one sample standard deviation.";
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

static const char front_memory_caption[] =
    "What a setting reaches and the memory that its training step is planned to need; means over seeds. The line is "
    "the "
    "Pareto front: for settings on it no other has more recall for as little memory; they are named, and bars are one "
    "sample standard deviation. Larger marks back-propagate a larger portion. Chosen on test classes, so not a fair "
    "choice; steps that are smaller than the bars may be noise.";
static const char front_time_caption[] = "The same against the time that a cell took, evaluation included.";
static const char front_compute_caption[] =
    "The same against the planned multiply-adds of all training steps, which are the same on every machine.";

static const char strategies_caption[] =
    "Strategies against %s, sorted by the mean difference over all panels; pairs have the same seeds. Bars are 95 %% "
    "intervals for these classes (Student's t over seeds), not corrected for how many there are: by chance alone, "
    "about "
    "one in twenty without an effect excludes 0.";
static const char gap_equal_caption[] =
    "Overfitting gap of strategies against that of %s at the same test recall@1, between the ends of runs of several "
    "lengths, as 'compare --at-equal test_recall_at_1' has it; below 0 is less overfitting. Bars are 95 %% intervals "
    "for "
    "these classes, not corrected for how many there are.";

static const char heat_caption[] =
    "Recall@1 on classes that were not trained on, in percent, for each batch size and portion that were trained; "
    "darker "
    "is higher, with one scale for all panels.";

static const char loss_caption[] =
    "Mean loss of whole batches over an epoch (with marks), and mean sample loss of those that were back-propagated "
    "(without): how much harder than the batch the selection is. Runs with 'diagnostics: {steps: true}' have it by "
    "step.";
static const char loss_step_caption[] =
    "The same by step, of the cells that kept their steps: loss of the whole batch (with marks) and mean sample loss "
    "of "
    "those that were back-propagated (without); of long training runs each point is a mean over a fiftieth of the "
    "steps.";
static const char memory_rows_caption[] = "Peak memory of a cell by what it depends on; planned figures are known "
                                          "before the run. Bars reach from the least to "
                                          "the most over strategies and seeds.";
static const char tuned_caption[] =
    "What trials came to on validation classes, by the value of what was tuned: large points are means over folds and "
    "seeds, small ones trials, bars one sample standard deviation. A ring has what was chosen; 'at an edge' means that "
    "a better value may lie beyond those tried.";
static const char validation_caption[] =
    "What settings are chosen by against what they come to on test classes; large points are means over seeds, small "
    "ones single seeds, and larger marks back-propagate a larger portion.";

const struct plot plots[] = {
    {"front-memory", "What memory buys", front_memory_caption, plot_front, "peak_tensor_bytes",
     .x_title = "planned memory"},
    {"front-time", "What time buys", front_time_caption, plot_front, "wall_seconds", .x_title = "wall time"},
    {"front-compute", "What compute buys", front_compute_caption, plot_front, "multiply_adds",
     .x_title = "planned multiply-adds"},
    {"strategies", "Strategies compared", strategies_caption, plot_dots, "test_recall_at_1"},
    {"recall-portion", "Test recall@1 by gradient portion", recall_caption, plot_lines, "test_recall_at_1",
     .axis = PLOT_PORTION},
    {"recall-heat", "Test recall@1 by batch size and portion", heat_caption, plot_heat, "test_recall_at_1"},
    {"gap-portion", "Overfitting gap by gradient portion", gap_caption, plot_lines, "gap_recall_at_1",
     .axis = PLOT_PORTION},
    {"recall-epoch", "Test recall@1 by epoch", recall_epoch_caption, plot_lines, "test_recall_at_1",
     .axis = PLOT_EPOCH},
    {"gap-recall", "Overfitting gap by test recall@1", gap_recall_caption, plot_lines, "gap_recall_at_1",
     .x = "test_recall_at_1", .axis = PLOT_METRIC},
    {"gap-equal", "Overfitting gap at equal recall", gap_equal_caption, plot_dots, "gap_recall_at_1",
     .x = "test_recall_at_1"},
    {"loss-epoch", "Loss of the whole batch and of the selection", loss_caption, plot_lines, "full_batch_loss",
     .second = "selected_loss", .axis = PLOT_EPOCH},
    {"loss-step", "Loss of the whole batch and of the selection by step", loss_step_caption, plot_lines,
     "full_batch_loss", .second = "selected_loss", .axis = PLOT_STEP},
    {"memory", "Memory planned and measured", memory_rows_caption, plot_memory, "peak_tensor_bytes", .axis = PLOT_BATCH,
     .by_backprop = 1},
    {"memory-batch", "Peak activation memory by batch size", memory_caption, plot_lines, "peak_activation_bytes",
     .axis = PLOT_BATCH, .by_backprop = 1, .has_zero = 1},
    {"speed-portion", "Training speed by gradient portion", speed_caption, plot_lines, "images_per_second",
     .axis = PLOT_PORTION, .by_backprop = 1, .has_zero = 1},
    {"tuned", "Validation by tuned value", tuned_caption, plot_tuned, "valid_map_at_r"},
    {"validation-test", "Validation against test", validation_caption, plot_scatter, "test_map_at_r",
     .x = "valid_map_at_r"},
    {0},
};

const struct metric *plot_metric(const struct plot *plot)
{
    return metric_find(plot->metric);
}

int plot_is_of_course(const struct plot *plot)
{
    return plot->axis == PLOT_EPOCH || plot->axis == PLOT_STEP || plot->axis == PLOT_METRIC;
}

/* What all groups have in common: "mobilenet_v2, cub, multi_similarity"; owned by the figure. */
static const char *subject(struct figure *figure, const struct variation *variation)
{
    static const char *const names[] = {"model", "dataset", "loss"};
    const struct results *results = variation->results;
    const char *text = "";
    char value[VARIATION_TEXT_SIZE];
    for (size_t n = 0; n < sizeof names / sizeof *names && results->ok.count > 0; n++) {
        int axis = axes_find(&results->axes, names[n]);
        if (axis < 0 || variation->varies[axis]) continue;
        variation_value(variation, results->ok.cells[0], axis, value);
        text = figure_text(figure, "%s%s%s", text, text[0] ? ", " : "", value);
    }
    return text;
}

int plot_make(struct figure *figure, const struct plot *plot, const struct plot_input *input, struct error *error)
{
    *figure = (struct figure){.title = plot->title, .caption = plot->caption};
    figure->subject = subject(figure, input->variation);
    if (plot->make(figure, plot, input, error) != 0) return -1;
    figure_describe(figure);
    return figure_check(figure, error);
}
