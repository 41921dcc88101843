/* loop.c - see loop.h. */
#include "harness/training/loop.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/meter.h"
#include "harness/training/embed_pack.h"
#include "harness/training/equal_budget.h"
#include "harness/training/loader.h"
#include "harness/training/loop_files.h"
#include "harness/training/loop_plan.h"
#include "harness/training/reference.h"

/* Embeddings, which have unit length, are equal up to rounding if their spread is below this. */
static const double COLLAPSED = 1e-6;

static int init_measuring(struct loop *training, struct error *error)
{
    const struct settings *settings = training->settings;
    struct network *network = training->update.network;
    int dim = network_dim(network);
    if (evaluation_init(&training->evaluation, settings, &training->pack, &training->parts, dim, error) != 0) return -1;
    if (judge_init(&training->judge, settings, network, error) != 0) return -1;
    if (other_packs_init(&training->others, settings, training->data_folder, dim, error) != 0) return -1;
    return centroids_init(&training->centroids, settings, &training->parts, dim, error);
}

int loop_init(struct loop *training, const char *data_folder, struct error *error)
{
    const struct settings *settings = training->settings;
    int thin;
    training->data_folder = data_folder;
    if (equal_budget_is_open(settings))
        return error_set(error, "equal: %s: 'partgrad run' has not found this cell's steps",
                         settings_equal_names[settings->equal]);
    if (inputs_mark(&training->inputs, settings, data_folder, error) != 0) return LOOP_HINDERED;
    if (loop_open_parts(training->cell, data_folder, &training->pack, &training->parts, error) != 0 ||
        loop_check_batches(settings, &training->parts.trained, &thin, error) != 0)
        return -1;
    struct update_classes trained = {training->parts.trained.class_count, training->parts.trained.label,
                                     training->pack.count};
    if (update_create(&training->update, settings, &trained, error) != 0 || init_measuring(training, error) != 0)
        return -1;
    if (reference_embed(&training->update, &training->pack, &training->parts, training->shared, error) != 0) return -1;
    if (thin > 0)
        fprintf(stderr, "%d classes have fewer than %d images: theirs are drawn with replacement\n", thin,
                settings->samples_per_class);
    training->budget = budget_make(settings, training->parts.trained.count);
    size_t steps = (size_t)training->budget.steps + 1;
    int most = budget_has_whole_steps(settings) ? settings->batch_size : training->update.plan.selected;
    if (selected_init(&training->selected, &training->pack, &training->parts.trained, most, (long)steps, error) != 0)
        return -1;
    training->step_seconds = calloc(steps, sizeof *training->step_seconds);
    training->epochs = calloc((size_t)training->budget.epochs + 1, sizeof *training->epochs);
    if (settings->diagnostics.steps) training->steps = calloc(steps, sizeof *training->steps);
    training->identity = settings_text(settings);
    if (!training->identity || !training->step_seconds || !training->epochs ||
        (settings->diagnostics.steps && !training->steps))
        return error_set(error, "out of memory");
    return 0;
}

void loop_release(struct loop *training)
{
    loader_free(training->loader);
    evaluation_release(&training->evaluation);
    other_packs_release(&training->others);
    update_release(&training->update);
    judge_release(&training->judge);
    centroids_release(&training->centroids);
    selected_release(&training->selected);
    parts_release(&training->parts);
    pack_release(&training->pack);
    free(training->step_seconds);
    free(training->epochs);
    free(training->steps);
    free(training->identity);
}

static void record_step(struct loop *training, double learning_rate, double seconds, const struct step_result *result)
{
    if (!training->steps) return;
    training->steps[training->steps_done] = (struct step_record){
        .epoch = training->epoch,
        .step = training->step + 1,
        .learning_rate = learning_rate,
        .full_batch_loss = result->full_batch_loss,
        .selected_loss = result->selected_loss,
        .gradient_norm_share = result->gradient_norm_share,
        .gradient_cosine = result->gradient_cosine,
        .gradient_norm_ratio = result->gradient_norm_ratio,
        .step_milliseconds = 1e3 * seconds,
    };
}

/* Fails if training has diverged beyond recovery. */
static int check_step(struct loop *training, const struct step_result *step, struct error *error)
{
    const struct parameter *broken = training->update.broken;
    training->diverged = !isfinite(step->full_batch_loss) || broken;
    if (!training->diverged) return 0;
    if (isfinite(step->full_batch_loss))
        return error_set(error,
                         "diverged: tensor %s (or the optimizer's state of it) is not finite after epoch %d, step %d; "
                         "try a lower learning rate",
                         broken->name, training->epoch, training->step);
    return error_set(error, "diverged: the loss is not finite in epoch %d, step %d; try a lower learning rate",
                     training->epoch, training->step);
}

static void add_totals(struct loop *training, const struct step_result *step, int kind)
{
    struct budget_totals *totals = &training->totals;
    totals->updates += training->update.accumulated == 0;
    totals->gradients += step->selected;
    totals->multiply_adds +=
        budget_multiply_adds(training->settings, &training->update.plan.work, step->selected, kind);
}

/* Runs the next step of the epoch. */
static int train_step(struct loop *training, struct epoch_record *row, struct error *error)
{
    struct loader_batch batch;
    struct step_result step;
    double start = clock_seconds();
    if (loader_next(training->loader, &batch, error) != 0) return LOOP_FAILED;
    row->learning_rate = optimizer_rate(&training->settings->optimizer, training->steps_done, training->budget.steps);
    int kind = budget_kind(&training->budget, training->steps_done);
    update_set_kind(&training->update, kind);
    update_step(&training->update, batch.pixels, batch.labels, batch.ids, training->epoch, training->step,
                row->learning_rate, &step);
    selected_add(&training->selected, training->epoch, batch.ids, &training->update.step.selection);
    double seconds = clock_seconds() - start;
    record_step(training, row->learning_rate, seconds, &step);
    epoch_add_step(&training->means, &step);
    add_totals(training, &step, kind);
    training->step_seconds[training->steps_done++] = seconds;
    training->step++;
    return check_step(training, &step, error);
}

static int set_speed(const struct settings *settings, const double *seconds, int steps, struct epoch_record *row,
                     struct error *error)
{
    double *sorted = malloc((size_t)steps * sizeof *sorted);
    if (!sorted) return error_set(error, "out of memory");
    memcpy(sorted, seconds, (size_t)steps * sizeof *sorted);
    double median = meter_median(sorted, steps);
    free(sorted);
    row->metrics.step_milliseconds = 1e3 * median;
    row->metrics.images_per_second = settings->batch_size / median;
    return 0;
}

/* Whether to stop for a signal. Not between the batches of one update, where training could not resume. */
static int is_interrupted(const struct loop *training)
{
    return training->update.accumulated == 0 && interrupt_pending();
}

/* Runs the remaining steps of the epoch and puts their means into its row. */
static int train_epoch(struct loop *training, struct epoch_record *row, struct error *error)
{
    int steps = budget_epoch_steps(&training->budget, training->epoch);
    while (training->step < steps) {
        if (is_interrupted(training)) return LOOP_INTERRUPTED;
        int status = train_step(training, row, error);
        if (status != 0) return status;
    }
    training->update.accumulated = 0; /* batches left over for an update are dropped */
    epoch_take_means(&row->metrics, &training->means);
    selected_metrics(&training->selected, &row->metrics);
    budget_totals_metrics(&training->totals, &row->metrics);
    row->share_done = (double)training->steps_done / (double)training->budget.steps;
    return set_speed(training->settings, training->step_seconds + training->steps_done - steps, steps, row, error);
}

/* Fails if the network maps every image to the same point, or to no finite one, as it will not recover. Any part shows
 * that. */
static int check_embeddings(const struct loop *training, part_set set, struct error *error)
{
    int part = 0;
    while (part < PARTS - 1 && !part_set_has(set, (enum part)part)) part++;
    const struct evaluated_part *first = &training->evaluation.part[part];
    double spread = embedding_spread(first->embeddings, first->classes->count, network_dim(training->update.network));
    if (spread >= COLLAPSED) return 0;
    return error_set(error, "diverged: %s after epoch %d; try a lower learning rate",
                     isnan(spread) ? "embeddings are not finite" : "all embeddings have become equal", training->epoch);
}

/* Measures the parts with the network's current weights. */
static int evaluate(struct loop *training, part_set set, struct epoch_record *row, struct error *error)
{
    struct evaluation *evaluation = &training->evaluation;
    if (!set) return 0;
    evaluation->shared = training->epoch == 0 ? training->shared : NULL;
    if (evaluation_embed(evaluation, set, training->update.network, error) != 0) return LOOP_FAILED;
    if (training->epoch > 0 && check_embeddings(training, set, error) != 0) return LOOP_FAILED;
    if (evaluation_judge(evaluation, set, error) != 0) return LOOP_FAILED;
    evaluation_metrics(evaluation, set, &row->metrics);
    return 0;
}

/* Adds the rows of evaluations.csv, which describe the network before training and the judged one. */
static int evaluate_others(struct loop *training, part_set set, int epoch, struct error *error)
{
    int status =
        other_packs_evaluate(&training->others, training->update.network, &training->evaluation, set, epoch, error);
    return status == 0 ? 0 : LOOP_FAILED;
}

static int is_last(const struct loop *training)
{
    return training->epoch == training->budget.epochs || judge_is_over(&training->judge, training->epoch);
}

/* Measures what is measured only at the end, with the judged network, and keeps its queries. */
static int evaluate_end(struct loop *training, struct error *error)
{
    struct network *network = training->update.network;
    int judged = judge_epoch(&training->judge, training->epoch), other = judged != training->epoch;
    part_set set = evaluation_all(&training->parts) & ~evaluation_regular(&training->parts, training->settings);
    part_set kept = evaluation_kept(&training->parts);
    /* If the last measurement was of another network, kept parts are measured again. */
    if (other) set |= other_packs_wanted(training->settings) ? evaluation_all(&training->parts) : kept;
    if (other) judge_swap(&training->judge, network);
    int status = evaluate(training, set, &training->epochs[judged], error);
    if (status == 0) status = evaluate_others(training, evaluation_all(&training->parts), judged, error);
    if (other) judge_swap(&training->judge, network);
    if (status != 0) return status;
    if (evaluation_keep(&training->evaluation, kept, training->cell, training->folder, judged, error) != 0 ||
        selected_keep(&training->selected, training->folder, training->cell, training->budget.steps_per_epoch, error) !=
            0)
        return LOOP_UNWRITTEN;
    return 0;
}

/* Evaluates after an epoch and lets the judge look at the result. */
static int evaluate_epoch(struct loop *training, struct epoch_record *row, struct error *error)
{
    const struct settings *settings = training->settings;
    int epoch = training->epoch, regular = epoch % settings->evaluate_every == 0;
    if (epoch == 0 && !settings->evaluate_start) regular = 0;
    if (!regular && epoch != training->budget.epochs) return 0;
    part_set set = evaluation_regular(&training->parts, settings);
    peaks_end_phase(&training->peaks.training);
    if (evaluate(training, set, row, error) != 0) return LOOP_FAILED;
    if (part_set_has(set, PART_TRAIN)) training->embedded_epoch = epoch;
    judge_look(&training->judge, training->update.network, epoch, row->metrics.valid_map_at_r);
    int last = is_last(training), status = 0;
    if (last)
        status = evaluate_end(training, error);
    else if (epoch == 0)
        status = evaluate_others(training, set, epoch, error);
    peaks_end_phase(&training->peaks.evaluation);
    if (!last) return status;
    if (status != 0) return status;
    training->epochs[judge_epoch(&training->judge, epoch)].judged = 1;
    training->is_over = 1;
    return 0;
}

/* Prepares row, means and centroids of an epoch; for an interrupted one they came with the checkpoint. */
static int begin_epoch(struct loop *training, struct error *error)
{
    int fresh = training->step == 0;
    if (fresh) {
        training->epochs[training->epoch] =
            (struct epoch_record){.epoch = training->epoch, .learning_rate = NAN, .metrics = metrics_none()};
        training->means = (struct epoch_means){0};
    }
    if (!training->centroids.means || training->epoch < 2) return 0;
    if (fresh && centroids_find(&training->centroids, &training->evaluation, training->update.network,
                                training->embedded_epoch == training->epoch - 1, error) != 0)
        return LOOP_FAILED;
    loader_begin_epoch(training->loader, training->epoch, training->centroids.means, training->centroids.dim);
    return 0;
}

int loop_check_inputs(const struct loop *training, struct error *error)
{
    return inputs_check(&training->inputs, training->settings, training->data_folder, error) == 0 ? 0 : LOOP_FAILED;
}

int loop_epochs_done(const struct loop *training)
{
    return training->epoch > 0 ? training->epoch - 1 : 0;
}

static void count_siblings(struct loop *training)
{
    int siblings = load_read().siblings;
    if (siblings > training->cells_beside) training->cells_beside = siblings;
}

/* Runs the rest of the current epoch; epoch 0 is the evaluation before training. */
static int run_epoch(struct loop *training, struct error *error)
{
    struct epoch_record *row = &training->epochs[training->epoch];
    int status = begin_epoch(training, error);
    if (status == 0 && training->epoch > 0) status = train_epoch(training, row, error);
    if (status == 0) status = evaluate_epoch(training, row, error);
    if (status != 0) return status;
    row->metrics.wall_seconds = clock_seconds() - training->started;
    count_siblings(training);
    if (training->progress) training->progress(training->context, row, training->budget.epochs);
    status = loop_write_rows(training, error);
    training->epoch++;
    training->step = 0;
    return status;
}

/* Whether to write a checkpoint: after complete epochs, as the settings say, but not after the last. */
static int is_checkpoint_due(const struct loop *training)
{
    int every = training->settings->checkpoint_every, done = loop_epochs_done(training);
    return every > 0 && done > 0 && !training->is_over && done % every == 0;
}

static int stop(struct loop *training, struct error *error)
{
    if (training->epoch > 0 && loop_write_checkpoint(training, error) != 0) return LOOP_UNWRITTEN;
    error_set(error, "interrupted after epoch %d, step %d of the next; the same command resumes from there",
              loop_epochs_done(training), training->step);
    return LOOP_INTERRUPTED;
}

int loop_run(struct loop *training, struct error *error)
{
    if (!loop_resume(training)) loop_forget_rows(training);
    struct loader_position first = {training->epoch > 0 ? training->epoch : 1, training->step};
    int status = loader_create(&training->loader, training->settings, &training->parts.as_trained,
                               &training->parts.trained, training->budget.steps_per_epoch, first, error);
    while (status == 0 && !training->is_over) {
        status = run_epoch(training, error);
        if (status == 0 && is_checkpoint_due(training)) status = loop_write_checkpoint(training, error);
        if (training->diverged) break; /* leaves no checkpoint, even if a signal is pending */
        if (status != LOOP_UNWRITTEN && is_interrupted(training) && !training->is_over) return stop(training, error);
    }
    return status;
}
