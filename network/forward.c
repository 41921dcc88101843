/* forward.c - the forward pass: images to embeddings, with and without a tape (network.h). */
#include <assert.h>
#include <stdatomic.h>
#include <string.h>

#include "base/number.h"
#include "base/parallel.h"
#include "network/passage.h"

/* One call: `count` images and their output rows. */
struct embedding {
    const struct network *network;
    const uint8_t *pixels;
    const int *index; /* which images; NULL: the first `count` */
    int count;
    struct network_rows rows;
    int taped;       /* 1: each micro-batch is kept in a slot of the tape */
    atomic_int next; /* first sample that no embedder has taken */
};

/* Loads images [at, at + count) into an input of `samples` images, repeating the last one. */
static void load_images(const struct embedding *call, int at, int count, int samples, void *activation)
{
    const struct network *network = call->network;
    int size = network->request.image_size;
    size_t image = (size_t)3 * (size_t)size * (size_t)size;
#pragma omp parallel for schedule(static)
    for (int i = 0; i < samples; i++) {
        int position = at + number_smaller(i, count - 1);
        engine_load_pixels(network->engine,
                           call->pixels + (size_t)(call->index ? call->index[position] : position) * image, size,
                           network->scale, network->shift, i, activation);
    }
}

static struct passage embedder_passage(const struct network *network, int e)
{
    const struct embedder *embedder = &network->embedders[e];
    return (struct passage){network, &embedder->stage, &embedder->workspace, NULL, &embedder->head};
}

static enum kernel_mode layer_mode(const struct network *network, const struct stage *stage, int l)
{
    if (l < network->first_trained) return KERNEL_INFERENCE;
    if (stage == &network->tape) return KERNEL_TAPE;
    return network->training ? KERNEL_BATCH : KERNEL_INFERENCE;
}

/* Runs the layers of a segment for samples of the micro-batch from `first` on. */
static void forward_layers(const struct passage *passage, const struct segment *segment, int first)
{
    const struct network *network = passage->network;
    for (int l = segment->first; l < segment->last; l++) {
        const struct layer *layer = &network->graph.layer[l];
        kernel_forward(passage->stage->kernel[l],
                       &(struct kernel_forward){
                           .mode = layer_mode(network, passage->stage, l),
                           .input = passage_tensor(passage, layer->input, first),
                           .residual = layer->residual >= 0 ? passage_tensor(passage, layer->residual, first) : NULL,
                           .output = passage_tensor(passage, layer->output, first),
                           .weights = &network->layer[l].weights,
                           .auxiliary = passage_auxiliary(passage, l, first),
                           .scratch = passage->workspace->scratch,
                       });
    }
}

/* Runs segment s, and all before it, for samples from `first` on of the micro-batch that begins with image `at` of the
 * call. */
static void forward(const struct passage *passage, const struct embedding *call, int s, int at, int first)
{
    const struct segment *segment = &passage->stage->segments.segment[s];
    int input = passage->network->graph.layer[segment->first].input;
    int count = number_smaller(segment->samples, call->count - at - first);
    if (s == 0)
        load_images(call, at + first, count, segment->samples, passage_tensor(passage, input, first));
    else
        for (int i = 0; i < count; i += segment[-1].samples) forward(passage, call, s - 1, at, first + i);
    forward_layers(passage, segment, first);
}

/* Copies to rows at, at + 1, ... of a call's array, `width` floats each. */
static void copy_rows(float *rows, int at, const float *from, int count, int width)
{
    if (rows) memcpy(rows + (size_t)at * (size_t)width, from, (size_t)count * (size_t)width * sizeof(float));
}

/* One micro-batch, from pixels to embeddings. */
static void embed(const struct passage *passage, const struct embedding *call, int at)
{
    int count = number_smaller(passage->stage->samples, call->count - at);
    forward(passage, call, passage->stage->segments.count - 1, at, 0);
    struct head head = passage_unload_features(passage);
    head_forward(&head, passage->workspace->features, passage->head);
    copy_rows(call->rows.embeddings, at, passage->head->embeddings, count, head.dim);
    copy_rows(call->rows.lengths, at, passage->head->norms, count, 1);
    copy_rows(call->rows.inputs, at, passage->head->pooled, count, head.channels);
}

static void run_embedder(void *context, int e)
{
    struct embedding *call = context;
    struct passage passage = embedder_passage(call->network, e);
    int samples = passage.stage->samples, at;
    while ((at = atomic_fetch_add(&call->next, samples)) < call->count) {
        if (call->taped) passage_keep_in_slot(&passage, at / samples);
        embed(&passage, call, at);
    }
}

void network_embed(struct network *network, const uint8_t *pixels, const int *index, int count,
                   struct network_rows rows)
{
    struct embedding call = {network, pixels, index, count, rows, 0, 0};
    parallel_for(network->embedder_count, run_embedder, &call);
}

/* How many of `count` samples embedders put on the tape: equally many whole micro-batches each, so that none waits. */
static int count_taped_apart(const struct network *network, int count)
{
    int each = network->tape.samples * network->embedder_count;
    return network->tapes_apart ? count / each * each : 0;
}

void network_forward_tape(struct network *network, const uint8_t *pixels, const int *index, int count,
                          struct network_rows rows)
{
    int apart = count_taped_apart(network, count);
    struct embedding call = {network, pixels, index, apart, rows, 1, 0};
    assert(count <= network_tape_capacity(network));
    if (apart > 0) parallel_for(network->embedder_count, run_embedder, &call);
    call.count = count;
    for (int at = apart; at < count; at += network->tape.samples) {
        struct passage passage = passage_of_slot(network, at / network->tape.samples);
        embed(&passage, &call, at);
    }
}
