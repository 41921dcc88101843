/* selected.c - see selected.h. */
#include "harness/training/selected.h"

#include <math.h>
#include <stdlib.h>

#include "harness/tables/selected_file.h"

#define SELECTED "selected"

int selected_init(struct selected *selected, const struct pack *pack, const struct pack_classes *trained, int most,
                  long steps, struct error *error)
{
    size_t images = (size_t)pack->count, capacity;
    *selected = (struct selected){.pack = pack, .trained = trained, .most = most};
    if (size_multiply((size_t)steps, selected_step_bytes(most, pack->count), &capacity) != 0)
        return error_set(error, "out of memory");
    selected->capacity = capacity;
    selected->bytes = calloc(capacity + 1, 1);
    selected->times = calloc(images, sizeof *selected->times);
    selected->last = calloc(images, sizeof *selected->last);
    selected->images = calloc((size_t)most, sizeof *selected->images);
    if (selected->bytes && selected->times && selected->last && selected->images) return 0;
    return error_set(error, "out of memory");
}

void selected_release(struct selected *selected)
{
    free(selected->bytes);
    free(selected->times);
    free(selected->last);
    free(selected->images);
    *selected = (struct selected){0};
}

static int compare_images(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

void selected_add(struct selected *selected, int epoch, const int *ids, const struct selection *selection)
{
    struct selected_epoch *now = &selected->now;
    if (now->epoch != epoch) *now = (struct selected_epoch){.epoch = epoch};
    for (int i = 0; i < selection->count; i++) {
        int image = ids[selection->index[i]];
        selected->images[i] = image;
        selected->times[image]++;
        now->different += selected->last[image] != epoch;
        now->again += epoch > 1 && selected->last[image] == epoch - 1;
        selected->last[image] = epoch;
    }
    qsort(selected->images, (size_t)selection->count, sizeof(int), compare_images);
    selected->size += selected_step_write(selected->bytes + selected->size, selected->images, selection->count);
    selected->steps++;
}

/* Computes -sum q log q / log count, for numbers that add up to `sum`. */
struct entropy {
    double sum, count, nats;
};

static void entropy_add(struct entropy *entropy, double times)
{
    double share = times / entropy->sum;
    if (times > 0) entropy->nats -= share * log(share);
}

static double entropy_value(const struct entropy *entropy)
{
    return entropy->count > 1 && entropy->sum > 0 ? entropy->nats / log(entropy->count) : NAN;
}

void selected_metrics(const struct selected *selected, struct metrics *metrics)
{
    const struct pack_classes *trained = selected->trained;
    int different = 0;
    double sum = 0;
    for (int i = 0; i < trained->count; i++) {
        different += selected->times[trained->image[i]] > 0;
        sum += selected->times[trained->image[i]];
    }
    struct entropy images = {sum, trained->count, 0}, classes = {sum, trained->class_count, 0};
    for (int c = 0; c < trained->class_count; c++) {
        double of_class = 0;
        for (int i = trained->start[c]; i < trained->start[c + 1]; i++) {
            entropy_add(&images, selected->times[trained->image[i]]);
            of_class += selected->times[trained->image[i]];
        }
        entropy_add(&classes, of_class);
    }
    const struct selected_epoch *now = &selected->now;
    metrics->selected_share = (double)different / trained->count;
    metrics->selected_entropy = entropy_value(&images);
    metrics->selected_class_entropy = entropy_value(&classes);
    metrics->selected_overlap = now->epoch > 1 && now->different > 0 ? (double)now->again / now->different : NAN;
}

void selected_checkpoint(struct selected *selected, struct checkpoint *checkpoint)
{
    size_t images = (size_t)selected->pack->count;
    checkpoint_add(checkpoint, &selected->steps, sizeof selected->steps);
    checkpoint_add(checkpoint, &selected->size, sizeof selected->size);
    checkpoint_add(checkpoint, &selected->now, sizeof selected->now);
    checkpoint_add(checkpoint, selected->bytes, selected->capacity);
    checkpoint_add(checkpoint, selected->times, images * sizeof *selected->times);
    checkpoint_add(checkpoint, selected->last, images * sizeof *selected->last);
}

int selected_keep(const struct selected *selected, const char *folder, const struct cell *cell, int steps_per_epoch,
                  struct error *error)
{
    struct selected_source source = {.settings = strtoull(cell->identity, NULL, 16),
                                     .pack = selected->pack->checksum,
                                     .image_count = selected->pack->count,
                                     .most = selected->most,
                                     .steps_per_epoch = steps_per_epoch,
                                     .steps = selected->steps};
    char *path = file_join(folder, SELECTED);
    int status = selected_file_write(path, &source, selected->bytes, selected->size, error);
    free(path);
    return status;
}

void selected_forget(const char *folder)
{
    char *path = file_join(folder, SELECTED);
    remove(path);
    free(path);
}
