/* saving.c - see saving.h. */
#include "harness/training/saving.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/training/kept_weights.h"
#include "network/weights.h"

/* The network's parameters, and the loss's; the caller frees. NULL if memory runs out. */
static struct parameter *collect(const struct update *update, int *count)
{
    const struct parameter *parameters = network_parameters(update->network, count);
    struct parameter *all = malloc(((size_t)*count + 1) * sizeof *all);
    if (!all) return NULL;
    memcpy(all, parameters, (size_t)*count * sizeof *all);
    if (update->step.proxy_count > 0) {
        struct parameter *proxies = &all[(*count)++];
        *proxies = update->proxies;
        snprintf(proxies->name, sizeof proxies->name, "loss.proxies");
        proxies->rank = 2;
        proxies->shape[0] = update->step.proxy_count;
        proxies->shape[1] = update->plan.dim;
    }
    return all;
}

int saving_write(const struct update *update, const struct cell *cell, const char *folder, int epoch,
                 char checksum[IDENTITY_SIZE], struct error *error)
{
    int count;
    char after[32], *path = kept_weights_file(folder), *settings = settings_text(&cell->settings);
    struct parameter *parameters = collect(update, &count);
    snprintf(after, sizeof after, "%d", epoch);
    const struct weights_note notes[] = {{"model", cell->settings.model.plugin->name},
                                         {"experiment", settings},
                                         {"settings", cell->identity},
                                         {"epoch", after},
                                         {0}};
    int status = settings && parameters ? 0 : error_set(error, "%s: out of memory", path);
    if (status == 0) status = weights_save(path, parameters, count, notes, error);
    if (status == 0) status = kept_weights_checksum(path, checksum, error);
    free(parameters);
    free(settings);
    free(path);
    return status;
}

double saving_bytes(const struct settings *settings, const struct update_plan *plan)
{
    return settings->save == SAVE_NONE ? 0 : (double)(plan->parameters * sizeof(float));
}
