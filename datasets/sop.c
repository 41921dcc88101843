/* sop.c - Stanford Online Products (Oh Song et al. 2016, "Deep metric learning via lifted structured feature
 * embedding"): 120,053 images of 22,634 products, split as its two lists say. */
#include "datasets/dataset.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/table.h"
#include "datasets/texts.h"

enum { CLASS_COUNT = 22634, IMAGE_COUNT = 120053, SUPER_CLASS_COUNT = 12, LISTS = 2 };

static const char *const names[LISTS] = {[PACK_TRAIN] = "Ebay_train.txt", [PACK_TEST] = "Ebay_test.txt"};

/* What the lists have said so far, by official id from 1. */
struct seen {
    int position[CLASS_COUNT + 1];         /* of the class in the catalogue; -1 for those not met yet */
    unsigned char images[IMAGE_COUNT + 1]; /* 1: listed */
};

/* The class's position; a new one is named by what its images have in common, "bicycle_final/111085122871". */
static int find_class(struct table *table, struct seen *seen, int id, const char *path, enum pack_split split,
                      struct catalogue *catalogue, struct error *error)
{
    int *position = &seen->position[id];
    if (*position < 0) {
        const char *end = strrchr(path, '_');
        char *name = strndup(path, end ? (size_t)(end - path) : strlen(path));
        int status =
            name ? catalogue_add_class(catalogue, name, split, position, error) : error_set(error, "out of memory");
        free(name);
        return status;
    }
    if (catalogue->classes[*position].split == split) return 0;
    return table_error(table, error, "class %d is in both lists", id);
}

/* The paths in a list begin in `root`, the folder that the lists are in. */
static int read_list(struct table *table, const char *root, struct seen *seen, enum pack_split split,
                     struct catalogue *catalogue, struct error *error)
{
    int image, class, super_class, status = 0;
    const char *name;
    if (!table_next(table) || table_word(table, &name, error) != 0 || strcmp(name, "image_id") != 0)
        return table_error(table, error, "the columns' names, beginning with image_id, are missing");
    while (status == 0 && table_next(table)) {
        if (table_id(table, IMAGE_COUNT, &image, error) != 0 || table_id(table, CLASS_COUNT, &class, error) != 0 ||
            table_id(table, SUPER_CLASS_COUNT, &super_class, error) != 0 || table_rest(table, &name, error) != 0 ||
            find_class(table, seen, class, name, split, catalogue, error) != 0)
            return -1;
        if (seen->images[image]++) return table_error(table, error, "image %d is listed twice", image);
        struct catalogue_image row = {.class = seen->position[class]};
        if (asprintf(&row.path, "%s%s", root, name) < 0) return error_set(error, "out of memory");
        status = catalogue_add_image(catalogue, &row, error);
        free(row.path);
    }
    return status;
}

static int sop_list(const void *options, const struct option_paths *archives, struct catalogue *catalogue,
                    struct error *error)
{
    (void)options;
    if (archives->count != 1) return error_set(error, "give its archive with --archive Stanford_Online_Products.zip");
    struct texts texts;
    if (texts_read(&texts, archives->path[0], names, LISTS, error) != 0) return -1;
    struct seen *seen = calloc(1, sizeof *seen);
    int status =
        seen ? catalogue_add_archive(catalogue, archives->path[0], NULL, error) : error_set(error, "out of memory");
    for (int id = 0; status == 0 && id <= CLASS_COUNT; id++) seen->position[id] = -1;
    for (int split = 0; split < LISTS && status == 0; split++) {
        struct table table = table_open(names[split], texts.text[split]);
        status = read_list(&table, texts.root, seen, (enum pack_split)split, catalogue, error);
    }
    free(seen);
    texts_release(&texts);
    return status;
}

static const struct dataset_form forms[] = {{"archive", {"Stanford_Online_Products.zip"}}, {0}};

const struct dataset dataset_sop = {
    .plugin = {"sop", "Stanford Online Products: 22,634 products of an online shop", NULL, 0},
    .default_size = 256,
    .official = {[PACK_TRAIN] = {11318, 59551}, [PACK_TEST] = {11316, 60502}},
    .forms = forms,
    .list = sop_list,
};
