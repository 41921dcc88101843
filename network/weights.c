/* weights.c - see weights.h; JSON through jansson. */
#include "network/weights.h"

#include <jansson.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "network/safetensors.h"

#define NOTES "__metadata__" /* the one entry of a header that is not a tensor: named texts */

#define OWN_NOTE "partgrad"

enum { LENGTH_BYTES = 8, TENSOR_NAME_SIZE = 512, CANDIDATES_MAX = 1000 };

static void format_shape(char *text, size_t size, int rank, const int *shape)
{
    size_t used = (size_t)snprintf(text, size, "[");
    for (int i = 0; i < rank && used < size; i++)
        used += (size_t)snprintf(text + used, size - used, "%s%d", i ? ", " : "", shape[i]);
    if (used < size) snprintf(text + used, size - used, "]");
}

static int same_shape(const json_t *shape, const struct parameter *parameter)
{
    if ((int)json_array_size(shape) != parameter->rank) return 0;
    for (int i = 0; i < parameter->rank; i++)
        if (json_integer_value(json_array_get(shape, (size_t)i)) != parameter->shape[i]) return 0;
    return 1;
}

static int wrong_shape(const struct safetensors *file, const struct parameter *parameter, const char *name,
                       const json_t *shape, struct error *error)
{
    char wanted[96], *found = json_dumps(shape, JSON_ENCODE_ANY);
    format_shape(wanted, sizeof wanted, parameter->rank, parameter->shape);
    error_set(error, "%s: tensor %s has shape %s, but the model needs %s", file->path, name, found ? found : "none",
              wanted);
    free(found);
    return -1;
}

/* A network with such weights could still give plausible numbers, as max(0, NaN) is 0. */
static int check_values(const struct safetensors *file, const struct parameter *parameter, const char *name,
                        struct error *error)
{
    for (size_t i = 0; i < parameter->count; i++) {
        float value = parameter->value[i];
        if (!isfinite(value))
            return error_set(
                error, "%s: tensor %s holds %s, at element %zu: get the weights from before their training diverged",
                file->path, name, isnan(value) ? "NaN" : "infinity", i);
        if (parameter->nonnegative && value < 0)
            return error_set(error, "%s: tensor %s holds %g, at element %zu, but a variance is never negative",
                             file->path, name, (double)value, i);
    }
    return 0;
}

static int load_tensor(const struct safetensors *file, const char *name, struct parameter *parameter,
                       struct error *error)
{
    const json_t *shape = json_object_get(json_object_get(file->header, name), "shape");
    if (!same_shape(shape, parameter)) return wrong_shape(file, parameter, name, shape, error);
    if (safetensors_read(file, name, parameter->value, parameter->count, error) != 0) return -1;
    return check_values(file, parameter, name, error);
}

static int missing(const struct safetensors *file, const struct parameter *parameter, const char *name,
                   struct error *error)
{
    char wanted[96];
    int shard = strstr(file->path, "-of-") != NULL;
    format_shape(wanted, sizeof wanted, parameter->rank, parameter->shape);
    return error_set(error, "%s: tensor %s %s is missing: %s", file->path, name, wanted,
                     shard ? "this file seems to be one of several; join them into one"
                           : "these weights are of another model");
}

static int is_head(const struct parameter *parameter)
{
    return strncmp(parameter->name, "head.", 5) == 0;
}

/* The name under which the file has a parameter, or NULL. */
static const char *find_name(const struct safetensors *file, const char *prefix, const struct parameter *parameter,
                             char name[TENSOR_NAME_SIZE])
{
    const char *const names[] = {parameter->name, parameter->alias};
    for (int n = 0; n < 2 && names[n][0]; n++) {
        snprintf(name, TENSOR_NAME_SIZE, "%s%s", prefix, names[n]);
        if (json_object_get(file->header, name)) return name;
    }
    return NULL;
}

/* How many of the parameters that must be there the file has under a prefix. */
static int count_names(const struct safetensors *file, const char *prefix, const struct parameter_list *list)
{
    char name[TENSOR_NAME_SIZE];
    int count = 0;
    for (int p = 0; p < list->count; p++)
        count += !is_head(&list->parameter[p]) && find_name(file, prefix, &list->parameter[p], name);
    return count;
}

/* Copies what precedes a parameter's name in a key: "" or "module.backbone.". Returns 0 if the key does not end with
 * the name. */
static int cut_prefix(const char *key, const char *name, char prefix[TENSOR_NAME_SIZE])
{
    size_t length = strlen(key), tail = strlen(name);
    if (tail == 0 || length < tail || length >= TENSOR_NAME_SIZE / 2 || strcmp(key + length - tail, name) != 0)
        return 0;
    if (length > tail && key[length - tail - 1] != '.') return 0;
    memcpy(prefix, key, length - tail);
    prefix[length - tail] = '\0';
    return 1;
}

/* The prefix under which the file has most of the required parameters; no prefix is preferred. If two prefixes have
 * equally many, the file holds two models and nobody said which to take. */
static int find_prefix(const struct safetensors *file, const struct parameter_list *list, char best[TENSOR_NAME_SIZE],
                       struct error *error)
{
    const struct parameter *first = &list->parameter[0];
    char prefix[TENSOR_NAME_SIZE], other[TENSOR_NAME_SIZE] = "";
    const char *key;
    json_t *entry;
    best[0] = '\0';
    int most = count_names(file, "", list), tied = 0, candidates = 0;
    json_object_foreach(file->header, key, entry)
    {
        if (!cut_prefix(key, first->name, prefix) && !cut_prefix(key, first->alias, prefix)) continue;
        if (++candidates > CANDIDATES_MAX) break;
        int count = count_names(file, prefix, list);
        if (count < most || (count == most && !best[0]) || strcmp(prefix, best) == 0) continue;
        tied = count == most;
        memcpy(tied ? other : best, prefix, sizeof prefix);
        most = count;
    }
    if (!tied) return 0;
    return error_set(error, "%s: there are two models, with tensors %s* and %s*: keep one of them", file->path, best,
                     other);
}

/* Whether the file has notes, as those of weights_save do; other files mostly come from models with another head. */
static int is_complete(const struct safetensors *file)
{
    return json_object_get(json_object_get(file->header, NOTES), OWN_NOTE) != NULL;
}

/* The head is part of the embedding: dropping it or starting a new one unasked would make another network. */
static int check_head(const struct safetensors *file, const struct parameter_list *list, struct error *error)
{
    int has = json_object_get(file->header, "head.weight") != NULL, wants = 0;
    for (int p = 0; p < list->count; p++) wants |= is_head(&list->parameter[p]);
    if (!is_complete(file) || has == wants) return 0;
    return error_set(error, "%s: these weights have %s head, but the model has %s: give another embedding_size, or %s",
                     file->path, has ? "a" : "no", wants ? "one" : "none",
                     wants ? "weights_head: new to begin one" : "weights_head: new to leave it out");
}

static int load_parameters(const struct safetensors *file, struct parameter_list *list, const char *prefix,
                           enum weights_head head, struct error *error)
{
    char name[TENSOR_NAME_SIZE];
    for (int p = 0; p < list->count; p++) {
        struct parameter *parameter = &list->parameter[p];
        if (is_head(parameter) && head == WEIGHTS_HEAD_NEW) continue;
        if (find_name(file, prefix, parameter, name)) {
            if (load_tensor(file, name, parameter, error) != 0) return -1;
        } else if (!is_head(parameter)) {
            snprintf(name, sizeof name, "%s%s", prefix, parameter->name);
            return missing(file, parameter, name, error);
        }
    }
    return 0;
}

int weights_load(const char *path, struct parameter_list *list, enum weights_head head, struct error *error)
{
    struct safetensors file;
    char prefix[TENSOR_NAME_SIZE];
    if (safetensors_open(&file, path, error) != 0) return -1;
    int status = find_prefix(&file, list, prefix, error);
    if (status == 0 && head == WEIGHTS_HEAD_KEPT) status = check_head(&file, list, error);
    if (status == 0) status = load_parameters(&file, list, prefix, head, error);
    if (status == 0 && prefix[0])
        fprintf(stderr, "note: %s: its tensors' names are read without \"%s\"\n", path, prefix);
    safetensors_release(&file);
    return status;
}

static json_t *notes_object(const struct weights_note *notes)
{
    json_t *object = json_pack("{s:s}", OWN_NOTE, "weights");
    for (; notes->key; notes++) json_object_set_new(object, notes->key, json_string(notes->text));
    return object;
}

/* The header, padded with spaces so that the arrays after it are aligned. */
static char *header_text(const struct parameter *parameters, int count, const struct weights_note *notes)
{
    json_t *header = json_object();
    size_t offset = 0;
    if (notes) json_object_set_new(header, NOTES, notes_object(notes));
    for (int p = 0; p < count; p++) {
        const struct parameter *parameter = &parameters[p];
        json_t *shape = json_array();
        for (int i = 0; i < parameter->rank; i++) json_array_append_new(shape, json_integer(parameter->shape[i]));
        size_t end = offset + parameter->count * sizeof(float);
        json_t *offsets = json_pack("[I, I]", (json_int_t)offset, (json_int_t)end);
        json_t *entry = json_pack("{s:s, s:o, s:o}", "dtype", "F32", "shape", shape, "data_offsets", offsets);
        json_object_set_new(header, parameter->name, entry);
        offset = end;
    }
    char *text = json_dumps(header, JSON_COMPACT);
    json_decref(header);
    return text;
}

int weights_save(const char *path, const struct parameter *parameters, int count, const struct weights_note *notes,
                 struct error *error)
{
    struct file_writer writer;
    char *header = header_text(parameters, count, notes);
    if (!header) return error_set(error, "%s: out of memory", path);
    if (file_writer_open(&writer, path, error) != 0) {
        free(header);
        return -1;
    }
    size_t used = strlen(header), padding = (LENGTH_BYTES - used % LENGTH_BYTES) % LENGTH_BYTES;
    uint64_t length = used + padding;
    fwrite(&length, 1, sizeof length, writer.stream);
    fprintf(writer.stream, "%s%*s", header, (int)padding, "");
    for (int p = 0; p < count; p++) fwrite(parameters[p].value, sizeof(float), parameters[p].count, writer.stream);
    free(header);
    return file_writer_commit(&writer, error);
}
