/* batch.c - a close look at one batch, for the tutorial's figures.
 *
 *   batch embed PACK WEIGHTS CLASSES PER_CLASS SEED    embeds a batch drawn from a pack's train classes with a conv4
 *   batch pick PORTION < EMBEDDED                      what the loss says of it, and what strategies select
 *   batch colors                                       the colors of reports on a light page, as statements of gnuplot
 *
 * The first two print CSV, a row for each sample. `embed` has its class, the length of its embedding before normalizing
 * and the unit row; `pick` has the place in the plane of the two main axes, the sample loss of multi_similarity, |g_i|
 * and |u_i|, and for each strategy that needs no history and no head the weight with which it selects the sample, 0 if
 * it does not. The first needs weights that only a training run makes, so its output is kept in results/reference. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/parallel.h"
#include "datasets/pack.h"
#include "harness/reports/plots/palette.h"
#include "losses/loss.h"
#include "network/network.h"
#include "strategies/strategy.h"

enum { OPTIONS_SIZE = 1024, SIZE_MAX_BATCH = 256, DIM_MAX = 256, TURNS = 200, PLANE = 2 };

/* ---- embed ---- */

/* Positions (classes x per_class) of images of train classes, both drawn without replacement. */
static int draw_images(const struct pack *pack, int classes, int per_class, uint64_t seed, int *image,
                       struct error *error)
{
    struct pack_classes split;
    struct random random = random_stream(seed, RANDOM_TEST, 0, 0);
    int taken = 0;
    if (pack_classes_init(&split, pack, PACK_TRAIN, error) != 0) return -1;
    for (int c = 0, count = 0; c < split.class_count && taken < classes; c++) {
        if (random_uniform(&random) * (float)(split.class_count - c) >= (float)(classes - taken)) continue;
        int first = split.start[c], size = split.start[c + 1] - first;
        for (int i = 0, left = per_class; i < size && left > 0; i++) {
            if (random_uniform(&random) * (float)(size - i) >= (float)left) continue;
            image[count++] = split.image[first + i];
            left--;
        }
        taken++;
    }
    pack_classes_release(&split);
    return taken == classes ? 0 : error_set(error, "the pack has fewer than %d train classes", classes);
}

static int create_network(struct network **network, const struct pack *pack, const char *weights, struct error *error)
{
    static char options[OPTIONS_SIZE] __attribute__((aligned(16)));
    struct network_request request = {.image_size = pack->size,
                                      .precision = PRECISION_F32,
                                      .embed_count = 8,
                                      .micro_batch = 8,
                                      .options = {.embedding_size = 16}};
    request.model = (const struct model *)plugin_find(model_registry, "model", "conv4", error);
    request.model_options = options;
    option_defaults(request.model->plugin.fields, options);
    snprintf(request.options.weights, sizeof request.options.weights, "%s", weights);
    return network_create(network, &request, error);
}

static void print_embedded(struct network *network, const struct pack *pack, const int *image, int count)
{
    int dim = network_dim(network);
    printf("image,class,length");
    for (int k = 0; k < dim; k++) printf(",z%d", k + 1);
    for (int i = 0; i < count; i++) {
        float row[DIM_MAX], length;
        network_embed(network, pack_image(pack, image[i]), NULL, 1, (struct network_rows){row, &length, NULL});
        printf("\n%d,%d,%.6g", image[i], pack->labels[image[i]], length);
        for (int k = 0; k < dim; k++) printf(",%.6g", row[k]);
    }
    printf("\n");
}

static int embed(char **argv, struct error *error)
{
    struct pack pack = {0};
    struct network *network = NULL;
    int image[SIZE_MAX_BATCH], classes = atoi(argv[4]), per_class = atoi(argv[5]), count = classes * per_class;
    if (classes < 2 || per_class < 2 || count > SIZE_MAX_BATCH)
        return error_set(error, "the batch is too small or too large");
    int status = pack_open(&pack, argv[2], 0, error);
    if (status == 0) status = draw_images(&pack, classes, per_class, (uint64_t)atoll(argv[6]), image, error);
    if (status == 0) status = create_network(&network, &pack, argv[3], error);
    if (status == 0) print_embedded(network, &pack, image, count);
    network_free(network);
    pack_release(&pack);
    return status;
}

/* ---- pick ---- */

static int read_batch(struct batch *batch, int *images, struct error *error)
{
    char line[DIM_MAX * 32];
    if (!fgets(line, sizeof line, stdin)) return error_set(error, "no embeddings on standard input");
    for (const char *at = line; (at = strchr(at, ',')) != NULL; at++) batch->dim++;
    batch->dim -= 2;
    if (batch->dim < 1 || batch->dim > DIM_MAX) return error_set(error, "rows of %d numbers", batch->dim);
    while (batch->size < SIZE_MAX_BATCH && fgets(line, sizeof line, stdin)) {
        char *at = line;
        images[batch->size] = (int)strtol(at, &at, 10);
        batch->labels[batch->size] = (int)strtol(at + 1, &at, 10);
        batch->lengths[batch->size] = strtof(at + 1, &at);
        for (int k = 0; k < batch->dim; k++) batch->embeddings[batch->size * batch->dim + k] = strtof(at + 1, &at);
        batch->size++;
    }
    return batch->size > 1 ? 0 : error_set(error, "fewer than two rows");
}

/* Computes g_i and l_i by multi_similarity with its usual options, and u_i from them (base/batch.h). */
static int compute_loss(struct batch *batch, struct error *error)
{
    char options[OPTIONS_SIZE] __attribute__((aligned(16)));
    const struct loss *loss = (const struct loss *)plugin_find(loss_registry, "loss", "multi_similarity", error);
    struct loss_workspace workspace = {0};
    struct arena arena = {0};
    option_defaults(loss->plugin.fields, options);
    loss_workspace_take(&workspace, loss, batch->size, batch->dim, &arena);
    if (arena_init(&arena, arena.peak, error) != 0) return -1;
    loss_workspace_take(&workspace, loss, batch->size, batch->dim, &arena);
    loss_compute(loss, options, batch, &workspace);
    arena_release(&arena);
    for (int i = 0; i < batch->size; i++) {
        const float *z = batch->embeddings + i * batch->dim, *g = batch->gradients + i * batch->dim;
        double radial = 0;
        for (int k = 0; k < batch->dim; k++) radial += (double)g[k] * z[k];
        for (int k = 0; k < batch->dim; k++)
            batch->received[i * batch->dim + k] = (float)((g[k] - radial * z[k]) / batch->lengths[i]);
    }
    return 0;
}

static double norm(const float *rows, int i, int dim)
{
    double square = 0;
    for (int k = 0; k < dim; k++) square += (double)rows[i * dim + k] * rows[i * dim + k];
    return sqrt(square);
}

/* Computes place (size) along the main axis of centered (size, dim) by power iteration, and removes that axis from the
 * rows. */
static void take_axis(double *centered, int size, int dim, double *place)
{
    double axis[DIM_MAX] = {1};
    for (int turn = 0; turn < TURNS; turn++) {
        double next[DIM_MAX] = {0}, length = 0;
        for (int i = 0; i < size; i++) {
            place[i] = 0;
            for (int k = 0; k < dim; k++) place[i] += centered[i * dim + k] * axis[k];
            for (int k = 0; k < dim; k++) next[k] += place[i] * centered[i * dim + k];
        }
        for (int k = 0; k < dim; k++) length += next[k] * next[k];
        for (int k = 0; k < dim; k++) axis[k] = next[k] / sqrt(length);
    }
    for (int i = 0; i < size; i++)
        for (int k = 0; k < dim; k++) centered[i * dim + k] -= place[i] * axis[k];
}

/* Places the batch in the plane of its two main axes (principal components). */
static void place_batch(const struct batch *batch, double place[PLANE][SIZE_MAX_BATCH])
{
    static double centered[SIZE_MAX_BATCH * DIM_MAX];
    for (int k = 0; k < batch->dim; k++) {
        double mean = 0;
        for (int i = 0; i < batch->size; i++) mean += batch->embeddings[i * batch->dim + k] / (double)batch->size;
        for (int i = 0; i < batch->size; i++)
            centered[i * batch->dim + k] = batch->embeddings[i * batch->dim + k] - mean;
    }
    for (int axis = 0; axis < PLANE; axis++) take_axis(centered, batch->size, batch->dim, place[axis]);
}

/* What a strategy without history selects: weights (size), 0 for samples that it leaves. */
static int select_samples(const struct strategy *strategy, const struct batch *batch, int count, float *weight,
                          struct error *error)
{
    char options[OPTIONS_SIZE] __attribute__((aligned(16)));
    struct selection selection = {0};
    struct arena arena = {0};
    struct random random = random_stream(0, RANDOM_STRATEGY, 0, 0);
    if (strategy->plugin.fields) option_defaults(strategy->plugin.fields, options);
    selection_take(&selection, strategy, batch, count, &arena);
    if (arena_init(&arena, arena.peak, error) != 0) return -1;
    selection_take(&selection, strategy, batch, count, &arena);
    strategy_select(strategy, options, batch, count, &random, &selection);
    memset(weight, 0, (size_t)batch->size * sizeof *weight);
    for (int s = 0; s < selection.count; s++) weight[selection.index[s]] = selection.weight[s];
    arena_release(&arena);
    return 0;
}

static int is_shown(const struct strategy *strategy)
{
    return !strategy->history && !(strategy->needs & NEEDS_REFERENCE) && strcmp(strategy->plugin.name, "full") != 0;
}

static int pick(double portion, struct error *error)
{
    static int labels[SIZE_MAX_BATCH], images[SIZE_MAX_BATCH];
    static float embeddings[SIZE_MAX_BATCH * DIM_MAX], gradients[SIZE_MAX_BATCH * DIM_MAX],
        received[SIZE_MAX_BATCH * DIM_MAX], lengths[SIZE_MAX_BATCH], losses[SIZE_MAX_BATCH], weight[64][SIZE_MAX_BATCH];
    static double place[PLANE][SIZE_MAX_BATCH];
    struct batch batch = {.labels = labels,
                          .ids = images,
                          .embeddings = embeddings,
                          .lengths = lengths,
                          .sample_losses = losses,
                          .gradients = gradients,
                          .received = received};
    int shown = 0;
    if (read_batch(&batch, images, error) != 0 || compute_loss(&batch, error) != 0) return -1;
    place_batch(&batch, place);
    printf("image,class,x,y,loss,gradient,received");
    for (const struct plugin *const *row = strategy_registry; *row; row++) {
        const struct strategy *strategy = (const struct strategy *)*row;
        if (!is_shown(strategy)) continue;
        printf(",%s", (*row)->name);
        int count = strategy_selected_count(portion, batch.size);
        if (select_samples(strategy, &batch, count, weight[shown++], error) != 0) return -1;
    }
    for (int i = 0; i < batch.size; i++) {
        printf("\n%d,%d,%.4f,%.4f,%.4f,%.6f,%.6f", images[i], labels[i], place[0][i], place[1][i], losses[i],
               norm(gradients, i, batch.dim), norm(received, i, batch.dim));
        for (int s = 0; s < shown; s++) printf(",%.3g", weight[s][i]);
    }
    printf("\n");
    return 0;
}

static int print_colors(void)
{
    for (const struct palette_color *color = palette_colors; color->name; color++)
        printf("%s = \"%s\"\n", color->name, color->light);
    return 0;
}

int main(int argc, char **argv)
{
    struct error error;
    int status;
    parallel_begin(1);
    if (argc == 7 && strcmp(argv[1], "embed") == 0) {
        status = embed(argv, &error);
    } else if (argc == 3 && strcmp(argv[1], "pick") == 0) {
        status = pick(atof(argv[2]), &error);
    } else if (argc == 2 && strcmp(argv[1], "colors") == 0) {
        status = print_colors();
    } else {
        fprintf(
            stderr,
            "usage: batch embed PACK WEIGHTS CLASSES PER_CLASS SEED | batch pick PORTION < EMBEDDED | batch colors\n");
        return 2;
    }
    if (status != 0) fprintf(stderr, "batch: %s\n", error.message);
    return status != 0;
}
