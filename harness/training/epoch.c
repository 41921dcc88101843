/* epoch.c - see epoch.h. */
#include "harness/training/epoch.h"

#include <math.h>

struct epoch_result epoch_empty(const struct cell *cell, int epoch)
{
    return (struct epoch_result){
        .cell = cell,
        .epoch = epoch,
        .learning_rate = NAN,
        .full_batch_loss = NAN,
        .selected_loss = NAN,
        .gradient_norm_share = NAN,
        .gradient_cosine = NAN,
        .gradient_norm_ratio = NAN,
        .test_recall = {NAN, NAN, NAN, NAN},
        .test_map_at_r = NAN,
        .test_r_precision = NAN,
        .test_queries_unanswered = NAN,
        .train_recall_at_1 = NAN,
        .train_map_at_r = NAN,
        .gap_recall_at_1 = NAN,
        .gap_map_at_r = NAN,
        .train_loss = NAN,
        .test_loss = NAN,
        .gap_loss = NAN,
        .images_per_second = NAN,
        .step_milliseconds = NAN,
        .wall_seconds = NAN,
    };
}

static void mean_add(struct mean *mean, double value)
{
    if (isnan(value)) return;
    mean->sum += value;
    mean->count++;
}

static double mean_value(const struct mean *mean)
{
    return mean->count ? mean->sum / mean->count : NAN;
}

void epoch_add_step(struct epoch_means *means, const struct step_result *step)
{
    mean_add(&means->full, step->full_batch_loss);
    mean_add(&means->selected, step->selected_loss);
    mean_add(&means->share, step->gradient_norm_share);
    mean_add(&means->cosine, step->gradient_cosine);
    mean_add(&means->ratio, step->gradient_norm_ratio);
}

void epoch_take_means(struct epoch_result *row, const struct epoch_means *means)
{
    row->full_batch_loss = mean_value(&means->full);
    row->selected_loss = mean_value(&means->selected);
    row->gradient_norm_share = mean_value(&means->share);
    row->gradient_cosine = mean_value(&means->cosine);
    row->gradient_norm_ratio = mean_value(&means->ratio);
}
