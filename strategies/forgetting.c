/* forgetting.c - the K samples that were forgotten most often. A sample is forgotten if its nearest neighbor in the
 * batch was of its class at one visit and of another class at the next (adapted from Toneva et al. 2019, "An Empirical
 * Study of Example Forgetting during Deep Neural Network Learning", where a classifier is right or wrong). Ties are
 * broken at random, so the choice is random until something was forgotten. Another view of the same image is not a
 * neighbor; of equally near neighbors the first counts; a sample without neighbors counts as wrong. As the counts come
 * from earlier visits, it runs direct. */
#include "strategies/strategy.h"

#include <math.h>

/* A row of the history for each image: 0 or 1; how often it was forgotten. NAN: never seen. */
enum { WAS_RIGHT, TIMES, COLUMNS };

static size_t forgetting_history(const void *options, int images, int size)
{
    (void)options, (void)size;
    return COLUMNS * (size_t)images;
}

static int is_right(const struct batch *batch, int i)
{
    const float *z = batch->embeddings + (size_t)i * (size_t)batch->dim;
    float nearest = -INFINITY;
    int right = 0;
    for (int j = 0; j < batch->size; j++) {
        const float *other = batch->embeddings + (size_t)j * (size_t)batch->dim;
        float similarity = 0;
        if (batch->ids[j] == batch->ids[i]) continue;
#pragma omp simd reduction(+ : similarity)
        for (int k = 0; k < batch->dim; k++) similarity += z[k] * other[k];
        if (similarity <= nearest) continue;
        nearest = similarity;
        right = batch->labels[j] == batch->labels[i];
    }
    return right;
}

static void forgetting_remember(const void *options, const struct batch *batch, float *history)
{
    (void)options;
    for (int i = 0; i < batch->size; i++) {
        float *row = history + COLUMNS * batch->ids[i];
        int right = is_right(batch, i), forgotten = row[WAS_RIGHT] == 1 && !right;
        row[TIMES] = (isnan(row[TIMES]) ? 0 : row[TIMES]) + (float)forgotten;
        row[WAS_RIGHT] = (float)right;
    }
}

static void forgetting_select(const void *options, const struct batch *batch, int count, struct random *random,
                              struct selection *selection)
{
    (void)options;
    selection_begin(selection, batch);
    for (int i = 0; i < batch->size; i++) {
        float times = batch->history[COLUMNS * batch->ids[i] + TIMES];
        selection->candidates[i].score = isnan(times) ? 0 : times;
    }
    selection_group_randomly(selection, batch->size, random);
    selection_take_best(selection, batch->size, count);
}

const struct strategy strategy_forgetting = {
    .plugin = {.name = "forgetting", .summary = "the K samples that most often lost their class's nearest neighbor"},
    .needs = NEEDS_IDS,
    .select = forgetting_select,
    .history = forgetting_history,
    .remember = forgetting_remember,
};
