/* gradient_samples.c - see gradient_samples.h. */
#include "harness/training/gradient_samples.h"

#include <stdlib.h>
#include <string.h>

int gradient_samples_add_up(const struct settings *settings)
{
    return settings->network.batch_norm != BATCH_NORM_BATCH && !settings_reference(settings)[0];
}

static int take_inputs(struct gradient_samples *samples, struct error *error)
{
    struct batch *batch = &samples->stream.update.step.batch;
    size_t count = (size_t)batch->size * (size_t)batch->input_dim;
    if (count == 0) return 0;
    batch->inputs = samples->inputs = malloc(count * sizeof(float));
    return samples->inputs ? 0 : error_set(error, "out of memory");
}

int gradient_samples_open(struct gradient_samples *samples, const struct settings *whole,
                          const struct gradient_design *design, const char *data_folder, struct error *error)
{
    *samples = (struct gradient_samples){.design = design};
    if (gradient_stream_open_with_tape(&samples->stream, whole, 1, design->dimensions, data_folder, error) != 0)
        return -1;
    return take_inputs(samples, error);
}

void gradient_samples_release(struct gradient_samples *samples)
{
    free(samples->values);
    free(samples->inputs);
    gradient_stream_release(&samples->stream);
    *samples = (struct gradient_samples){0};
}

/* ---- reading ---- */

struct reading {
    struct gradient_samples *samples;
    struct gradient_selections *selections; /* (count) */
    int count;
};

static int read_batch(void *context, const struct loader_batch *batch, int b, struct error *error)
{
    struct reading *reading = context;
    struct gradient_stream *stream = &reading->samples->stream;
    struct step *step = &stream->update.step;
    size_t row = stream->sketch.size;
    float *out = reading->samples->values + (size_t)b * (size_t)step->batch.size * row;
    step_look(step, batch->pixels, batch->labels, batch->ids, 0);
    for (int i = 0; i < step->batch.size; i++, out += row) {
        update_begin_gradient(&stream->update);
        step_run_sample(step, batch->pixels, i);
        if (gradient_stream_take(stream, b, out, error) != 0) return -1;
    }
    for (int c = 0; c < reading->count; c++) gradient_selections_draw(&reading->selections[c], &step->batch, b);
    return 0;
}

int gradient_samples_read(struct gradient_samples *samples, const struct settings *const *settings,
                          struct gradient_selections *selections, int count, struct error *error)
{
    const struct step *step = &samples->stream.update.step;
    struct reading reading = {samples, selections, count};
    size_t rows = (size_t)samples->design->batches * (size_t)step->batch.size;
    int status = 0;
    for (int c = 0; c < count && status == 0; c++)
        status = gradient_selections_init(&selections[c], settings[c], samples->design, &step->batch, step->image_count,
                                          error);
    if (status == 0) status = (samples->values = gradient_allocate(rows, samples->stream.sketch.size, error)) ? 0 : -1;
    if (status != 0) return -1;
    return gradient_stream_visit(&samples->stream, 0, samples->design->batches, read_batch, &reading, error);
}

void gradient_samples_sum(const struct gradient_samples *samples, float *values)
{
    size_t size = samples->stream.sketch.size, batch_size = (size_t)samples->stream.update.step.batch.size;
    size_t rows = (size_t)samples->design->batches * batch_size;
    memset(values, 0, (size_t)samples->design->batches * size * sizeof *values);
    for (size_t i = 0; i < rows; i++) {
        float *sum = values + i / batch_size * size;
        for (size_t k = 0; k < size; k++) sum[k] += samples->values[i * size + k];
    }
}
