/* weights.c - see weights.h; JSON through jansson. */
#include "network/weights.h"

#include <jansson.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"

enum { HEADER_MAX = 100 << 20, LENGTH_BYTES = 8 };

/* An open file: its header, and where the arrays begin. */
struct source {
    const char *path;
    struct file_map map;
    json_t *header;
    const unsigned char *data;
    size_t data_size;
};

static int source_open(struct source *source, const char *path, struct error *error)
{
    *source = (struct source){.path = path};
    if (file_map_open(&source->map, path, error) != 0) return -1;
    uint64_t length = 0;
    if (source->map.size >= LENGTH_BYTES) memcpy(&length, source->map.bytes, LENGTH_BYTES);
    if (length == 0 || length > HEADER_MAX || length > source->map.size - LENGTH_BYTES)
        return error_set(error, "%s: not a safetensors file, or cut short", path);
    json_error_t wrong;
    source->header = json_loadb((const char *)source->map.bytes + LENGTH_BYTES, (size_t)length, 0, &wrong);
    if (!json_is_object(source->header)) return error_set(error, "%s: broken safetensors header: %s", path, wrong.text);
    source->data = source->map.bytes + LENGTH_BYTES + length;
    source->data_size = source->map.size - LENGTH_BYTES - (size_t)length;
    return 0;
}

static void source_release(struct source *source)
{
    json_decref(source->header);
    file_map_release(&source->map);
}

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

static int wrong_shape(const struct source *source, const struct parameter *parameter, const json_t *shape,
                       struct error *error)
{
    char wanted[96], *found = json_dumps(shape, JSON_ENCODE_ANY);
    format_shape(wanted, sizeof wanted, parameter->rank, parameter->shape);
    error_set(error, "%s: tensor %s has shape %s, but the model needs %s", source->path, parameter->name,
              found ? found : "none", wanted);
    free(found);
    return -1;
}

static int load_tensor(const struct source *source, const json_t *entry, struct parameter *parameter,
                       struct error *error)
{
    const char *type = json_string_value(json_object_get(entry, "dtype"));
    const json_t *shape = json_object_get(entry, "shape"), *offsets = json_object_get(entry, "data_offsets");
    if (!type || strcmp(type, "F32") != 0)
        return error_set(error, "%s: tensor %s is of type %s, but only F32 is read", source->path, parameter->name,
                         type ? type : "none");
    if (!same_shape(shape, parameter)) return wrong_shape(source, parameter, shape, error);
    json_int_t first = json_integer_value(json_array_get(offsets, 0)),
               end = json_integer_value(json_array_get(offsets, 1));
    size_t bytes = parameter->count * sizeof(float);
    if (first < 0 || end < first || (uint64_t)end > source->data_size || (size_t)(end - first) != bytes)
        return error_set(error, "%s: tensor %s lies outside the file", source->path, parameter->name);
    memcpy(parameter->value, source->data + first, bytes);
    return 0;
}

static int missing(const char *path, const struct parameter *parameter, struct error *error)
{
    char wanted[96];
    format_shape(wanted, sizeof wanted, parameter->rank, parameter->shape);
    return error_set(error, "%s: tensor %s %s is missing: these weights are of another model", path, parameter->name,
                     wanted);
}

int weights_load(const char *path, struct parameter_list *list, struct error *error)
{
    struct source source;
    int status = source_open(&source, path, error);
    for (int p = 0; p < list->count && status == 0; p++) {
        struct parameter *parameter = &list->parameter[p];
        const json_t *entry = json_object_get(source.header, parameter->name);
        if (!entry && parameter->alias[0]) entry = json_object_get(source.header, parameter->alias);
        if (entry)
            status = load_tensor(&source, entry, parameter, error);
        else if (strncmp(parameter->name, "head.", 5) != 0)
            status = missing(path, parameter, error);
    }
    source_release(&source);
    return status;
}

/* The header, padded with spaces so that the arrays behind it are aligned. */
static char *header_text(const struct parameter_list *list)
{
    json_t *header = json_object();
    size_t offset = 0;
    for (int p = 0; p < list->count; p++) {
        const struct parameter *parameter = &list->parameter[p];
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

int weights_save(const char *path, const struct parameter_list *list, struct error *error)
{
    struct file_writer writer;
    char *header = header_text(list);
    if (!header) return error_set(error, "%s: out of memory", path);
    if (file_writer_open(&writer, path, error) != 0) {
        free(header);
        return -1;
    }
    size_t used = strlen(header), padding = (LENGTH_BYTES - used % LENGTH_BYTES) % LENGTH_BYTES;
    uint64_t length = used + padding;
    fwrite(&length, 1, sizeof length, writer.stream);
    fprintf(writer.stream, "%s%*s", header, (int)padding, "");
    for (int p = 0; p < list->count; p++)
        fwrite(list->parameter[p].value, sizeof(float), list->parameter[p].count, writer.stream);
    free(header);
    return file_writer_commit(&writer, error);
}
