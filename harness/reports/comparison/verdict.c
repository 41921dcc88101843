/* verdict.c - see verdict.h. */
#include "harness/reports/comparison/verdict.h"

#include <math.h>

#include "harness/reports/comparison/inference.h"

const char *const verdict_words[] = {
    [VERDICT_EXPLORATORY] = "exploratory",
    [VERDICT_PLANNED] = "by plan",
    [VERDICT_NOT_SHOWN] = "not shown",
    [VERDICT_BETTER] = "better",
    [VERDICT_WORSE] = "worse",
    [VERDICT_HIGHER] = "higher",
    [VERDICT_LOWER] = "lower",
};

enum verdict verdict_of(const struct comparison *comparison, const struct comparison_row *row)
{
    const struct metric *metric = metric_find(comparison->metric);
    int is_above = row->judged.mean > 0;
    if (comparison->contrast == CONTRAST_PLANNED) return VERDICT_PLANNED;
    if (!comparison->family) return VERDICT_EXPLORATORY;
    if (!(row->adjusted_p < inference_alpha)) return VERDICT_NOT_SHOWN;
    if (!metric || metric->better == BETTER_NEITHER) return is_above ? VERDICT_HIGHER : VERDICT_LOWER;
    return is_above == (metric->better == BETTER_HIGH) ? VERDICT_BETTER : VERDICT_WORSE;
}

int verdict_holds_for_classes(const struct comparison *comparison, const struct comparison_row *row)
{
    enum verdict verdict = verdict_of(comparison, row);
    if (verdict == VERDICT_EXPLORATORY || verdict == VERDICT_PLANNED || verdict == VERDICT_NOT_SHOWN) return 0;
    return row->judged.mean > 0 ? row->classes_low > 0 : row->classes_high < 0;
}

int verdict_seeds_needed(const struct comparison *comparison, const struct comparison_row *row, double wanted)
{
    double distance = comparison->contrast == CONTRAST_RATIO ? fabs(log(wanted)) : fabs(wanted);
    if (isnan(inference_smallest(&row->judged, comparison->family_size)) || comparison->contrast == CONTRAST_PLANNED ||
        !(distance > 0))
        return 0;
    return inference_seeds_needed(row->judged.deviation, distance, comparison->family_size);
}
