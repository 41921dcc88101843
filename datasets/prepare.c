/* prepare.c - see prepare.h.
 *
 * One thread reads encoded images, as an archive allows, until a batch is full; then all threads decode, scale and
 * write it. Reading is a small part of the work. */
#include "datasets/prepare.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/parallel.h"
#include "datasets/decode.h"
#include "datasets/provenance.h"
#include "datasets/source.h"

enum { BATCH_IMAGES = 512, BATCH_BYTES = 64 << 20, CHANNELS = 3 };

/* One image on its way; `bytes` is NULL for images that are drawn. */
struct item {
    int position;         /* in the catalogue */
    unsigned char *bytes; /* (size) encoded; owned */
    size_t size;
    int failed;
    struct error error;
};

/* What one thread works with. */
struct worker {
    struct decoded decoded;
    struct resizer resizer;
    unsigned char *planes; /* (3, size, size); owned */
};

struct preparation {
    const struct prepare_request *request;
    struct catalogue catalogue;
    struct source *source; /* NULL where images are drawn */
    struct pack_writer writer;
    int listed; /* images drawn so far, where they are drawn */
    int item_count;
    struct item *items; /* (BATCH_IMAGES) */
    atomic_int next;    /* first item that no thread has taken */
    int worker_count;
    struct worker *workers; /* (worker_count) */
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

/* The least sides to decode to, so that the kept part still has twice the pixels that it needs. */
static int least_side(const struct region *box, int size)
{
    return box->width > 0 ? 0 : 2 * size;
}

static int read_image(const struct preparation *work, struct worker *worker, struct item *item)
{
    const struct prepare_request *request = work->request;
    const struct region *box = &work->catalogue.images[item->position].box;
    struct decoded *decoded = &worker->decoded;
    if (decode_image(decoded, item->bytes, item->size, least_side(box, request->size), &item->error) != 0) return -1;
    struct region region = choose_region(box, decoded->width, decoded->height, request->fit);
    double across = (double)decoded->planes.width / decoded->width;
    double down = (double)decoded->planes.height / decoded->height;
    region = (struct region){region.x * across, region.y * down, region.width * across, region.height * down};
    return resize_region(&worker->resizer, &decoded->planes, region, worker->planes, request->size, request->size,
                         &item->error);
}

static int make_image(struct preparation *work, struct worker *worker, struct item *item)
{
    const struct prepare_request *request = work->request;
    if (request->dataset->draw)
        request->dataset->draw(request->options, &work->catalogue, item->position, request->size, worker->planes);
    else if (read_image(work, worker, item) != 0)
        return error_context(&item->error, "%s", work->catalogue.images[item->position].path);
    return pack_writer_put(&work->writer, item->position, worker->planes, &item->error);
}

/* ---- one batch ---- */

/* What one thread does: take items until none is left. */
static void work_on_items(void *context, int thread)
{
    struct preparation *work = context;
    for (int i; (i = atomic_fetch_add(&work->next, 1)) < work->item_count;) {
        struct item *item = &work->items[i];
        item->failed = make_image(work, &work->workers[thread], item) != 0;
    }
}

static void empty_batch(struct preparation *work)
{
    for (int i = 0; i < work->item_count; i++) free(work->items[i].bytes);
    work->item_count = 0;
}

/* Fills the batch: 1 with at least one item, 0 when there are no more, -1. */
static int fill_batch(struct preparation *work, struct error *error)
{
    size_t held = 0;
    int status = 1;
    while (work->item_count < BATCH_IMAGES && held < BATCH_BYTES) {
        struct item *item = &work->items[work->item_count];
        *item = (struct item){0};
        if (work->source)
            status = source_next(work->source, &item->position, &item->bytes, &item->size, error);
        else
            status = (item->position = work->listed++) < work->catalogue.count;
        if (status <= 0) break;
        held += item->size;
        work->item_count++;
    }
    return status < 0 ? -1 : work->item_count > 0;
}

/* Works on the batch with all threads; the first image that failed, in the batch's order, is the error. */
static int finish_batch(struct preparation *work, struct error *error)
{
    atomic_store(&work->next, 0);
    parallel_for(work->worker_count, work_on_items, work);
    int status = 0;
    for (int i = 0; i < work->item_count && status == 0; i++) {
        if (!work->items[i].failed) continue;
        *error = work->items[i].error;
        status = -1;
    }
    empty_batch(work);
    return status;
}

static int make_images(struct preparation *work, prepare_progress *progress, void *context, struct error *error)
{
    int done = 0, status;
    while ((status = fill_batch(work, error)) > 0) {
        done += work->item_count;
        if (finish_batch(work, error) != 0) return -1;
        if (progress) progress(context, done, work->catalogue.count);
    }
    return status;
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
    return provenance_make(work->request, &contents->provenance, error);
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

/* ---- all of it ---- */

static int open_workers(struct preparation *work, struct error *error)
{
    size_t image = CHANNELS * (size_t)work->request->size * (size_t)work->request->size;
    work->worker_count = parallel_threads();
    work->workers = calloc((size_t)work->worker_count, sizeof *work->workers);
    work->items = calloc(BATCH_IMAGES, sizeof *work->items);
    int whole = work->workers && work->items;
    for (int i = 0; i < work->worker_count && whole; i++) whole = (work->workers[i].planes = malloc(image)) != NULL;
    return whole ? 0 : error_set(error, "out of memory for images of %d pixels", work->request->size);
}

static void preparation_release(struct preparation *work)
{
    empty_batch(work);
    for (int i = 0; work->workers && i < work->worker_count; i++) {
        decoded_release(&work->workers[i].decoded);
        resizer_release(&work->workers[i].resizer);
        free(work->workers[i].planes);
    }
    free(work->workers);
    free(work->items);
    pack_writer_release(&work->writer);
    source_free(work->source);
    catalogue_release(&work->catalogue);
}

int prepare_pack(const struct prepare_request *request, prepare_progress *progress, void *context, struct error *error)
{
    struct preparation work = {.request = request};
    const struct dataset *dataset = request->dataset;
    int status = -1;
    if (dataset->list(request->options, request->archives, &work.catalogue, error) != 0) goto done;
    if (work.catalogue.count == 0) {
        error_set(error, "no images are listed");
        goto done;
    }
    if (!dataset->draw && source_create(&work.source, &work.catalogue, error) != 0) goto done;
    if (open_workers(&work, error) != 0 || open_writer(&work, error) != 0) goto done;
    if (make_images(&work, progress, context, error) != 0) goto done;
    status = pack_writer_commit(&work.writer, error);
done:
    preparation_release(&work);
    return status == 0 ? 0 : error_context(error, "%s", dataset->plugin.name);
}
