/* evaluation.c - see evaluation.h. */
#include "harness/training/evaluation.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/random.h"
#include "harness/training/embed_pack.h"
#include "strategies/samplers/sampler.h"

static const char *const split_names[ASSESSED_SPLITS] = {[PACK_TRAIN] = "train", [PACK_TEST] = "test"};

int assessment_check(const struct pack *pack, struct error *error)
{
    for (int s = 0; s < ASSESSED_SPLITS; s++) {
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
static void carve(struct assessment *assessment, int dim)
{
    struct arena *arena = &assessment->arena;
    size_t batch = (size_t)assessment->settings->batch_size, width = (size_t)dim, most = 0;
    for (int s = 0; s < ASSESSED_SPLITS; s++) {
        struct assessed_split *split = &assessment->split[s];
        size_t count = (size_t)split->classes.count, room = count + (size_t)split->classes.class_count;
        split->rows = arena_take(arena, count, sizeof(int));
        split->labels = arena_take(arena, count, sizeof(int));
        split->embeddings = arena_take(arena, count * width, sizeof(float));
        if (room > most) most = room;
    }
    assessment->scratch = arena_take(arena, most, sizeof(int));
    assessment->batch = (struct batch){.size = (int)batch, .dim = dim};
    assessment->batch.labels = arena_take(arena, batch, sizeof(int));
    assessment->batch.embeddings = arena_take(arena, batch * width, sizeof(float));
    assessment->batch.sample_losses = arena_take(arena, batch, sizeof(float));
    loss_workspace_take(&assessment->workspace, (const struct loss *)assessment->settings->loss.plugin, (int)batch, dim,
                        arena);
}

int assessment_init(struct assessment *assessment, const struct settings *settings, const struct pack *pack, int dim,
                    struct error *error)
{
    *assessment = (struct assessment){.settings = settings, .pack = pack};
    if (assessment_check(pack, error) != 0) return -1;
    for (int s = 0; s < ASSESSED_SPLITS; s++)
        if (pack_classes_init(&assessment->split[s].classes, pack, (enum pack_split)s, error) != 0) goto failed;
    carve(assessment, dim);
    if (arena_init(&assessment->arena, assessment->arena.peak, error) != 0) goto failed;
    carve(assessment, dim);
    for (int s = 0; s < ASSESSED_SPLITS; s++) {
        struct assessed_split *split = &assessment->split[s];
        for (int i = 0; i < split->classes.count; i++) {
            split->rows[i] = i;
            split->labels[i] = pack->labels[split->classes.image[i]];
        }
    }
    return 0;
failed:
    assessment_release(assessment);
    return -1;
}

void assessment_release(struct assessment *assessment)
{
    for (int s = 0; s < ASSESSED_SPLITS; s++) pack_classes_release(&assessment->split[s].classes);
    arena_release(&assessment->arena);
    *assessment = (struct assessment){0};
}

/* Loss of the batch that the sampler composes from a split's rows. */
static double batch_loss(struct assessment *assessment, const struct assessed_split *split, int number)
{
    const struct settings *settings = assessment->settings;
    const struct sampler *sampler = (const struct sampler *)settings->sampler.plugin;
    struct batch *batch = &assessment->batch;
    struct random random = random_stream((uint64_t)settings->seed, RANDOM_EVALUATE, 0, (uint64_t)number);
    struct sampler_classes classes = {
        .class_count = split->classes.class_count, .start = split->classes.start, .image = split->rows};
    struct sampler_batch composed = {batch->size, settings->samples_per_class, batch->labels};
    sampler->compose(settings->sampler.options, &classes, &composed, &random, assessment->scratch);
    size_t dim = (size_t)batch->dim;
    for (int i = 0; i < batch->size; i++) {
        int row = composed.image[i];
        memcpy(batch->embeddings + (size_t)i * dim, split->embeddings + (size_t)row * dim, dim * sizeof(float));
        batch->labels[i] = split->labels[row];
    }
    return loss_value((const struct loss *)settings->loss.plugin, settings->loss.options, batch,
                      &assessment->workspace);
}

static double split_loss(struct assessment *assessment, const struct assessed_split *split)
{
    const struct settings *settings = assessment->settings;
    struct sampler_classes classes = {
        .class_count = split->classes.class_count, .start = split->classes.start, .image = split->rows};
    struct error ignored;
    int thin;
    if (sampler_check((const struct sampler *)settings->sampler.plugin, &classes, settings->batch_size,
                      settings->samples_per_class, &thin, &ignored) != 0)
        return NAN;
    if (((const struct loss *)settings->loss.plugin)->has_proxies) return NAN; /* test classes have no proxies */
    int batches = (split->classes.count + settings->batch_size - 1) / settings->batch_size;
    double sum = 0;
    for (int b = 0; b < batches; b++) sum += batch_loss(assessment, split, b);
    return sum / batches;
}

static int embed_split(struct assessment *assessment, struct assessed_split *split, struct network *network,
                       struct error *error)
{
    const struct settings *settings = assessment->settings;
    struct crop_center center = {settings->image_size, settings->test_crop, settings->test_crop_offset};
    return embedding_compute(network, assessment->pack, split->classes.image, split->classes.count, &center,
                             split->embeddings, error);
}

int assessment_embed_train(struct assessment *assessment, struct network *network, struct error *error)
{
    return embed_split(assessment, &assessment->split[PACK_TRAIN], network, error);
}

int assessment_embed(struct assessment *assessment, struct network *network, struct error *error)
{
    for (int s = 0; s < ASSESSED_SPLITS; s++)
        if (embed_split(assessment, &assessment->split[s], network, error) != 0) return -1;
    return 0;
}

int assessment_judge(struct assessment *assessment, struct error *error)
{
    for (int s = 0; s < ASSESSED_SPLITS; s++) {
        struct assessed_split *split = &assessment->split[s];
        if (ranking_measure(&split->ranking, split->embeddings, split->labels, split->classes.count,
                            assessment->batch.dim, ROW_COSINE, error) != 0)
            return error_context(error, "%s classes", split_names[s]);
        if (split->ranking.zero_count > 0)
            fprintf(stderr, "note: %d of %d embeddings of %s classes have only zeros: their cosine counts as 0\n",
                    split->ranking.zero_count, split->classes.count, split_names[s]);
        split->loss = split_loss(assessment, split);
    }
    return 0;
}

void assessment_metrics(const struct assessment *assessment, struct metrics *metrics)
{
    const struct assessed_split *train = &assessment->split[PACK_TRAIN], *test = &assessment->split[PACK_TEST];
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
