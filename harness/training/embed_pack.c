/* embed_pack.c - see embed_pack.h. All threads crop a chunk of images, then all embed it. */
#include "harness/training/embed_pack.h"

#include <math.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/interrupt.h"
#include "base/parallel.h"
#include "datasets/resize.h"

enum { CHUNK = 128 };

struct chunk {
    const struct pack *pack;
    const int *image; /* (CHUNK) positions in the pack */
    const struct crop_center *center;
    unsigned char *pixels;    /* (CHUNK, 3, h, w) */
    struct resizer *resizers; /* (threads) */
    struct error *errors;     /* (threads) */
    int *failed;              /* (threads) */
};

static void crop_image(void *context, int i)
{
    struct chunk *chunk = context;
    int image_size = chunk->center->image_size, thread = parallel_thread();
    struct region region = crop_center_region(chunk->center, chunk->pack->size);
    unsigned char *pixels = chunk->pixels + (size_t)i * 3 * (size_t)image_size * (size_t)image_size;
    if (crop_cut(&chunk->resizers[thread], chunk->pack, chunk->image[i], region, image_size, pixels,
                 &chunk->errors[thread]) != 0)
        chunk->failed[thread] = 1;
}

static int crop_chunk(struct chunk *chunk, int count, int threads, struct error *error)
{
    parallel_for(count, crop_image, chunk);
    for (int t = 0; t < threads; t++)
        if (chunk->failed[t]) return error_set(error, "%s", chunk->errors[t].message);
    return 0;
}

int embedding_compute(struct network *network, const struct pack *pack, const int *image, int count,
                      const struct crop_center *center, float *embeddings, struct error *error)
{
    int threads = parallel_threads(), status = -1;
    size_t bytes = 3 * (size_t)center->image_size * (size_t)center->image_size;
    struct chunk chunk = {
        .pack = pack,
        .center = center,
        .pixels = malloc(CHUNK * bytes),
        .resizers = calloc((size_t)threads, sizeof *chunk.resizers),
        .errors = calloc((size_t)threads, sizeof *chunk.errors),
        .failed = calloc((size_t)threads, sizeof *chunk.failed),
    };
    if (!chunk.pixels || !chunk.resizers || !chunk.errors || !chunk.failed) {
        error_set(error, "out of memory");
        goto done;
    }
    for (int at = 0; at < count; at += CHUNK) {
        int size = count - at < CHUNK ? count - at : CHUNK;
        chunk.image = image + at;
        if (interrupt_pending()) {
            error_set(error, "interrupted");
            goto done;
        }
        if (crop_chunk(&chunk, size, threads, error) != 0) goto done;
        network_embed(network, chunk.pixels, NULL, size,
                      (struct network_rows){embeddings + (size_t)at * (size_t)network_dim(network)});
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
    enum { BLOCK = 16 }; /* columns summed in one pass over the rows */
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
