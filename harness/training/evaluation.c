/* evaluation.c - see evaluation.h. */
#include "harness/training/evaluation.h"

#include <math.h>
#include <string.h>

#include "base/random.h"
#include "harness/training/embed_pack.h"
#include "strategies/samplers/sampler.h"

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

int assessment_run(struct assessment *assessment, struct network *network, struct error *error)
{
    for (int s = 0; s < ASSESSED_SPLITS; s++) {
        struct assessed_split *split = &assessment->split[s];
        if (embed_split(assessment, split, network, error) != 0 ||
            evaluate_retrieval(split->embeddings, split->labels, split->classes.count, network_dim(network),
                               &split->evaluation, error) != 0)
            return -1;
        split->loss = split_loss(assessment, split);
    }
    return 0;
}
