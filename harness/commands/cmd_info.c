/* cmd_info.c - partgrad info: what a pack holds, with its checksum verified. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "datasets/pack.h"
#include "datasets/pack_find.h"
#include "harness/commands/command.h"

struct info_options {
    char data[OPTION_TEXT_SIZE];
    int classes;
};

static const struct field fields[] = {
    {"data", "folder of packs", OPTION_TEXT, offsetof(struct info_options, data), "data", 0, 0, NULL},
    {"classes", "print a line 'SPLIT NAME' for each class instead, as prepare --split reads them", OPTION_FLAG,
     offsetof(struct info_options, classes)},
    {.name = NULL},
};

static int compare_ints(const void *a, const void *b)
{
    int x = *(const int *)a, y = *(const int *)b;
    return (x > y) - (x < y);
}

/* "train: C classes, N images", and the classes' sizes added to sizes (class_count). Few packs have validation classes
 * or a gallery, so nothing is said if there are none. */
static int print_split(const struct pack *pack, enum pack_split split, int *sizes, struct error *error)
{
    struct pack_classes classes;
    if (pack_classes_init(&classes, pack, split, error) != 0) return -1;
    for (int c = 0; c < classes.class_count; c++) sizes[classes.label[c]] += classes.start[c + 1] - classes.start[c];
    if (classes.count > 0 || split == PACK_TRAIN || split == PACK_TEST)
        printf("%s: %d classes, %d images\n", pack_split_names[split], classes.class_count, classes.count);
    pack_classes_release(&classes);
    return 0;
}

static int print_pack(const struct pack *pack, const char *path, struct error *error)
{
    int *sizes = calloc((size_t)pack->class_count, sizeof *sizes); /* (class_count) images of each class */
    if (!sizes) return error_set(error, "out of memory for %d classes", pack->class_count);
    printf("images: %d\nclasses: %d\n", pack->count, pack->class_count);
    int status = 0;
    for (int s = 0; s < PACK_SPLITS && status == 0; s++) status = print_split(pack, (enum pack_split)s, sizes, error);
    if (status == 0) {
        qsort(sizes, (size_t)pack->class_count, sizeof *sizes, compare_ints);
        printf("image size: %d x %d\n", pack->size, pack->size);
        printf("images per class: smallest %d, median %d, largest %d\n", sizes[0], sizes[pack->class_count / 2],
               sizes[pack->class_count - 1]);
        printf("file: %s, %zu bytes\n", path, pack->map.size);
        printf("checksum: %016" PRIx64 ", verified\n", pack->checksum);
        fputs(pack->provenance, stdout);
    }
    free(sizes);
    return status;
}

/* In the data set's order; classes of queries and gallery are test classes. */
static int print_classes(const struct pack *pack, struct error *error)
{
    unsigned char *splits = calloc((size_t)pack->class_count, 1);
    if (!splits) return error_set(error, "out of memory for %d classes", pack->class_count);
    for (int i = 0; i < pack->count; i++)
        splits[pack->labels[i]] = pack->splits[i] == PACK_GALLERY ? PACK_TEST : pack->splits[i];
    for (int c = 0; c < pack->class_count; c++)
        printf("%s %s\n", pack_split_names[splits[c]], pack_class_name(pack, c));
    free(splits);
    return 0;
}

static int run(const struct command_line *line, struct error *error)
{
    const struct info_options *options = line->options;
    struct pack pack = {0};
    char *path = pack_find(options->data, line->arguments[0]);
    int status = COMMAND_FAILED;
    if (pack_open(&pack, path, 1, error) == 0)
        status = options->classes ? print_classes(&pack, error) : print_pack(&pack, path, error);
    pack_release(&pack);
    free(path);
    return status;
}

const struct command cmd_info = {
    .name = "info",
    .arguments = "NAME|PATH",
    .summary = "what a pack holds: counts, classes, split, provenance; verifies its checksum",
    .fields = fields,
    .options_size = sizeof(struct info_options),
    .least = 1,
    .most = 1,
    .run = run,
};
