/* Segments: how many samples pass through which layers together, and threads that each take samples of their own. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/parallel.h"
#include "base/random.h"
#include "network/network.h"
#include "network/models/model.h"
#include "network/segment.h"

enum { SIZE = 144, COUNT = 11, DIM = 16 };

extern const struct model model_mobilenet_v2, model_resnet18;
static const struct model *const big_models[] = {&model_resnet18, &model_mobilenet_v2};
enum { BIG_MODELS = sizeof big_models / sizeof *big_models };
static const int padding = PADDING_SYMMETRIC; /* the only option that either takes */

/* What a layer reads is made in its own segment, or is what the segment before ends with. */
static void check_reads(const struct graph *graph, const struct segment *segment)
{
    for (int l = segment->first; l < segment->last; l++) {
        int read[] = {graph->layer[l].input, graph->layer[l].residual};
        for (int i = 0; i < 2; i++)
            if (read[i] >= 0) cr_assert_geq(graph_producer(graph, read[i]), segment->first - 1);
    }
}

Test(segment, a_plan_covers_all_layers_with_growing_samples)
{
    for (int m = 0; m < BIG_MODELS; m++) {
        struct graph graph;
        struct segments segments;
        int next = 0;
        graph_init(&graph, SIZE, 0);
        big_models[m]->build(&padding, &graph);
        segments_plan(&segments, &graph, 8);
        cr_assert_gt(segments.count, 1, "large maps go alone");
        for (int s = 0; s < segments.count; s++) {
            const struct segment *segment = &segments.segment[s];
            cr_assert_eq(segment->first, next);
            if (s > 0) cr_assert_eq(segment->samples % segment[-1].samples, 0);
            check_reads(&graph, segment);
            next = segment->last;
        }
        cr_assert_eq(next, graph.layer_count);
    }
}

/* Images (count, 3, SIZE, SIZE) to free. */
static uint8_t *draw_images(int count)
{
    struct random random = random_stream(3, RANDOM_TEST, 0, 0);
    size_t bytes = (size_t)count * 3 * SIZE * SIZE;
    uint8_t *pixels = malloc(bytes);
    for (size_t i = 0; i < bytes; i++) pixels[i] = (uint8_t)random_below(&random, 256);
    return pixels;
}

/* A network for `count` samples with a tape and without one. */
static struct network *network_for(const struct model *model, int threads, int count, int micro_batch,
                                   const char *trainable_from)
{
    struct error error;
    struct network *network;
    struct network_request request = {.model = model,
                                      .model_options = &padding,
                                      .options = {.embedding_size = DIM},
                                      .image_size = SIZE,
                                      .embed_count = count,
                                      .tape_count = count,
                                      .micro_batch = micro_batch,
                                      .seed = 1};
    strcpy(request.options.trainable_from, trainable_from);
    parallel_set_threads(threads);
    cr_assert_eq(network_create(&network, &request, &error), 0, "%s", error.message);
    return network;
}

/* COUNT images by `threads` threads: embeddings (COUNT, DIM), without a tape and with one. */
static void embed_both_ways(const struct model *model, int threads, float *embeddings, float *taped)
{
    struct network *network = network_for(model, threads, COUNT, 8, "");
    uint8_t *pixels = draw_images(COUNT);
    network_embed(network, pixels, NULL, COUNT, (struct network_rows){embeddings});
    network_forward_tape(network, pixels, NULL, COUNT, (struct network_rows){taped});
    network_free(network);
    free(pixels);
}

/* COUNT is no multiple of anything, so that segments end with fewer samples than they take. */
Test(segment_slow, embeddings_are_those_of_the_tape_whatever_the_threads)
{
    float first[COUNT * DIM], embeddings[COUNT * DIM], taped[COUNT * DIM];
    for (int m = 0; m < BIG_MODELS; m++)
        for (int threads = 1; threads <= 3; threads++) {
            embed_both_ways(big_models[m], threads, embeddings, taped);
            if (threads == 1) memcpy(first, embeddings, sizeof first);
            cr_expect_arr_eq(embeddings, taped, sizeof taped, "%s, %d threads", big_models[m]->plugin.name, threads);
            cr_expect_arr_eq(embeddings, first, sizeof first, "%s, %d threads", big_models[m]->plugin.name, threads);
        }
}

/* ---- threads that each fill the tape with samples of their own ---- */

enum { THREADS = 2, MICRO_BATCH = 4, TAPED = THREADS * MICRO_BATCH };

/* TAPED images in calls of `count`: embeddings (TAPED, DIM), and the parameters' gradients with those as the loss's. */
static void train(struct network *network, const uint8_t *pixels, int count, float *embeddings)
{
    network_clear_gradients(network);
    for (int at = 0; at < TAPED; at += count) {
        network_forward_tape(network, pixels + (size_t)at * 3 * SIZE * SIZE, NULL, count,
                             (struct network_rows){embeddings + at * DIM});
        for (int i = at * DIM; i < (at + count) * DIM; i++) embeddings[i] += (float)(i % 5) - 2;
        network_backward(network, count, embeddings + at * DIM);
    }
    network_finish_gradients(network);
}

static void check_same_gradients(struct network *network, struct network *other, const char *name)
{
    int count;
    const struct parameter *a = network_parameters(network, &count), *b = network_parameters(other, &count);
    for (int p = 0; p < count; p++)
        if (a[p].gradient)
            cr_expect_arr_eq(a[p].gradient, b[p].gradient, a[p].count * sizeof(float), "%s, %s", name, a[p].name);
}

/* One micro-batch a call leaves nothing to share out, so all threads work on it in step. */
Test(segment_slow, threads_fill_the_tape_alone_as_they_do_in_step)
{
    static const char *const trainable_from[BIG_MODELS][2] = {{"", "layer2"}, {"", "features.7"}};
    uint8_t *pixels = draw_images(TAPED);
    for (int m = 0; m < BIG_MODELS; m++)
        for (int t = 0; t < 2; t++) {
            float alone[TAPED * DIM], in_step[TAPED * DIM];
            const char *name = big_models[m]->plugin.name;
            struct network *network = network_for(big_models[m], THREADS, TAPED, MICRO_BATCH, trainable_from[m][t]);
            struct network *other = network_for(big_models[m], THREADS, TAPED, MICRO_BATCH, trainable_from[m][t]);
            train(network, pixels, TAPED, alone);
            train(other, pixels, MICRO_BATCH, in_step);
            cr_expect_arr_eq(alone, in_step, sizeof alone, "%s", name);
            check_same_gradients(network, other, name);
            network_free(network);
            network_free(other);
        }
    free(pixels);
}
