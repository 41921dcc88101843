/* npy.c - see npy.h.
 *
 * A file is "\x93NUMPY", two bytes of version, the header's length (two bytes in version 1, four in 2 and 3), the
 * header - a Python dictionary literal such as {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), } padded with
 * spaces - and the data. */
#include "base/npy.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { MAGIC_SIZE = 6, HEADER_MAX = 1 << 16, ALIGNMENT = 64 };

static const char magic[MAGIC_SIZE + 1] = "\x93NUMPY";

/* What element types are called. */
static const struct {
    const char *name; /* as NumPy writes it */
    size_t size;      /* bytes */
} types[] = {
    [NPY_FLOAT32] = {"<f4", 4},
    [NPY_INT32] = {"<i4", 4},
    [NPY_INT64] = {"<i8", 8},
};
enum { TYPE_COUNT = sizeof types / sizeof types[0] };

/* What stands behind `key` in the header (a string), or NULL. */
static const char *find_value(const char *header, const char *key)
{
    char quoted[32];
    snprintf(quoted, sizeof quoted, "'%s':", key);
    const char *found = strstr(header, quoted);
    if (!found) return NULL;
    found += strlen(quoted);
    return found + strspn(found, " ");
}

static int parse_type(const char *value, enum npy_type *type, struct error *error)
{
    for (int t = 0; value && t < TYPE_COUNT; t++) {
        size_t length = strlen(types[t].name);
        if (*value == '\'' && strncmp(value + 1, types[t].name, length) == 0 && value[1 + length] == '\'') {
            *type = (enum npy_type)t;
            return 0;
        }
    }
    int shown = value ? (int)strcspn(value, ",}") : 0;
    return error_set(error,
                     "its elements are %.*s, and only float32, int32 and int64 (little-endian) are read: "
                     "convert it with numpy's astype",
                     shown, value ? value : "");
}

/* "(3, 4)", "(3,)": one or two sizes. */
static int parse_shape(const char *value, struct npy *npy, struct error *error)
{
    npy->rank = 0;
    npy->shape[0] = npy->shape[1] = 1;
    const char *at = value && *value == '(' ? value + 1 : "";
    while (isdigit((unsigned char)*at) && npy->rank < NPY_RANK_MAX) {
        char *end;
        unsigned long long size = strtoull(at, &end, 10); /* too large a number becomes the greatest, refused later */
        npy->shape[npy->rank++] = (size_t)size;
        at = end + strspn(end, " ");
        if (*at == ',') at += 1 + strspn(at + 1, " ");
    }
    if (*at == ')' && npy->rank > 0) return 0;
    return error_set(error, "its shape is not of one or two dimensions");
}

static int parse_header(const char *header, struct npy *npy, struct error *error)
{
    const char *order = find_value(header, "fortran_order");
    if (parse_type(find_value(header, "descr"), &npy->type, error) != 0) return -1;
    if (!order || strncmp(order, "False", 5) != 0)
        return error_set(error, "it is not in C order: convert it with numpy's ascontiguousarray");
    return parse_shape(find_value(header, "shape"), npy, error);
}

/* Position and length of the header, from the bytes before it. */
static int find_header(const struct file_map *map, size_t *start, size_t *length, struct error *error)
{
    const unsigned char *bytes = map->bytes;
    if (map->size < MAGIC_SIZE + 6 || memcmp(bytes, magic, MAGIC_SIZE) != 0)
        return error_set(error, "it is not a .npy file");
    int version = bytes[MAGIC_SIZE];
    if (version < 1 || version > 3) return error_set(error, "its format version %d is unknown", version);
    int length_bytes = version == 1 ? 2 : 4;
    *start = MAGIC_SIZE + 2 + (size_t)length_bytes;
    *length = 0;
    for (int i = 0; i < length_bytes; i++) *length |= (size_t)bytes[MAGIC_SIZE + 2 + i] << (8 * i);
    if (*length > HEADER_MAX || *length > map->size - *start)
        return error_set(error, "its header of %zu bytes does not fit", *length);
    return 0;
}

static int parse(struct npy *npy, struct error *error)
{
    size_t start = 0, length = 0, count, bytes;
    if (find_header(&npy->map, &start, &length, error) != 0) return -1;
    char *header = strndup((const char *)npy->map.bytes + start, length);
    if (!header) return error_set(error, "memory is out");
    int status = parse_header(header, npy, error);
    free(header);
    if (status != 0) return -1;

    size_t offset = start + length, left = npy->map.size - offset;
    if (size_multiply(npy->shape[0], npy->shape[1], &count) != 0 ||
        size_multiply(count, types[npy->type].size, &bytes) != 0 || bytes != left)
        return error_set(error, "its data have %zu bytes, which is not what its shape says", left);
    if (offset % types[npy->type].size != 0)
        return error_set(error, "its data are not aligned: save it again with numpy");
    npy->data = npy->map.bytes + offset;
    return 0;
}

int npy_open(struct npy *npy, const char *path, struct error *error)
{
    *npy = (struct npy){0};
    if (file_map_open(&npy->map, path, error) != 0) return -1;
    if (parse(npy, error) == 0) return 0;
    npy_release(npy);
    return error_context(error, "cannot read %s", path);
}

void npy_release(struct npy *npy)
{
    file_map_release(&npy->map);
    *npy = (struct npy){0};
}

/* `shape` is the tuple's text. */
static int write_array(const char *path, enum npy_type type, const char *shape, const void *values, size_t count,
                       struct error *error)
{
    char dictionary[128], header[256];
    int start = MAGIC_SIZE + 4;
    snprintf(dictionary, sizeof dictionary, "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }",
             types[type].name, shape);
    int length = (start + (int)strlen(dictionary) + 1 + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT - start;
    snprintf(header, sizeof header, "%s%c%c%c%c%-*s\n", magic, 1, 0, length & 0xff, length >> 8, length - 1,
             dictionary);

    struct file_writer writer;
    if (file_writer_open(&writer, path, error) != 0) return -1;
    fwrite(header, 1, (size_t)(start + length), writer.stream);
    fwrite(values, types[type].size, count, writer.stream); /* commit sees the stream's error flag */
    return file_writer_commit(&writer, error);
}

int npy_write_matrix(const char *path, const float *values, size_t rows, size_t columns, struct error *error)
{
    char shape[64];
    snprintf(shape, sizeof shape, "%zu, %zu", rows, columns);
    return write_array(path, NPY_FLOAT32, shape, values, rows * columns, error);
}

int npy_write_labels(const char *path, const int32_t *values, size_t count, struct error *error)
{
    char shape[64];
    snprintf(shape, sizeof shape, "%zu,", count);
    return write_array(path, NPY_INT32, shape, values, count, error);
}
