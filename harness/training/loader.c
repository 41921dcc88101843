/* loader.c - see loader.h. Two buffers: the network reads one while the thread fills the other. */
#include "harness/training/loader.h"

#include <limits.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/random.h"
#include "datasets/resize.h"
#include "harness/training/crop.h"
#include "harness/training/jitter.h"
#include "strategies/samplers/sampler.h"

enum { BUFFERS = 2 };

struct buffer {
    uint8_t *pixels; /* (B, 3, h, w) */
    int *labels;     /* (B) */
    int *images;     /* (B) positions in the pack */
};

struct loader {
    const struct settings *settings;
    const struct pack *pack;
    struct sampler_classes classes;
    int steps_per_epoch;
    int epoch, step; /* of the next batch to prepare */
    struct arena arena;
    struct buffer buffer[BUFFERS];
    int *scratch; /* of the sampler */
    struct resizer resizer;
    struct error error;

    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    long prepared, taken; /* batches; those between are ready */
    int started, stop, failed;
    int last_epoch; /* that may be prepared */
};

static void carve(struct loader *loader)
{
    const struct settings *settings = loader->settings;
    size_t size = (size_t)settings->image_size, batch = (size_t)settings->batch_size;
    for (int b = 0; b < BUFFERS; b++) {
        loader->buffer[b].pixels = arena_take(&loader->arena, batch * 3 * size, size);
        loader->buffer[b].labels = arena_take(&loader->arena, batch, sizeof(int));
        loader->buffer[b].images = arena_take(&loader->arena, batch, sizeof(int));
    }
    size_t classes = (size_t)loader->classes.class_count;
    size_t images = classes ? (size_t)loader->classes.start[classes] : 0;
    loader->scratch = arena_take(&loader->arena, images + classes, sizeof(int));
}

size_t loader_bytes(const struct settings *settings)
{
    struct loader loader = {.settings = settings};
    carve(&loader);
    return loader.arena.peak;
}

/* Crops, resizes, mirrors and recolors one image of the batch. */
static int prepare_image(struct loader *loader, struct buffer *buffer, int position)
{
    const struct settings *settings = loader->settings;
    int size = loader->pack->size, image_size = settings->image_size;
    uint64_t draw = (uint64_t)loader->step * (uint64_t)settings->batch_size + (uint64_t)position;
    struct random random = random_stream((uint64_t)settings->seed, RANDOM_AUGMENT, (uint32_t)loader->epoch, draw);
    uint8_t *pixels = buffer->pixels + (size_t)position * 3 * (size_t)image_size * (size_t)image_size;
    struct region region = crop_random(&random, size, settings->crop_area);
    if (crop_cut(&loader->resizer, loader->pack, buffer->images[position], region, image_size, pixels,
                 &loader->error) != 0)
        return -1;
    if (settings->flip && random_below(&random, 2)) crop_flip(pixels, image_size);
    if (settings->color_jitter > 0) jitter_colors(&random, pixels, image_size, settings->color_jitter);
    return 0;
}

static int prepare_batch(struct loader *loader, struct buffer *buffer)
{
    const struct settings *settings = loader->settings;
    const struct sampler *sampler = settings_sampler(settings);
    struct random random =
        random_stream((uint64_t)settings->seed, RANDOM_SAMPLER, (uint32_t)loader->epoch, (uint64_t)loader->step);
    struct sampler_batch batch = {settings->batch_size, settings->samples_per_class, buffer->images};
    sampler->compose(settings->sampler.options, &loader->classes, &batch, &random, loader->scratch);
    for (int i = 0; i < settings->batch_size; i++) {
        buffer->labels[i] = loader->pack->labels[buffer->images[i]];
        if (prepare_image(loader, buffer, i) != 0) return -1;
    }
    if (++loader->step == loader->steps_per_epoch) {
        loader->step = 0;
        loader->epoch++;
    }
    return 0;
}

/* Fills buffers until told to stop; waits for a buffer that the caller still reads. */
static void *prepare_batches(void *context)
{
    struct loader *loader = context;
    pthread_mutex_lock(&loader->mutex);
    while (!loader->stop && !loader->failed) {
        if (loader->prepared - loader->taken >= BUFFERS - 1 || loader->epoch > loader->last_epoch) {
            pthread_cond_wait(&loader->changed, &loader->mutex);
            continue;
        }
        struct buffer *buffer = &loader->buffer[loader->prepared % BUFFERS];
        pthread_mutex_unlock(&loader->mutex);
        int failed = prepare_batch(loader, buffer) != 0;
        pthread_mutex_lock(&loader->mutex);
        loader->failed = failed;
        loader->prepared++;
        pthread_cond_broadcast(&loader->changed);
    }
    pthread_mutex_unlock(&loader->mutex);
    return NULL;
}

static int wants_centroids(const struct settings *settings)
{
    return settings_sampler(settings)->wants_centroids;
}

int loader_create(struct loader **out, const struct settings *settings, const struct pack *pack,
                  const struct pack_classes *classes, int steps_per_epoch, struct loader_position first,
                  struct error *error)
{
    *out = NULL;
    struct loader *loader = calloc(1, sizeof *loader);
    if (!loader) return error_set(error, "out of memory");
    *loader = (struct loader){
        .settings = settings,
        .pack = pack,
        .classes = {.class_count = classes->class_count, .start = classes->start, .image = classes->image},
        .steps_per_epoch = steps_per_epoch,
        .epoch = first.epoch + first.step / steps_per_epoch,
        .step = first.step % steps_per_epoch,
        .last_epoch = wants_centroids(settings) ? 1 : INT_MAX, /* the first epoch has no centroids to wait for */
        .mutex = PTHREAD_MUTEX_INITIALIZER,
        .changed = PTHREAD_COND_INITIALIZER,
    };
    carve(loader);
    if (arena_init(&loader->arena, loader->arena.peak, error) != 0) {
        loader_free(loader);
        return -1;
    }
    carve(loader);
    loader->started = pthread_create(&loader->thread, NULL, prepare_batches, loader) == 0;
    if (!loader->started) {
        loader_free(loader);
        return error_set(error, "cannot start the loader's thread");
    }
    *out = loader;
    return 0;
}

void loader_begin_epoch(struct loader *loader, int epoch, const float *centroids, int dim)
{
    pthread_mutex_lock(&loader->mutex);
    if (epoch > loader->last_epoch) {
        loader->classes.centroids = centroids;
        loader->classes.dim = dim;
        loader->last_epoch = epoch;
        pthread_cond_broadcast(&loader->changed);
    }
    pthread_mutex_unlock(&loader->mutex);
}

void loader_free(struct loader *loader)
{
    if (!loader) return;
    if (loader->started) {
        pthread_mutex_lock(&loader->mutex);
        loader->stop = 1;
        pthread_cond_broadcast(&loader->changed);
        pthread_mutex_unlock(&loader->mutex);
        pthread_join(loader->thread, NULL);
    }
    resizer_release(&loader->resizer);
    arena_release(&loader->arena);
    free(loader);
}

/* The previous batch is given back here: `taken` counts batches whose buffers are free again. */
int loader_next(struct loader *loader, struct loader_batch *batch, struct error *error)
{
    pthread_mutex_lock(&loader->mutex);
    while (loader->prepared == loader->taken && !loader->failed) pthread_cond_wait(&loader->changed, &loader->mutex);
    struct buffer *buffer = &loader->buffer[loader->taken % BUFFERS];
    *batch = (struct loader_batch){buffer->pixels, buffer->labels, buffer->images};
    loader->taken++;
    pthread_cond_broadcast(&loader->changed);
    int failed = loader->failed;
    pthread_mutex_unlock(&loader->mutex);
    return failed ? error_set(error, "loader: %s", loader->error.message) : 0;
}
