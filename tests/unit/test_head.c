/* The head: pooled features to unit embeddings. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/parallel.h"
#include "base/random.h"
#include "network/head.h"

enum { SAMPLES = 9, CHANNELS = 1291, DIM = 37 };

static void fill(float *values, int count, uint64_t seed)
{
    struct random random = random_stream(seed, RANDOM_TEST, 0, 0);
    for (int i = 0; i < count; i++) values[i] = (float)random_below(&random, 2000) / 1000 - 1;
}

/* Embeddings of features (count, CHANNELS) by so many threads. */
static void embed(const float *features, int count, int threads, float *embeddings)
{
    static float weight[DIM * CHANNELS], bias[DIM], pooled[SAMPLES * CHANNELS], norms[SAMPLES];
    struct head head = {.samples = count, .channels = CHANNELS, .area = 1, .dim = DIM, .weight = weight, .bias = bias};
    fill(weight, DIM * CHANNELS, 1);
    fill(bias, DIM, 2);
    parallel_set_threads(threads);
    head_forward(&head, features, &(struct head_tape){pooled, embeddings, norms});
}

Test(head, an_embedding_depends_neither_on_its_place_nor_on_its_neighbors_nor_on_threads)
{
    static float features[SAMPLES * CHANNELS], alone[SAMPLES * DIM], together[SAMPLES * DIM];
    fill(features, SAMPLES * CHANNELS, 3);
    for (int i = 0; i < SAMPLES; i++) embed(features + i * CHANNELS, 1, 1, alone + i * DIM);
    for (int threads = 1; threads <= 3; threads++)
        for (int count = 1; count <= SAMPLES; count++)
            for (int first = 0; first + count <= SAMPLES; first++) {
                embed(features + first * CHANNELS, count, threads, together);
                cr_expect_arr_eq(together, alone + first * DIM, (size_t)(count * DIM) * sizeof(float),
                                 "%d samples from %d on, %d threads", count, first, threads);
            }
}
