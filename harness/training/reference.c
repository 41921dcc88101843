/* reference.c - see reference.h. */
#include "harness/training/reference.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/file.h"
#include "harness/training/embed_pack.h"
#include "harness/training/kept_weights.h"
#include "harness/training/shared.h"

enum { ANCESTORS_MAX = 32 };

/* ---- what it has learned from ---- */

static double number_of(const struct csv_table *row, const char *column)
{
    double value = csv_number(row, 0, csv_column(row, column));
    return isnan(value) ? 0 : value;
}

/* The settings that decide which images are trained on. */
static struct settings settings_of(const struct csv_table *row)
{
    struct settings settings;
    settings_defaults(&settings);
    settings.judge = JUDGE_LAST;
    settings.validation.share = number_of(row, "validation_share");
    settings.validation.classes = (int)number_of(row, "validation_classes");
    settings.validation.fold = (int)number_of(row, "validation_fold");
    settings.validation.seen = number_of(row, "validation_seen");
    return settings;
}

/* *common receives an image that both have, or -1. */
static int find_common(const struct pack_classes *own, const struct pack_classes *other, int image_count, int *common,
                       struct error *error)
{
    char *is_own = calloc((size_t)image_count, 1);
    if (!is_own) return error_set(error, "out of memory for %d images", image_count);
    *common = -1;
    for (int i = 0; i < own->count; i++) is_own[own->image[i]] = 1;
    for (int i = 0; i < other->count && *common < 0; i++)
        if (is_own[other->image[i]]) *common = other->image[i];
    free(is_own);
    return 0;
}

static int check_row(const struct csv_table *row, const char *folder, const struct pack *pack,
                     const struct parts *parts, struct error *error)
{
    char checksum[IDENTITY_SIZE];
    const char *trained_on = csv_text(row, 0, csv_column(row, "pack_checksum"));
    struct settings settings = settings_of(row);
    struct parts theirs;
    snprintf(checksum, sizeof checksum, "%016" PRIx64, pack->checksum);
    if (strcmp(trained_on, checksum) != 0)
        return error_set(error, "%s was trained on another pack, of checksum %s, not %s: train it on this one", folder,
                         trained_on, checksum);
    if (parts_init(&theirs, pack, &settings, error) != 0) return -1;
    int common = -1, status = find_common(&parts->trained, &theirs.trained, pack->count, &common, error);
    parts_release(&theirs);
    if (status != 0 || common < 0) return status;
    return error_set(error,
                     "%s was trained on images that are trained on here, such as image %d: keep these out of its "
                     "training, as validation: {share: 0.5, fold: 1} there and fold: 0 here do",
                     folder, common);
}

/* Checks one cell; *start is the folder of the cell that it started from, or NULL. The caller frees it. */
static int check_cell(const char *folder, const struct pack *pack, const struct parts *parts, char **start,
                      struct error *error)
{
    struct csv_table row;
    *start = NULL;
    if (kept_weights_check(folder, error) != 0) return -1;
    char *path = file_join(folder, "result.csv");
    int status = csv_read(&row, path, error);
    free(path);
    if (status != 0) return -1;
    status = check_row(&row, folder, pack, parts, error);
    if (status == 0) *start = kept_weights_folder(csv_text(&row, 0, csv_column(&row, "model_weights")));
    csv_release(&row);
    return status;
}

int reference_check(const struct settings *settings, const struct pack *pack, const struct parts *parts,
                    struct error *error)
{
    const char *name = settings_reference(settings);
    int status = 0;
    if (!name[0]) return 0;
    char *folder = kept_weights_folder(name);
    if (!folder) return error_set(error, "reference %s is not a cell: give RUN/CELL, such as results/demo/NAME", name);
    for (int a = 0; folder && a < ANCESTORS_MAX && status == 0; a++) {
        char *start;
        status = check_cell(folder, pack, parts, &start, error);
        free(folder);
        folder = start;
    }
    free(folder);
    return status == 0 ? 0 : error_context(error, "reference %s", name);
}

/* ---- embeddings ---- */

static int create_network(const struct settings *settings, struct network **network, struct error *error)
{
    struct settings theirs = *settings;
    snprintf(theirs.network.weights, sizeof theirs.network.weights, "%s", settings_reference(settings));
    theirs.network.weights_head = WEIGHTS_HEAD_KEPT;
    struct network_request request = update_network_request(&theirs, settings->batch_size, 0);
    return network_create(network, &request, error);
}

static int embed(struct update *update, struct network *network, const struct pack *pack, const struct parts *parts,
                 const char *shared, struct error *error)
{
    const struct settings *settings = update->settings;
    const struct pack_classes *trained = &parts->trained;
    struct crop_center center = {settings->image_size, settings->test_crop, settings->test_crop_offset};
    size_t dim = (size_t)update->plan.dim;
    float *rows = malloc((size_t)trained->count * dim * sizeof *rows);
    if (!rows) return error_set(error, "out of memory");
    int status =
        shared ? shared_embed(shared, settings, network, pack, trained->image, trained->count, &center, rows, error)
               : embedding_compute(network, pack, trained->image, trained->count, &center, rows, error);
    for (int i = 0; i < trained->count && status == 0; i++)
        memcpy(update->step.reference + (size_t)trained->image[i] * dim, rows + (size_t)i * dim, dim * sizeof *rows);
    free(rows);
    return status;
}

int reference_embed(struct update *update, const struct pack *pack, const struct parts *parts, const char *shared,
                    struct error *error)
{
    struct network *network = NULL;
    const char *name = settings_reference(update->settings);
    if (!name[0]) return 0;
    if (reference_check(update->settings, pack, parts, error) != 0) return -1;
    int status = create_network(update->settings, &network, error);
    if (status == 0) status = embed(update, network, pack, parts, shared, error);
    network_free(network);
    return status == 0 ? 0 : error_context(error, "reference %s", name);
}
