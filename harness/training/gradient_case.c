/* gradient_case.c - see gradient_case.h. */
#include "harness/training/gradient_case.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "harness/training/budget.h"
#include "harness/training/gradient_row.h"

/* Everything that the rows are made from. */
struct measured {
    const struct gradient_case *the_case;
    const struct gradient_design *design;
    const struct gradient_stream *stream;
    const struct gradients *gradients;
    double selected;
    const struct gradient_targets *targets;
};

/* Multiply-adds of one gradient, computed as in training: a whole batch with `direct`. */
static double multiply_adds(const struct measured *measured)
{
    struct settings taken = *measured->the_case->settings;
    if (gradient_is_whole(&taken)) taken.backprop = BACKPROP_DIRECT;
    return budget_multiply_adds(&taken, &measured->stream->update.plan.work, measured->selected, 0);
}

/* A target's row, filled with what does not depend on the target. */
static struct gradient_row make_row(const struct measured *measured, const char *target)
{
    const struct gradient_design *design = measured->design;
    const struct network_work *work = &measured->stream->update.plan.work;
    struct gradient_row row = {
        .target = target,
        .paired_bias_square = NAN,
        .paired_bias_square_error = NAN,
        .paired_best_bias_square = NAN,
        .paired_best_bias_square_error = NAN,
        .selected = measured->selected,
        .multiply_adds = multiply_adds(measured),
        .batches = design->batches,
        .selections = measured->gradients->selections,
        .references = design->references,
        .large_batch_size = design->large,
        .parameters = (double)measured->stream->sketch.values,
        .dimensions = (double)measured->gradients->size,
        .projection_error = gradient_sketch_error(&measured->stream->sketch),
    };
    row.compute_x = row.multiply_adds / (design->large * (work->forward + work->backward));
    return row;
}

static int fill_paired(const struct measured *measured, struct gradient_row *row, struct error *error)
{
    double scale;
    const float *whole = measured->targets->own;
    if (gradients_paired_bias(measured->gradients, whole, 1, &row->paired_bias_square, &row->paired_bias_square_error,
                              error) != 0)
        return -1;
    if (gradients_paired_scale(measured->gradients, whole, &scale, error) != 0) return -1;
    return gradients_paired_bias(measured->gradients, whole, scale, &row->paired_best_bias_square,
                                 &row->paired_best_bias_square_error, error);
}

enum { OWN_BATCH, SAME_SIZE, LARGE, ROWS };

/* Fills the rows' figures, and allocates those that leave out a batch or a reference; the caller frees them. */
static int measure(const struct measured *measured, struct gradient_row rows[ROWS],
                   struct gradient_figures *left_out[ROWS], struct error *error)
{
    const struct gradient_targets *targets = measured->targets;
    size_t count = (size_t)measured->gradients->batches + (size_t)targets->large.batches;
    for (int r = 0; r < ROWS; r++)
        if (!(left_out[r] = malloc(count * sizeof *left_out[r]))) return error_set(error, "out of memory");
    if (gradients_against_own(measured->gradients, targets->own, &rows[OWN_BATCH].figures, left_out[OWN_BATCH],
                              error) != 0 ||
        gradients_against(measured->gradients, &targets->same_size, &rows[SAME_SIZE].figures, left_out[SAME_SIZE],
                          error) != 0 ||
        gradients_against(measured->gradients, &targets->large, &rows[LARGE].figures, left_out[LARGE], error) != 0)
        return -1;
    return fill_paired(measured, &rows[SAME_SIZE], error);
}

static int write_rows(FILE *stream, const struct measured *measured, struct error *error)
{
    struct gradient_row rows[ROWS] = {make_row(measured, "own_batch"), make_row(measured, "same_size"),
                                      make_row(measured, "large")};
    struct gradient_figures *left_out[ROWS] = {0};
    rows[OWN_BATCH].references = 0;
    int status = measure(measured, rows, left_out, error);
    if (status == 0) gradient_row_write_header(stream);
    for (int r = 0; r < ROWS; r++) {
        if (status == 0) gradient_row_derive(&rows[r], left_out[r]);
        if (status == 0) gradient_row_write(stream, &rows[r]);
        free(left_out[r]);
    }
    return status;
}

int gradient_case_write(const struct gradient_case *the_case, const struct gradient_design *design,
                        const struct gradient_stream *stream, const struct gradients *gradients, double selected,
                        const struct gradient_targets *targets, struct error *error)
{
    struct measured measured = {the_case, design, stream, gradients, selected, targets};
    struct file_writer writer;
    if (file_writer_open(&writer, the_case->path, error) != 0) return -1;
    int status = write_rows(writer.stream, &measured, error);
    if (status == 0) status = file_writer_commit(&writer, error);
    file_writer_release(&writer);
    return status;
}
