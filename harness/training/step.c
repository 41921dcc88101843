/* step.c - see step.h. */
#include "harness/training/step.h"

#include <math.h>
#include <string.h>

#include "network/head.h"

static const struct strategy *strategy_of(const struct step *step)
{
    return (const struct strategy *)step->strategy.plugin;
}

static void take_batch(struct step *step, struct arena *arena)
{
    struct batch *batch = &step->batch;
    size_t size = (size_t)batch->size, rows = size * (size_t)batch->dim;
    batch->embeddings = arena_take(arena, rows, sizeof(float));
    batch->gradients = arena_take(arena, rows, sizeof(float));
    batch->received = arena_take(arena, rows, sizeof(float));
    batch->lengths = arena_take(arena, size, sizeof(float));
    batch->sample_losses = arena_take(arena, size, sizeof(float));
    if (strategy_of(step)->needs & NEEDS_INPUTS && batch->input_dim > 0)
        batch->inputs = arena_take(arena, size * (size_t)batch->input_dim, sizeof(float));
}

static void take_reference(struct step *step, struct arena *arena)
{
    size_t size = (size_t)step->batch.size, dim = (size_t)step->batch.dim;
    if (!(strategy_of(step)->needs & NEEDS_REFERENCE)) return;
    step->reference = arena_take(arena, (size_t)step->image_count * dim, sizeof(float));
    step->reference_rows = arena_take(arena, size * dim, sizeof(float));
    step->batch.reference_losses = arena_take(arena, size, sizeof(float));
}

static void take_history(struct step *step, struct arena *arena)
{
    step->history_count =
        strategy_history_count(strategy_of(step), step->strategy.options, step->image_count, step->batch.size);
    step->history = step->history_count > 0 ? arena_take(arena, step->history_count, sizeof(float)) : NULL;
}

void step_begin_history(struct step *step)
{
    for (size_t i = 0; i < step->history_count; i++) step->history[i] = NAN;
}

void step_take(struct step *step, int batch_size, int dim, int input_dim, struct arena *arena)
{
    step->batch = (struct batch){.size = batch_size, .dim = dim, .input_dim = input_dim};
    take_batch(step, arena);
    selection_take(&step->selection, strategy_of(step), &step->batch, step->largest, arena);
    take_history(step, arena);
    take_reference(step, arena);
    step->rows = arena_take(arena, (size_t)batch_size * (size_t)dim, sizeof(float));
    step->lengths = arena_take(arena, (size_t)batch_size, sizeof(float));
    step->rest = arena_take(arena, (size_t)batch_size, sizeof(int));
    const struct loss *loss = (const struct loss *)step->loss.plugin;
    if (step->bank_size > 0) memory_bank_take(&step->bank, step->bank_size, dim, arena);
    if (loss->has_proxies) proxies_take(&step->proxies, step->proxy_count, dim, arena);
    step->loss_workspace.bank = step->bank_size > 0 ? &step->bank : NULL;
    step->loss_workspace.detached = step->detached;
    step->loss_workspace.proxies = loss->has_proxies ? &step->proxies : NULL;
    loss_workspace_take(&step->loss_workspace, loss, batch_size, dim, arena);
}

static void select_samples(struct step *step, struct random *random)
{
    step->batch.history = step->history;
    if (step->whole)
        selection_take_first(&step->selection, step->batch.size);
    else
        strategy_select(strategy_of(step), step->strategy.options, &step->batch, step->selected, random,
                        &step->selection);
}

/* Computes l_i of the batch as the reference embeds it. */
static void compute_reference_loss(struct step *step)
{
    struct batch batch = step->batch;
    size_t dim = (size_t)batch.dim;
    if (!step->reference) return;
    for (int i = 0; i < batch.size; i++)
        memcpy(step->reference_rows + (size_t)i * dim, step->reference + (size_t)batch.ids[i] * dim,
               dim * sizeof(float));
    batch.embeddings = step->reference_rows;
    batch.sample_losses = batch.reference_losses;
    batch.gradients = NULL;
    loss_value((const struct loss *)step->loss.plugin, step->loss.options, &batch, &step->loss_workspace);
}

/* Computes the loss, g_i, and u_i from g_i. */
static void compute_loss(struct step *step)
{
    struct batch *batch = &step->batch;
    size_t dim = (size_t)batch->dim;
    loss_compute((const struct loss *)step->loss.plugin, step->loss.options, batch, &step->loss_workspace);
    memcpy(batch->received, batch->gradients, (size_t)batch->size * dim * sizeof(float));
    for (int i = 0; i < batch->size; i++)
        head_normalize_backward(batch->embeddings + (size_t)i * dim, batch->lengths[i], batch->dim,
                                batch->received + (size_t)i * dim);
    compute_reference_loss(step);
}

/* Updates the strategy's history, after loss and selection. */
static void remember(struct step *step)
{
    const struct strategy *strategy = strategy_of(step);
    if (step->history) strategy->remember(step->strategy.options, &step->batch, step->history);
}

/* Copies rows (count, d) and their lengths to the embeddings at `positions`. */
static void scatter(struct step *step, const int *positions, int count)
{
    size_t dim = (size_t)step->batch.dim;
    for (int i = 0; i < count; i++) {
        memcpy(step->batch.embeddings + (size_t)positions[i] * dim, step->rows + (size_t)i * dim, dim * sizeof(float));
        step->batch.lengths[positions[i]] = step->lengths[i];
    }
}

/* Copies w_i g_i of the selection's entries first .. first + count - 1, scaled, to rows (count, d). */
static void gather_gradients(struct step *step, int first, int count)
{
    size_t dim = (size_t)step->batch.dim;
    for (int i = 0; i < count; i++) {
        const float *gradient = step->batch.gradients + (size_t)step->selection.index[first + i] * dim;
        float weight = step->gradient_scale * step->selection.weight[first + i];
        for (size_t k = 0; k < dim; k++) step->rows[(size_t)i * dim + k] = weight * gradient[k];
    }
}

/* Lists the positions outside the selection, ascending; returns how many. */
static int list_rest(struct step *step)
{
    int count = 0, next = 0;
    for (int i = 0; i < step->batch.size; i++) {
        if (next < step->selection.count && step->selection.index[next] == i)
            next++;
        else
            step->rest[count++] = i;
    }
    return count;
}

static void run_direct(struct step *step, const uint8_t *pixels, struct random *random)
{
    struct selection *selection = &step->selection;
    struct network_rows rows = {step->rows, step->lengths, NULL};
    select_samples(step, random);
    network_forward_tape(step->network, pixels, selection->index, selection->count, rows);
    scatter(step, selection->index, selection->count);
    int rest = list_rest(step);
    network_embed(step->network, pixels, step->rest, rest, rows);
    scatter(step, step->rest, rest);
    compute_loss(step);
    remember(step);
    gather_gradients(step, 0, selection->count);
    network_backward(step->network, selection->count, step->rows);
}

static void embed_batch(struct step *step, const uint8_t *pixels)
{
    struct batch *batch = &step->batch;
    struct network_rows rows = {batch->embeddings, batch->lengths, batch->inputs};
    network_embed(step->network, pixels, NULL, batch->size, rows);
}

static void run_two_pass(struct step *step, const uint8_t *pixels, struct random *random)
{
    struct selection *selection = &step->selection;
    embed_batch(step, pixels);
    compute_loss(step);
    select_samples(step, random);
    remember(step);
    int chunk = network_tape_capacity(step->network);
    for (int at = 0; at < selection->count; at += chunk) {
        int count = selection->count - at < chunk ? selection->count - at : chunk;
        network_forward_tape(step->network, pixels, selection->index + at, count, (struct network_rows){step->rows});
        gather_gradients(step, at, count);
        network_backward(step->network, count, step->rows);
    }
}

static double row_norm(const float *row, int dim)
{
    double square = 0;
    for (int k = 0; k < dim; k++) square += (double)row[k] * row[k];
    return sqrt(square);
}

static struct step_result measure(const struct step *step)
{
    const struct batch *batch = &step->batch;
    const struct selection *selection = &step->selection;
    double loss = 0, part = 0, whole = 0;
    for (int i = 0; i < batch->size; i++)
        whole += row_norm(batch->received + (size_t)i * (size_t)batch->dim, batch->dim);
    for (int i = 0; i < selection->count; i++) {
        int at = selection->index[i];
        loss += batch->sample_losses[at];
        part += row_norm(batch->received + (size_t)at * (size_t)batch->dim, batch->dim);
    }
    return (struct step_result){
        .selected = selection->count,
        .full_batch_loss = batch->mean_loss,
        .selected_loss = (float)(loss / selection->count),
        .gradient_norm_share = whole > 0 ? (float)(part / whole) : NAN,
        .gradient_cosine = NAN,
        .gradient_norm_ratio = NAN,
    };
}

static void take_given(struct step *step, int *labels, const int *ids, long number)
{
    step->batch.labels = labels;
    step->batch.ids = ids;
    step->batch.step = number;
}

void step_run(struct step *step, const uint8_t *pixels, int *labels, const int *ids, long number, struct random *random,
              struct step_result *result)
{
    take_given(step, labels, ids, number);
    if (step->two_pass)
        run_two_pass(step, pixels, random);
    else
        run_direct(step, pixels, random);
    *result = measure(step);
}

void step_look(struct step *step, const uint8_t *pixels, int *labels, const int *ids, long number)
{
    take_given(step, labels, ids, number);
    embed_batch(step, pixels);
    compute_loss(step);
}

void step_run_sample(struct step *step, const uint8_t *pixels, int i)
{
    network_forward_tape(step->network, pixels, &i, 1, (struct network_rows){step->rows});
    network_backward(step->network, 1, step->batch.gradients + (size_t)i * (size_t)step->batch.dim);
}

void step_select_again(struct step *step, struct random *random)
{
    select_samples(step, random);
}

void step_run_full(struct step *step, const uint8_t *pixels)
{
    int chunk = network_tape_capacity(step->network);
    size_t dim = (size_t)step->batch.dim, image = 3 * (size_t)step->image_size * (size_t)step->image_size;
    for (int at = 0; at < step->batch.size; at += chunk) {
        int count = step->batch.size - at < chunk ? step->batch.size - at : chunk;
        network_forward_tape(step->network, pixels + (size_t)at * image, NULL, count,
                             (struct network_rows){step->rows});
        network_backward(step->network, count, step->batch.gradients + (size_t)at * dim);
    }
}
