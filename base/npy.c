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
        if (fabs(value) > largest) largest = fabs(value); /* not NaN; gcc 12 for aarch64 crashes on fmax here */
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

/* ---- labels ---- */

/* The arrays whose elements are sorted, one after the other. */
struct labels {
    const struct npy *arrays;
    size_t first_count; /* elements of the first */
};

/* A number, or a character of a string, as the file orders its bytes. */
static uint64_t read_unit(const struct npy *npy, const unsigned char *bytes)
{
    uint64_t value = 0;
    size_t count = npy->unit_bytes;
    for (size_t b = 0; b < count; b++) value = value << 8 | bytes[npy->big_endian ? b : count - 1 - b];
    return value;
}

/* Strings are filled up with NUL. */
static int compare_strings(const struct npy *x, const unsigned char *a, const struct npy *y, const unsigned char *b)
{
    size_t ends[] = {x->element_bytes / x->unit_bytes, y->element_bytes / y->unit_bytes};
    for (size_t u = 0; u < ends[0] || u < ends[1]; u++) {
        uint64_t p = u < ends[0] ? read_unit(x, a + u * x->unit_bytes) : 0;
        uint64_t q = u < ends[1] ? read_unit(y, b + u * y->unit_bytes) : 0;
        if (p != q) return p < q ? -1 : 1;
    }
    return 0;
}

/* The number as 64 bits of two's complement, and whether it is below 0. */
static uint64_t read_integer(const struct npy *npy, const unsigned char *bytes, int *negative)
{
    uint64_t value = read_unit(npy, bytes), sign = (uint64_t)1 << (8 * npy->unit_bytes - 1);
    *negative = npy->kind == NPY_SIGNED && (value & sign);
    return *negative ? value | ~(sign - 1) : value;
}

static int compare_elements(const void *a, const void *b, void *context)
{
    const struct labels *labels = context;
    size_t at[] = {*(const size_t *)a, *(const size_t *)b};
    const struct npy *npy[2];
    const unsigned char *bytes[2];
    for (int i = 0; i < 2; i++) {
        int second = at[i] >= labels->first_count;
        npy[i] = &labels->arrays[second];
        bytes[i] = npy[i]->data + (at[i] - (second ? labels->first_count : 0)) * npy[i]->element_bytes;
    }
    if (npy[0]->kind == NPY_STRING) return compare_strings(npy[0], bytes[0], npy[1], bytes[1]);
    int negative[2];
    uint64_t x = read_integer(npy[0], bytes[0], &negative[0]), y = read_integer(npy[1], bytes[1], &negative[1]);
    if (negative[0] != negative[1]) return negative[1] - negative[0];
    return (x > y) - (x < y);
}

/* Numbers all elements of the arrays, one after the other (count). */
static int number_labels(const struct labels *labels, size_t count, int *ids, struct error *error)
{
    size_t *order = malloc((count + 1) * sizeof *order); /* positions, equal elements side by side */
    if (!order) return error_set(error, "not enough memory for %zu labels", count);
    for (size_t i = 0; i < count; i++) order[i] = i;
    qsort_r(order, count, sizeof *order, compare_elements, (void *)labels);
    int id = -1;
    for (size_t i = 0; i < count; i++) {
        id += i == 0 || compare_elements(&order[i - 1], &order[i], (void *)labels) != 0;
        ids[order[i]] = id;
    }
    free(order);
    return 0;
}

static int refuse_floats(const struct npy *npy, struct error *error)
{
    if (npy->kind != NPY_FLOAT) return 0;
    return error_set(error, "its elements are floats, not labels: convert it with numpy's astype(\"int64\")");
}

int npy_labels(const struct npy *npy, int *ids, struct error *error)
{
    size_t count = npy->shape[0] * npy->shape[1];
    if (refuse_floats(npy, error) != 0) return -1;
    return number_labels(&(struct labels){npy, count}, count, ids, error);
}

int npy_labels_of_two(const struct npy arrays[2], int *ids, struct error *error)
{
    size_t first = arrays[0].shape[0] * arrays[0].shape[1], second = arrays[1].shape[0] * arrays[1].shape[1];
    if (refuse_floats(&arrays[0], error) != 0 || refuse_floats(&arrays[1], error) != 0) return -1;
    if ((arrays[0].kind == NPY_STRING) != (arrays[1].kind == NPY_STRING))
        return error_set(error, "the labels of one are strings, those of the other are numbers");
    return number_labels(&(struct labels){arrays, first}, first + second, ids, error);
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
