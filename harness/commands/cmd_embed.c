/* cmd_embed.c - `partgrad embed`: writes a data set's embeddings as .npy files and measures how well they retrieve. */
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
#include "harness/commands/embed_cell.h"
#include "harness/tables/settings.h"
#include "harness/training/embed_pack.h"
#include "harness/training/update.h"
#include "harness/runs/environment.h"
#include "harness/retrieval/ranking.h"
#include "network/network.h"

enum { SPLIT_ALL = PACK_SPLITS }; /* besides those of enum pack_split */

struct options {
    char cell[OPTION_TEXT_SIZE], dataset[OPTION_TEXT_SIZE], data[OPTION_TEXT_SIZE], out[OPTION_TEXT_SIZE],
        model[OPTION_TEXT_SIZE];
    struct network_options network;
    int format, split, image_size, embedding_size, precision, micro_batch, threads, seed;
    double test_crop;
    int test_crop_offset;
};

static const char *const splits[] = {"train", "test", "valid", "gallery", "all", NULL};

static const struct field fields[] = {
    {"cell", "trained network to embed with, RUN/CELL: its weights, settings, and data set unless another is named",
     OPTION_TEXT, offsetof(struct options, cell), .values = "RUN/CELL"},
    {"dataset", "prepared data set to embed, by name or path", OPTION_TEXT, offsetof(struct options, dataset), NULL, 0,
     0, NULL},
    {"data", "folder of prepared data sets", OPTION_TEXT, offsetof(struct options, data), "data", 0, 0, NULL},
    {"model", "network", OPTION_TEXT, offsetof(struct options, model), "mobilenet_v2", 0, 0, NULL},
    {"split", "split to embed", OPTION_CHOICE, offsetof(struct options, split), "test", 0, 0, splits},
    {"out", "prefix: writes PREFIX.npy and PREFIX-labels.npy, and for a gallery PREFIX-gallery.npy and its labels",
     OPTION_TEXT, offsetof(struct options, out), NULL, 0, 0, NULL},
    {"image_size", "side of the network's input, in pixels", OPTION_INT, offsetof(struct options, image_size), "224", 8,
     4096, NULL},
    {"embedding_size", "dimensions of the linear head; 0: the pooled features", OPTION_INT,
     offsetof(struct options, embedding_size), "0", 0, 65536, NULL},
    {"test_crop", "center crop, as a share of the image's sides", OPTION_REAL, offsetof(struct options, test_crop),
     "0.875", 0.1, 1, NULL},
    {"test_crop_offset", "first pixel of a center crop that falls between two pixels; round is as in torchvision",
     OPTION_CHOICE, offsetof(struct options, test_crop_offset), "floor", 0, 0, settings_crop_offset_names},
    {"precision", "precision of activations and weights", OPTION_CHOICE, offsetof(struct options, precision), "auto", 0,
     0, network_precision_names},
    {"micro_batch", "images per kernel call", OPTION_INT, offsetof(struct options, micro_batch), "8", 1, 4096, NULL},
    {"threads", "threads; 0: OMP_NUM_THREADS, or one per core", OPTION_INT, offsetof(struct options, threads), "0", 0,
     1024, NULL},
    {"seed", "seed of random weights, if no file is given", OPTION_INT, offsetof(struct options, seed), "0", 0, 1 << 30,
     NULL},
    LISTING_FORMAT(struct options),
    {0},
};

/* Positions of the split's images in pack order, on the heap; test images are followed by those of a gallery. */
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

/* The images to embed and the network. */
struct task {
    const struct options *options;
    const struct embed_cell *cell; /* NULL: the command line describes the network */
    struct settings settings;      /* its data set, its network and its crops */
    struct pack pack;
    struct network *network;
};

static struct settings settings_of_options(const struct command_line *line)
{
    const struct options *options = line->options;
    struct settings settings = {
        .model = {line->plugin, line->plugin_options},
        .network = options->network,
        .image_size = options->image_size,
        .precision = options->precision,
        .micro_batch = options->micro_batch,
        .seed = options->seed,
        .test_crop = options->test_crop,
        .test_crop_offset = options->test_crop_offset,
        .inputs.threads = options->threads,
    };
    settings.network.embedding_size = options->embedding_size;
    return settings;
}

static int create_network(struct task *task, struct error *error)
{
    struct network_request request = update_network_request(&task->settings, task->settings.micro_batch, 0);
    environment_note_precision(task->settings.precision);
    return network_create(&task->network, &request, error);
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

/* Whether the data set is the cell's own, for which its row has results. */
static int is_own(const struct task *task)
{
    return task->cell && !task->options->dataset[0];
}

/* Prints the metrics, and writes the files if asked for. `gallery` is NULL if the queries are the gallery too. Files
 * are written even if no image has another of its class, so that nothing can be measured. */
static int deliver(const struct task *task, const struct ranked_set *queries, const struct ranked_set *gallery,
                   struct error *error)
{
    struct ranking metrics;
    const char *prefix = task->options->out;
    int dim = network_dim(task->network);
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
    if (ranking_show(&metrics, (enum listing_format)task->options->format, stdout, error) != 0) return -1;
    if (task->cell && task->options->split == PACK_TEST)
        embed_cell_compare(task->cell, is_own(task) ? NULL : task->settings.dataset, &metrics);
    return 0;
}

static int embed(const struct task *task, struct error *error)
{
    const struct options *options = task->options;
    const struct settings *settings = &task->settings;
    const struct pack *pack = &task->pack;
    int count, queries, dim = network_dim(task->network), status = -1;
    int *image = list_images(pack, options->split, &queries, &count);
    int *labels = malloc((size_t)count * sizeof *labels + 1);
    float *embeddings = malloc((size_t)count * (size_t)dim * sizeof *embeddings + 1);
    struct crop_center center = {settings->image_size, settings->test_crop, settings->test_crop_offset};
    if (!image || !labels || !embeddings) {
        error_set(error, "out of memory");
        goto done;
    }
    if (queries == 0) {
        error_set(error, "%s has no %s classes", settings->dataset, splits[options->split]);
        goto done;
    }
    for (int i = 0; i < count; i++) labels[i] = pack->labels[image[i]];
    if (embedding_compute(task->network, pack, image, count, &center, embeddings, error) != 0) goto done;
    struct ranked_set first = {embeddings, labels, queries};
    struct ranked_set gallery = {embeddings + (size_t)queries * (size_t)dim, labels + queries, count - queries};
    status = deliver(task, &first, count > queries ? &gallery : NULL, error);
done:
    free(image);
    free(labels);
    free(embeddings);
    return status;
}

static int open_pack(struct task *task, struct error *error)
{
    char *path = pack_find(task->options->data, task->settings.dataset);
    int status = pack_open(&task->pack, path, 0, error);
    if (status == 0 && is_own(task)) status = embed_cell_check_pack(task->cell, &task->pack, path, error);
    free(path);
    return status;
}

static int run_task(struct task *task, struct error *error)
{
    parallel_begin(task->options->threads > 0 ? task->options->threads : task->settings.inputs.threads);
    int status = open_pack(task, error);
    if (status == 0) status = create_network(task, error);
    if (status == 0) status = blas_room_check(parallel_threads(), error);
    if (status == 0) status = embed(task, error);
    network_free(task->network);
    pack_release(&task->pack);
    return status;
}

static int run(const struct command_line *line, struct error *error)
{
    const struct options *options = line->options;
    struct embed_cell cell = {0};
    struct task task = {.options = options};
    if (!options->dataset[0] && !options->cell[0]) {
        error_set(error, "--dataset is missing: the name of a prepared data set");
        return COMMAND_USAGE;
    }
    int status = options->cell[0] ? embed_cell_open(&cell, line, options->cell, error) : 0;
    if (status == 0) {
        task.cell = options->cell[0] ? &cell : NULL;
        task.settings = task.cell ? cell.settings : settings_of_options(line);
        if (options->dataset[0]) memcpy(task.settings.dataset, options->dataset, sizeof task.settings.dataset);
        status = run_task(&task, error);
    }
    embed_cell_release(&cell);
    return status;
}

const struct command cmd_embed = {
    .name = "embed",
    .arguments = "--dataset NAME|--cell RUN/CELL",
    .summary = "embed a data set, write the embeddings, and print how well they retrieve",
    .description = "--cell embeds with the network that a cell trained, with its settings, and its data set unless "
                   "--dataset names another. --out writes PREFIX.npy and PREFIX-labels.npy.",
    .fields = fields,
    .options_size = sizeof(struct options),
    .shared = network_fields,
    .shared_offset = offsetof(struct options, network),
    .registry = model_registry,
    .plugin_kind = "model",
    .plugin_field = "model",
    .run = run,
};
