/* prepare.c - see prepare.h.
 *
 * Every thread serves itself: it reads the next encoded image, alone at the source, then decodes, scales and writes it
 * while others read. Where broken images are skipped, a pass that meets any is made again without them. */
#include "datasets/prepare.h"

#include <limits.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/parallel.h"
#include "datasets/decode.h"
#include "datasets/orientation.h"
#include "datasets/provenance.h"
#include "datasets/source.h"

enum { CHANNELS = 3, LARGE_BYTES = 16 << 20, SKIPPED_LINE_SIZE = 512 };

/* One image on its way; `bytes` is NULL for images that are drawn. */
struct item {
    int number;           /* in the order of reading */
    int position;         /* in the catalogue */
    unsigned char *bytes; /* (size) encoded; owned */
    size_t size;
};

/* What one thread works with. */
struct worker {
    struct decoded decoded;
    struct resizer resizer;
    unsigned char *planes;  /* (3, size, size); owned */
    unsigned char *upright; /* (3, size, size) the same, turned; owned */
};

/* An image that could not be decoded. */
struct broken {
    int position;                 /* in the catalogue */
    char line[SKIPPED_LINE_SIZE]; /* what is said about it */
};

struct preparation {
    const struct prepare_request *request;
    const struct prepare_watch *watch;
    struct catalogue catalogue;
    struct source *source; /* NULL where images are drawn */
    struct pack_writer writer;
    int worker_count;
    struct worker *workers; /* (worker_count) */
    pthread_mutex_t large;  /* held while an image that takes much memory is decoded: one at a time */

    pthread_mutex_t lock; /* for all that follows, and for the source */
    int taken;            /* images read so far */
    int done;             /* and finished */
    int ended;            /* 1: nothing more is to be read */
    int failed;           /* number of the first image that failed, or INT_MAX */
    struct error error;   /* about it */
    int broken_count, broken_capacity;
    struct broken *broken; /* (broken_count) of this pass, in any order; owned */
    int listed;            /* images before any was left out */
    int skipped_count;     /* images left out so far */
    char *skipped;         /* a line for each; owned */
};

/* ---- one image ---- */

/* The part of a width x height image that fills the pack's square. */
static struct region choose_region(const struct region *box, int width, int height, enum prepare_fit fit)
{
    struct region region = {0, 0, width, height};
    if (box->width > 0 && box->height > 0) {
        double right = fmin(box->x + box->width, width), bottom = fmin(box->y + box->height, height);
        region = (struct region){fmax(box->x, 0), fmax(box->y, 0), 0, 0};
        region.width = right - region.x;
        region.height = bottom - region.y;
    }
    if (fit == PREPARE_STRETCH) return region;
    double side = fmin(region.width, region.height);
    return (struct region){region.x + (region.width - side) / 2, region.y + (region.height - side) / 2, side, side};
}

/* Decodes an image, and cuts and scales it to the worker's planes. At least twice the pixels that are needed are
 * decoded, so that scaling has something to work on. */
static int scale_image(const struct preparation *work, struct worker *worker, const struct item *item,
                       const struct decode_want *want, struct error *error)
{
    const struct prepare_request *request = work->request;
    struct decoded *decoded = &worker->decoded;
    if (decode_image(decoded, item->bytes, item->size, want, error) != 0) return -1;
    struct region region = choose_region(&want->part, decoded->width, decoded->height, request->fit);
    double across = (double)decoded->planes.width / decoded->width;
    double down = (double)decoded->planes.height / decoded->height;
    region = (struct region){region.x * across, region.y * down, region.width * across, region.height * down};
    return resize_region(&worker->resizer, &decoded->planes, region, worker->planes, request->size, request->size,
                         error);
}

/* Images that take much memory wait for one another and leave none behind. */
static int read_image(struct preparation *work, struct worker *worker, const struct item *item, struct error *error)
{
    size_t memory;
    struct decode_want want = {.part = work->catalogue.images[item->position].box, .least = 2 * work->request->size};
    if (decode_measure(item->bytes, item->size, &want, &memory, error) != 0) return -1;
    if (memory < LARGE_BYTES) return scale_image(work, worker, item, &want, error);
    pthread_mutex_lock(&work->large);
    int status = scale_image(work, worker, item, &want, error);
    int orientation = worker->decoded.orientation;
    decoded_release(&worker->decoded);
    resizer_release(&worker->resizer);
    worker->decoded.orientation = orientation;
    pthread_mutex_unlock(&work->large);
    return status;
}

/* The image's finished planes: 0, or -1 where it is broken. */
static int make_image(struct preparation *work, struct worker *worker, const struct item *item,
                      const unsigned char **planes, struct error *error)
{
    const struct prepare_request *request = work->request;
    *planes = worker->planes;
    if (request->dataset->draw) {
        request->dataset->draw(request->options, &work->catalogue, item->position, request->size, worker->planes);
        return 0;
    }
    if (read_image(work, worker, item, error) != 0)
        return error_context(error, "%s", work->catalogue.images[item->position].path);
    if (worker->decoded.orientation > 1) {
        orientation_apply(worker->decoded.orientation, worker->planes, request->size, worker->upright);
        *planes = worker->upright;
    }
    return 0;
}

/* ---- what threads share; all of it with the lock held ---- */

/* Of several failures the first in reading order is told, whatever the threads do. */
static void note_failure(struct preparation *work, int number, const struct error *error)
{
    work->ended = 1;
    if (number >= work->failed) return;
    work->failed = number;
    work->error = *error;
}

static int note_broken(struct preparation *work, const struct item *item, struct error *error)
{
    if (work->broken_count == work->broken_capacity) {
        int capacity = work->broken_capacity ? 2 * work->broken_capacity : 16;
        struct broken *grown = reallocarray(work->broken, (size_t)capacity, sizeof *grown);
        if (!grown) return error_set(error, "out of memory");
        work->broken = grown;
        work->broken_capacity = capacity;
    }
    struct broken *broken = &work->broken[work->broken_count++];
    broken->position = item->position;
    snprintf(broken->line, sizeof broken->line, "skipped image: %.*s", (int)sizeof broken->line - 32, error->message);
    if (work->watch->news) work->watch->news(work->watch->context, broken->line);
    return 0;
}

/* Reads the next image: 1, or 0 where there are no more. */
static int take_item(struct preparation *work, struct item *item)
{
    struct error error;
    *item = (struct item){.number = work->taken};
    if (work->ended) return 0;
    int status = 1;
    if (work->source)
        status = source_next(work->source, &item->position, &item->bytes, &item->size, &error);
    else
        status = (item->position = work->taken) < work->catalogue.count;
    if (status < 0) note_failure(work, item->number, &error);
    if (status <= 0) work->ended = 1;
    work->taken += status > 0;
    return status > 0;
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

/* ---- one thread ---- */

static void make_images(void *context, int thread)
{
    struct preparation *work = context;
    struct worker *worker = &work->workers[thread];
    for (;;) {
        struct item item;
        struct error error;
        const unsigned char *planes;
        pthread_mutex_lock(&work->lock);
        int more = take_item(work, &item);
        pthread_mutex_unlock(&work->lock);
        if (!more) break;
        int broken = make_image(work, worker, &item, &planes, &error) != 0;
        int failed = !broken && pack_writer_put(&work->writer, item.position, planes, &error) != 0;
        free(item.bytes);
        pthread_mutex_lock(&work->lock);
        finish_item(work, &item, broken, failed, &error);
        pthread_mutex_unlock(&work->lock);
    }
}

/* ---- the pack ---- */

/* The labels, splits and names of those classes that have images. */
struct contents {
    int32_t *labels;    /* (n) */
    uint8_t *splits;    /* (n) */
    const char **names; /* (C) borrowed from the catalogue */
    int *label;         /* (classes of the catalogue) their label, or -1 without images */
    char *provenance;
    int class_count;
};

static void contents_release(struct contents *contents)
{
    free(contents->labels);
    free(contents->splits);
    free(contents->names);
    free(contents->label);
    free(contents->provenance);
}

static int contents_init(struct contents *contents, const struct preparation *work, struct error *error)
{
    const struct catalogue *catalogue = &work->catalogue;
    size_t count = (size_t)catalogue->count, classes = (size_t)catalogue->class_count;
    *contents = (struct contents){.labels = malloc(count * sizeof(int32_t) + 1),
                                  .splits = malloc(count + 1),
                                  .names = malloc(classes * sizeof(char *) + 1),
                                  .label = malloc(classes * sizeof(int) + 1)};
    if (!contents->labels || !contents->splits || !contents->names || !contents->label)
        return error_set(error, "out of memory for %d images", catalogue->count);
    for (int c = 0; c < catalogue->class_count; c++) contents->label[c] = -1;
    for (int i = 0; i < catalogue->count; i++) contents->label[catalogue->images[i].class] = 0;
    for (int c = 0; c < catalogue->class_count; c++) {
        if (contents->label[c] < 0) continue;
        contents->names[contents->class_count] = catalogue->classes[c].name;
        contents->label[c] = contents->class_count++;
    }
    for (int i = 0; i < catalogue->count; i++) {
        int c = catalogue->images[i].class;
        contents->labels[i] = contents->label[c];
        contents->splits[i] = (uint8_t)catalogue->classes[c].split;
    }
    return provenance_make(work->request, work->listed, work->skipped_count, work->skipped, &contents->provenance,
                           error);
}

static int open_writer(struct preparation *work, struct error *error)
{
    const struct prepare_request *request = work->request;
    struct contents contents;
    int status = contents_init(&contents, work, error);
    if (status == 0) {
        struct pack_contents pack = {.count = work->catalogue.count,
                                     .class_count = contents.class_count,
                                     .size = request->size,
                                     .labels = contents.labels,
                                     .splits = contents.splits,
                                     .class_names = contents.names,
                                     .provenance = contents.provenance};
        status = pack_writer_open(&work->writer, request->path, &pack, error);
    }
    contents_release(&contents);
    return status;
}

/* ---- broken images ---- */

static int compare_broken(const void *a, const void *b)
{
    const struct broken *first = a, *second = b;
    return first->position - second->position;
}

/* Takes this pass's broken images out of the catalogue and into the list of those skipped, in the catalogue's order. */
static int leave_out_broken(struct preparation *work, struct error *error)
{
    unsigned char *leave_out = calloc((size_t)work->catalogue.count + 1, 1);
    size_t length = work->skipped ? strlen(work->skipped) : 0;
    char *skipped = realloc(work->skipped, length + (size_t)work->broken_count * (SKIPPED_LINE_SIZE + 1) + 1);
    if (skipped) work->skipped = skipped;
    if (!leave_out || !skipped) {
        free(leave_out);
        return error_set(error, "out of memory for %d broken images", work->broken_count);
    }
    qsort(work->broken, (size_t)work->broken_count, sizeof *work->broken, compare_broken);
    for (int i = 0; i < work->broken_count; i++) {
        leave_out[work->broken[i].position] = 1;
        length += (size_t)sprintf(skipped + length, "%s\n", work->broken[i].line);
    }
    catalogue_leave_out(&work->catalogue, leave_out);
    work->skipped_count += work->broken_count;
    free(leave_out);
    return work->catalogue.count > 0 ? 0 : error_set(error, "all %d images are broken", work->listed);
}

/* ---- all of it ---- */

static int open_workers(struct preparation *work, struct error *error)
{
    size_t image = CHANNELS * (size_t)work->request->size * (size_t)work->request->size;
    work->worker_count = parallel_threads();
    work->workers = calloc((size_t)work->worker_count, sizeof *work->workers);
    int whole = work->workers != NULL;
    for (int i = 0; i < work->worker_count && whole; i++) {
        work->workers[i].planes = malloc(image);
        work->workers[i].upright = malloc(image);
        whole = work->workers[i].planes && work->workers[i].upright;
    }
    return whole ? 0 : error_set(error, "out of memory for images of %d pixels", work->request->size);
}

/* Forgets a pass: what it wrote is gone. */
static void end_pass(struct preparation *work)
{
    pack_writer_release(&work->writer);
    source_free(work->source);
    free(work->broken);
    work->source = NULL;
    work->broken = NULL;
    work->broken_count = work->broken_capacity = work->taken = work->done = work->ended = 0;
}

/* Reads everything once. Returns 0 with the pack in its place, 1 where broken images were met and left out, or -1. */
static int make_pass(struct preparation *work, struct error *error)
{
    int status = -1;
    work->failed = INT_MAX;
    if (!work->request->dataset->draw && source_create(&work->source, &work->catalogue, error) != 0) goto done;
    if (open_writer(work, error) != 0) goto done;
    parallel_for(work->worker_count, make_images, work);
    if (work->failed < INT_MAX)
        *error = work->error;
    else if (work->broken_count > 0)
        status = leave_out_broken(work, error) == 0 ? 1 : -1;
    else
        status = pack_writer_commit(&work->writer, error);
done:
    end_pass(work);
    return status;
}

static void preparation_release(struct preparation *work)
{
    for (int i = 0; work->workers && i < work->worker_count; i++) {
        decoded_release(&work->workers[i].decoded);
        resizer_release(&work->workers[i].resizer);
        free(work->workers[i].planes);
        free(work->workers[i].upright);
    }
    free(work->workers);
    free(work->skipped);
    catalogue_release(&work->catalogue);
    pthread_mutex_destroy(&work->lock);
    pthread_mutex_destroy(&work->large);
}

int prepare_pack(const struct prepare_request *request, const struct prepare_watch *watch, struct error *error)
{
    struct preparation work = {.request = request, .watch = watch};
    const struct dataset *dataset = request->dataset;
    pthread_mutex_init(&work.lock, NULL);
    pthread_mutex_init(&work.large, NULL);
    int status = dataset->list(request->options, request->archives, &work.catalogue, error);
    if (status == 0 && work.catalogue.count == 0) status = error_set(error, "no images are listed");
    if (status == 0) status = open_workers(&work, error);
    work.listed = work.catalogue.count;
    if (status == 0) status = 1;
    while (status == 1) status = make_pass(&work, error);
    preparation_release(&work);
    return status == 0 ? 0 : error_context(error, "%s", dataset->plugin.name);
}
