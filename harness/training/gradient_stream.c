/* gradient_stream.c - see gradient_stream.h. */
#include "harness/training/gradient_stream.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "harness/training/inputs.h"
#include "harness/training/reference.h"

static int take_last(struct gradient_stream *stream, struct error *error)
{
    size_t largest = (size_t)stream->update.step.largest;
    stream->last.index = malloc(largest * sizeof *stream->last.index);
    stream->last.weight = malloc(largest * sizeof *stream->last.weight);
    return stream->last.index && stream->last.weight ? 0 : error_set(error, "out of memory");
}

int gradient_stream_open(struct gradient_stream *stream, const struct settings *settings, size_t dimensions,
                         const char *data_folder, struct error *error)
{
    return gradient_stream_open_with_tape(stream, settings, 0, dimensions, data_folder, error);
}

int gradient_stream_open_with_tape(struct gradient_stream *stream, const struct settings *settings, int tape,
                                   size_t dimensions, const char *data_folder, struct error *error)
{
    int count;
    *stream = (struct gradient_stream){.settings = settings};
    char *path = inputs_pack_path(settings, data_folder);
    int status = pack_open(&stream->pack, path, 0, error);
    free(path);
    if (status == 0) status = parts_init(&stream->parts, &stream->pack, settings, error);
    const struct pack_classes *train = &stream->parts.trained;
    struct update_classes classes = {train->class_count, train->label, stream->pack.count};
    if (status == 0) status = update_create_with_tape(&stream->update, settings, &classes, tape, error);
    if (status != 0) return -1;
    if (take_last(stream, error) != 0 ||
        reference_embed(&stream->update, &stream->pack, &stream->parts, NULL, error) != 0)
        return -1;
    const struct parameter *parameters = network_parameters(stream->update.network, &count);
    return gradient_sketch_init(&stream->sketch, parameters, count, dimensions, error);
}

void gradient_stream_release(struct gradient_stream *stream)
{
    gradient_sketch_release(&stream->sketch);
    free(stream->last.index);
    free(stream->last.weight);
    update_release(&stream->update);
    parts_release(&stream->parts);
    pack_release(&stream->pack);
}

/* ---- selections ---- */

static void keep_selection(struct gradient_stream *stream)
{
    const struct selection *selection = &stream->update.step.selection;
    size_t count = (size_t)selection->count;
    stream->last.count = selection->count;
    memcpy(stream->last.index, selection->index, count * sizeof *selection->index);
    memcpy(stream->last.weight, selection->weight, count * sizeof *selection->weight);
}

static int is_kept_selection(const struct gradient_stream *stream)
{
    const struct selection *last = &stream->last, *selection = &stream->update.step.selection;
    size_t count = (size_t)selection->count;
    return last->count == selection->count && memcmp(last->index, selection->index, count * sizeof *last->index) == 0 &&
           memcmp(last->weight, selection->weight, count * sizeof *last->weight) == 0;
}

static struct random selection_stream(const struct gradient_stream *stream, int step, int selection)
{
    return random_stream((uint64_t)stream->settings->seed, RANDOM_SELECTION, (uint32_t)selection, (uint64_t)step);
}

/* Whether this selection of the batch equals the previous one, as it always does for strategies that draw nothing; then
 * the gradient does too. */
static int repeats(struct gradient_stream *stream, int step, int selection)
{
    struct random random = selection_stream(stream, step, selection);
    if (selection == 0) return 0;
    step_begin_history(&stream->update.step);
    step_select_again(&stream->update.step, &random);
    return is_kept_selection(stream);
}

/* ---- gradients ---- */

int gradient_stream_take(struct gradient_stream *stream, int step, float *out, struct error *error)
{
    int count;
    network_finish_gradients(stream->update.network);
    const struct parameter *parameters = network_parameters(stream->update.network, &count);
    if (gradient_sketch_take(&stream->sketch, parameters, count, out) == 0) return 0;
    return error_set(error, "the gradient of batch %d is not finite: are these the weights of a run that diverged?",
                     step);
}

/* A strategy with a history selects as in its first step. */
static int run_step(struct gradient_stream *stream, const struct loader_batch *batch, int step, int selection,
                    float *out, struct error *error)
{
    struct update *update = &stream->update;
    struct random random = selection_stream(stream, step, selection);
    struct step_result result;
    update_begin_gradient(update);
    step_begin_history(&update->step);
    network_set_training(update->network, 1);
    step_run(&update->step, batch->pixels, batch->labels, batch->ids, 0, &random, &result);
    network_set_training(update->network, 0);
    keep_selection(stream);
    return gradient_stream_take(stream, step, out, error);
}

static int take_gradient(struct gradient_stream *stream, const struct loader_batch *batch, int step, int selection,
                         float *out, struct error *error)
{
    int status = 0;
    if (repeats(stream, step, selection))
        memcpy(out, out - stream->sketch.size, stream->sketch.size * sizeof *out);
    else
        status = run_step(stream, batch, step, selection, out, error);
    stream->selected += stream->last.count;
    stream->gradients++;
    return status;
}

int gradient_stream_visit(struct gradient_stream *stream, int first, int count,
                          int (*visit)(void *context, const struct loader_batch *, int step, struct error *),
                          void *context, struct error *error)
{
    struct loader *loader;
    struct loader_batch batch;
    struct loader_position position = {1, first};
    int status = loader_create(&loader, stream->settings, &stream->parts.as_trained, &stream->parts.trained, INT_MAX,
                               position, error);
    if (status != 0) return -1;
    for (int b = 0; b < count && status == 0; b++) {
        status = loader_next(loader, &batch, error);
        if (status == 0) status = visit(context, &batch, first + b, error);
    }
    loader_free(loader);
    return status;
}

struct reading {
    struct gradient_stream *stream;
    int selections;
    float *out; /* where the next gradient goes */
};

static int read_batch(void *context, const struct loader_batch *batch, int step, struct error *error)
{
    struct reading *reading = context;
    int status = 0;
    for (int s = 0; s < reading->selections && status == 0; s++, reading->out += reading->stream->sketch.size)
        status = take_gradient(reading->stream, batch, step, s, reading->out, error);
    return status;
}

int gradient_stream_read(struct gradient_stream *stream, int first, int count, int selections, float *values,
                         struct error *error)
{
    struct reading reading = {stream, selections, values};
    return gradient_stream_visit(stream, first, count, read_batch, &reading, error);
}
