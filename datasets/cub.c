/* cub.c - CUB-200-2011 birds (Wah et al. 2011, "The Caltech-UCSD Birds-200-2011 dataset") from the official archive.
 *
 * Split as in metric learning (Oh Song et al. 2016, "Deep metric learning via lifted structured feature embedding"):
 * classes 1 .. 100 train, 101 .. 200 test; the archive's own train_test_split.txt is for classification and not used.
 * Class and image ids are the official ones; an archive that holds only some of them is read all the same. */
#include "datasets/dataset.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/table.h"
#include "datasets/texts.h"

enum { CLASS_COUNT = 200, TRAIN_CLASSES = 100, IMAGE_COUNT = 11788 };

struct cub_options {
    int crop_boxes;
};

static const struct field fields[] = {
    {"crop_boxes", "cut every image to its bounding box first", OPTION_FLAG, offsetof(struct cub_options, crop_boxes),
     NULL, 0, 0, NULL},
    {0},
};

enum text { IMAGES, LABELS, CLASSES, BOXES, TEXTS };

static const char *const names[TEXTS] = {
    [IMAGES] = "images.txt",
    [LABELS] = "image_class_labels.txt",
    [CLASSES] = "classes.txt",
    [BOXES] = "bounding_boxes.txt",
};

/* What the lists say, by official id; 0 is no id. */
struct lists {
    int class_of[IMAGE_COUNT + 1];         /* official class id, or 0 */
    struct region box_of[IMAGE_COUNT + 1]; /* width 0: none */
    int position[CLASS_COUNT + 1];         /* in the catalogue, or -1 */
    unsigned char listed[IMAGE_COUNT + 1]; /* 1: in images.txt */
};

static int read_classes(struct table *table, struct lists *lists, struct catalogue *catalogue, struct error *error)
{
    int id;
    const char *name;
    for (id = 0; id <= CLASS_COUNT; id++) lists->position[id] = -1;
    while (table_next(table)) {
        if (table_id(table, CLASS_COUNT, &id, error) != 0 || table_rest(table, &name, error) != 0) return -1;
        if (lists->position[id] >= 0) return table_error(table, error, "class %d is listed twice", id);
        if (catalogue_add_class(catalogue, name, id <= TRAIN_CLASSES ? PACK_TRAIN : PACK_TEST, &lists->position[id],
                                error) != 0)
            return -1;
    }
    return 0;
}

static int read_labels(struct table *table, struct lists *lists, struct error *error)
{
    int image, class;
    while (table_next(table)) {
        if (table_id(table, IMAGE_COUNT, &image, error) != 0 || table_id(table, CLASS_COUNT, &class, error) != 0 ||
            table_end(table, error) != 0)
            return -1;
        if (lists->class_of[image]) return table_error(table, error, "image %d is listed twice", image);
        if (lists->position[class] < 0) return table_error(table, error, "class %d is not in classes.txt", class);
        lists->class_of[image] = class;
    }
    return 0;
}

static int read_boxes(struct table *table, struct lists *lists, struct error *error)
{
    int image;
    while (table_next(table)) {
        struct region box;
        if (table_id(table, IMAGE_COUNT, &image, error) != 0 || table_number(table, &box.x, error) != 0 ||
            table_number(table, &box.y, error) != 0 || table_number(table, &box.width, error) != 0 ||
            table_number(table, &box.height, error) != 0 || table_end(table, error) != 0)
            return -1;
        if (lists->box_of[image].width > 0) return table_error(table, error, "image %d is listed twice", image);
        if (!(box.width > 0 && box.height > 0)) return table_error(table, error, "image %d has an empty box", image);
        lists->box_of[image] = box;
    }
    return 0;
}

/* Images are in the folder `images` beside the lists, which are in `root`. */
static int read_images(struct table *table, const char *root, struct lists *lists, const struct cub_options *options,
                       struct catalogue *catalogue, struct error *error)
{
    int id;
    const char *name;
    while (table_next(table)) {
        if (table_id(table, IMAGE_COUNT, &id, error) != 0 || table_rest(table, &name, error) != 0) return -1;
        if (lists->listed[id]) return table_error(table, error, "image %d is listed twice", id);
        if (!lists->class_of[id]) return table_error(table, error, "no class for image %d", id);
        if (options->crop_boxes && !(lists->box_of[id].width > 0))
            return table_error(table, error, "no bounding box for image %d", id);
        lists->listed[id] = 1;
        struct catalogue_image image = {.class = lists->position[lists->class_of[id]]};
        if (options->crop_boxes) image.box = lists->box_of[id];
        if (asprintf(&image.path, "%simages/%s", root, name) < 0) return error_set(error, "out of memory");
        int added = catalogue_add_image(catalogue, &image, error);
        free(image.path);
        if (added != 0) return -1;
    }
    return 0;
}

/* The lists in the order in which they need one another. */
static int read_lists(const struct texts *texts, const struct cub_options *options, struct catalogue *catalogue,
                      struct error *error)
{
    struct lists *lists = calloc(1, sizeof *lists);
    if (!lists) return error_set(error, "out of memory");
    struct table tables[TEXTS];
    for (int i = 0; i < TEXTS; i++) tables[i] = table_open(names[i], texts->text[i]);
    int status = read_classes(&tables[CLASSES], lists, catalogue, error);
    if (status == 0) status = read_labels(&tables[LABELS], lists, error);
    if (status == 0) status = read_boxes(&tables[BOXES], lists, error);
    if (status == 0) status = read_images(&tables[IMAGES], texts->root, lists, options, catalogue, error);
    free(lists);
    return status;
}

static int cub_list(const void *options, const struct option_paths *archives, struct catalogue *catalogue,
                    struct error *error)
{
    if (archives->count != 1)
        return error_set(error, "give its archive with --archive CUB_200_2011.tgz; the official one is at "
                                "https://data.caltech.edu/records/65de6-vp158");
    struct texts texts;
    if (texts_read(&texts, archives->path[0], names, TEXTS, error) != 0) return -1;
    int status = read_lists(&texts, options, catalogue, error);
    if (status == 0) status = catalogue_add_archive(catalogue, archives->path[0], NULL, error);
    texts_release(&texts);
    return status;
}

static const struct dataset_form forms[] = {{"archive", {"CUB_200_2011.tgz"}}, {0}};

const struct dataset dataset_cub = {
    .plugin = {"cub", "CUB-200-2011: 200 species of birds, from its archive", fields, sizeof(struct cub_options)},
    .default_size = 256,
    .official = {[PACK_TRAIN] = {100, 5864}, [PACK_TEST] = {100, 5924}},
    .forms = forms,
    .list = cub_list,
};
