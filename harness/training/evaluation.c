/* evaluation.c - see evaluation.h. To measure another part, add it to parts.h; to add a metric, add a row below. */
#include "harness/training/evaluation.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/random.h"
#include "harness/training/embed_pack.h"
#include "harness/training/shared.h"
#include "strategies/samplers/sampler.h"

/* The results of a part; each sets the metric "PART_NAME" ("valid_map_at_r"), if there is one. */
static const struct {
    const char *name;
    size_t offset;
} figures[] = {
    {"recall_at_1", offsetof(struct evaluated_part, recall[0])},
    {"recall_at_2", offsetof(struct evaluated_part, recall[1])},
    {"recall_at_4", offsetof(struct evaluated_part, recall[2])},
    {"recall_at_8", offsetof(struct evaluated_part, recall[3])},
    {"map_at_r", offsetof(struct evaluated_part, ranking.map_at_r)},
    {"r_precision", offsetof(struct evaluated_part, ranking.r_precision)},
    {"class_recall_at_1", offsetof(struct evaluated_part, ranking.class_recall_at_1)},
    {"class_map_at_r", offsetof(struct evaluated_part, ranking.class_map_at_r)},
    {"queries_unanswered", offsetof(struct evaluated_part, queries_unanswered)},
    {"loss", offsetof(struct evaluated_part, loss)},
};
enum { FIGURES = sizeof figures / sizeof *figures };

/* Parts whose queries are kept: those of classes that are not trained on. */
static const part_set kept_parts = 1u << PART_VALID | 1u << PART_TEST;

/* Parts that are only searched and not measured. */
static const part_set searched_parts = 1u << PART_GALLERY;

struct cutoffs evaluation_cutoffs(const struct settings *settings)
{
    struct cutoffs at = settings->recall_at.count > 0 ? cutoffs_fixed : cutoffs_default;
    cutoffs_add(&at, &settings->recall_at);
    return at;
}

/* ---- which parts ---- */

/* The images among which a part's images are searched for; NULL: the part itself. */
static const struct pack_classes *gallery_of(const struct parts *parts, enum part part)
{
    return part == PART_TEST && parts_have(parts, PART_GALLERY) ? &parts->measured[PART_GALLERY] : NULL;
}

int evaluation_check(const struct parts *parts, const struct settings *settings, struct error *error)
{
    for (int p = 0; p < PARTS; p++) {
        const struct pack_classes *classes = &parts->measured[p];
        if (p == PART_SEEN && settings->validation.seen > 0 && classes->count == 0)
            return error_set(error, "validation: seen %g keeps no image of any class out of training; use more",
                             settings->validation.seen);
        if (p == PART_SEEN || p == PART_GALLERY || (p == PART_VALID && classes->count == 0)) continue;
        if (classes->count == 0) return error_set(error, "the data set has no images of %s classes", part_names[p]);
        if (parts_answerable(classes, gallery_of(parts, (enum part)p))) continue;
        if (gallery_of(parts, (enum part)p))
            return error_set(error, "no query can be answered: no class of the %d queries is in the gallery",
                             classes->count);
        return error_set(error,
                         "no query can be answered: each of the %d images of %s classes is the only one of its "
                         "class; prepare a data set with more images of a class",
                         classes->count, part_names[p]);
    }
    return 0;
}

part_set evaluation_all(const struct parts *parts)
{
    part_set all = 0;
    for (int p = 0; p < PARTS; p++)
        if (parts_have(parts, (enum part)p)) all |= 1u << p;
    return all;
}

part_set evaluation_regular(const struct parts *parts, const struct settings *settings)
{
    part_set set = evaluation_all(parts);
    int test_at_end = settings->evaluate_test == EVALUATE_TEST_AUTO ? parts_have(parts, PART_VALID)
                                                                    : settings->evaluate_test == EVALUATE_TEST_END;
    if (test_at_end) set &= ~(1u << PART_TEST | 1u << PART_GALLERY);
    if (settings->evaluate_train.when == EVALUATE_TRAIN_END) set &= ~(1u << PART_TRAIN | 1u << PART_SEEN);
    return set;
}

part_set evaluation_kept(const struct parts *parts)
{
    return evaluation_all(parts) & kept_parts;
}

/* ---- memory ---- */

size_t evaluation_bytes(const struct parts *parts, int dim)
{
    size_t images = 0;
    for (int p = 0; p < PARTS; p++) images += (size_t)parts->measured[p].count;
    return images * (size_t)dim * sizeof(float);
}

/* Seen images are placed before the train images, so that both form one gallery. */
static void carve_rows(struct evaluation *evaluation, enum part first, enum part last)
{
    struct arena *arena = &evaluation->arena;
    struct evaluated_part *parts = evaluation->part;
    size_t width = (size_t)evaluation->batch.dim, count = (size_t)parts[first].classes->count;
    size_t all = first == last ? count : count + (size_t)parts[last].classes->count;
    parts[first].rows = arena_take(arena, all, sizeof(int));
    parts[first].labels = arena_take(arena, all, sizeof(int));
    parts[first].embeddings = arena_take(arena, all * width, sizeof(float));
    if (first == last || !parts[first].rows) return; /* measured only */
    parts[last].rows = parts[first].rows + count;
    parts[last].labels = parts[first].labels + count;
    parts[last].embeddings = parts[first].embeddings + count * width;
}

/* Runs twice: over a measuring arena, then over a real one. */
static void carve(struct evaluation *evaluation, int dim)
{
    struct arena *arena = &evaluation->arena;
    size_t batch = (size_t)evaluation->settings->batch_size, width = (size_t)dim, most = 0;
    evaluation->batch = (struct batch){.size = (int)batch, .dim = dim};
    carve_rows(evaluation, PART_SEEN, PART_TRAIN);
    carve_rows(evaluation, PART_VALID, PART_VALID);
    carve_rows(evaluation, PART_TEST, PART_TEST);
    carve_rows(evaluation, PART_GALLERY, PART_GALLERY);
    for (int p = 0; p < PARTS; p++) {
        const struct pack_classes *classes = evaluation->part[p].classes;
        size_t room = (size_t)classes->count + (size_t)classes->class_count;
        if (part_set_has(kept_parts, (enum part)p))
            evaluation->part[p].results = arena_take(arena, (size_t)classes->count, sizeof(struct query_result));
        if (room > most) most = room;
    }
    evaluation->scratch = arena_take(arena, most, sizeof(int));
    evaluation->batch.labels = arena_take(arena, batch, sizeof(int));
    evaluation->batch.embeddings = arena_take(arena, batch * width, sizeof(float));
    evaluation->batch.sample_losses = arena_take(arena, batch, sizeof(float));
    loss_workspace_take(&evaluation->workspace, settings_loss(evaluation->settings), (int)batch, dim, arena);
}

int evaluation_init(struct evaluation *evaluation, const struct settings *settings, const struct pack *pack,
                    const struct parts *parts, int dim, struct error *error)
{
    *evaluation = (struct evaluation){.settings = settings, .pack = pack};
    if (evaluation_check(parts, settings, error) != 0) return -1;
    for (int p = 0; p < PARTS; p++) evaluation->part[p].classes = &parts->measured[p];
    carve(evaluation, dim);
    if (arena_init(&evaluation->arena, evaluation->arena.peak, error) != 0) return -1;
    carve(evaluation, dim);
    for (int p = 0; p < PARTS; p++) {
        struct evaluated_part *part = &evaluation->part[p];
        for (int i = 0; i < part->classes->count; i++) {
            part->rows[i] = i;
            part->labels[i] = pack->labels[part->classes->image[i]];
        }
    }
    return 0;
}

void evaluation_release(struct evaluation *evaluation)
{
    arena_release(&evaluation->arena);
    *evaluation = (struct evaluation){0};
}

/* ---- what is measured ---- */

/* Loss of a batch that the sampler composes from a part's rows. */
static double batch_loss(struct evaluation *evaluation, const struct evaluated_part *part, int number)
{
    const struct settings *settings = evaluation->settings;
    const struct sampler *sampler = settings_sampler(settings);
    struct batch *batch = &evaluation->batch;
    struct random random = random_stream((uint64_t)settings->seed, RANDOM_EVALUATE, 0, (uint64_t)number);
    struct sampler_classes classes = {
        .class_count = part->classes->class_count, .start = part->classes->start, .image = part->rows};
    struct sampler_batch composed = {batch->size, settings->samples_per_class, batch->labels};
    sampler->compose(settings->sampler.options, &classes, &composed, &random, evaluation->scratch);
    size_t dim = (size_t)batch->dim;
    for (int i = 0; i < batch->size; i++) {
        int row = composed.image[i];
        memcpy(batch->embeddings + (size_t)i * dim, part->embeddings + (size_t)row * dim, dim * sizeof(float));
        batch->labels[i] = part->labels[row];
    }
    return loss_value(settings_loss(settings), settings->loss.options, batch, &evaluation->workspace);
}

static double part_loss(struct evaluation *evaluation, const struct evaluated_part *part)
{
    const struct settings *settings = evaluation->settings;
    struct sampler_classes classes = {
        .class_count = part->classes->class_count, .start = part->classes->start, .image = part->rows};
    struct error ignored;
    int thin;
    if (sampler_check(settings_sampler(settings), &classes, settings->batch_size, settings->samples_per_class, &thin,
                      &ignored) != 0)
        return NAN;
    if (settings_loss(settings)->has_proxies) return NAN; /* test classes have no proxies */
    int batches = (part->classes->count + settings->batch_size - 1) / settings->batch_size;
    double sum = 0;
    for (int b = 0; b < batches; b++) sum += batch_loss(evaluation, part, b);
    return sum / batches;
}

int evaluation_embed_images(const struct evaluation *evaluation, const struct pack_classes *images,
                            struct network *network, float *embeddings, struct error *error)
{
    const struct settings *settings = evaluation->settings;
    struct crop_center center = {settings->image_size, settings->test_crop, settings->test_crop_offset};
    if (evaluation->shared)
        return shared_embed(evaluation->shared, settings, network, evaluation->pack, images->image, images->count,
                            &center, embeddings, error);
    return embedding_compute(network, evaluation->pack, images->image, images->count, &center, embeddings, error);
}

int evaluation_embed(struct evaluation *evaluation, part_set set, struct network *network, struct error *error)
{
    for (int p = 0; p < PARTS; p++) {
        const struct evaluated_part *part = &evaluation->part[p];
        if (part_set_has(set, (enum part)p) &&
            evaluation_embed_images(evaluation, part->classes, network, part->embeddings, error) != 0)
            return -1;
    }
    return 0;
}

static int judge_part(struct evaluation *evaluation, enum part which, struct error *error)
{
    struct evaluated_part *part = &evaluation->part[which], *others = &evaluation->part[PART_GALLERY];
    int queries = part->classes->count, apart = which == PART_TEST && others->classes->count > 0;
    int gallery = which == PART_SEEN ? queries + evaluation->part[PART_TRAIN].classes->count : queries;
    struct cutoffs at = evaluation_cutoffs(evaluation->settings);
    struct ranked_set all = {part->embeddings, part->labels, gallery};
    if (apart) all = (struct ranked_set){others->embeddings, others->labels, others->classes->count};
    struct ranking_request request = {.queries = {part->embeddings, part->labels, queries},
                                      .gallery = &all,
                                      .own_rows = !apart,
                                      .dim = evaluation->batch.dim,
                                      .similarity = ROW_COSINE,
                                      .at = &at,
                                      .results = part->results};
    if (ranking_measure(&part->ranking, &request, error) != 0)
        return error_context(error, "%s classes", part_names[which]);
    int zeros = part->ranking.gallery_zeros.count + (apart ? part->ranking.query_zeros.count : 0);
    if (zeros > 0)
        fprintf(stderr, "note: %d of %d embeddings of %s classes have only zeros: their cosine counts as 0\n", zeros,
                all.count + (apart ? queries : 0), part_names[which]);
    for (int k = 0; k < CUTOFFS_FIXED; k++) part->recall[k] = ranking_recall(&part->ranking, cutoffs_fixed.k[k]);
    part->queries_unanswered = part->ranking.unanswered;
    part->loss = which == PART_SEEN ? NAN : part_loss(evaluation, part);
    return 0;
}

int evaluation_judge(struct evaluation *evaluation, part_set set, struct error *error)
{
    set &= ~searched_parts;
    for (int p = 0; p < PARTS; p++)
        if (part_set_has(set, (enum part)p) && judge_part(evaluation, (enum part)p, error) != 0) return -1;
    return 0;
}

/* ---- the metrics ---- */

/* The metric "PART_FIGURE", or NULL. */
static double *find_metric(struct metrics *metrics, const char *part, const char *figure)
{
    char name[64];
    snprintf(name, sizeof name, "%s_%s", part, figure);
    const struct metric *metric = metric_find(name);
    return metric ? (double *)((char *)metrics + metric->offset) : NULL;
}

static void take_figures(const struct evaluated_part *part, const char *name, struct metrics *metrics)
{
    for (int f = 0; f < FIGURES; f++) {
        double *metric = find_metric(metrics, name, figures[f].name);
        if (metric) *metric = *(const double *)((const char *)part + figures[f].offset);
    }
}

/* Train minus test; for losses, which are better low, test minus train. */
static void take_gaps(struct metrics *metrics)
{
    for (int f = 0; f < FIGURES; f++) {
        const char *figure = figures[f].name;
        double *gap = find_metric(metrics, "gap", figure);
        if (!gap) continue;
        double difference = *find_metric(metrics, "train", figure) - *find_metric(metrics, "test", figure);
        *gap = strcmp(figure, "loss") == 0 ? -difference : difference;
    }
}

void evaluation_metrics(const struct evaluation *evaluation, part_set set, struct metrics *metrics)
{
    for (int p = 0; p < PARTS; p++)
        if (part_set_has(set, (enum part)p)) take_figures(&evaluation->part[p], part_names[p], metrics);
    take_gaps(metrics);
}

int evaluation_keep(const struct evaluation *evaluation, part_set set, const struct cell *cell, const char *folder,
                    int epoch, struct error *error)
{
    struct query_results kept[PARTS];
    int count = 0;
    for (int p = 0; p < PARTS; p++) {
        const struct evaluated_part *part = &evaluation->part[p];
        const struct pack_classes *others = evaluation->part[PART_GALLERY].classes;
        const int *image = part->classes->image;
        const int *gallery = p == PART_TEST && others->count > 0 ? others->image : image;
        if (part_set_has(set, (enum part)p))
            kept[count++] = (struct query_results){part_names[p], part->classes->count, part->results, image, gallery};
    }
    return queries_keep(folder, cell, evaluation->pack->checksum, epoch, kept, count, error);
}

void evaluation_add_rows(const struct evaluation *evaluation, part_set set, struct evaluation_rows *rows)
{
    set &= ~searched_parts;
    for (int p = 0; p < PARTS; p++)
        if (part_set_has(set, (enum part)p))
            evaluation_rows_add_ranking(rows, evaluation->settings->dataset, part_names[p],
                                        &evaluation->part[p].ranking);
}
