/* training.c - see training.h. */
#include "harness/training.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "harness/cell.h"
#include "harness/checkpoint.h"
#include "harness/column.h"
#include "harness/loader.h"
#include "harness/meter.h"
#include "strategies/sampler.h"

enum { RECALLS = 4 }; /* of evaluate_recall_at, those that the rows have */

static int steps_of_epoch(const struct settings *settings, int train_images)
{
    if (settings->steps_per_epoch > 0) return settings->steps_per_epoch;
    return train_images > settings->batch_size ? train_images / settings->batch_size : 1;
}

static int open_pack(const struct cell *cell, const char *data_folder, struct pack *pack, struct error *error)
{
    char *path = file_join(data_folder, "%s.pack", cell->settings.dataset);
    int status = pack_open(pack, path, 0, error);
    free(path);
    return status;
}

/* Fails where batches cannot be composed; counts the classes that are drawn with replacement. */
static int check_batches(const struct settings *settings, const struct pack_classes *train, int *thin,
                         struct error *error)
{
    struct sampler_classes classes = {.class_count = train->class_count, .start = train->start, .image = train->image};
    return sampler_check((const struct sampler *)settings->sampler.plugin, &classes, settings->batch_size,
                         settings->samples_per_class, thin, error);
}

int training_measure(const struct cell *cell, const char *data_folder, struct training_plan *plan, struct error *error)
{
    struct pack pack;
    struct pack_classes classes;
    struct trainer_plan trainer;
    if (open_pack(cell, data_folder, &pack, error) != 0) return -1;
    int thin, status = pack_classes_init(&classes, &pack, PACK_TRAIN, error);
    if (status == 0) status = check_batches(&cell->settings, &classes, &thin, error);
    int train_images = classes.count;
    struct trainer_classes trained = {classes.class_count, classes.label};
    if (status == 0) status = trainer_measure(&cell->settings, &trained, &trainer, error);
    pack_classes_release(&classes);
    pack_release(&pack);
    if (status != 0) return error_context(error, "cell %s", cell->name);
    *plan = (struct training_plan){
        .selected = trainer.selected,
        .steps = (long)steps_of_epoch(&cell->settings, train_images) * cell->settings.epochs,
        .backprop = trainer.two_pass ? BACKPROP_TWO_PASS : BACKPROP_DIRECT,
        .trainer = trainer,
    };
    return 0;
}

static size_t centroid_bytes(const struct training *training)
{
    return (size_t)network_dim(training->trainer.network) * sizeof(float);
}

int training_init(struct training *training, const char *data_folder, struct error *error)
{
    const struct settings *settings = training->settings;
    int thin;
    if (open_pack(training->cell, data_folder, &training->pack, error) != 0 ||
        pack_classes_init(&training->classes, &training->pack, PACK_TRAIN, error) != 0 ||
        check_batches(settings, &training->classes, &thin, error) != 0)
        return -1;
    struct trainer_classes trained = {training->classes.class_count, training->classes.label};
    if (trainer_create(&training->trainer, settings, &trained, error) != 0 ||
        assessment_init(&training->assessment, settings, &training->pack, network_dim(training->trainer.network),
                        error) != 0)
        return -1;
    if (thin > 0)
        fprintf(stderr, "%d classes have fewer than %d images: theirs are drawn with replacement\n", thin,
                settings->samples_per_class);
    training->steps_per_epoch = steps_of_epoch(settings, training->classes.count);
    size_t steps = (size_t)training->steps_per_epoch * (size_t)settings->epochs + 1;
    training->step_seconds = calloc(steps, sizeof *training->step_seconds);
    training->epochs = calloc((size_t)settings->epochs + 1, sizeof *training->epochs);
    if (settings->diagnostics.steps) training->steps = calloc(steps, sizeof *training->steps);
    if (((const struct sampler *)settings->sampler.plugin)->wants_centroids) {
        training->centroids = calloc((size_t)training->classes.class_count, centroid_bytes(training));
        if (!training->centroids) return error_set(error, "out of memory"); /* the loader would wait for them */
    }
    if (!training->step_seconds || !training->epochs || (settings->diagnostics.steps && !training->steps))
        return error_set(error, "out of memory");
    return 0;
}

void training_release(struct training *training)
{
    loader_free(training->loader);
    assessment_release(&training->assessment);
    trainer_release(&training->trainer);
    pack_classes_release(&training->classes);
    pack_release(&training->pack);
    free(training->step_seconds);
    free(training->epochs);
    free(training->steps);
    free(training->centroids);
}

/* Running mean of what may be missing. */
struct mean {
    double sum;
    int count;
};

static void mean_add(struct mean *mean, double value)
{
    if (isnan(value)) return;
    mean->sum += value;
    mean->count++;
}

static double mean_value(const struct mean *mean)
{
    return mean->count ? mean->sum / mean->count : NAN;
}

/* Over the steps of an epoch; no share where there is no gradient at all, no cosine where nothing was probed. */
struct epoch_means {
    struct mean full, selected, share, cosine, ratio;
};

static void add_step(struct epoch_means *means, const struct step_result *step)
{
    mean_add(&means->full, step->full_batch_loss);
    mean_add(&means->selected, step->selected_loss);
    mean_add(&means->share, step->gradient_norm_share);
    mean_add(&means->cosine, step->gradient_cosine);
    mean_add(&means->ratio, step->gradient_norm_ratio);
}

static void record_step(struct training *training, int epoch, int step, double learning_rate, double seconds,
                        const struct step_result *result)
{
    if (!training->steps) return;
    training->steps[training->steps_done] = (struct step_row){
        .cell = training->cell,
        .epoch = epoch,
        .step = step + 1,
        .learning_rate = learning_rate,
        .full_batch_loss = result->full_batch_loss,
        .selected_loss = result->selected_loss,
        .gradient_norm_share = result->gradient_norm_share,
        .gradient_cosine = result->gradient_cosine,
        .gradient_norm_ratio = result->gradient_norm_ratio,
        .step_milliseconds = 1e3 * seconds,
    };
}

/* One step of an epoch; *seconds receives its time. */
static int train_step(struct training *training, int epoch, int s, double *learning_rate, double *seconds,
                      struct step_result *step, struct error *error)
{
    struct loader_batch batch;
    double start = clock_seconds();
    if (loader_next(training->loader, &batch, error) != 0) return -1;
    *learning_rate = optimizer_rate(&training->settings->optimizer, training->steps_done,
                                    (long)training->steps_per_epoch * training->settings->epochs);
    trainer_step(&training->trainer, batch.pixels, batch.labels, epoch, s, *learning_rate, step);
    *seconds = clock_seconds() - start;
    record_step(training, epoch, s, *learning_rate, *seconds, step);
    training->steps_done++;
    if (isfinite(step->full_batch_loss)) return 0;
    return error_set(error, "diverged: the loss is not finite in epoch %d, step %d; try a lower learning rate", epoch,
                     s + 1);
}

static int set_speed(const struct settings *settings, const double *seconds, int steps, struct epoch_result *row,
                     struct error *error)
{
    double *sorted = malloc((size_t)steps * sizeof *sorted);
    if (!sorted) return error_set(error, "out of memory");
    memcpy(sorted, seconds, (size_t)steps * sizeof *sorted);
    double median = meter_median(sorted, steps);
    free(sorted);
    row->step_milliseconds = 1e3 * median;
    row->images_per_second = settings->batch_size / median;
    return 0;
}

/* Steps of one epoch, with their means in `row`. */
static int train_epoch(struct training *training, int epoch, struct epoch_result *row, struct error *error)
{
    struct epoch_means means = {0};
    double *seconds = training->step_seconds + training->steps_done;
    for (int s = 0; s < training->steps_per_epoch; s++) {
        struct step_result step;
        if (train_step(training, epoch, s, &row->learning_rate, &seconds[s], &step, error) != 0) return -1;
        add_step(&means, &step);
    }
    row->full_batch_loss = mean_value(&means.full);
    row->selected_loss = mean_value(&means.selected);
    row->gradient_norm_share = mean_value(&means.share);
    row->gradient_cosine = mean_value(&means.cosine);
    row->gradient_norm_ratio = mean_value(&means.ratio);
    return set_speed(training->settings, seconds, training->steps_per_epoch, row, error);
}

/* Test and train metrics of the network as it stands. */
static int assess(struct training *training, struct epoch_result *row, struct error *error)
{
    struct assessment *assessment = &training->assessment;
    if (assessment_run(assessment, training->trainer.network, error) != 0) return -1;
    const struct assessed_split *train = &assessment->split[PACK_TRAIN], *test = &assessment->split[PACK_TEST];
    for (int k = 0; k < RECALLS; k++) row->test_recall[k] = test->evaluation.recall[k];
    row->test_map_at_r = test->evaluation.map_at_r;
    row->test_r_precision = test->evaluation.r_precision;
    row->train_recall_at_1 = train->evaluation.recall[0];
    row->train_map_at_r = train->evaluation.map_at_r;
    row->gap_recall_at_1 = row->train_recall_at_1 - row->test_recall[0];
    row->gap_map_at_r = row->train_map_at_r - row->test_map_at_r;
    row->train_loss = train->loss;
    row->test_loss = test->loss;
    row->gap_loss = row->test_loss - row->train_loss;
    return 0;
}

static struct epoch_result empty_row(const struct cell *cell, int epoch)
{
    return (struct epoch_result){
        .cell = cell,
        .epoch = epoch,
        .learning_rate = NAN,
        .full_batch_loss = NAN,
        .selected_loss = NAN,
        .gradient_norm_share = NAN,
        .gradient_cosine = NAN,
        .gradient_norm_ratio = NAN,
        .test_recall = {NAN, NAN, NAN, NAN},
        .test_map_at_r = NAN,
        .test_r_precision = NAN,
        .train_recall_at_1 = NAN,
        .train_map_at_r = NAN,
        .gap_recall_at_1 = NAN,
        .gap_map_at_r = NAN,
        .train_loss = NAN,
        .test_loss = NAN,
        .gap_loss = NAN,
        .images_per_second = NAN,
        .step_milliseconds = NAN,
        .wall_seconds = NAN,
    };
}

static int is_assessed(const struct settings *settings, int epoch)
{
    int regular = epoch % settings->evaluate_every == 0 && (epoch > 0 || settings->evaluate_start);
    return regular || epoch == settings->epochs;
}

/* Mean embeddings of the train classes as the network stands, and leave for the loader to go on with them. An
 * assessment just made has the embeddings already. */
static int begin_epoch(struct training *training, int epoch, struct error *error)
{
    const struct assessed_split *train = &training->assessment.split[PACK_TRAIN];
    size_t dim = (size_t)network_dim(training->trainer.network);
    if (!training->centroids || epoch < 2) return 0;
    if (training->assessed_epoch != epoch - 1 &&
        assessment_embed_train(&training->assessment, training->trainer.network, error) != 0)
        return -1;
    memset(training->centroids, 0, (size_t)train->classes.class_count * centroid_bytes(training));
    for (int c = 0; c < train->classes.class_count; c++)
        for (int i = train->classes.start[c]; i < train->classes.start[c + 1]; i++)
            for (size_t k = 0; k < dim; k++)
                training->centroids[(size_t)c * dim + k] +=
                    train->embeddings[(size_t)i * dim + k] /
                    (float)(train->classes.start[c + 1] - train->classes.start[c]);
    loader_begin_epoch(training->loader, epoch, training->centroids, (int)dim);
    return 0;
}

/* All that the next epoch depends on, and the rows so far; they hold pointers to the cell, which resuming sets anew. */
static void list_state(struct training *training, struct checkpoint *checkpoint)
{
    size_t epochs = (size_t)training->settings->epochs + 1;
    size_t steps = (size_t)training->steps_per_epoch * (size_t)training->settings->epochs + 1;
    checkpoint->count = 0;
    checkpoint_add(checkpoint, &training->epochs_done, sizeof training->epochs_done);
    checkpoint_add(checkpoint, &training->steps_done, sizeof training->steps_done);
    checkpoint_add(checkpoint, training->epochs, epochs * sizeof *training->epochs);
    checkpoint_add(checkpoint, training->step_seconds, steps * sizeof *training->step_seconds);
    checkpoint_add(checkpoint, training->steps, training->steps ? steps * sizeof *training->steps : 0);
    trainer_checkpoint(&training->trainer, checkpoint);
}

static int write_checkpoint(struct training *training, int epoch, struct error *error)
{
    const struct settings *settings = training->settings;
    struct checkpoint checkpoint;
    if (settings->checkpoint_every == 0 || epoch == 0 || epoch == settings->epochs) return 0;
    if (epoch % settings->checkpoint_every != 0) return 0;
    list_state(training, &checkpoint);
    char *path = file_join(training->folder, "checkpoint");
    int status = checkpoint_write(&checkpoint, path, error);
    free(path);
    return status;
}

/* Goes on from the folder's checkpoint, where there is a good one; returns the epoch to train next. */
static int resume(struct training *training)
{
    struct checkpoint checkpoint;
    char *path = file_join(training->folder, "checkpoint");
    list_state(training, &checkpoint);
    int restored = checkpoint_restore(&checkpoint, path);
    free(path);
    if (!restored) return 0;
    for (int e = 0; e <= training->epochs_done; e++) training->epochs[e].cell = training->cell;
    for (long s = 0; training->steps && s < training->steps_done; s++) training->steps[s].cell = training->cell;
    training->started -= training->epochs[training->epochs_done].wall_seconds;
    trainer_resume(&training->trainer);
    printf("goes on after epoch %d\n", training->epochs_done);
    return training->epochs_done + 1;
}

void training_forget(const struct training *training)
{
    char *path = file_join(training->folder, "checkpoint");
    remove(path);
    free(path);
}

/* Epoch 0 is the network before training. */
static int run_epoch(struct training *training, int epoch, struct error *error)
{
    const struct settings *settings = training->settings;
    struct epoch_result *row = &training->epochs[epoch];
    *row = empty_row(training->cell, epoch);
    if (begin_epoch(training, epoch, error) != 0) return -1;
    if (epoch > 0 && train_epoch(training, epoch, row, error) != 0) return -1;
    if (is_assessed(settings, epoch)) {
        if (assess(training, row, error) != 0) return -1;
        training->assessed_epoch = epoch;
    }
    row->wall_seconds = clock_seconds() - training->started;
    training->epochs_done = epoch;
    if (training->progress) training->progress(training->context, row, settings->epochs);
    if (training->steps && column_write_file(training->folder, "steps.csv", step_columns, training->steps,
                                             sizeof *training->steps, (int)training->steps_done, error) != 0)
        return -1;
    if (column_write_file(training->folder, "epochs.csv", epoch_columns, training->epochs, sizeof *row, epoch + 1,
                          error) != 0)
        return -1;
    return write_checkpoint(training, epoch, error);
}

int training_run(struct training *training, struct error *error)
{
    int first = resume(training);
    int status = loader_create(&training->loader, training->settings, &training->pack, &training->classes,
                               training->steps_per_epoch, first > 1 ? first : 1, error);
    for (int epoch = first; epoch <= training->settings->epochs && status == 0; epoch++)
        status = run_epoch(training, epoch, error);
    return status;
}
