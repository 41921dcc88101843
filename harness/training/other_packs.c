/* other_packs.c - see other_packs.h. */
#include "harness/training/other_packs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
    pack_classes_release(&other->classes);
    pack_release(&other->pack);
    free(other->labels);
    *other = (struct other_pack){0};
}

static int check(const struct other_pack *other, struct error *error)
{
    const struct pack_classes *classes = &other->classes;
    if (classes->count == 0) return error_set(error, "evaluate_on: %s has no images of test classes", other->name);
    if (classes->count > classes->class_count) return 0;
    return error_set(error,
                     "evaluate_on: no query of %s can be answered: each of its %d images of test classes is the only "
                     "one of its class",
                     other->name, classes->count);
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
    if (pack_classes_init(&other->classes, &other->pack, PACK_TEST, error) == 0 && check(other, error) == 0) return 0;
    release(other);
    return -1;
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
        if (other.classes.count > *most) *most = other.classes.count;
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
        int count = other->classes.count;
        other->labels = malloc((size_t)count * sizeof *other->labels);
        if (!other->labels) return error_set(error, "out of memory");
        for (int n = 0; n < count; n++) other->labels[n] = other->pack.labels[other->classes.image[n]];
        if (count > most) most = count;
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

/* `shared` is the folder of what cells have in common, where this network is that of others too; or NULL. */
static int embed(struct other_packs *others, const struct other_pack *other, struct network *network,
                 const char *shared, struct error *error)
{
    const struct settings *settings = others->settings;
    const struct pack_classes *classes = &other->classes;
    struct crop_center center = {settings->image_size, settings->test_crop, settings->test_crop_offset};
    if (shared)
        return shared_embed(shared, settings, network, &other->pack, classes->image, classes->count, &center,
                            others->embeddings, error);
    return embedding_compute(network, &other->pack, classes->image, classes->count, &center, others->embeddings, error);
}

static int evaluate(struct other_packs *others, const struct other_pack *other, struct network *network,
                    const char *shared, struct error *error)
{
    struct ranking ranking;
    int count = other->classes.count;
    if (embed(others, other, network, shared, error) != 0) return -1;
    struct ranking_request request = {
        .queries = {others->embeddings, other->labels, count}, .dim = network_dim(network), .similarity = ROW_COSINE};
    if (ranking_measure(&ranking, &request, error) != 0) return error_context(error, "%s", other->name);
    if (ranking.query_zeros.count > 0)
        fprintf(stderr, "note: %d of %d embeddings of %s have only zeros: their cosine counts as 0\n",
                ranking.query_zeros.count, count, other->name);
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
