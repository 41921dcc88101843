/* epoch.c - see epoch.h. */
#include "harness/training/epoch.h"

#include <math.h>

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
    mean_add(&means->count, step->selected);
    mean_add(&means->selected, step->selected_loss);
    mean_add(&means->share, step->gradient_norm_share);
    mean_add(&means->cosine, step->gradient_cosine);
    mean_add(&means->ratio, step->gradient_norm_ratio);
}

void epoch_take_means(struct metrics *metrics, const struct epoch_means *means)
{
    metrics->full_batch_loss = mean_value(&means->full);
    metrics->selected_mean = mean_value(&means->count);
    metrics->selected_loss = mean_value(&means->selected);
    metrics->gradient_norm_share = mean_value(&means->share);
    metrics->gradient_cosine = mean_value(&means->cosine);
    metrics->gradient_norm_ratio = mean_value(&means->ratio);
}
