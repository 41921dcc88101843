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
    return settings->evaluate_on[0] != '\0';
}

size_t other_packs_bytes(int most, int dim)
{
    return (size_t)most * (size_t)dim * sizeof(float);
}

static void release(struct other_pack *other)
{
    pack_classes_release(&other->queries);
    pack_classes_release(&other->gallery);
    pack_release(&other->pack);
    free(other->labels);
    *other = (struct other_pack){0};
}

static int check(const struct other_pack *other, struct error *error)
{
    const struct pack_classes *gallery = other->gallery.count > 0 ? &other->gallery : NULL;
    if (other->queries.count == 0) return error_set(error, "evaluate_on: %s has no test classes", other->name);
    if (evaluation_is_answerable(&other->queries, gallery)) return 0;
    return error_set(error, "evaluate_on: no query of %s can be answered: none of its %d test images has %s",
                     other->name, other->queries.count, gallery ? "its class in the gallery" : "another of its class");
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
    if (pack_classes_init(&other->queries, &other->pack, PACK_TEST, error) == 0 &&
        pack_classes_init(&other->gallery, &other->pack, PACK_GALLERY, error) == 0 && check(other, error) == 0)
        return 0;
    release(other);
    return -1;
}

static int embedded_count(const struct other_pack *other)
{
    return other->queries.count + other->gallery.count;
}

static int take_labels(struct other_pack *other, struct error *error)
{
    int *at = other->labels = malloc((size_t)embedded_count(other) * sizeof *at);
    if (!at) return error_set(error, "out of memory");
    for (int q = 0; q < other->queries.count; q++) *at++ = other->pack.labels[other->queries.image[q]];
    for (int g = 0; g < other->gallery.count; g++) *at++ = other->pack.labels[other->gallery.image[g]];
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
        *most = number_larger(*most, embedded_count(&other));
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
        most = number_larger(most, embedded_count(other));
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

/* embeddings (count, d) of images. `shared` is the folder of what cells have in common, where this network is that of
 * others too; or NULL. */
static int embed(const struct other_packs *others, const struct pack *pack, const struct pack_classes *images,
                 struct network *network, const char *shared, float *embeddings, struct error *error)
{
    const struct settings *settings = others->settings;
    struct crop_center center = {settings->image_size, settings->test_crop, settings->test_crop_offset};
    if (shared)
        return shared_embed(shared, settings, network, pack, images->image, images->count, &center, embeddings, error);
    return embedding_compute(network, pack, images->image, images->count, &center, embeddings, error);
}

static int evaluate(struct other_packs *others, const struct other_pack *other, struct network *network,
                    const char *shared, struct error *error)
{
    int queries = other->queries.count, images = other->gallery.count, dim = network_dim(network);
    float *embeddings = others->embeddings, *behind = embeddings + (size_t)queries * (size_t)dim;
    struct ranked_set gallery = {behind, other->labels + queries, images};
    struct ranking_request request = {.queries = {embeddings, other->labels, queries},
                                      .gallery = images > 0 ? &gallery : NULL,
                                      .dim = dim,
                                      .similarity = ROW_COSINE};
    struct ranking ranking;
    if (embed(others, &other->pack, &other->queries, network, shared, embeddings, error) != 0) return -1;
    if (images > 0 && embed(others, &other->pack, &other->gallery, network, shared, behind, error) != 0) return -1;
    if (ranking_measure(&ranking, &request, error) != 0) return error_context(error, "%s", other->name);
    int zeros = ranking.query_zeros.count + (images > 0 ? ranking.gallery_zeros.count : 0);
    if (zeros > 0)
        fprintf(stderr, "note: %d of %d embeddings of %s have only zeros: their cosine counts as 0\n", zeros,
                embedded_count(other), other->name);
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
