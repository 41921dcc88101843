/* other_packs.c - see other_packs.h. */
#include "harness/training/other_packs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "harness/training/embed_pack.h"
#include "harness/training/inputs.h"
#include "harness/training/shared.h"

int other_packs_wanted(const struct settings *settings)
{
    return settings->evaluate_on[0] != '\0' || settings->recall_at.count > 0;
}

size_t other_packs_bytes(int most, int dim)
{
    return (size_t)most * (size_t)dim * sizeof(float);
}

static void release(struct other_pack *other)
{
    pack_classes_release(&other->classes);
    pack_classes_release(&other->gallery);
    pack_release(&other->pack);
    free(other->labels);
    *other = (struct other_pack){0};
}

static int check(const struct other_pack *other, struct error *error)
{
    const struct pack_classes *gallery = other->gallery.count > 0 ? &other->gallery : NULL;
    if (other->classes.count == 0) return error_set(error, "evaluate_on: %s has no test classes", other->name);
    if (parts_answerable(&other->classes, gallery)) return 0;
    return error_set(error, "evaluate_on: no query of %s can be answered: none of its %d test images has %s",
                     other->name, other->classes.count, gallery ? "its class in the gallery" : "another of its class");
}

static int open_other(struct other_pack *other, const struct settings *settings, const char *data_folder, int i,
                      struct error *error)
{
    *other = (struct other_pack){0};
    option_texts_item(settings->evaluate_on, i, other->name);
    char *path = inputs_other_path(settings, data_folder, i);
    int status = pack_open(&other->pack, path, 0, error);
    free(path);
    if (status != 0) return error_context(error, "evaluate_on");
    if (pack_classes_init(&other->classes, &other->pack, PACK_TEST, error) == 0 &&
        pack_classes_init(&other->gallery, &other->pack, PACK_GALLERY, error) == 0 && check(other, error) == 0)
        return 0;
    release(other);
    return -1;
}

static int images_of(const struct other_pack *other)
{
    return other->classes.count + other->gallery.count;
}

/* The labels of the test classes, then those of the gallery. */
static int take_labels(struct other_pack *other, struct error *error)
{
    int *next = other->labels = malloc((size_t)images_of(other) * sizeof *other->labels);
    if (!next) return error_set(error, "out of memory");
    for (int n = 0; n < other->classes.count; n++) *next++ = other->pack.labels[other->classes.image[n]];
    for (int n = 0; n < other->gallery.count; n++) *next++ = other->pack.labels[other->gallery.image[n]];
    return 0;
}

static int is_own(const struct settings *settings, int i)
{
    char name[OPTION_TEXT_SIZE];
    option_texts_item(settings->evaluate_on, i, name);
    return strcmp(name, settings->dataset) == 0;
}

int other_packs_check(const struct settings *settings, const char *data_folder, int *most, struct error *error)
{
    *most = 0;
    for (int i = 0; i < option_texts_count(settings->evaluate_on); i++) {
        struct other_pack other;
        if (is_own(settings, i)) continue;
        if (open_other(&other, settings, data_folder, i, error) != 0) return -1;
        if (images_of(&other) > *most) *most = images_of(&other);
        release(&other);
    }
    return 0;
}

int other_packs_init(struct other_packs *others, const struct settings *settings, const char *data_folder, int dim,
                     struct error *error)
{
    int most = 0;
    *others = (struct other_packs){.settings = settings};
    if (!other_packs_wanted(settings)) return 0;
    for (int i = 0; i < option_texts_count(settings->evaluate_on); i++) {
        struct other_pack *other = &others->pack[others->count];
        if (is_own(settings, i)) continue;
        if (open_other(other, settings, data_folder, i, error) != 0) return -1;
        others->count++;
        if (take_labels(other, error) != 0) return -1;
        if (images_of(other) > most) most = images_of(other);
    }
    others->embeddings = malloc(other_packs_bytes(most, dim) + 1);
    if (!others->embeddings) return error_set(error, "out of memory");
    return evaluation_rows_init(&others->rows, PARTS + others->count, error);
}

void other_packs_release(struct other_packs *others)
{
    for (int i = 0; i < others->count; i++) release(&others->pack[i]);
    evaluation_rows_release(&others->rows);
    free(others->embeddings);
    *others = (struct other_packs){0};
}

/* `shared` is the folder of shared embeddings if other cells start from the same network, else NULL. */
static int embed(const struct other_packs *others, const struct other_pack *other, const struct pack_classes *classes,
                 struct network *network, const char *shared, float *embeddings, struct error *error)
{
    const struct settings *settings = others->settings;
    struct crop_center center = {settings->image_size, settings->test_crop, settings->test_crop_offset};
    if (classes->count == 0) return 0;
    if (shared)
        return shared_embed(shared, settings, network, &other->pack, classes->image, classes->count, &center,
                            embeddings, error);
    return embedding_compute(network, &other->pack, classes->image, classes->count, &center, embeddings, error);
}

static int rank(const struct other_packs *others, const struct other_pack *other, int dim, struct ranking *ranking,
                struct error *error)
{
    int queries = other->classes.count;
    struct cutoffs at = evaluation_cutoffs(others->settings);
    struct ranked_set gallery = {others->embeddings + (size_t)queries * (size_t)dim, other->labels + queries,
                                 other->gallery.count};
    struct ranking_request request = {.queries = {others->embeddings, other->labels, queries},
                                      .gallery = gallery.count > 0 ? &gallery : NULL,
                                      .dim = dim,
                                      .similarity = ROW_COSINE,
                                      .at = &at};
    return ranking_measure(ranking, &request, error) == 0 ? 0 : error_context(error, "%s", other->name);
}

static int evaluate(struct other_packs *others, const struct other_pack *other, struct network *network,
                    const char *shared, struct error *error)
{
    struct ranking ranking;
    int dim = network_dim(network), apart = other->gallery.count > 0;
    float *gallery = others->embeddings + (size_t)other->classes.count * (size_t)dim;
    if (embed(others, other, &other->classes, network, shared, others->embeddings, error) != 0 ||
        embed(others, other, &other->gallery, network, shared, gallery, error) != 0 ||
        rank(others, other, dim, &ranking, error) != 0)
        return -1;
    int zeros = ranking.query_zeros.count + (apart ? ranking.gallery_zeros.count : 0);
    if (zeros > 0)
        fprintf(stderr, "note: %d of %d embeddings of %s have only zeros: their cosine counts as 0\n", zeros,
                images_of(other), other->name);
    evaluation_rows_add_ranking(&others->rows, other->name, part_names[PART_TEST], &ranking);
    return 0;
}

int other_packs_evaluate(struct other_packs *others, struct network *network, const struct evaluation *evaluation,
                         part_set set, int epoch, struct error *error)
{
    if (!other_packs_wanted(others->settings)) return 0;
    evaluation_rows_begin(&others->rows, epoch);
    evaluation_add_rows(evaluation, set, &others->rows);
    for (int i = 0; i < others->count; i++)
        if (evaluate(others, &others->pack[i], network, evaluation->shared, error) != 0) return -1;
    return 0;
}

void other_packs_checkpoint(struct other_packs *others, struct checkpoint *checkpoint)
{
    evaluation_rows_checkpoint(&others->rows, checkpoint);
}

int other_packs_write(const struct other_packs *others, const char *folder, const struct cell *cell,
                      struct error *error)
{
    return evaluation_rows_write(&others->rows, folder, cell, error);
}
