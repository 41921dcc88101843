/* loop_plan.c - see loop_plan.h. */
#include "harness/training/loop_plan.h"

#include <stdio.h>
#include <stdlib.h>

#include "harness/training/equal_budget.h"
#include "harness/training/evaluation.h"
#include "harness/training/inputs.h"
#include "harness/training/judge.h"
#include "harness/training/other_packs.h"
#include "harness/training/reference.h"
#include "strategies/samplers/sampler.h"

static int open_pack(const struct cell *cell, const char *data_folder, struct pack *pack, struct error *error)
{
    char *path = inputs_pack_path(&cell->settings, data_folder);
    int status = pack_open(pack, path, 0, error);
    free(path);
    return status;
}

int loop_open_parts(const struct cell *cell, const char *data_folder, struct pack *pack, struct parts *parts,
                    struct error *error)
{
    if (open_pack(cell, data_folder, pack, error) != 0) return -1;
    if (parts_init(parts, pack, &cell->settings, error) == 0) return 0;
    pack_release(pack);
    return -1;
}

int loop_check_batches(const struct settings *settings, const struct pack_classes *train, int *thin,
                       struct error *error)
{
    struct sampler_classes classes = {.class_count = train->class_count, .start = train->start, .image = train->image};
    return sampler_check(settings_sampler(settings), &classes, settings->batch_size, settings->samples_per_class, thin,
                         error);
}

static int check_update(const struct settings *settings, int steps, struct error *error)
{
    if (settings->accumulate <= steps) return 0;
    return error_set(error,
                     "accumulate %d is more than the %d batches of an epoch, so that there would be no update: use a "
                     "smaller one, or smaller batches",
                     settings->accumulate, steps);
}

int loop_check(const struct cell *cell, const char *data_folder, int *steps, int *images, struct error *error)
{
    struct pack pack;
    struct parts parts;
    int thin;
    if (loop_open_parts(cell, data_folder, &pack, &parts, error) != 0) return -1;
    *images = parts.trained.count;
    *steps = budget_steps_per_epoch(&cell->settings, *images);
    if (parts_replace_valid(&pack, &cell->settings))
        fprintf(stderr,
                "note: %s has validation classes of its own, which are not used where `validation` asks for a "
                "block of the train classes\n",
                cell->settings.dataset);
    int status = loop_check_batches(&cell->settings, &parts.trained, &thin, error);
    if (status == 0) status = check_update(&cell->settings, *steps, error);
    if (status == 0) status = evaluation_check(&parts, &cell->settings, error);
    if (status == 0) status = reference_check(&cell->settings, &pack, &parts, error);
    parts_release(&parts);
    pack_release(&pack);
    int ignored;
    if (status == 0) status = other_packs_check(&cell->settings, data_folder, &ignored, error);
    return status;
}

static int count_costs(const struct settings *given, int train_images, struct loop_plan *plan, struct error *error)
{
    struct settings settings = *given, whole = *given;
    if (equal_budget_is_open(given) && equal_budget_resolve(&settings, train_images, NULL, NULL, error) != 0) return -1;
    plan->budget = budget_make(&settings, train_images);
    plan->totals = budget_totals(&settings, &plan->budget, &plan->update.work);
    whole.equal_to = (struct settings_equal_to){.portion = 1};
    whole = equal_budget_other(&whole);
    struct budget budget = budget_make(&whole, train_images);
    plan->whole = budget_totals(&whole, &budget, &plan->update.work);
    return 0;
}

int loop_measure(const struct cell *cell, const char *data_folder, struct loop_plan *plan, struct error *error)
{
    struct pack pack;
    struct parts parts;
    struct update_plan update;
    if (loop_open_parts(cell, data_folder, &pack, &parts, error) != 0)
        return error_context(error, "cell %s", cell->name);
    int thin, most, status = evaluation_check(&parts, &cell->settings, error);
    if (status == 0) status = loop_check_batches(&cell->settings, &parts.trained, &thin, error);
    if (status == 0) status = other_packs_check(&cell->settings, data_folder, &most, error);
    struct update_classes trained = {parts.trained.class_count, parts.trained.label, pack.count};
    if (status == 0) status = update_measure(&cell->settings, &trained, &update, error);
    if (status == 0)
        *plan = (struct loop_plan){
            .selected = update.selected,
            .backprop = update.two_pass ? BACKPROP_TWO_PASS : BACKPROP_DIRECT,
            .evaluation_bytes = evaluation_bytes(&parts, update.dim) + other_packs_bytes(most, update.dim) +
                                judge_bytes(&cell->settings, update.parameters),
            .update = update,
        };
    if (status == 0) status = count_costs(&cell->settings, parts.trained.count, plan, error);
    parts_release(&parts);
    pack_release(&pack);
    return status == 0 ? 0 : error_context(error, "cell %s", cell->name);
}

int loop_fit(const struct cell *cell, const char *data_folder, struct fit *fit, struct error *error)
{
    const struct settings *settings = &cell->settings;
    struct pack pack;
    struct parts parts;
    if (loop_open_parts(cell, data_folder, &pack, &parts, error) != 0) return -1;
    const struct pack_classes *train = &parts.trained;
    struct sampler_classes classes = {.class_count = train->class_count, .start = train->start, .image = train->image};
    struct update_classes trained = {train->class_count, train->label};
    int fillable = sampler_largest_batch(settings_sampler(settings), &classes, settings->samples_per_class);
    int status = fit_find(settings, fillable, &trained, fit, error);
    parts_release(&parts);
    pack_release(&pack);
    return status;
}
