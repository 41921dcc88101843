/* cmd_embed.c - `partgrad embed`: a data set's embeddings as .npy files, and how well they retrieve. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/blas_room.h"
#include "base/file.h"
#include "base/npy.h"
#include "base/parallel.h"
#include "datasets/pack.h"
#include "datasets/pack_find.h"
#include "harness/commands/command.h"
#include "harness/tables/settings.h"
#include "harness/training/embed_pack.h"
#include "harness/training/update.h"
#include "harness/runs/environment.h"
#include "harness/retrieval/ranking.h"
#include "network/network.h"

enum { SPLIT_ALL = PACK_SPLITS }; /* besides those of enum pack_split */

struct options {
    char dataset[OPTION_TEXT_SIZE], data[OPTION_TEXT_SIZE], out[OPTION_TEXT_SIZE], model[OPTION_TEXT_SIZE];
    struct network_options network;
    int format, split, image_size, embedding_size, precision, micro_batch, threads, seed;
    double test_crop;
    int test_crop_offset;
};

static const char *const splits[] = {"train", "test", "valid", "gallery", "all", NULL};

static const struct field fields[] = {
    {"dataset", "prepared data set to embed, by name or path", OPTION_TEXT, offsetof(struct options, dataset), NULL, 0,
     0, NULL},
    {"data", "folder of prepared data sets", OPTION_TEXT, offsetof(struct options, data), "data", 0, 0, NULL},
    {"model", "network", OPTION_TEXT, offsetof(struct options, model), "mobilenet_v2", 0, 0, NULL},
    {"split", "which classes", OPTION_CHOICE, offsetof(struct options, split), "test", 0, 0, splits},
    {"out", "prefix: writes PREFIX.npy and PREFIX-labels.npy, and of a gallery PREFIX-gallery.npy likewise",
     OPTION_TEXT, offsetof(struct options, out), NULL, 0, 0, NULL},
    {"image_size", "pixels that enter the network", OPTION_INT, offsetof(struct options, image_size), "224", 8, 4096,
     NULL},
    {"embedding_size", "dimensions of the linear head; 0: the pooled features", OPTION_INT,
     offsetof(struct options, embedding_size), "0", 0, 65536, NULL},
    {"test_crop", "share of an image's sides that is seen, from its middle", OPTION_REAL,
     offsetof(struct options, test_crop), "0.875", 0.1, 1, NULL},
    {"test_crop_offset", "first pixel of a crop whose middle lies between two: round is torchvision's", OPTION_CHOICE,
     offsetof(struct options, test_crop_offset), "floor", 0, 0, settings_crop_offset_names},
    {"precision", "of activations and weights", OPTION_CHOICE, offsetof(struct options, precision), "auto", 0, 0,
     network_precision_names},
    {"micro_batch", "images per kernel call", OPTION_INT, offsetof(struct options, micro_batch), "8", 1, 4096, NULL},
    {"threads", "threads; 0: OMP_NUM_THREADS, or one for each core", OPTION_INT, offsetof(struct options, threads), "0",
     0, 1024, NULL},
    {"seed", "of random weights, where no file is given", OPTION_INT, offsetof(struct options, seed), "0", 0, 1 << 30,
     NULL},
    LISTING_FORMAT(struct options),
    {0},
};

/* Positions of the split's images in pack order, on the heap; behind test images, those of a gallery. */
static int *list_images(const struct pack *pack, int split, int *queries, int *count)
{
    int *image = malloc((size_t)pack->count * sizeof *image);
    *count = 0;
    for (int i = 0; image && i < pack->count; i++)
        if (split == SPLIT_ALL || pack->splits[i] == split) image[(*count)++] = i;
    *queries = *count;
    for (int i = 0; image && split == PACK_TEST && i < pack->count; i++)
        if (pack->splits[i] == PACK_GALLERY) image[(*count)++] = i;
    return image;
}

static int create_network(const struct command_line *line, struct network **network, struct error *error)
{
    const struct options *options = line->options;
    struct settings settings = {
        .model = {line->plugin, line->plugin_options},
        .network = options->network,
        .image_size = options->image_size,
        .precision = options->precision,
        .micro_batch = options->micro_batch,
        .seed = options->seed,
    };
    settings.network.embedding_size = options->embedding_size;
    struct network_request request = update_network_request(&settings, options->micro_batch, 0);
    environment_note_precision(options->precision);
    return network_create(network, &request, error);
}

/* PREFIX + `what` + ".npy" and "-labels.npy". */
static int write_files(const char *prefix, const char *what, const struct ranked_set *set, int dim, struct error *error)
{
    char path[OPTION_TEXT_SIZE + 32];
    snprintf(path, sizeof path, "%s%s.npy", prefix, what);
    if (npy_write_matrix(path, set->embeddings, (size_t)set->count, (size_t)dim, error) != 0) return -1;
    snprintf(path, sizeof path, "%s%s-labels.npy", prefix, what);
    return npy_write_labels(path, set->labels, (size_t)set->count, error);
}

/* `gallery` is NULL where the queries are that too. Prints the metrics, and writes the files where they are asked for.
 * Files are worth writing too where no image has another of its class, so that there is nothing to measure. */
static int deliver(const struct options *options, const struct ranked_set *queries, const struct ranked_set *gallery,
                   int dim, struct error *error)
{
    struct ranking metrics;
    const char *prefix = options->out;
    struct ranking_request request = {.queries = *queries, .gallery = gallery, .dim = dim, .similarity = ROW_COSINE};
    int status = ranking_measure(&metrics, &request, error);
    if (status != 0 && (status != METRICS_UNANSWERABLE || !prefix[0])) return -1;
    if (status != 0) fprintf(stderr, "note: %s\n", error->message);
    if (prefix[0] && write_files(prefix, "", queries, dim, error) != 0) return -1;
    if (prefix[0] && gallery && write_files(prefix, "-gallery", gallery, dim, error) != 0) return -1;
    if (status != 0) return 0;
    if (metrics.query_zeros.count > 0)
        fprintf(stderr,
                "note: %d of %d embeddings have only zeros, row %d (counting from 0) first: their cosine counts as 0\n",
                metrics.query_zeros.count, queries->count, metrics.query_zeros.first);
    return ranking_show(&metrics, (enum listing_format)options->format, stdout, error);
}

static int embed(const struct command_line *line, const struct pack *pack, struct network *network, struct error *error)
{
    const struct options *options = line->options;
    int count, queries, dim = network_dim(network), status = -1;
    int *image = list_images(pack, options->split, &queries, &count);
    int *labels = malloc((size_t)count * sizeof *labels + 1);
    float *embeddings = malloc((size_t)count * (size_t)dim * sizeof *embeddings + 1);
    struct crop_center center = {options->image_size, options->test_crop, options->test_crop_offset};
    if (!image || !labels || !embeddings) {
        error_set(error, "out of memory");
        goto done;
    }
    if (queries == 0) {
        error_set(error, "%s has no %s classes", options->dataset, splits[options->split]);
        goto done;
    }
    for (int i = 0; i < count; i++) labels[i] = pack->labels[image[i]];
    if (embedding_compute(network, pack, image, count, &center, embeddings, error) != 0) goto done;
    struct ranked_set first = {embeddings, labels, queries};
    struct ranked_set gallery = {embeddings + (size_t)queries * (size_t)dim, labels + queries, count - queries};
    status = deliver(options, &first, count > queries ? &gallery : NULL, dim, error);
done:
    free(image);
    free(labels);
    free(embeddings);
    return status;
}

static int run(const struct command_line *line, struct error *error)
{
    const struct options *options = line->options;
    if (!options->dataset[0]) {
        error_set(error, "--dataset is missing: the name of a prepared data set");
        return COMMAND_USAGE;
    }
    parallel_begin(options->threads);
    struct pack pack = {0};
    struct network *network = NULL;
    char *path = pack_find(options->data, options->dataset);
    int status = pack_open(&pack, path, 0, error);
    free(path);
    if (status == 0) status = create_network(line, &network, error);
    if (status == 0) status = blas_room_check(parallel_threads(), error);
    if (status == 0) status = embed(line, &pack, network, error);
    network_free(network);
    pack_release(&pack);
    return status;
}

const struct command cmd_embed = {
    .name = "embed",
    .arguments = "",
    .summary = "embed a data set, write the embeddings, print how well they retrieve",
    .fields = fields,
    .options_size = sizeof(struct options),
    .shared = network_fields,
    .shared_offset = offsetof(struct options, network),
    .registry = model_registry,
    .plugin_kind = "model",
    .plugin_field = "model",
    .run = run,
};
