/* safetensors.c - see safetensors.h; JSON through jansson. */
#include "network/safetensors.h"

#include <stdint.h>
#include <string.h>

#include "base/half.h"

enum { HEADER_MAX = 100 << 20, LENGTH_BYTES = 8 };

/* Files that people try instead, by their first bytes, and what to do with each. */
static const struct {
    const char *start;
    size_t length;
    const char *what, *advice;
} others[] = {
#define FROM_PYTORCH                                                                                                   \
    "convert it with two lines of Python: import torch, safetensors.torch as st; st.save_file({k: v.clone() for k, v " \
    "in torch.load('%s', 'cpu', weights_only=True).items()}, 'weights.safetensors')"
    {"PK\3\4", 4, "a zip archive, as PyTorch writes (.pth or .pt)", FROM_PYTORCH},
    {"\x80\2", 2, "a Python pickle, as PyTorch wrote (.pth or .pt)", FROM_PYTORCH},
    {"\x80\3", 2, "a Python pickle", FROM_PYTORCH},
    {"\x80\4", 2, "a Python pickle", FROM_PYTORCH},
    {"\x80\5", 2, "a Python pickle", FROM_PYTORCH},
    {"\x89HDF", 4, "an HDF5 file, as Keras writes", "export the weights as safetensors"},
    {"GGUF", 4, "a GGUF file", "get the weights as safetensors"},
    {"\x93NUMPY", 6, "a NumPy file", "export the weights as safetensors"},
    {"version https://git-lfs", 23, "a pointer to a file in Git LFS", "fetch the file itself, with git lfs pull"},
    {"<", 1, "a web page", "download the file itself"},
    {"{", 1, "JSON, such as the index of weights that are spread over several files",
     "join those into one file: give save_file the union of what load_file gives for each"},
};

/* Fails with what the file is, if its first bytes are clear enough, else with `reason`. */
static int refuse(const struct safetensors *file, size_t well_enough, const char *reason, struct error *error)
{
    for (size_t o = 0; o < sizeof others / sizeof *others; o++) {
        size_t length = others[o].length;
        if (length < well_enough || file->map.size < length || memcmp(file->map.bytes, others[o].start, length) != 0)
            continue;
        struct error advice;
        error_set(&advice, others[o].advice, file->path);
        return error_set(error, "%s: not a safetensors file but %s; %s", file->path, others[o].what, advice.message);
    }
    return error_set(error, "%s: %s", file->path, reason);
}

static int open_header(struct safetensors *file, struct error *error)
{
    uint64_t length = 0;
    if (file->map.size >= LENGTH_BYTES) memcpy(&length, file->map.bytes, LENGTH_BYTES);
    if (length == 0 || length > HEADER_MAX || length > file->map.size - LENGTH_BYTES)
        return refuse(file, 1, "not a safetensors file, or cut short", error);
    json_error_t wrong;
    file->header = json_loadb((const char *)file->map.bytes + LENGTH_BYTES, (size_t)length, 0, &wrong);
    if (!json_is_object(file->header)) {
        struct error reason;
        error_set(&reason, "broken safetensors header: %s", wrong.text);
        return refuse(file, 4, reason.message, error);
    }
    file->data = file->map.bytes + LENGTH_BYTES + length;
    file->data_size = file->map.size - LENGTH_BYTES - (size_t)length;
    return 0;
}

int safetensors_open(struct safetensors *file, const char *path, struct error *error)
{
    *file = (struct safetensors){.path = path};
    if (file_map_open(&file->map, path, error) != 0) return -1;
    if (open_header(file, error) == 0) return 0;
    safetensors_release(file);
    return -1;
}

void safetensors_release(struct safetensors *file)
{
    json_decref(file->header);
    file_map_release(&file->map);
    *file = (struct safetensors){0};
}

static float read_f16(const unsigned char *bytes)
{
    uint16_t half;
    memcpy(&half, bytes, sizeof half);
    return half_value(half);
}

/* The upper half of a float32. */
static float read_bf16(const unsigned char *bytes)
{
    uint16_t upper;
    float value;
    memcpy(&upper, bytes, sizeof upper);
    memcpy(&value, &(uint32_t){(uint32_t)upper << 16}, sizeof value);
    return value;
}

static float read_f32(const unsigned char *bytes)
{
    float value;
    memcpy(&value, bytes, sizeof value);
    return value;
}

static float read_f64(const unsigned char *bytes)
{
    double value;
    memcpy(&value, bytes, sizeof value);
    return (float)value;
}

static const struct type {
    const char *name;
    size_t bytes;
    float (*read)(const unsigned char *);
} types[] = {{"F32", 4, read_f32}, {"F16", 2, read_f16}, {"BF16", 2, read_bf16}, {"F64", 8, read_f64}};

static const struct type *find_type(const char *name)
{
    for (size_t t = 0; name && t < sizeof types / sizeof *types; t++)
        if (strcmp(types[t].name, name) == 0) return &types[t];
    return NULL;
}

int safetensors_read(const struct safetensors *file, const char *name, float *values, size_t count, struct error *error)
{
    const json_t *entry = json_object_get(file->header, name), *offsets = json_object_get(entry, "data_offsets");
    const char *type_name = json_string_value(json_object_get(entry, "dtype"));
    const struct type *type = find_type(type_name);
    if (!type)
        return error_set(error, "%s: tensor %s is of type %s, but only F16, BF16, F32 and F64 are read", file->path,
                         name, type_name ? type_name : "none");
    json_int_t first = json_integer_value(json_array_get(offsets, 0)),
               end = json_integer_value(json_array_get(offsets, 1));
    if (first < 0 || end < first || (uint64_t)end > file->data_size)
        return error_set(error, "%s: tensor %s lies outside the file, which is cut short or damaged", file->path, name);
    if ((size_t)(end - first) != count * type->bytes)
        return error_set(error, "%s: tensor %s has %lld bytes, which is not what its shape says", file->path, name,
                         (long long)(end - first));
    for (size_t i = 0; i < count; i++) values[i] = type->read(file->data + first + i * type->bytes);
    return 0;
}
