/* centroids.c - see centroids.h. */
#include "harness/training/centroids.h"

#include <stdlib.h>
#include <string.h>

static size_t means_count(const struct centroids *centroids)
{
    return (size_t)centroids->classes->class_count * (size_t)centroids->dim;
}

int centroids_init(struct centroids *centroids, const struct settings *settings, const struct parts *parts, int dim,
                   struct error *error)
{
    const struct pack_classes *classes = &parts->trained;
    *centroids = (struct centroids){.classes = classes, .dim = dim};
    if (!settings_sampler(settings)->wants_centroids) return 0;
    /* With label noise, the evaluation's images are grouped differently from the training images. */
    int all_measured = parts->measured[PART_TRAIN].count == classes->count && !parts->labels;
    centroids->means = calloc(means_count(centroids), sizeof(float));
    if (!all_measured) centroids->embeddings = calloc((size_t)classes->count * (size_t)dim, sizeof(float));
    if (centroids->means && (all_measured || centroids->embeddings)) return 0;
    return error_set(error, "out of memory");
}

void centroids_release(struct centroids *centroids)
{
    free(centroids->means);
    free(centroids->embeddings);
    *centroids = (struct centroids){0};
}

static void take_means(struct centroids *centroids, const float *embeddings)
{
    const struct pack_classes *classes = centroids->classes;
    size_t dim = (size_t)centroids->dim;
    memset(centroids->means, 0, means_count(centroids) * sizeof(float));
    for (int c = 0; c < classes->class_count; c++)
        for (int i = classes->start[c]; i < classes->start[c + 1]; i++)
            for (size_t k = 0; k < dim; k++)
                centroids->means[(size_t)c * dim + k] +=
                    embeddings[(size_t)i * dim + k] / (float)(classes->start[c + 1] - classes->start[c]);
}

int centroids_find(struct centroids *centroids, struct evaluation *evaluation, struct network *network, int embedded,
                   struct error *error)
{
    float *own = centroids->embeddings, *from = own ? own : evaluation->part[PART_TRAIN].embeddings;
    if ((own || !embedded) && evaluation_embed_images(evaluation, centroids->classes, network, from, error) != 0)
        return -1;
    take_means(centroids, from);
    return 0;
}

void centroids_checkpoint(struct centroids *centroids, struct checkpoint *checkpoint)
{
    checkpoint_add(checkpoint, centroids->means, centroids->means ? means_count(centroids) * sizeof(float) : 0);
}
