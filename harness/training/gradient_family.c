/* gradient_family.c - see gradient_family.h. */
#include "harness/training/gradient_family.h"

#include <stdlib.h>

#include "base/file.h"
#include "harness/training/gradient_file.h"
#include "harness/training/gradient_samples.h"

/* A family being measured. */
struct measuring {
    const struct gradient_family *family;
    const struct gradient_design *design;
    const char *data_folder;
    struct gradient_file own, same_size, large;
};

/* ---- whole gradients ---- */

/* Writes gradients of batches from step `first` on, computed by training steps, to a file. */
static int write_whole(const struct measuring *measuring, const struct settings *whole, int first, int count,
                       const char *path, struct error *error)
{
    struct gradient_stream stream;
    float *values = NULL;
    int status = gradient_stream_open(&stream, whole, measuring->design->dimensions, measuring->data_folder, error);
    if (status == 0) status = (values = gradient_allocate((size_t)count, stream.sketch.size, error)) ? 0 : -1;
    if (status == 0) status = gradient_stream_read(&stream, first, count, 1, values, error);
    if (status == 0) status = gradient_file_write(path, values, (size_t)count, stream.sketch.size, error);
    free(values);
    gradient_stream_release(&stream);
    return status;
}

static int open_references(const struct measuring *measuring, const struct settings *whole, const char *path,
                           struct gradient_file *file, struct error *error)
{
    int count = measuring->design->references;
    if (!file_exists(path) && write_whole(measuring, whole, GRADIENT_FIRST_REFERENCE, count, path, error) != 0)
        return -1;
    return gradient_file_open(file, path, (size_t)count, error);
}

static int open_own(struct measuring *measuring, struct error *error)
{
    const struct gradient_family *family = measuring->family;
    struct gradient_file *own = &measuring->own;
    if (gradient_file_open(own, family->own_path, (size_t)measuring->design->batches, error) != 0) return -1;
    if (measuring->same_size.size == own->size && measuring->large.size == own->size) return 0;
    return error_set(error, "%s, %s and %s have gradients of different networks, or different numbers of dimensions",
                     family->same_size_path, family->large_path, family->own_path);
}

/* ---- cases ---- */

static int write_case(const struct measuring *measuring, const struct gradient_case *the_case,
                      const struct gradient_stream *stream, const struct gradients *gradients, double selected,
                      struct error *error)
{
    int references = measuring->design->references;
    size_t size = gradients->size;
    struct gradient_targets targets = {measuring->own.values,
                                       {references, 1, size, measuring->same_size.values},
                                       {references, 1, size, measuring->large.values}};
    return gradient_case_write(the_case, measuring->design, stream, gradients, selected, &targets, error);
}

/* For a whole-batch case the gradients are known already. */
static int write_whole_case(const struct measuring *measuring, const struct gradient_case *the_case,
                            const struct gradient_stream *stream, struct error *error)
{
    struct gradients gradients = {measuring->design->batches, 1, measuring->own.size, measuring->own.values};
    return write_case(measuring, the_case, stream, &gradients, the_case->settings->batch_size, error);
}

/* ---- by samples ---- */

/* Whether the case's gradients are sums of the samples' gradients. */
static int is_sum(const struct gradient_case *the_case)
{
    return !gradient_is_whole(the_case->settings) && gradient_samples_add_up(the_case->settings);
}

/* The selections of these cases' strategies. */
struct drawn {
    const struct settings **settings;       /* (count) */
    const struct gradient_case **cases;     /* (count) */
    struct gradient_selections *selections; /* (count) */
    int count;
};

static int drawn_init(struct drawn *drawn, const struct gradient_family *family, struct error *error)
{
    size_t room = (size_t)family->count + 1;
    drawn->settings = calloc(room, sizeof *drawn->settings);
    drawn->cases = calloc(room, sizeof *drawn->cases);
    drawn->selections = calloc(room, sizeof *drawn->selections);
    if (!drawn->settings || !drawn->cases || !drawn->selections) return error_set(error, "out of memory");
    for (int c = 0; c < family->count; c++) {
        if (!is_sum(&family->cases[c])) continue;
        drawn->settings[drawn->count] = family->cases[c].settings;
        drawn->cases[drawn->count++] = &family->cases[c];
    }
    return 0;
}

static void drawn_release(struct drawn *drawn)
{
    for (int c = 0; c < drawn->count && drawn->selections; c++) gradient_selections_release(&drawn->selections[c]);
    free(drawn->settings);
    free(drawn->cases);
    free(drawn->selections);
}

static int write_own(const struct measuring *measuring, const struct gradient_samples *samples, struct error *error)
{
    size_t size = samples->stream.sketch.size, batches = (size_t)measuring->design->batches;
    float *values = gradient_allocate(batches, size, error);
    if (!values) return -1;
    gradient_samples_sum(samples, values);
    int status = gradient_file_write(measuring->family->own_path, values, batches, size, error);
    free(values);
    return status;
}

static int write_drawn(const struct measuring *measuring, const struct gradient_samples *samples,
                       const struct drawn *drawn, struct error *error)
{
    const struct gradient_design *design = measuring->design;
    size_t count = (size_t)design->batches * (size_t)design->selections, size = samples->stream.sketch.size;
    float *values = gradient_allocate(count, size, error);
    struct gradients gradients = {design->batches, design->selections, size, values};
    int status = values ? 0 : -1;
    for (int c = 0; c < drawn->count && status == 0; c++) {
        const struct gradient_selections *selections = &drawn->selections[c];
        gradient_selections_sum(selections, samples->values, size, values);
        status = write_case(measuring, drawn->cases[c], &samples->stream, &gradients,
                            gradient_selections_mean(selections), error);
    }
    free(values);
    return status;
}

static int measure_by_samples(struct measuring *measuring, struct error *error)
{
    const struct gradient_family *family = measuring->family;
    struct gradient_samples samples;
    struct drawn drawn = {0};
    int has_own = file_exists(family->own_path), status = drawn_init(&drawn, family, error);
    int reads = drawn.count > 0 || !has_own;
    if (gradient_samples_open(&samples, family->whole, measuring->design, measuring->data_folder, error) != 0)
        status = -1;
    if (status == 0 && reads)
        status = gradient_samples_read(&samples, drawn.settings, drawn.selections, drawn.count, error);
    if (status == 0 && !has_own) status = write_own(measuring, &samples, error);
    if (status == 0) status = open_own(measuring, error);
    if (status == 0 && drawn.count > 0) status = write_drawn(measuring, &samples, &drawn, error);
    drawn_release(&drawn);
    gradient_samples_release(&samples);
    return status;
}

/* ---- by steps ---- */

static int measure_own(struct measuring *measuring, struct error *error)
{
    const struct gradient_family *family = measuring->family;
    int batches = measuring->design->batches;
    if (!file_exists(family->own_path) &&
        write_whole(measuring, family->whole, 0, batches, family->own_path, error) != 0)
        return -1;
    return open_own(measuring, error);
}

static int write_steps(const struct measuring *measuring, const struct gradient_case *the_case,
                       struct gradient_stream *stream, struct error *error)
{
    const struct gradient_design *design = measuring->design;
    size_t count = (size_t)design->batches * (size_t)design->selections;
    float *values = gradient_allocate(count, stream->sketch.size, error);
    struct gradients gradients = {design->batches, design->selections, stream->sketch.size, values};
    int status = values ? 0 : -1;
    if (status == 0) status = gradient_stream_read(stream, 0, design->batches, design->selections, values, error);
    if (status == 0)
        status =
            write_case(measuring, the_case, stream, &gradients, stream->selected / (double)stream->gradients, error);
    free(values);
    return status;
}

/* Measures all cases that are not sums. */
static int measure_by_steps(struct measuring *measuring, struct error *error)
{
    const struct gradient_family *family = measuring->family;
    int status = 0;
    for (int c = 0; c < family->count && status == 0; c++) {
        const struct gradient_case *the_case = &family->cases[c];
        struct gradient_stream stream;
        if (is_sum(the_case)) continue;
        status = gradient_stream_open(&stream, the_case->settings, measuring->design->dimensions,
                                      measuring->data_folder, error);
        if (status == 0)
            status = gradient_is_whole(the_case->settings) ? write_whole_case(measuring, the_case, &stream, error)
                                                           : write_steps(measuring, the_case, &stream, error);
        gradient_stream_release(&stream);
    }
    return status;
}

int gradient_family_measure(const struct gradient_family *family, const struct gradient_design *design,
                            const char *data_folder, struct error *error)
{
    struct measuring measuring = {.family = family, .design = design, .data_folder = data_folder};
    int status = open_references(&measuring, family->whole, family->same_size_path, &measuring.same_size, error);
    if (status == 0) status = open_references(&measuring, family->large, family->large_path, &measuring.large, error);
    if (status == 0)
        status = gradient_samples_add_up(family->whole) ? measure_by_samples(&measuring, error)
                                                        : measure_own(&measuring, error);
    if (status == 0) status = measure_by_steps(&measuring, error);
    gradient_file_release(&measuring.own);
    gradient_file_release(&measuring.same_size);
    gradient_file_release(&measuring.large);
    return status;
}
