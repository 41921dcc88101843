/* npy.c - see npy.h.
 *
 * A file is "\x93NUMPY", two bytes of version, the header's length (two bytes in version 1, four in 2 and 3), the
 * header - a Python dictionary literal such as {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), } padded with
 * spaces - and the data. */
#include "base/npy.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/half.h"
#include "base/npy_header.h"

enum { MAGIC_SIZE = 6, HEADER_MAX = 1 << 16, ALIGNMENT = 64 };

static const char magic[MAGIC_SIZE + 1] = "\x93NUMPY";

/* Position and length of the header, from the bytes before it. */
static int find_header(const struct file_map *map, size_t *start, size_t *length, struct error *error)
{
    const unsigned char *bytes = map->bytes;
    if (map->size >= 4 && memcmp(bytes, "PK\3\4", 4) == 0)
        return error_set(error, "it is a .npz archive: save one of its arrays with numpy.save");
    if (map->size < MAGIC_SIZE + 6 || memcmp(bytes, magic, MAGIC_SIZE) != 0)
        return error_set(error, "it is not a .npy file");
    int version = bytes[MAGIC_SIZE], minor = bytes[MAGIC_SIZE + 1];
    if (version < 1 || version > 3 || minor != 0)
        return error_set(error, "its format version %d.%d is unknown", version, minor);
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
    if (npy_header_parse(npy, (const char *)npy->map.bytes + start, length, error) != 0) return -1;

    size_t offset = start + length, left = npy->map.size - offset;
    if (size_multiply(npy->shape[0], npy->shape[1], &count) != 0 ||
        size_multiply(count, npy->element_bytes, &bytes) != 0 || bytes != left)
        return error_set(error, "its data have %zu bytes, which is not what its shape says", left);
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
    free(npy->converted);
    *npy = (struct npy){0};
}

/* An element's bits as an unsigned number. */
static uint64_t element_bits(const struct npy *npy, size_t position)
{
    const unsigned char *bytes = npy->data + position * npy->element_bytes;
    uint64_t bits = 0;
    for (size_t i = 0; i < npy->element_bytes; i++)
        bits |= (uint64_t)bytes[npy->big_endian ? npy->element_bytes - 1 - i : i] << (8 * i);
    return bits;
}

static double float_value(const struct npy *npy, size_t position)
{
    uint64_t bits = element_bits(npy, position);
    uint32_t low = (uint32_t)bits;
    float single;
    double value;
    memcpy(&single, &low, sizeof single);
    memcpy(&value, &bits, sizeof value);
    return npy->element_bytes == 2 ? half_value((uint16_t)bits) : npy->element_bytes == 4 ? single : value;
}

/* One row of the array becomes `values` (shape[1]). */
static int convert_row(const struct npy *npy, size_t row, float *values, struct error *error)
{
    size_t columns = npy->shape[1];
    double largest = 0;
    for (size_t k = 0; k < columns; k++) {
        double value = float_value(npy, npy->fortran ? k * npy->shape[0] + row : row * columns + k);
        if (isfinite(value) && fabs(value) > FLT_MAX)
            return error_set(error, "row %zu (counting from 0) holds %g, which float32 cannot: scale the array", row,
                             value);
        values[k] = (float)value;
        largest = fmax(largest, fabs(value)); /* which leaves out NaN */
    }
    if (npy->element_bytes == 8 && largest > 0 && largest < FLT_MIN)
        return error_set(error,
                         "row %zu (counting from 0) holds nothing larger than %g, which float32 cannot: scale the "
                         "array",
                         row, largest);
    return 0;
}

int npy_floats(struct npy *npy, const float **values, struct error *error)
{
    if (npy->kind != NPY_FLOAT)
        return error_set(error, "its elements are not floats: convert it with numpy's astype(\"float32\")");
    int borrowed = npy->element_bytes == sizeof(float) && !npy->big_endian && !npy->fortran &&
                   (uintptr_t)npy->data % sizeof(float) == 0;
    size_t rows = npy->shape[0], columns = npy->shape[1];
    if (!borrowed && !npy->converted) {
        npy->converted = calloc(rows * columns + 1, sizeof(float));
        if (!npy->converted) return error_set(error, "not enough memory for %zu x %zu numbers", rows, columns);
        for (size_t i = 0; columns > 0 && i < rows; i++)
            if (convert_row(npy, i, npy->converted + i * columns, error) != 0) return -1;
    }
    *values = borrowed ? (const float *)(const void *)npy->data : npy->converted;
    return 0;
}

static int compare_elements(const void *a, const void *b, void *context)
{
    const struct npy *npy = context;
    size_t bytes = npy->element_bytes;
    return memcmp(npy->data + *(const size_t *)a * bytes, npy->data + *(const size_t *)b * bytes, bytes);
}

int npy_labels(const struct npy *npy, int *ids, struct error *error)
{
    if (npy->kind == NPY_FLOAT)
        return error_set(error, "its elements are floats, not labels: convert it with numpy's astype(\"int64\")");
    size_t count = npy->shape[0] * npy->shape[1];
    size_t *order = malloc((count + 1) * sizeof *order); /* positions, equal elements side by side */
    if (!order) return error_set(error, "not enough memory for %zu labels", count);
    for (size_t i = 0; i < count; i++) order[i] = i;
    qsort_r(order, count, sizeof *order, compare_elements, (void *)npy);
    int id = -1;
    for (size_t i = 0; i < count; i++) {
        id += i == 0 || compare_elements(&order[i - 1], &order[i], (void *)npy) != 0;
        ids[order[i]] = id;
    }
    free(order);
    return 0;
}

/* `shape` is the tuple's text. */
static int write_array(const char *path, const char *type, const char *shape, const void *values, size_t bytes,
                       struct error *error)
{
    char dictionary[128], header[256];
    int start = MAGIC_SIZE + 4;
    snprintf(dictionary, sizeof dictionary, "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }", type, shape);
    int length = (start + (int)strlen(dictionary) + 1 + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT - start;
    snprintf(header, sizeof header, "%s%c%c%c%c%-*s\n", magic, 1, 0, length & 0xff, length >> 8, length - 1,
             dictionary);

    struct file_writer writer;
    if (file_writer_open(&writer, path, error) != 0) return -1;
    fwrite(header, 1, (size_t)(start + length), writer.stream);
    fwrite(values, 1, bytes, writer.stream); /* commit sees the stream's error flag */
    return file_writer_commit(&writer, error);
}

int npy_write_matrix(const char *path, const float *values, size_t rows, size_t columns, struct error *error)
{
    char shape[64];
    snprintf(shape, sizeof shape, "%zu, %zu", rows, columns);
    return write_array(path, "<f4", shape, values, rows * columns * sizeof *values, error);
}

int npy_write_labels(const char *path, const int32_t *values, size_t count, struct error *error)
{
    char shape[64];
    snprintf(shape, sizeof shape, "%zu,", count);
    return write_array(path, "<i4", shape, values, count * sizeof *values, error);
}
