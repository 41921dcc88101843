/* evaluation.c - see evaluation.h. */
#include "harness/training/evaluation.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/random.h"
#include "harness/training/embed_pack.h"
#include "strategies/samplers/sampler.h"

static const char *const split_names[EVALUATED_SPLITS] = {[PACK_TRAIN] = "train", [PACK_TEST] = "test"};

int evaluation_check(const struct pack *pack, struct error *error)
{
    for (int s = 0; s < EVALUATED_SPLITS; s++) {
        struct pack_classes classes;
        if (pack_classes_init(&classes, pack, (enum pack_split)s, error) != 0) return -1;
        int images = classes.count, answerable = images > classes.class_count;
        pack_classes_release(&classes);
        if (images == 0) return error_set(error, "the data set has no images of %s classes", split_names[s]);
        if (!answerable)
            return error_set(error,
                             "no query can be answered: each of the %d images of %s classes is the only one of its "
                             "class; prepare a data set with more images of a class",
                             images, split_names[s]);
    }
    return 0;
}

/* Runs twice: over a measuring arena, then over a real one. */
static void carve(struct evaluation *evaluation, int dim)
{
    struct arena *arena = &evaluation->arena;
    size_t batch = (size_t)evaluation->settings->batch_size, width = (size_t)dim, most = 0;
    for (int s = 0; s < EVALUATED_SPLITS; s++) {
        struct evaluated_split *split = &evaluation->split[s];
        size_t count = (size_t)split->classes.count, room = count + (size_t)split->classes.class_count;
        split->rows = arena_take(arena, count, sizeof(int));
        split->labels = arena_take(arena, count, sizeof(int));
        split->embeddings = arena_take(arena, count * width, sizeof(float));
        if (room > most) most = room;
    }
    evaluation->scratch = arena_take(arena, most, sizeof(int));
    evaluation->batch = (struct batch){.size = (int)batch, .dim = dim};
    evaluation->batch.labels = arena_take(arena, batch, sizeof(int));
    evaluation->batch.embeddings = arena_take(arena, batch * width, sizeof(float));
    evaluation->batch.sample_losses = arena_take(arena, batch, sizeof(float));
    loss_workspace_take(&evaluation->workspace, settings_loss(evaluation->settings), (int)batch, dim, arena);
}

int evaluation_init(struct evaluation *evaluation, const struct settings *settings, const struct pack *pack, int dim,
                    struct error *error)
{
    *evaluation = (struct evaluation){.settings = settings, .pack = pack};
    if (evaluation_check(pack, error) != 0) return -1;
    for (int s = 0; s < EVALUATED_SPLITS; s++)
        if (pack_classes_init(&evaluation->split[s].classes, pack, (enum pack_split)s, error) != 0) goto failed;
    carve(evaluation, dim);
    if (arena_init(&evaluation->arena, evaluation->arena.peak, error) != 0) goto failed;
    carve(evaluation, dim);
    for (int s = 0; s < EVALUATED_SPLITS; s++) {
        struct evaluated_split *split = &evaluation->split[s];
        for (int i = 0; i < split->classes.count; i++) {
            split->rows[i] = i;
            split->labels[i] = pack->labels[split->classes.image[i]];
        }
    }
    return 0;
failed:
    evaluation_release(evaluation);
    return -1;
}

void evaluation_release(struct evaluation *evaluation)
{
    for (int s = 0; s < EVALUATED_SPLITS; s++) pack_classes_release(&evaluation->split[s].classes);
    arena_release(&evaluation->arena);
    *evaluation = (struct evaluation){0};
}

/* Loss of the batch that the sampler composes from a split's rows. */
static double batch_loss(struct evaluation *evaluation, const struct evaluated_split *split, int number)
{
    const struct settings *settings = evaluation->settings;
    const struct sampler *sampler = settings_sampler(settings);
    struct batch *batch = &evaluation->batch;
    struct random random = random_stream((uint64_t)settings->seed, RANDOM_EVALUATE, 0, (uint64_t)number);
    struct sampler_classes classes = {
        .class_count = split->classes.class_count, .start = split->classes.start, .image = split->rows};
    struct sampler_batch composed = {batch->size, settings->samples_per_class, batch->labels};
    sampler->compose(settings->sampler.options, &classes, &composed, &random, evaluation->scratch);
    size_t dim = (size_t)batch->dim;
    for (int i = 0; i < batch->size; i++) {
        int row = composed.image[i];
        memcpy(batch->embeddings + (size_t)i * dim, split->embeddings + (size_t)row * dim, dim * sizeof(float));
        batch->labels[i] = split->labels[row];
    }
    return loss_value(settings_loss(settings), settings->loss.options, batch, &evaluation->workspace);
}

static double split_loss(struct evaluation *evaluation, const struct evaluated_split *split)
{
    const struct settings *settings = evaluation->settings;
    struct sampler_classes classes = {
        .class_count = split->classes.class_count, .start = split->classes.start, .image = split->rows};
    struct error ignored;
    int thin;
    if (sampler_check(settings_sampler(settings), &classes, settings->batch_size, settings->samples_per_class, &thin,
                      &ignored) != 0)
        return NAN;
    if (settings_loss(settings)->has_proxies) return NAN; /* test classes have no proxies */
    int batches = (split->classes.count + settings->batch_size - 1) / settings->batch_size;
    double sum = 0;
    for (int b = 0; b < batches; b++) sum += batch_loss(evaluation, split, b);
    return sum / batches;
}

static int embed_split(struct evaluation *evaluation, struct evaluated_split *split, struct network *network,
                       struct error *error)
{
    const struct settings *settings = evaluation->settings;
    struct crop_center center = {settings->image_size, settings->test_crop, settings->test_crop_offset};
    return embedding_compute(network, evaluation->pack, split->classes.image, split->classes.count, &center,
                             split->embeddings, error);
}

int evaluation_embed_train(struct evaluation *evaluation, struct network *network, struct error *error)
{
    return embed_split(evaluation, &evaluation->split[PACK_TRAIN], network, error);
}

int evaluation_embed(struct evaluation *evaluation, struct network *network, struct error *error)
{
    for (int s = 0; s < EVALUATED_SPLITS; s++)
        if (embed_split(evaluation, &evaluation->split[s], network, error) != 0) return -1;
    return 0;
}

int evaluation_judge(struct evaluation *evaluation, struct error *error)
{
    for (int s = 0; s < EVALUATED_SPLITS; s++) {
        struct evaluated_split *split = &evaluation->split[s];
        if (ranking_measure(&split->ranking, split->embeddings, split->labels, split->classes.count,
                            evaluation->batch.dim, ROW_COSINE, error) != 0)
            return error_context(error, "%s classes", split_names[s]);
        if (split->ranking.zero_count > 0)
            fprintf(stderr, "note: %d of %d embeddings of %s classes have only zeros: their cosine counts as 0\n",
                    split->ranking.zero_count, split->classes.count, split_names[s]);
        split->loss = split_loss(evaluation, split);
    }
    return 0;
}

void evaluation_metrics(const struct evaluation *evaluation, struct metrics *metrics)
{
    const struct evaluated_split *train = &evaluation->split[PACK_TRAIN], *test = &evaluation->split[PACK_TEST];
    metrics->test_recall_at_1 = test->ranking.recall[0];
    metrics->test_recall_at_2 = test->ranking.recall[1];
    metrics->test_recall_at_4 = test->ranking.recall[2];
    metrics->test_recall_at_8 = test->ranking.recall[3];
    metrics->test_map_at_r = test->ranking.map_at_r;
    metrics->test_r_precision = test->ranking.r_precision;
    metrics->test_queries_unanswered = test->ranking.unanswered;
    metrics->train_recall_at_1 = train->ranking.recall[0];
    metrics->train_map_at_r = train->ranking.map_at_r;
    metrics->gap_recall_at_1 = metrics->train_recall_at_1 - metrics->test_recall_at_1;
    metrics->gap_map_at_r = metrics->train_map_at_r - metrics->test_map_at_r;
    metrics->train_loss = train->loss;
    metrics->test_loss = test->loss;
    metrics->gap_loss = metrics->test_loss - metrics->train_loss;
}

void evaluation_add_rows(const struct evaluation *evaluation, struct evaluation_rows *rows)
{
    for (int s = 0; s < EVALUATED_SPLITS; s++)
        evaluation_rows_add_ranking(rows, evaluation->settings->dataset, split_names[s], &evaluation->split[s].ranking);
}
