/* prune.c - see prune.h. */
#include "harness/runs/prune.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/training/equal_budget.h"
#include "harness/training/inputs.h"
#include "harness/training/loop_plan.h"

/* A question about the data and the answer. */
struct verdict {
    int refused;
    int train_images;
    char reason[ERROR_SIZE];
};
struct verdicts {
    int count;
    struct verdict *verdicts; /* (cells) */
    struct index by_question;
};

static void tell_leftover(const struct settings *settings, int steps)
{
    int left = steps % settings->accumulate;
    if (left > 0)
        fprintf(stderr,
                "note: of the %d batches of an epoch (batch_size %d), the last %d make no whole update of %d batches "
                "and are not used; choose accumulate so that it divides them\n",
                steps, settings->batch_size, left, settings->accumulate);
}

/* Warns of random weights: a frozen batch norm has no statistics then, and a model made for ImageNet hardly trains. */
static void tell_random(const struct settings *settings)
{
    if (settings->network.weights[0] || !settings_model(settings)->pretrained) return;
    fprintf(stderr,
            "note: model %s starts from random weights: give it {weights: FILE}; 'partgrad prepare weights/NAME' "
            "downloads some\n",
            settings->model.plugin->name);
}

/* Everything that the answer depends on; -1 if memory runs out. */
static int find_question(struct verdicts *verdicts, const struct settings *settings)
{
    char *question;
    const struct validation *validation = &settings->validation;
    if (asprintf(&question, "%s|%s|%s|%s|%s|%d|%d|%d|%d|%s|%.17g|%d|%d|%.17g|%d|%d|%.17g|%d", settings->dataset,
                 settings->evaluate_on, settings->network.weights, settings_reference(settings),
                 settings->sampler.plugin->name, settings->batch_size, settings->samples_per_class,
                 settings->accumulate, settings->steps_per_epoch, settings->model.plugin->name, validation->share,
                 validation->classes, validation->fold, validation->seen, settings->judge, settings->patience,
                 settings->label_noise, settings->label_noise > 0 ? settings->seed : 0) < 0)
        return -1;
    int found = index_add(&verdicts->by_question, question, verdicts->count);
    free(question);
    return found;
}

/* Asks about a cell and prints notes unless `quiet`. */
static int ask(struct verdict *verdict, const struct cell *cell, const char *data_folder, int first, int quiet,
               struct error *error)
{
    struct settings inputs = cell->settings;
    struct error reason;
    int steps;
    if (inputs_resolve(&inputs, data_folder, 0, error) != 0) return -1;
    verdict->refused = loop_check(cell, data_folder, &steps, &verdict->train_images, &reason) != 0;
    if (verdict->refused)
        snprintf(verdict->reason, sizeof verdict->reason, "%s", reason.message);
    else if (!quiet)
        tell_leftover(&cell->settings, steps);
    if (first && !quiet) tell_random(&cell->settings);
    return 0;
}

/* Applies the answer to a cell: sets its steps for an equal budget, except of time, which must be measured. Returns 1
 * unless the cell is left out. */
static int settle(struct grid *grid, struct cell *cell, const struct verdict *verdict)
{
    struct error error;
    cell->train_images = verdict->train_images;
    if (verdict->refused) {
        grid_leave_out(grid, cell->name, verdict->reason);
        return 0;
    }
    if (!equal_budget_is_open(&cell->settings) || cell->settings.equal == EQUAL_TIME) return 1;
    if (equal_budget_resolve(&cell->settings, cell->train_images, NULL, NULL, &error) == 0) return 1;
    grid_leave_out(grid, cell->name, error.message);
    return 0;
}

static int ask_all(struct grid *grid, struct verdicts *verdicts, char *kept, const char *data_folder,
                   struct error *error)
{
    for (int c = grid->settled; c < grid->count; c++) {
        struct cell *cell = &grid->cells[c];
        int question = find_question(verdicts, &cell->settings);
        if (question < 0) return error_set(error, "out of memory");
        struct verdict *verdict = &verdicts->verdicts[question];
        int is_new = question == verdicts->count, is_first = is_new && verdicts->count == 0 && grid->settled == 0;
        verdicts->count += is_new;
        if (is_new && ask(verdict, cell, data_folder, is_first, grid->quiet, error) != 0) return -1;
        kept[c] = (char)settle(grid, cell, verdict);
    }
    return 0;
}

static int prune(struct grid *grid, struct verdicts *verdicts, const char *data_folder, struct error *error)
{
    char *kept = malloc((size_t)grid->count + 1);
    if (!kept) return error_set(error, "out of memory");
    memset(kept, 1, (size_t)grid->count);
    int status = ask_all(grid, verdicts, kept, data_folder, error);
    if (status == 0) status = grid_keep(grid, kept, 1, error);
    free(kept);
    return status != 0 || grid->count > 0 ? status : grid_refuse(grid, error);
}

int grid_prune(struct grid *grid, const char *data_folder, struct error *error)
{
    struct verdicts verdicts = {.verdicts = calloc((size_t)grid->count + 1, sizeof *verdicts.verdicts)};
    int status = verdicts.verdicts ? prune(grid, &verdicts, data_folder, error) : error_set(error, "out of memory");
    if (status == 0 && !grid->quiet) grid_tell_left_out(grid);
    index_release(&verdicts.by_question);
    free(verdicts.verdicts);
    return status;
}
