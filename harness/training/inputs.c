/* inputs.c - see inputs.h. */
#include "harness/training/inputs.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "datasets/pack.h"
#include "harness/training/kept_weights.h"

char *inputs_pack_path(const struct settings *settings, const char *data_folder)
{
    return file_join(data_folder, "%s.pack", settings->dataset);
}

char *inputs_other_path(const struct settings *settings, const char *data_folder, int i)
{
    char name[OPTION_TEXT_SIZE];
    option_texts_item(settings->evaluate_on, i, name);
    return file_join(data_folder, "%s.pack", name);
}

/* Sets the checksum, or compares it with the one that is set. */
static int take_checksum(char kept[OPTION_TEXT_SIZE], uint64_t checksum, const char *path, struct error *error)
{
    char text[32];
    snprintf(text, sizeof text, "%016" PRIx64, checksum);
    if (kept[0] && strcmp(kept, text) != 0)
        return error_set(error, "%s is not the file that the settings require: its checksum is %s, not %s", path, text,
                         kept);
    snprintf(kept, OPTION_TEXT_SIZE, "%s", text);
    return 0;
}

/* Frees the path. */
static int resolve_pack(char *path, char kept[OPTION_TEXT_SIZE], int verify, struct error *error)
{
    struct pack pack;
    int status = pack_open(&pack, path, verify, error);
    if (status == 0) {
        status = take_checksum(kept, pack.checksum, path, error);
        pack_release(&pack);
    }
    free(path);
    return status;
}

/* The packs of evaluate_on. Two names for one pack would only look like two data sets. */
static int resolve_others(struct settings *settings, const char *data_folder, int verify, struct error *error)
{
    char checksums[OPTION_TEXT_SIZE] = "", checksum[OPTION_TEXT_SIZE];
    size_t used = 0;
    for (int i = 0; i < option_texts_count(settings->evaluate_on); i++) {
        option_texts_item(settings->inputs.others, i, checksum);
        if (resolve_pack(inputs_other_path(settings, data_folder, i), checksum, verify, error) != 0)
            return error_context(error, "evaluate_on");
        if (option_texts_has(checksums, checksum))
            return error_set(error, "evaluate_on: two of %s are the same pack, %s", settings->evaluate_on, checksum);
        used += (size_t)snprintf(checksums + used, sizeof checksums - used, "%s%s", i > 0 ? "; " : "", checksum);
    }
    memcpy(settings->inputs.others, checksums, sizeof checksums);
    return 0;
}

/* If the weights come from a cell, checks that the cell kept these. */
static int check_cell(const char *weights, struct error *error)
{
    char *folder = kept_weights_folder(weights);
    int status = folder ? kept_weights_check(folder, error) : 0;
    free(folder);
    return status == 0 ? 0 : error_context(error, "weights %s", weights);
}

/* For a file or RUN/CELL; does nothing for "". */
static int resolve_weights(const char *weights, char kept[OPTION_TEXT_SIZE], struct error *error)
{
    struct file_map map;
    if (!weights[0]) return 0;
    if (check_cell(weights, error) != 0) return -1;
    char *path = kept_weights_path(weights);
    int status = file_exists(path) ? file_map_open(&map, path, error)
                                   : error_set(error,
                                               "weights %s do not exist; 'partgrad prepare weights/NAME' downloads "
                                               "known ones, and RUN/CELL are those that a cell has kept",
                                               path);
    if (status == 0) {
        status = take_checksum(kept, file_checksum(map.bytes, map.size), path, error);
        file_map_release(&map);
    }
    free(path);
    return status;
}

int inputs_resolve(struct settings *settings, const char *data_folder, int verify, struct error *error)
{
    char *path = inputs_pack_path(settings, data_folder);
    if (resolve_pack(path, settings->inputs.pack, verify, error) != 0) return -1;
    if (resolve_others(settings, data_folder, verify, error) != 0) return -1;
    if (resolve_weights(settings_reference(settings), settings->inputs.reference, error) != 0) return -1;
    return resolve_weights(settings->network.weights, settings->inputs.weights, error);
}

/* Frees the path. */
static int mark_file(struct input_mark *mark, char *path, struct error *error)
{
    struct stat found;
    int status = stat(path, &found) == 0 ? 0 : error_errno(error, "%s cannot be read", path);
    if (status == 0) *mark = (struct input_mark){found.st_dev, found.st_ino, found.st_size, found.st_mtim};
    free(path);
    return status;
}

int inputs_mark(struct input_marks *marks, const struct settings *settings, const char *data_folder,
                struct error *error)
{
    *marks = (struct input_marks){0};
    int status = mark_file(&marks->pack, inputs_pack_path(settings, data_folder), error);
    for (int i = 0; i < option_texts_count(settings->evaluate_on) && status == 0; i++)
        status = mark_file(&marks->others[i], inputs_other_path(settings, data_folder, i), error);
    if (status == 0 && settings_reference(settings)[0])
        status = mark_file(&marks->reference, kept_weights_path(settings_reference(settings)), error);
    if (status != 0 || !settings->network.weights[0]) return status;
    return mark_file(&marks->weights, kept_weights_path(settings->network.weights), error);
}

static int is_same(const struct input_mark *a, const struct input_mark *b)
{
    return a->device == b->device && a->inode == b->inode && a->size == b->size &&
           a->written.tv_sec == b->written.tv_sec && a->written.tv_nsec == b->written.tv_nsec;
}

int inputs_check(const struct input_marks *marks, const struct settings *settings, const char *data_folder,
                 struct error *error)
{
    struct input_marks now;
    if (inputs_mark(&now, settings, data_folder, error) != 0) return -1;
    if (!is_same(&now.weights, &marks->weights))
        return error_set(error, "%s has changed while the cell ran", settings->network.weights);
    if (!is_same(&now.reference, &marks->reference))
        return error_set(error, "%s has changed while the cell ran", settings_reference(settings));
    for (int i = 0; i < option_texts_count(settings->evaluate_on); i++)
        if (!is_same(&now.others[i], &marks->others[i]))
            return error_set(error, "a pack of evaluate_on (%s) has changed while the cell ran", settings->evaluate_on);
    if (is_same(&now.pack, &marks->pack)) return 0;
    return error_set(error, "%s/%s.pack has changed while the cell ran", data_folder, settings->dataset);
}
