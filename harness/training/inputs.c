/* inputs.c - see inputs.h. */
#include "harness/training/inputs.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "datasets/pack.h"

char *inputs_pack_path(const struct settings *settings, const char *data_folder)
{
    return file_join(data_folder, "%s.pack", settings->dataset);
}

/* Sets the checksum, or compares it with one that is there. */
static int take_checksum(char kept[OPTION_TEXT_SIZE], uint64_t checksum, const char *path, struct error *error)
{
    char text[32];
    snprintf(text, sizeof text, "%016" PRIx64, checksum);
    if (kept[0] && strcmp(kept, text) != 0)
        return error_set(error, "%s is another file than the settings demand: its checksum is %s, not %s", path, text,
                         kept);
    snprintf(kept, OPTION_TEXT_SIZE, "%s", text);
    return 0;
}

static int resolve_pack(struct settings *settings, const char *data_folder, int verify, struct error *error)
{
    struct pack pack;
    char *path = inputs_pack_path(settings, data_folder);
    int status = pack_open(&pack, path, verify, error);
    if (status == 0) {
        status = take_checksum(settings->inputs.pack, pack.checksum, path, error);
        pack_release(&pack);
    }
    free(path);
    return status;
}

static int resolve_weights(struct settings *settings, struct error *error)
{
    const char *path = settings->network.weights;
    struct file_map map;
    if (!path[0]) return 0;
    if (!file_exists(path))
        return error_set(error, "weights %s are not there; 'partgrad prepare weights/NAME' downloads those it knows",
                         path);
    if (file_map_open(&map, path, error) != 0) return -1;
    uint64_t checksum = file_checksum(map.bytes, map.size);
    file_map_release(&map);
    return take_checksum(settings->inputs.weights, checksum, path, error);
}

int inputs_resolve(struct settings *settings, const char *data_folder, int verify, struct error *error)
{
    if (resolve_pack(settings, data_folder, verify, error) != 0) return -1;
    return resolve_weights(settings, error);
}

static int mark_file(struct input_mark *mark, const char *path, struct error *error)
{
    struct stat found;
    if (stat(path, &found) != 0) return error_errno(error, "%s cannot be read", path);
    *mark = (struct input_mark){found.st_dev, found.st_ino, found.st_size, found.st_mtim};
    return 0;
}

int inputs_mark(struct input_marks *marks, const struct settings *settings, const char *data_folder,
                struct error *error)
{
    char *path = inputs_pack_path(settings, data_folder);
    *marks = (struct input_marks){0};
    int status = mark_file(&marks->pack, path, error);
    free(path);
    if (status != 0 || !settings->network.weights[0]) return status;
    return mark_file(&marks->weights, settings->network.weights, error);
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
    if (is_same(&now.pack, &marks->pack)) return 0;
    return error_set(error, "%s/%s.pack has changed while the cell ran", data_folder, settings->dataset);
}
