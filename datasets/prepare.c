/* prepare.c - see prepare.h.
 *
 * Each thread reads a batch of encoded images, one thread at a time and one batch ahead, then makes their thumbnails
 * and writes them while others read. If broken images are skipped, a pass that finds any is repeated without them. */
#include "datasets/prepare.h"

#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/parallel.h"
#include "datasets/broken.h"
#include "datasets/class_split.h"
#include "datasets/pack_contents.h"
#include "datasets/pack_strip.h"
#include "datasets/provenance.h"
#include "datasets/source.h"
#include "datasets/twins.h"

/* Threads read several images at a time, so that they seldom wait for each other at the source; but no more than these
 * bytes. */
enum { BATCH_COUNT = 16, BATCH_BYTES = 1 << 20 };

/* One image on its way; `bytes` is NULL for images that are drawn. */
struct item {
    int number;           /* in the order of reading */
    int position;         /* in the catalogue */
    unsigned char *bytes; /* (size) encoded; owned */
    size_t size;
};

struct batch {
    int count;
    struct item items[BATCH_COUNT];
};

/* What one thread works with. */
struct worker {
    struct batch batch, next; /* `next` is read early, whenever the source is free */
    struct thumbnail thumbnail;
    struct pack_strip strip;
};

struct preparation {
    const struct prepare_request *request;
    const struct prepare_watch *watch;
    struct catalogue catalogue;
    struct source *source; /* NULL if images are drawn */
    struct pack_writer writer;
    struct thumbnail_kind kind;
    int thread_count;
    struct worker *workers; /* (thread_count) */
    char *archives;         /* their lines of the provenance, once known; owned */

    pthread_mutex_t reading; /* for the source, and: */
    int taken;               /* images read so far */
    atomic_int ended;        /* 1: nothing more is to be read */

    pthread_mutex_t lock; /* for all that follows */
    int done;             /* images finished so far */
    int failed;           /* number of the first image that failed, or INT_MAX */
    struct error error;   /* about it */
    int listed;           /* images before any was left out */
    struct broken broken; /* images of this pass and of those before it */
};

/* Fills the image's planes: 0, or -1 if it is broken. */
static int make_image(struct preparation *work, struct thumbnail *thumbnail, const struct item *item,
                      unsigned char *planes, struct error *error)
{
    const struct prepare_request *request = work->request;
    const struct catalogue_image *image = &work->catalogue.images[item->position];
    if (request->dataset->draw) {
        request->dataset->draw(request->options, &work->catalogue, item->position, request->size, planes);
        return 0;
    }
    if (thumbnail_make(thumbnail, item->bytes, item->size, &image->box, planes, error) == 0) return 0;
    return error_context(error, "%s", image->path);
}

/* ---- what threads share; with the lock held ---- */

/* Of several failures, keeps the first in reading order, so that the message does not depend on timing. */
static void note_failure(struct preparation *work, int number, const struct error *error)
{
    work->ended = 1;
    if (number >= work->failed) return;
    work->failed = number;
    work->error = *error;
}

/* Reports an image that is left out at once. */
static int note_broken(struct preparation *work, const struct item *item, struct error *error)
{
    struct broken *broken = &work->broken;
    if (broken_add(broken, item->position, error->message, error) != 0) return -1;
    if (work->watch->news) work->watch->news(work->watch->context, broken->images[broken->count - 1].line);
    return 0;
}

static void finish_item(struct preparation *work, const struct item *item, int broken, int failed, struct error *error)
{
    if (broken && work->request->skip_broken)
        failed = note_broken(work, item, error) != 0;
    else
        failed |= broken;
    if (failed) note_failure(work, item->number, error);
    work->done++;
    if (work->failed == INT_MAX && work->watch->progress)
        work->watch->progress(work->watch->context, work->done, work->catalogue.count);
}

static void fail(struct preparation *work, int number, const struct error *error)
{
    pthread_mutex_lock(&work->lock);
    note_failure(work, number, error);
    pthread_mutex_unlock(&work->lock);
}

/* ---- reading; alone at the source ---- */

/* Reads the next image: 1, or 0 if there are no more. */
static int read_item(struct preparation *work, struct item *item)
{
    struct error error;
    *item = (struct item){.number = work->taken};
    if (work->ended) return 0;
    int status = 1;
    if (work->source)
        status = source_next(work->source, &item->position, &item->bytes, &item->size, &error);
    else
        status = (item->position = work->taken) < work->catalogue.count;
    if (status < 0) fail(work, item->number, &error);
    if (status <= 0) work->ended = 1;
    work->taken += status > 0;
    return status > 0;
}

static void read_batch(struct preparation *work, struct batch *batch)
{
    size_t bytes = 0;
    for (batch->count = 0; batch->count < BATCH_COUNT && bytes < BATCH_BYTES; batch->count++) {
        struct item *item = &batch->items[batch->count];
        if (!read_item(work, item)) return;
        bytes += item->size;
    }
}

/* The worker's next images, usually read ahead already; NULL: there are no more. */
static const struct batch *next_batch(struct preparation *work, struct worker *worker)
{
    worker->batch = worker->next;
    worker->next.count = 0;
    if (worker->batch.count == 0) {
        pthread_mutex_lock(&work->reading);
        read_batch(work, &worker->batch);
    } else if (pthread_mutex_trylock(&work->reading) != 0) {
        return &worker->batch;
    }
    read_batch(work, &worker->next);
    pthread_mutex_unlock(&work->reading);
    return &worker->batch;
}

/* ---- one thread ---- */

static void serve_item(struct preparation *work, struct worker *worker, const struct item *item)
{
    struct error error;
    int broken = make_image(work, &worker->thumbnail, item, pack_strip_room(&worker->strip), &error) != 0;
    int failed = !broken && pack_strip_put(&worker->strip, item->position, &error) != 0;
    pthread_mutex_lock(&work->lock);
    finish_item(work, item, broken, failed, &error);
    pthread_mutex_unlock(&work->lock);
}

/* One thread reads the archives for their checksums while others decode. */
static void describe_archives(struct preparation *work)
{
    struct error error;
    if (work->archives ||
        provenance_of_inputs(work->request->archives, work->request->split, &work->archives, &error) == 0)
        return;
    fail(work, 0, &error);
}

static void serve(void *context, int thread)
{
    struct preparation *work = context;
    struct worker *worker = &work->workers[thread];
    const struct batch *batch;
    struct error error;
    if (thread == 0) describe_archives(work);
    while ((batch = next_batch(work, worker))->count > 0)
        for (int i = 0; i < batch->count; i++) {
            serve_item(work, worker, &batch->items[i]);
            free(batch->items[i].bytes);
        }
    if (pack_strip_flush(&worker->strip, &error) != 0) fail(work, work->catalogue.count, &error);
}

/* ---- the pack ---- */

static int open_writer(struct preparation *work, struct error *error)
{
    struct pack_contents contents;
    if (pack_contents_init(&contents, &work->catalogue, work->request->size, error) != 0) return -1;
    int status = pack_writer_open(&work->writer, work->request->path, &contents, error);
    pack_contents_release(&contents);
    return status;
}

/* Prints the notes about the data set, now that it can be packed. */
static void tell_notes(struct preparation *work)
{
    const char *notes = work->catalogue.notes ? work->catalogue.notes : "", *end;
    for (; (end = strchr(notes, '\n')); notes = end + 1) {
        char line[CATALOGUE_NOTE_SIZE + sizeof "note: "];
        snprintf(line, sizeof line, "%.*s", (int)(end - notes), notes);
        if (work->watch->news) work->watch->news(work->watch->context, line);
    }
}

static int commit(struct preparation *work, struct error *error)
{
    const struct prepare_request *request = work->request;
    struct provenance told = {.dataset = request->dataset,
                              .options = request->options,
                              .archives = work->archives,
                              .size = request->size,
                              .fit = request->fit,
                              .listed = work->listed,
                              .broken = &work->broken};
    char *provenance;
    if (work->source && twins_note(&work->catalogue, pack_writer_checksums(&work->writer), error) != 0) return -1;
    tell_notes(work);
    told.notes = work->catalogue.notes;
    if (provenance_make(&told, &provenance, error) != 0) return -1;
    int status = pack_writer_commit(&work->writer, provenance, error);
    free(provenance);
    return status;
}

/* ---- all of it ---- */

static int open_threads(struct preparation *work, struct error *error)
{
    work->kind.size = work->request->size;
    work->kind.fit = work->request->fit;
    work->thread_count = parallel_threads();
    work->workers = calloc((size_t)work->thread_count, sizeof *work->workers);
    if (!work->workers) return error_set(error, "out of memory");
    int status = 0;
    for (int i = 0; i < work->thread_count && status == 0; i++) {
        struct worker *worker = &work->workers[i];
        status = thumbnail_init(&worker->thumbnail, &work->kind, error);
        if (status == 0) status = pack_strip_init(&worker->strip, &work->writer, work->kind.size, error);
    }
    return status;
}

/* Ends a pass and drops what it wrote. */
static void end_pass(struct preparation *work)
{
    pack_writer_release(&work->writer);
    source_free(work->source);
    work->source = NULL;
    work->taken = work->done = 0;
    work->ended = 0;
}

/* Reads everything once. Returns 0 with the pack in place, 1 if broken images were found and left out, or -1. */
static int make_pass(struct preparation *work, struct error *error)
{
    int status = -1;
    work->failed = INT_MAX;
    if (!work->request->dataset->draw && source_create(&work->source, &work->catalogue, error) != 0) goto done;
    if (open_writer(work, error) != 0) goto done;
    parallel_for(work->thread_count, serve, work);
    if (work->failed < INT_MAX)
        *error = work->error;
    else if (work->broken.count > 0)
        status = broken_leave_out(&work->broken, &work->catalogue, error) == 0 ? 1 : -1;
    else
        status = commit(work, error);
done:
    end_pass(work);
    return status;
}

static void preparation_release(struct preparation *work)
{
    for (int i = 0; work->workers && i < work->thread_count; i++) {
        thumbnail_release(&work->workers[i].thumbnail);
        pack_strip_release(&work->workers[i].strip);
    }
    free(work->workers);
    free(work->archives);
    broken_release(&work->broken);
    catalogue_release(&work->catalogue);
    pthread_mutex_destroy(&work->reading);
    pthread_mutex_destroy(&work->lock);
    pthread_mutex_destroy(&work->kind.large);
}

int prepare_pack(const struct prepare_request *request, const struct prepare_watch *watch, struct error *error)
{
    struct preparation work = {.request = request, .watch = watch};
    const struct dataset *dataset = request->dataset;
    pthread_mutex_init(&work.reading, NULL);
    pthread_mutex_init(&work.lock, NULL);
    pthread_mutex_init(&work.kind.large, NULL);
    int status = dataset->list(request->options, request->archives, &work.catalogue, error);
    if (status == 0 && work.catalogue.count == 0) status = error_set(error, "no images are listed");
    if (status == 0 && request->split) status = class_split_apply(&work.catalogue, request->split, error);
    if (status == 0 && work.catalogue.count == 0) status = error_set(error, "no images are left");
    if (status == 0) status = open_threads(&work, error);
    work.listed = work.catalogue.count;
    if (status == 0) status = 1;
    while (status == 1) status = make_pass(&work, error);
    preparation_release(&work);
    return status == 0 ? 0 : error_context(error, "%s", dataset->plugin.name);
}
