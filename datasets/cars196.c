/* cars196.c - Stanford Cars (Krause et al. 2013, "3D object representations for fine-grained categorization"), from any
 * of the sets of files that it is published in (datasets/cars196_parts.h).
 *
 * Split as in metric learning (Oh Song et al. 2016, "Deep metric learning via lifted structured feature embedding"):
 * classes 1 .. 98 train, 99 .. 196 test; the halves and the `test` field are for classification and not used. */
#include "datasets/dataset.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/cars196_parts.h"
#include "datasets/mat.h"
#include "datasets/webdataset.h"

enum { CLASS_COUNT = 196, TRAIN_CLASSES = 98, LABEL_SIZE = 16 };

struct cars196_options {
    int crop_boxes;
};

static const struct field fields[] = {
    {"crop_boxes", "cut every image to its bounding box first", OPTION_FLAG,
     offsetof(struct cars196_options, crop_boxes), NULL, 0, 0, NULL},
    {0},
};

/* ---- annotations ---- */

/* Where the images of a struct array `annotations` are. */
struct images {
    const char *field; /* the field that holds the file's name */
    const char *root;  /* the folder that they are in, in the archive, with "/" behind it */
    int archive;       /* in the catalogue */
};

static int annotation_number(const struct mat_array *annotations, int i, const char *name, double *number,
                             struct error *error)
{
    if (mat_number(annotations, i, name, number) == 0) return 0;
    return error_set(error, "annotation %d: '%s' is missing or not a number", i + 1, name);
}

/* MATLAB counts pixels from 1, and a box holds its last one. */
static int read_box(const struct mat_array *annotations, int i, struct region *box, struct error *error)
{
    static const char *const sides[4] = {"bbox_x1", "bbox_y1", "bbox_x2", "bbox_y2"};
    double side[4];
    for (int k = 0; k < 4; k++)
        if (annotation_number(annotations, i, sides[k], &side[k], error) != 0) return -1;
    *box = (struct region){side[0] - 1, side[1] - 1, side[2] - side[0] + 1, side[3] - side[1] + 1};
    return box->width > 0 && box->height > 0 ? 0 : error_set(error, "annotation %d has an empty box", i + 1);
}

static int read_annotation(const struct mat_array *annotations, int i, const struct images *images,
                           const struct cars196_options *options, struct catalogue *catalogue, struct error *error)
{
    char name[MAT_TEXT_SIZE];
    double class = 0;
    struct catalogue_image image = {.archive = images->archive};
    if (mat_text(annotations, i, images->field, name) != 0)
        return error_set(error, "annotation %d: '%s' is missing or no text", i + 1, images->field);
    if (annotation_number(annotations, i, "class", &class, error) != 0) return -1;
    if (class != floor(class) || class < 1 || class > CLASS_COUNT)
        return error_set(error, "annotation %d: class %g is not within 1 .. %d", i + 1, class, CLASS_COUNT);
    if (options->crop_boxes && read_box(annotations, i, &image.box, error) != 0) return -1;
    const char *slash = strrchr(name, '/');
    if (asprintf(&image.path, "%s%s", images->root, slash ? slash + 1 : name) < 0)
        return error_set(error, "out of memory");
    image.class = (int)class - 1;
    int status = catalogue_add_image(catalogue, &image, error);
    free(image.path);
    return status;
}

static int read_annotations(const struct mat *mat, const struct images *images, const struct cars196_options *options,
                            struct catalogue *catalogue, struct error *error)
{
    struct mat_array annotations;
    int status = mat_array_init(&annotations, mat, "annotations", MAT_STRUCTS, error);
    for (int i = 0; i < annotations.count && status == 0; i++)
        status = read_annotation(&annotations, i, images, options, catalogue, error);
    mat_array_release(&annotations);
    return status;
}

/* ---- classes ---- */

static int add_class(struct catalogue *catalogue, const char *name, struct error *error)
{
    enum pack_split split = catalogue->class_count < TRAIN_CLASSES ? PACK_TRAIN : PACK_TEST;
    return catalogue_add_class(catalogue, name, split, NULL, error);
}

static int read_classes(const struct mat *mat, struct catalogue *catalogue, struct error *error)
{
    struct mat_array names;
    int status = mat_array_init(&names, mat, "class_names", MAT_CELLS, error);
    if (status == 0 && names.count != CLASS_COUNT)
        status = error_set(error, "`class_names` has %d names, not %d", names.count, CLASS_COUNT);
    for (int i = 0; i < names.count && status == 0; i++) {
        char name[MAT_TEXT_SIZE];
        status = mat_text(&names, i, NULL, name) == 0 ? add_class(catalogue, name, error)
                                                      : error_set(error, "class name %d is no text", i + 1);
    }
    mat_array_release(&names);
    return status;
}

/* Names classes by number if no file has their names. */
static int number_classes(struct catalogue *catalogue, struct error *error)
{
    int status = 0;
    for (int i = 1; i <= CLASS_COUNT && status == 0; i++) {
        char name[LABEL_SIZE];
        snprintf(name, sizeof name, "%03d", i);
        status = add_class(catalogue, name, error);
    }
    return status;
}

/* ---- forms ---- */

/* Reads a MAT file that was found: the class names, or with `images` its annotations. */
static int read_mat(const struct cars196_found *found, const struct images *images,
                    const struct cars196_options *options, struct catalogue *catalogue, struct error *error)
{
    struct mat mat;
    if (mat_init(&mat, found->bytes, found->size, error) != 0) return error_context(error, "%s", found->path);
    int status =
        images ? read_annotations(&mat, images, options, catalogue, error) : read_classes(&mat, catalogue, error);
    mat_release(&mat);
    return status == 0 ? 0 : error_context(error, "%s", found->path);
}

/* Reads the annotations `labels` of the images of a part; `field` holds their names. */
static int read_part(const struct cars196_parts *parts, enum cars196_part part, enum cars196_part labels,
                     const char *field, const struct cars196_options *options, struct catalogue *catalogue,
                     struct error *error)
{
    struct images images = {.field = field, .root = parts->found[part].root};
    if (catalogue_add_archive(catalogue, parts->found[part].path, &images.archive, error) != 0) return -1;
    if (read_mat(&parts->found[labels], &images, options, catalogue, error) == 0) return 0;
    return error_context(error, "%s", cars196_part_names[labels]);
}

/* All images in one folder, and their annotations. */
static int list_whole(const struct cars196_parts *parts, const struct cars196_options *options,
                      struct catalogue *catalogue, struct error *error)
{
    if (read_mat(&parts->found[CARS196_ANNOTATIONS], NULL, options, catalogue, error) != 0) return -1;
    return read_part(parts, CARS196_IMAGES, CARS196_ANNOTATIONS, "relative_im_path", options, catalogue, error);
}

/* Two folders, which both number their files from 00001.jpg. */
static int list_halves(const struct cars196_parts *parts, const struct cars196_options *options,
                       struct catalogue *catalogue, struct error *error)
{
    int status = read_mat(&parts->found[CARS196_META], NULL, options, catalogue, error);
    if (status == 0) status = read_part(parts, CARS196_TRAIN, CARS196_TRAIN_LABELS, "fname", options, catalogue, error);
    if (status == 0) status = read_part(parts, CARS196_TEST, CARS196_TEST_LABELS, "fname", options, catalogue, error);
    return status;
}

/* A web dataset's shards in the order given; class names come from the devkit if it is there. */
static int list_shards(const struct cars196_parts *parts, const struct cars196_options *options,
                       struct catalogue *catalogue, struct error *error)
{
    if (options->crop_boxes) return error_set(error, "shards have no bounding boxes; --crop-boxes wants other files");
    int status = parts->found[CARS196_META].path
                     ? read_mat(&parts->found[CARS196_META], NULL, options, catalogue, error)
                     : number_classes(catalogue, error);
    for (int i = 0; i < parts->shard_count && status == 0; i++)
        status = webdataset_list(parts->shards[i], catalogue, error);
    return status;
}

#define PART(part) (1u << CARS196_##part)

/* Which parts each form needs, which it also accepts, and how it is read. The first form that has all it needs is
 * used. */
static const struct form {
    unsigned needs, takes;
    int (*list)(const struct cars196_parts *, const struct cars196_options *, struct catalogue *, struct error *);
} readers[] = {
    {PART(IMAGES) | PART(ANNOTATIONS), PART(IMAGES) | PART(ANNOTATIONS), list_whole},
    {PART(TRAIN) | PART(TEST) | PART(META) | PART(TRAIN_LABELS) | PART(TEST_LABELS),
     PART(TRAIN) | PART(TEST) | PART(META) | PART(TRAIN_LABELS) | PART(TEST_LABELS), list_halves},
    {PART(SHARDS), PART(SHARDS) | PART(META), list_shards},
};

static const struct form *find_form(const struct cars196_parts *parts)
{
    unsigned given = 0;
    for (int i = 0; i < CARS196_PARTS; i++) given |= parts->found[i].path ? 1u << i : 0;
    for (size_t i = 0; i < sizeof readers / sizeof *readers; i++)
        if ((given & readers[i].needs) == readers[i].needs) return &readers[i];
    return NULL;
}

/* Fails on a file from which the form takes nothing. */
static int check_all_taken(const struct cars196_parts *parts, const struct form *form, const struct option_paths *files,
                           struct error *error)
{
    for (int f = 0; f < files->count; f++) {
        int taken = 0;
        for (int i = 0; i < CARS196_PARTS; i++)
            taken |= (form->takes & 1u << i) && parts->found[i].path == files->path[f];
        for (int i = 0; i < parts->shard_count; i++)
            taken |= (form->takes & PART(SHARDS)) && parts->shards[i] == files->path[f];
        if (!taken)
            return error_set(error, "%s is not needed beside the other files, or has nothing of it; leave it out",
                             files->path[f]);
    }
    return 0;
}

/* Reports which parts were given and which are missing. */
static int tell_missing(const struct cars196_parts *parts, struct error *error)
{
    error_set(error, "give all files of one of its forms, with --archive for each: car_ims.tgz and cars_annos.mat; or "
                     "cars_train.tgz, cars_test.tgz, car_devkit.tgz and cars_test_annos_withlabels.mat; or the shards "
                     "of a web dataset");
    for (int i = CARS196_PARTS - 1; i >= 0; i--)
        if (parts->found[i].path) error_context(error, "%s has %s", parts->found[i].path, cars196_part_names[i]);
    return -1;
}

/* Finds the parts, and the form that they make; NULL with the error set if they make none, or one without some of the
 * files. */
static const struct form *find_parts(struct cars196_parts *parts, const struct option_paths *files, int whole,
                                     struct error *error)
{
    if (cars196_parts_find(parts, files, whole, error) != 0) return NULL;
    const struct form *form = find_form(parts);
    if (!form) tell_missing(parts, error);
    return form && check_all_taken(parts, form, files, error) == 0 ? form : NULL;
}

/* Most archives are recognized by their first members; the rest is read only if something is missing. */
static int cars196_list(const void *options, const struct option_paths *archives, struct catalogue *catalogue,
                        struct error *error)
{
    struct cars196_parts parts = {0};
    const struct form *form = find_parts(&parts, archives, 0, error);
    if (!form) {
        cars196_parts_release(&parts);
        form = find_parts(&parts, archives, 1, error);
    }
    int status = form ? form->list(&parts, options, catalogue, error) : -1;
    cars196_parts_release(&parts);
    return status;
}

static const struct dataset_form forms[] = {
    {"shards",
     {"train/0.tar", "train/1.tar", "train/2.tar", "train/3.tar", "train/4.tar", "test/0.tar", "test/1.tar",
      "test/2.tar", "test/3.tar", "test/4.tar"}},
    {"whole", {"car_ims.tgz", "cars_annos.mat"}},
    {"halves", {"cars_train.tgz", "cars_test.tgz", "car_devkit.tgz", "cars_test_annos_withlabels.mat"}},
    {0},
};

const struct dataset dataset_cars196 = {
    .plugin = {"cars196", "Stanford Cars: 196 models of cars", fields, sizeof(struct cars196_options)},
    .default_size = 256,
    .official = {[PACK_TRAIN] = {98, 8054}, [PACK_TEST] = {98, 8131}},
    .forms = forms,
    .list = cars196_list,
};
