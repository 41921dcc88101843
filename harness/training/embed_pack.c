/* embed_pack.c - see embed_pack.h. All threads crop a chunk of images, then all embed it. */
#include "harness/training/embed_pack.h"

#include <math.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/interrupt.h"
#include "base/parallel.h"
#include "datasets/resize.h"
#include "harness/training/crop.h"

enum { CHUNK = 128 };

struct chunk {
    const struct pack *pack;
    const int *image; /* (CHUNK) positions in the pack */
    int image_size;
    double share;
    unsigned char *pixels;    /* (CHUNK, 3, h, w) */
    struct resizer *resizers; /* (threads) */
    struct error *errors;     /* (threads) */
    int *failed;              /* (threads) */
};

static void crop_image(void *context, int i)
{
    struct chunk *chunk = context;
    int size = chunk->pack->size, image_size = chunk->image_size, thread = parallel_thread();
    struct planes source = {pack_image(chunk->pack, chunk->image[i]), size, size, (size_t)size};
    size_t bytes = 3 * (size_t)image_size * (size_t)image_size;
    if (resize_region(&chunk->resizers[thread], &source, crop_centre(size, image_size, chunk->share),
                      chunk->pixels + (size_t)i * bytes, image_size, image_size, &chunk->errors[thread]) != 0)
        chunk->failed[thread] = 1;
    pack_forget_image(chunk->pack, chunk->image[i]);
}

static int crop_chunk(struct chunk *chunk, int count, int threads, struct error *error)
{
    parallel_for(count, crop_image, chunk);
    for (int t = 0; t < threads; t++)
        if (chunk->failed[t]) return error_set(error, "%s", chunk->errors[t].message);
    return 0;
}

int embedding_compute(struct network *network, const struct pack *pack, const int *image, int count, int image_size,
                      double share, float *embeddings, struct error *error)
{
    int threads = parallel_threads(), status = -1;
    size_t bytes = 3 * (size_t)image_size * (size_t)image_size;
    struct chunk chunk = {
        .pack = pack,
        .image_size = image_size,
        .share = share,
        .pixels = malloc(CHUNK * bytes),
        .resizers = calloc((size_t)threads, sizeof *chunk.resizers),
        .errors = calloc((size_t)threads, sizeof *chunk.errors),
        .failed = calloc((size_t)threads, sizeof *chunk.failed),
    };
    if (!chunk.pixels || !chunk.resizers || !chunk.errors || !chunk.failed) {
        error_set(error, "out of memory");
        goto done;
    }
    for (int t = 0; t < threads; t++) chunk.resizers[t].filter = RESIZE_CATMULL_ROM;
    for (int at = 0; at < count; at += CHUNK) {
        int size = count - at < CHUNK ? count - at : CHUNK;
        chunk.image = image + at;
        if (interrupt_pending()) {
            error_set(error, "interrupted");
            goto done;
        }
        if (crop_chunk(&chunk, size, threads, error) != 0) goto done;
        network_embed(network, chunk.pixels, NULL, size, embeddings + (size_t)at * (size_t)network_dim(network));
    }
    status = 0;
done:
    for (int t = 0; chunk.resizers && t < threads; t++) resizer_release(&chunk.resizers[t]);
    free(chunk.pixels);
    free(chunk.resizers);
    free(chunk.errors);
    free(chunk.failed);
    return status;
}

double embedding_spread(const float *embeddings, int count, int dim)
{
    enum { BLOCK = 16 }; /* columns taken in one walk over the rows */
    double spread = 0;
    for (int from = 0; from < dim; from += BLOCK) {
        int width = dim - from < BLOCK ? dim - from : BLOCK;
        double sum[BLOCK] = {0}, square[BLOCK] = {0};
        for (int i = 0; i < count; i++)
            for (int k = 0; k < width; k++) {
                double value = (double)embeddings[(size_t)i * (size_t)dim + (size_t)(from + k)];
                sum[k] += value;
                square[k] += value * value;
            }
        for (int k = 0; k < width; k++) spread += square[k] / count - sum[k] / count * (sum[k] / count);
    }
    return isfinite(spread) ? spread : NAN;
}
