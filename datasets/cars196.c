/* cars196.c - Stanford Cars (Krause et al. 2013, "3D object representations for fine-grained categorization"), from any
 * of the sets of files that it is kept in (enum role).
 *
 * Split as in metric learning (Oh Song et al. 2016, "Deep metric learning via lifted structured feature embedding"):
 * classes 1 .. 98 train, 99 .. 196 test; the halves and the `test` field are for classification and not used. */
#include "datasets/dataset.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "datasets/extract.h"
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
    const char *field;  /* that holds the file's name */
    const char *prefix; /* before it, in the archive */
    int archive;        /* in the catalogue */
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
    char name[MAT_TEXT_SIZE], path[2 * MAT_TEXT_SIZE];
    double class = 0;
    struct catalogue_image image = {.path = path, .archive = images->archive};
    if (mat_text(annotations, i, images->field, name) != 0)
        return error_set(error, "annotation %d: '%s' is missing or no text", i + 1, images->field);
    if (annotation_number(annotations, i, "class", &class, error) != 0) return -1;
    if (class != floor(class) || class < 1 || class > CLASS_COUNT)
        return error_set(error, "annotation %d: class %g is not within 1 .. %d", i + 1, class, CLASS_COUNT);
    if (options->crop_boxes && read_box(annotations, i, &image.box, error) != 0) return -1;
    snprintf(path, sizeof path, "%s%s", images->prefix, name);
    image.class = (int)class - 1;
    return catalogue_add_image(catalogue, &image, error);
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

/* Where nobody tells their names. */
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

/* ---- files ---- */

/* What the files are, by what is in them. */
enum role {
    IMAGES,      /* car_ims.tgz */
    ANNOTATIONS, /* cars_annos.mat */
    TRAIN,       /* cars_train.tgz */
    TEST,        /* cars_test.tgz */
    TEST_LABELS, /* cars_test_annos_withlabels.mat */
    DEVKIT,      /* car_devkit.tgz */
    SHARD,       /* a web dataset's; any number */
    ROLES,
};

struct files {
    const char *path[ROLES]; /* NULL: not given; but for SHARD */
    const char *shards[OPTION_PATHS_MAX];
    int shard_count;
};

/* Opens a MAT file by its path. */
static int open_mat(struct mat *mat, const char *path, struct error *error)
{
    char *bytes;
    size_t size;
    *mat = (struct mat){0};
    if (file_read(path, MAT_BYTES_MAX, &bytes, &size, error) != 0) return -1;
    int status = mat_init(mat, bytes, size, error);
    free(bytes);
    return status == 0 ? 0 : error_context(error, "%s", path);
}

static int is_mat(const char *path)
{
    char bytes[MAT_TEXT_SIZE];
    FILE *file = fopen(path, "rb");
    size_t size = file ? fread(bytes, 1, sizeof bytes, file) : 0;
    if (file) fclose(file);
    return mat_is_one(bytes, size);
}

/* Annotations with class names are those of the whole; those of the test half have none. */
static int find_mat_role(const char *path, enum role *role, struct error *error)
{
    struct mat mat;
    struct mat_array names;
    struct error none;
    if (open_mat(&mat, path, error) != 0) return -1;
    *role = mat_array_init(&names, &mat, "class_names", MAT_CELLS, &none) == 0 ? ANNOTATIONS : TEST_LABELS;
    mat_array_release(&names);
    mat_release(&mat);
    return 0;
}

/* By the folder of an archive's first member; shards have what folders they like. */
static int find_archive_role(const char *path, enum role *role, struct error *error)
{
    static const char *const folders[ROLES] = {
        [IMAGES] = "car_ims/", [TRAIN] = "cars_train/", [TEST] = "cars_test/", [DEVKIT] = "devkit/"};
    struct extract *extract;
    const char *name;
    if (extract_open(&extract, path, error) != 0) return -1;
    int status = extract_next(extract, &name, error);
    if (status == 0) error_set(error, "%s is empty", path);
    *role = SHARD;
    for (int i = 0; i < ROLES && status > 0; i++)
        if (folders[i] && strncmp(name, folders[i], strlen(folders[i])) == 0) *role = (enum role)i;
    extract_close(extract);
    return status > 0 ? 0 : -1;
}

static int find_roles(const struct option_paths *archives, struct files *files, struct error *error)
{
    *files = (struct files){0};
    for (int i = 0; i < archives->count; i++) {
        const char *path = archives->path[i];
        enum role role;
        if ((is_mat(path) ? find_mat_role : find_archive_role)(path, &role, error) != 0) return -1;
        if (role == SHARD)
            files->shards[files->shard_count++] = path;
        else if (files->path[role])
            return error_set(error, "%s and %s are the same part of it", files->path[role], path);
        else
            files->path[role] = path;
    }
    return 0;
}

/* ---- forms ---- */

/* car_ims.tgz and cars_annos.mat. */
static int list_whole(const struct files *files, const struct cars196_options *options, struct catalogue *catalogue,
                      struct error *error)
{
    struct mat mat;
    struct images images = {.field = "relative_im_path", .prefix = ""};
    if (catalogue_add_archive(catalogue, files->path[IMAGES], &images.archive, error) != 0 ||
        open_mat(&mat, files->path[ANNOTATIONS], error) != 0)
        return -1;
    int status = read_classes(&mat, catalogue, error);
    if (status == 0) status = read_annotations(&mat, &images, options, catalogue, error);
    mat_release(&mat);
    return status == 0 ? 0 : error_context(error, "%s", files->path[ANNOTATIONS]);
}

enum { META, TRAIN_LABELS, DEVKIT_MEMBERS };

static const char *const devkit_members[DEVKIT_MEMBERS] = {"devkit/cars_meta.mat", "devkit/cars_train_annos.mat"};

/* The class names of the devkit, and with `images` its annotations, too. */
static int read_devkit(const char *path, const struct images *images, const struct cars196_options *options,
                       struct catalogue *catalogue, struct error *error)
{
    struct member members[DEVKIT_MEMBERS];
    if (extract_members(path, devkit_members, DEVKIT_MEMBERS, members, error) != 0) return -1;
    int status = 0, wanted = images ? DEVKIT_MEMBERS : META + 1;
    for (int i = 0; i < wanted && status == 0; i++) {
        struct mat mat;
        status = mat_init(&mat, members[i].bytes, members[i].size, error);
        if (status == 0)
            status = i == META ? read_classes(&mat, catalogue, error)
                               : read_annotations(&mat, images, options, catalogue, error);
        mat_release(&mat);
        if (status != 0) error_context(error, "%s: %s", path, devkit_members[i]);
    }
    members_release(members, DEVKIT_MEMBERS);
    return status;
}

/* cars_train.tgz, cars_test.tgz, car_devkit.tgz and cars_test_annos_withlabels.mat: both halves number their files from
 * 00001.jpg. */
static int list_halves(const struct files *files, const struct cars196_options *options, struct catalogue *catalogue,
                       struct error *error)
{
    struct images train = {.field = "fname", .prefix = "cars_train/"},
                  test = {.field = "fname", .prefix = "cars_test/"};
    struct mat mat;
    if (catalogue_add_archive(catalogue, files->path[TRAIN], &train.archive, error) != 0 ||
        catalogue_add_archive(catalogue, files->path[TEST], &test.archive, error) != 0 ||
        read_devkit(files->path[DEVKIT], &train, options, catalogue, error) != 0 ||
        open_mat(&mat, files->path[TEST_LABELS], error) != 0)
        return -1;
    int status = read_annotations(&mat, &test, options, catalogue, error);
    mat_release(&mat);
    return status == 0 ? 0 : error_context(error, "%s", files->path[TEST_LABELS]);
}

/* A web dataset's shards in the order given; the devkit may lend its class names. */
static int list_shards(const struct files *files, const struct cars196_options *options, struct catalogue *catalogue,
                       struct error *error)
{
    if (options->crop_boxes) return error_set(error, "shards have no bounding boxes; --crop-boxes wants other files");
    int status = files->path[DEVKIT] ? read_devkit(files->path[DEVKIT], NULL, options, catalogue, error)
                                     : number_classes(catalogue, error);
    for (int i = 0; i < files->shard_count && status == 0; i++)
        status = webdataset_list(files->shards[i], catalogue, error);
    return status;
}

/* Which files each form needs, but for shards, and how it is read. Files of no form are refused. */
static const struct {
    unsigned needs, takes; /* bits 1 << role */
    int (*list)(const struct files *, const struct cars196_options *, struct catalogue *, struct error *);
} readers[] = {
    {1 << IMAGES | 1 << ANNOTATIONS, 1 << IMAGES | 1 << ANNOTATIONS, list_whole},
    {1 << TRAIN | 1 << TEST | 1 << DEVKIT | 1 << TEST_LABELS, 1 << TRAIN | 1 << TEST | 1 << DEVKIT | 1 << TEST_LABELS,
     list_halves},
    {1 << SHARD, 1 << SHARD | 1 << DEVKIT, list_shards},
};

static int cars196_list(const void *options, const struct option_paths *archives, struct catalogue *catalogue,
                        struct error *error)
{
    struct files files;
    if (find_roles(archives, &files, error) != 0) return -1;
    unsigned given = files.shard_count ? 1 << SHARD : 0;
    for (int i = 0; i < ROLES; i++) given |= files.path[i] ? 1u << i : 0;
    for (size_t i = 0; i < sizeof readers / sizeof *readers; i++)
        if ((given & readers[i].needs) == readers[i].needs && (given & ~readers[i].takes) == 0)
            return readers[i].list(&files, options, catalogue, error);
    return error_set(error, "give all files of one of its forms, with --archive for each: car_ims.tgz and "
                            "cars_annos.mat; or cars_train.tgz, cars_test.tgz, car_devkit.tgz and "
                            "cars_test_annos_withlabels.mat; or the shards of a web dataset");
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
    .forms = forms,
    .list = cars196_list,
};
