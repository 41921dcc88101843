/* cars196.c - Stanford Cars (Krause et al. 2013, "3D object representations for fine-grained categorization") from
 * car_ims.tgz and cars_annos.mat. The only place that knows matio.
 *
 * Split as in metric learning (Oh Song et al. 2016, "Deep metric learning via lifted structured feature embedding"):
 * classes 1 .. 98 train, 99 .. 196 test; the file's own `test` field is for classification and not used. */
#include "datasets/dataset.h"

#include <limits.h>
#include <math.h>
#include <matio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CLASS_COUNT = 196, TRAIN_CLASSES = 98, IMAGES_MAX = 1 << 20, TEXT_SIZE = 256 };

struct cars196_options {
    int boxes;
};

static const struct field fields[] = {
    {"boxes", "cut every image to its bounding box first", OPTION_FLAG, offsetof(struct cars196_options, boxes), NULL,
     0, 0, NULL},
    {0},
};

/* ---- values of a MAT file ---- */

/* A text of one row, as MATLAB stores it in 8 or 16 bits a letter. */
static int mat_text(const matvar_t *value, char text[TEXT_SIZE])
{
    if (!value || !value->data || value->class_type != MAT_C_CHAR || value->rank != 2 || value->dims[0] != 1) return -1;
    size_t length = value->dims[1], size = (size_t)value->data_size;
    if (length < 1 || length >= TEXT_SIZE || (size != 1 && size != 2) || value->nbytes < length * size) return -1;
    for (size_t i = 0; i < length; i++) {
        unsigned letter = size == 1 ? ((const unsigned char *)value->data)[i] : ((const uint16_t *)value->data)[i];
        if (letter < ' ' || letter > (size == 1 ? 0xffu : 0x7fu)) return -1;
        text[i] = (char)letter;
    }
    text[length] = '\0';
    return 0;
}

/* A single real number, of whatever type MATLAB chose to store it in. */
static int mat_number(const matvar_t *value, double *number)
{
    if (!value || !value->data || value->isComplex || value->nbytes < Mat_SizeOf(value->data_type)) return -1;
    for (int i = 0; i < value->rank; i++)
        if (value->dims[i] != 1) return -1;
    switch (value->data_type) {
    case MAT_T_DOUBLE:
        *number = *(const double *)value->data;
        break;
    case MAT_T_SINGLE:
        *number = *(const float *)value->data;
        break;
    case MAT_T_INT32:
        *number = *(const int32_t *)value->data;
        break;
    case MAT_T_UINT32:
        *number = *(const uint32_t *)value->data;
        break;
    case MAT_T_INT16:
        *number = *(const int16_t *)value->data;
        break;
    case MAT_T_UINT16:
        *number = *(const uint16_t *)value->data;
        break;
    case MAT_T_INT8:
        *number = *(const int8_t *)value->data;
        break;
    case MAT_T_UINT8:
        *number = *(const uint8_t *)value->data;
        break;
    default:
        return -1;
    }
    return isfinite(*number) ? 0 : -1;
}

/* Elements of an array, or -1 where they are out of reason. */
static int mat_count(const matvar_t *value)
{
    size_t count = 1;
    for (int i = 0; i < value->rank; i++)
        if (size_multiply(count, value->dims[i], &count) != 0 || count > IMAGES_MAX) return -1;
    return (int)count;
}

/* The named number of annotation i; on failure the error says which. */
static int annotation_number(matvar_t *annotations, int i, const char *name, double *number, struct error *error)
{
    if (mat_number(Mat_VarGetStructFieldByName(annotations, name, (size_t)i), number) == 0) return 0;
    return error_set(error, "annotation %d: '%s' is missing or not a number", i + 1, name);
}

/* ---- the annotations ---- */

static int read_classes(matvar_t *names, struct catalogue *catalogue, struct error *error)
{
    if (!names || names->class_type != MAT_C_CELL || mat_count(names) != CLASS_COUNT)
        return error_set(error, "no list `class_names` of %d names", CLASS_COUNT);
    for (int i = 0; i < CLASS_COUNT; i++) {
        char name[TEXT_SIZE];
        if (mat_text(Mat_VarGetCell(names, i), name) != 0) return error_set(error, "class name %d is no text", i + 1);
        if (catalogue_add_class(catalogue, name, i < TRAIN_CLASSES ? PACK_TRAIN : PACK_TEST, NULL, error) != 0)
            return -1;
    }
    return 0;
}

/* MATLAB counts pixels from 1, and a box holds its last one. */
static int read_box(matvar_t *annotations, int i, struct region *box, struct error *error)
{
    static const char *const sides[4] = {"bbox_x1", "bbox_y1", "bbox_x2", "bbox_y2"};
    double side[4];
    for (int k = 0; k < 4; k++)
        if (annotation_number(annotations, i, sides[k], &side[k], error) != 0) return -1;
    *box = (struct region){side[0] - 1, side[1] - 1, side[2] - side[0] + 1, side[3] - side[1] + 1};
    return box->width > 0 && box->height > 0 ? 0 : error_set(error, "annotation %d has an empty box", i + 1);
}

static int read_annotation(matvar_t *annotations, int i, const struct cars196_options *options,
                           struct catalogue *catalogue, struct error *error)
{
    char path[TEXT_SIZE];
    double class = 0;
    struct catalogue_image image = {.path = path};
    if (mat_text(Mat_VarGetStructFieldByName(annotations, "relative_im_path", (size_t)i), path) != 0)
        return error_set(error, "annotation %d: 'relative_im_path' is missing or no text", i + 1);
    if (annotation_number(annotations, i, "class", &class, error) != 0) return -1;
    if (class != floor(class) || class < 1 || class > CLASS_COUNT)
        return error_set(error, "annotation %d: class %g is not within 1 .. %d", i + 1, class, CLASS_COUNT);
    if (options->boxes && read_box(annotations, i, &image.box, error) != 0) return -1;
    image.class = (int)class - 1;
    return catalogue_add_image(catalogue, &image, error);
}

static int read_annotations(matvar_t *annotations, const struct cars196_options *options, struct catalogue *catalogue,
                            struct error *error)
{
    int count =
        annotations && annotations->class_type == MAT_C_STRUCT && annotations->data ? mat_count(annotations) : 0;
    if (count < 1) return error_set(error, "no struct array `annotations`");
    for (int i = 0; i < count; i++)
        if (read_annotation(annotations, i, options, catalogue, error) != 0) return -1;
    return 0;
}

static int read_mat(const char *path, const struct cars196_options *options, struct catalogue *catalogue,
                    struct error *error)
{
    mat_t *file = Mat_Open(path, MAT_ACC_RDONLY);
    if (!file) return error_set(error, "%s: not a readable MAT file", path);
    matvar_t *names = Mat_VarRead(file, "class_names"), *annotations = Mat_VarRead(file, "annotations");
    int status = read_classes(names, catalogue, error);
    if (status == 0) status = read_annotations(annotations, options, catalogue, error);
    Mat_VarFree(names);
    Mat_VarFree(annotations);
    Mat_Close(file);
    return status == 0 ? 0 : error_context(error, "%s", path);
}

/* ---- the two files ---- */

/* 1 where a file says that it is MAT level 5; the kind with HDF5 inside says otherwise. */
static int is_mat(const char *path)
{
    static const char start[] = "MATLAB 5.0 MAT-file";
    char bytes[sizeof start - 1];
    FILE *file = fopen(path, "rb");
    int same = file && fread(bytes, 1, sizeof bytes, file) == sizeof bytes && memcmp(bytes, start, sizeof bytes) == 0;
    if (file) fclose(file);
    return same;
}

static int list(const void *options, const struct option_paths *archives, struct catalogue *catalogue,
                struct error *error)
{
    const char *mat = NULL, *images = NULL;
    for (int i = 0; i < archives->count; i++) {
        if (!file_exists(archives->path[i])) return error_set(error, "%s is not there", archives->path[i]);
        *(is_mat(archives->path[i]) ? &mat : &images) = archives->path[i];
    }
    if (archives->count != 2 || !mat || !images)
        return error_set(error, "give both of its files, with --archive car_ims.tgz --archive cars_annos.mat, as "
                                "https://ai.stanford.edu/~jkrause/cars/car_dataset.html had them");
    if (read_mat(mat, options, catalogue, error) != 0) return -1;
    return catalogue_add_archive(catalogue, images, NULL, error);
}

const struct dataset dataset_cars196 = {
    .plugin = {"cars196", "Stanford Cars: 196 models of cars, from its two files", fields,
               sizeof(struct cars196_options)},
    .default_size = 256,
    .list = list,
};
