/* gradient_measure.c - see gradient_measure.h. */
#include "harness/training/gradient_measure.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "harness/training/budget.h"
#include "harness/training/gradient_file.h"
#include "harness/training/gradient_row.h"
#include "harness/training/gradient_stream.h"
#include "harness/training/gradients.h"
#include "harness/training/resolve.h"

/* ---- settings ---- */

int gradient_check(const struct settings *settings, struct error *error)
{
    if (settings->bank_size > 0)
        return error_set(error, "memory_bank: gradients are measured of batches alone: use size 0");
    if (settings->accumulate > 1)
        return error_set(error, "accumulate: gradients are measured of one batch each: use 1");
    return 0;
}

/* In two passes, whose memory does not grow with B; where a batch norm looks at the samples of a call, in one. */
int gradient_whole_settings(const struct settings *settings, int batch_size, struct settings *whole,
                            struct error *error)
{
    *whole = *settings;
    whole->batch_size = batch_size;
    whole->portion = 1;
    whole->backprop = settings->network.batch_norm == BATCH_NORM_BATCH ? BACKPROP_DIRECT : BACKPROP_TWO_PASS;
    return settings_resolve(whole, error);
}

static int is_whole(const struct settings *settings)
{
    return strategy_selected_count(settings->portion, settings->batch_size) == settings->batch_size;
}

/* Of one gradient, as a training run would take it: a whole batch directly. */
static double multiply_adds(const struct settings *settings, const struct network_work *work, double selected)
{
    struct settings taken = *settings;
    if (is_whole(settings)) taken.backprop = BACKPROP_DIRECT;
    return budget_multiply_adds(&taken, work, selected, 0);
}

/* ---- measuring ---- */

static size_t rows_of(const struct gradient_design *design)
{
    return (size_t)design->batches + (size_t)design->references;
}

static float *allocate(size_t rows, size_t size, struct error *error)
{
    size_t values, bytes;
    float *block = NULL;
    if (size_multiply(rows, size, &values) == 0 && size_multiply(values, sizeof(float), &bytes) == 0)
        block = malloc(bytes);
    if (!block) error_set(error, "cannot allocate %zu gradients of %zu values: use fewer dimensions", rows, size);
    return block;
}

int gradient_measure_whole(const struct settings *whole, const struct gradient_design *design, const char *data_folder,
                           const char *path, struct error *error)
{
    struct gradient_stream stream;
    float *values = NULL;
    int status = gradient_stream_open(&stream, whole, design->dimensions, data_folder, error);
    if (status == 0) status = (values = allocate(rows_of(design), stream.sketch.size, error)) ? 0 : -1;
    if (status == 0) status = gradient_stream_read(&stream, 0, design->batches, 1, values, error);
    if (status == 0)
        status = gradient_stream_read(&stream, GRADIENT_FIRST_REFERENCE, design->references, 1,
                                      values + (size_t)design->batches * stream.sketch.size, error);
    if (status == 0) status = gradient_file_write(path, values, rows_of(design), stream.sketch.size, error);
    free(values);
    gradient_stream_release(&stream);
    return status;
}

/* ---- rows ---- */

/* All that the rows of one setting are made of. */
struct measured {
    const struct settings *settings;
    const struct gradient_design *design;
    struct gradient_file same_size, large;
    struct gradients gradients;
    double selected;
    struct network_work work;
    size_t parameters;
    double projection_error;
};

static struct gradients references_of(const struct measured *measured, const struct gradient_file *file)
{
    const struct gradient_design *design = measured->design;
    return (struct gradients){design->references, 1, file->size, file->values + (size_t)design->batches * file->size};
}

/* The row of one target, with all that does not depend on which it is. */
static struct gradient_row make_row(const struct measured *measured, const char *target)
{
    const struct gradient_design *design = measured->design;
    struct gradient_row row = {
        .target = target,
        .paired_bias_square = NAN,
        .paired_bias_square_error = NAN,
        .paired_best_bias_square = NAN,
        .paired_best_bias_square_error = NAN,
        .selected = measured->selected,
        .multiply_adds = multiply_adds(measured->settings, &measured->work, measured->selected),
        .batches = design->batches,
        .selections = measured->gradients.selections,
        .references = design->references,
        .large_batch_size = design->large,
        .parameters = (double)measured->parameters,
        .dimensions = (double)measured->gradients.size,
        .projection_error = measured->projection_error,
    };
    row.compute_x = row.multiply_adds / (design->large * (measured->work.forward + measured->work.backward));
    return row;
}

static int fill_paired(const struct measured *measured, double scale, struct gradient_row *row, struct error *error)
{
    const float *whole = measured->same_size.values;
    if (gradients_paired_bias(&measured->gradients, whole, 1, &row->paired_bias_square, &row->paired_bias_square_error,
                              error) != 0)
        return -1;
    return gradients_paired_bias(&measured->gradients, whole, scale, &row->paired_best_bias_square,
                                 &row->paired_best_bias_square_error, error);
}

static int write_rows(FILE *stream, const struct measured *measured, struct error *error)
{
    struct gradient_row rows[] = {make_row(measured, "own_batch"), make_row(measured, "same_size"),
                                  make_row(measured, "large")};
    enum { ROWS = sizeof rows / sizeof *rows };
    struct gradients same_size = references_of(measured, &measured->same_size);
    struct gradients large = references_of(measured, &measured->large);
    rows[0].references = 0;
    if (gradients_against_own(&measured->gradients, measured->same_size.values, &rows[0].figures, error) != 0 ||
        gradients_against(&measured->gradients, &same_size, &rows[1].figures, error) != 0 ||
        gradients_against(&measured->gradients, &large, &rows[2].figures, error) != 0 ||
        fill_paired(measured, rows[0].figures.best_scale, &rows[1], error) != 0)
        return -1;
    gradient_row_write_header(stream);
    for (int r = 0; r < ROWS; r++) {
        gradient_row_derive(&rows[r]);
        gradient_row_write(stream, &rows[r]);
    }
    return 0;
}

static int write_file(const struct measured *measured, const char *path, struct error *error)
{
    struct file_writer writer;
    if (file_writer_open(&writer, path, error) != 0) return -1;
    int status = write_rows(writer.stream, measured, error);
    if (status == 0) status = file_writer_commit(&writer, error);
    file_writer_release(&writer);
    return status;
}

static int open_targets(struct measured *measured, const struct gradient_targets *targets, struct error *error)
{
    size_t rows = rows_of(measured->design);
    if (gradient_file_open(&measured->same_size, targets->same_size, rows, error) != 0 ||
        gradient_file_open(&measured->large, targets->large, rows, error) != 0)
        return -1;
    if (measured->same_size.size == measured->gradients.size && measured->large.size == measured->gradients.size)
        return 0;
    return error_set(error, "%s and %s are of other networks, or of another number of dimensions", targets->same_size,
                     targets->large);
}

/* The gradients themselves; of whole batches they are those of the file. */
static int read_gradients(struct measured *measured, struct gradient_stream *stream, float **values,
                          struct error *error)
{
    const struct gradient_design *design = measured->design;
    struct gradients *gradients = &measured->gradients;
    if (is_whole(measured->settings)) {
        gradients->selections = 1;
        gradients->values = measured->same_size.values;
        measured->selected = measured->settings->batch_size;
        return 0;
    }
    *values = allocate((size_t)design->batches * (size_t)design->selections, gradients->size, error);
    if (!*values) return -1;
    gradients->selections = design->selections;
    gradients->values = *values;
    if (gradient_stream_read(stream, 0, design->batches, design->selections, *values, error) != 0) return -1;
    measured->selected = stream->selected / (double)stream->gradients;
    return 0;
}

int gradient_measure(const struct settings *settings, const struct gradient_design *design,
                     const struct gradient_targets *targets, const char *data_folder, const char *path,
                     struct error *error)
{
    struct gradient_stream stream;
    struct measured measured = {.settings = settings, .design = design};
    float *values = NULL;
    int status = gradient_stream_open(&stream, settings, design->dimensions, data_folder, error);
    if (status == 0) {
        measured.gradients = (struct gradients){.batches = design->batches, .size = stream.sketch.size};
        measured.work = stream.update.plan.work;
        measured.parameters = stream.sketch.values;
        measured.projection_error = gradient_sketch_error(&stream.sketch);
        status = open_targets(&measured, targets, error);
    }
    if (status == 0) status = read_gradients(&measured, &stream, &values, error);
    if (status == 0) status = write_file(&measured, path, error);
    free(values);
    gradient_file_release(&measured.same_size);
    gradient_file_release(&measured.large);
    gradient_stream_release(&stream);
    return status;
}
