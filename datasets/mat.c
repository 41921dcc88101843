/* mat.c - see mat.h. A file is a header and tagged data elements; a matrix is an element that holds elements: flags,
 * dimensions, name, and what its class asks for. Numbers are little-endian, as is the machine. */
#include "datasets/mat.h"

#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/file.h"

enum { HEADER_BYTES = 128, ENDIAN_AT = 126, TAG_BYTES = 8, SMALL_BYTES = 4, RANK_MAX = 8 };

/* Types of data elements. */
enum type {
    INT8 = 1,
    UINT8,
    INT16,
    UINT16,
    INT32,
    UINT32,
    SINGLE,
    DOUBLE = 9,
    INT64 = 12,
    UINT64,
    MATRIX,
    COMPRESSED,
    UTF8,
    UTF16,
};

/* Classes of matrices. Those from DOUBLES to UINT64S are numbers. */
enum class { CELLS = 1, STRUCTS, CHARS = 4, DOUBLES = 6, UINT64S = 15 };

static const char start[] = "MATLAB 5.0 MAT-file";

static int begins(const void *bytes, size_t size, const char *text)
{
    return size >= HEADER_BYTES && memcmp(bytes, text, strlen(text)) == 0;
}

/* Level 4 has no mark: a file begins with a matrix's type, rows, columns, whether it is complex, and its name. */
static int is_level_4(const void *bytes, size_t size)
{
    enum { TYPE, ROWS, COLUMNS, COMPLEX, NAME_BYTES, NUMBERS, NAME_MAX_4 = 64 };
    uint32_t number[NUMBERS];
    if (size < sizeof number) return 0;
    memcpy(number, bytes, sizeof number);
    size_t length = number[NAME_BYTES];
    if (number[TYPE] > 52 || number[TYPE] % 10 > 2 || number[TYPE] / 10 > 5 || number[COMPLEX] > 1 || length < 2 ||
        length > NAME_MAX_4 || size - sizeof number < length)
        return 0;
    return strnlen((const char *)bytes + sizeof number, length) == length - 1;
}

static int is_hdf5(const void *bytes, size_t size)
{
    static const char mark[] = "\x89HDF\r\n\x1a\n";
    return begins(bytes, size, "MATLAB 7.3 MAT-file") || begins(bytes, size, mark);
}

int mat_is_one(const void *bytes, size_t size)
{
    return begins(bytes, size, start) || is_hdf5(bytes, size) || is_level_4(bytes, size);
}

/* Fails on a file that is not of level 5, and says what to do. */
static int refuse(const void *bytes, size_t size, struct error *error)
{
    static const char advice[] =
        "only level 5 is read: save it again with save -v7 in MATLAB, or scipy.io.savemat in Python";
    if (is_hdf5(bytes, size)) return error_set(error, "a MAT file of version 7.3 (HDF5); %s", advice);
    if (is_level_4(bytes, size)) return error_set(error, "a MAT file of level 4; %s", advice);
    return error_set(error, "not a MAT file of level 5");
}

/* ---- without compression ---- */

/* Appends bytes; fails beyond the limit. */
static int append(struct mat *mat, const void *bytes, size_t size, struct error *error)
{
    if (size > MAT_BYTES_MAX - mat->size) return error_set(error, "more than %d bytes when inflated", MAT_BYTES_MAX);
    memcpy(mat->bytes + mat->size, bytes, size);
    mat->size += size;
    return 0;
}

static int append_inflated(struct mat *mat, const unsigned char *bytes, size_t size, struct error *error)
{
    unsigned char piece[1 << 14];
    z_stream stream = {.next_in = (unsigned char *)bytes, .avail_in = (uInt)size};
    if (inflateInit(&stream) != Z_OK) return error_set(error, "out of memory");
    int status = Z_OK, kept = 0;
    while (status == Z_OK && kept == 0) {
        stream.next_out = piece;
        stream.avail_out = sizeof piece;
        status = inflate(&stream, Z_NO_FLUSH);
        if (status == Z_OK || status == Z_STREAM_END) kept = append(mat, piece, sizeof piece - stream.avail_out, error);
    }
    inflateEnd(&stream);
    if (kept != 0) return -1;
    return status == Z_STREAM_END ? 0 : error_set(error, "a compressed variable is damaged");
}

static int append_variables(struct mat *mat, const unsigned char *bytes, size_t size, struct error *error)
{
    for (size_t at = HEADER_BYTES; at < size;) {
        uint32_t tag[2]; /* type, bytes */
        if (size - at < TAG_BYTES) return error_set(error, "cut short");
        memcpy(tag, bytes + at, sizeof tag);
        if (tag[1] > size - at - TAG_BYTES) return error_set(error, "cut short or damaged");
        int status = tag[0] == COMPRESSED ? append_inflated(mat, bytes + at + TAG_BYTES, tag[1], error)
                                          : append(mat, bytes + at, TAG_BYTES + tag[1], error);
        if (status != 0) return -1;
        at += TAG_BYTES + tag[1];
    }
    return 0;
}

int mat_init(struct mat *mat, const void *bytes, size_t size, struct error *error)
{
    *mat = (struct mat){0};
    if (!begins(bytes, size, start)) return refuse(bytes, size, error);
    if (memcmp((const char *)bytes + ENDIAN_AT, "IM", 2) != 0)
        return error_set(error, "a MAT file from a big-endian machine; save it again on a little-endian one");
    mat->bytes = malloc(MAT_BYTES_MAX); /* pages that are never written cost nothing */
    if (!mat->bytes) return error_set(error, "out of memory");
    if (append_variables(mat, bytes, size, error) == 0) return 0;
    mat_release(mat);
    return -1;
}

void mat_release(struct mat *mat)
{
    free(mat->bytes);
    *mat = (struct mat){0};
}

/* ---- elements and matrices ---- */

struct element {
    uint32_t type;
    struct mat_span data;
};

/* Takes the next element off the span: 0, or -1 if there is no complete one. */
static int take_element(struct mat_span *span, struct element *element)
{
    uint32_t tag[2];
    if (span->size < TAG_BYTES) return -1;
    memcpy(tag, span->bytes, sizeof tag);
    size_t used = TAG_BYTES;
    if (tag[0] >> 16) { /* up to four bytes stand in the tag itself */
        *element = (struct element){tag[0] & 0xffff, {span->bytes + SMALL_BYTES, tag[0] >> 16}};
        if (element->data.size > SMALL_BYTES) return -1;
    } else {
        if (tag[1] > span->size - TAG_BYTES) return -1;
        *element = (struct element){tag[0], {span->bytes + TAG_BYTES, tag[1]}};
        used += ((size_t)tag[1] + TAG_BYTES - 1) / TAG_BYTES * TAG_BYTES;
        if (used > span->size) used = span->size; /* the last one may lack its padding */
    }
    span->bytes += used;
    span->size -= used;
    return 0;
}

struct matrix {
    enum class class;
    int is_complex;
    size_t rows, count; /* first dimension; product of all */
    int rank;
    struct mat_span name;
    struct mat_span rest; /* the elements behind the name */
};

static int read_dimensions(const struct mat_span *data, struct matrix *matrix)
{
    int32_t dimensions[RANK_MAX];
    if (data->size < 2 * sizeof *dimensions || data->size > sizeof dimensions || data->size % sizeof *dimensions)
        return -1;
    memcpy(dimensions, data->bytes, data->size);
    matrix->rank = (int)(data->size / sizeof *dimensions);
    matrix->count = 1;
    for (int i = 0; i < matrix->rank; i++)
        if (dimensions[i] < 0 || size_multiply(matrix->count, (size_t)dimensions[i], &matrix->count) != 0) return -1;
    matrix->rows = (size_t)dimensions[0];
    return 0;
}

/* What an element of type MATRIX holds. */
static int read_matrix(struct mat_span data, struct matrix *matrix)
{
    struct element flags, dimensions, name;
    uint32_t bits;
    if (take_element(&data, &flags) != 0 || flags.type != UINT32 || flags.data.size < sizeof bits ||
        take_element(&data, &dimensions) != 0 || dimensions.type != INT32 ||
        read_dimensions(&dimensions.data, matrix) != 0 || take_element(&data, &name) != 0 || name.type != INT8)
        return -1;
    memcpy(&bits, flags.data.bytes, sizeof bits);
    matrix->class = (enum class)(bits & 0xff);
    matrix->is_complex = (bits >> 11) & 1;
    matrix->name = name.data;
    matrix->rest = data;
    return 0;
}

/* ---- arrays ---- */

static int is_named(const struct mat_span *name, const char *wanted)
{
    return name->size == strlen(wanted) && memcmp(name->bytes, wanted, name->size) == 0;
}

/* The variable of that name: 0, or -1. */
static int find_variable(const struct mat *mat, const char *name, struct matrix *matrix)
{
    struct mat_span left = {mat->bytes, mat->size};
    struct element element;
    while (take_element(&left, &element) == 0)
        if (element.type == MATRIX && read_matrix(element.data, matrix) == 0 && is_named(&matrix->name, name)) return 0;
    return -1;
}

/* The names of a struct array's fields. */
static int read_fields(struct mat_array *array, struct mat_span *rest)
{
    struct element length, names;
    int32_t bytes;
    if (take_element(rest, &length) != 0 || length.type != INT32 || length.data.size != sizeof bytes ||
        take_element(rest, &names) != 0 || names.type != INT8)
        return -1;
    memcpy(&bytes, length.data.bytes, sizeof bytes);
    if (bytes < 1 || names.data.size % (size_t)bytes || names.data.size / (size_t)bytes > INT_MAX) return -1;
    array->name_bytes = (size_t)bytes;
    array->names = names.data;
    array->field_count = (int)(names.data.size / (size_t)bytes);
    return array->field_count > 0 ? 0 : -1;
}

/* Notes where each value is; a value takes at least a tag, which bounds their number. */
static int read_values(struct mat_array *array, size_t count, struct mat_span rest)
{
    size_t values;
    if (count < 1 || count > INT_MAX || size_multiply(count, (size_t)array->field_count, &values) != 0 ||
        values > rest.size / TAG_BYTES)
        return -1;
    array->values = calloc(values, sizeof *array->values);
    if (!array->values) return -1;
    array->count = (int)count;
    for (size_t i = 0; i < values; i++) {
        struct element element;
        if (take_element(&rest, &element) != 0 || element.type != MATRIX) return -1;
        array->values[i] = element.data;
    }
    return 0;
}

int mat_array_init(struct mat_array *array, const struct mat *mat, const char *name, enum mat_kind kind,
                   struct error *error)
{
    static const struct {
        enum class class;
        const char *name;
    } kinds[] = {[MAT_CELLS] = {CELLS, "cell array"}, [MAT_STRUCTS] = {STRUCTS, "struct array"}};
    struct matrix matrix;
    *array = (struct mat_array){.field_count = 1};
    if (find_variable(mat, name, &matrix) == 0 && matrix.class == kinds[kind].class &&
        (kind == MAT_CELLS || read_fields(array, &matrix.rest) == 0) &&
        read_values(array, matrix.count, matrix.rest) == 0)
        return 0;
    mat_array_release(array);
    return error_set(error, "no whole %s `%s`", kinds[kind].name, name);
}

void mat_array_release(struct mat_array *array)
{
    free(array->values);
    *array = (struct mat_array){0};
}

/* ---- values ---- */

/* The matrix of element i's field, or of cell i: 0, or -1. */
static int find_value(const struct mat_array *array, int i, const char *field, struct matrix *matrix)
{
    int column = 0;
    for (; field && column < array->field_count; column++) {
        const char *name = (const char *)array->names.bytes + (size_t)column * array->name_bytes;
        size_t length = strnlen(name, array->name_bytes);
        if (length == strlen(field) && memcmp(name, field, length) == 0) break;
    }
    if (i < 0 || i >= array->count || column == array->field_count) return -1;
    return read_matrix(array->values[(size_t)i * (size_t)array->field_count + (size_t)column], matrix);
}

int mat_text(const struct mat_array *array, int i, const char *field, char text[MAT_TEXT_SIZE])
{
    struct matrix matrix;
    struct element letters;
    if (find_value(array, i, field, &matrix) != 0 || matrix.class != CHARS || matrix.rank != 2 || matrix.rows != 1 ||
        matrix.count < 1 || matrix.count >= MAT_TEXT_SIZE || take_element(&matrix.rest, &letters) != 0)
        return -1;
    size_t wide = letters.type == UINT16 || letters.type == UTF16 ? 2 : 1;
    if (wide == 1 && letters.type != UTF8 && letters.type != INT8 && letters.type != UINT8) return -1;
    if (letters.data.size != wide * matrix.count) return -1;
    for (size_t k = 0; k < matrix.count; k++) {
        const unsigned char *at = letters.data.bytes + wide * k;
        unsigned letter = wide == 2 ? at[0] | (unsigned)at[1] << 8 : at[0];
        if (letter < ' ' || letter > (wide == 1 ? 0xffu : 0x7fu)) return -1;
        text[k] = (char)letter;
    }
    text[matrix.count] = '\0';
    return 0;
}

/* Whatever its class, MATLAB stores a number in the smallest type that holds it. */
static int to_number(const struct element *element, double *number)
{
    union {
        int8_t int8;
        uint8_t uint8;
        int16_t int16;
        uint16_t uint16;
        int32_t int32;
        uint32_t uint32;
        int64_t int64;
        uint64_t uint64;
        float single;
        double whole;
    } value = {0};
    static const size_t sizes[] = {[INT8] = 1,   [UINT8] = 1,  [INT16] = 2,  [UINT16] = 2, [INT32] = 4,
                                   [UINT32] = 4, [SINGLE] = 4, [DOUBLE] = 8, [INT64] = 8,  [UINT64] = 8};
    if (element->type >= sizeof sizes / sizeof *sizes || !sizes[element->type] ||
        element->data.size != sizes[element->type])
        return -1;
    memcpy(&value, element->data.bytes, element->data.size);
    double numbers[] = {
        [INT8] = value.int8,           [UINT8] = value.uint8,          [INT16] = value.int16,   [UINT16] = value.uint16,
        [INT32] = value.int32,         [UINT32] = value.uint32,        [SINGLE] = value.single, [DOUBLE] = value.whole,
        [INT64] = (double)value.int64, [UINT64] = (double)value.uint64};
    *number = numbers[element->type];
    return isfinite(*number) ? 0 : -1;
}

int mat_number(const struct mat_array *array, int i, const char *field, double *number)
{
    struct matrix matrix;
    struct element element;
    if (find_value(array, i, field, &matrix) != 0 || matrix.class < DOUBLES || matrix.class > UINT64S ||
        matrix.is_complex || matrix.count != 1 || take_element(&matrix.rest, &element) != 0)
        return -1;
    return to_number(&element, number);
}
