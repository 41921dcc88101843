/* cmd_info.c - partgrad info: what a pack holds, with its checksum verified. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/listing.h"
#include "datasets/pack.h"
#include "datasets/pack_find.h"
#include "harness/commands/command.h"

struct info_options {
    char data[OPTION_TEXT_SIZE];
    int classes, format;
};

static const struct field fields[] = {
    {"data", "folder of packs", OPTION_TEXT, offsetof(struct info_options, data), "data", 0, 0, NULL},
    {"classes", "print a line 'SPLIT NAME' for each class instead, as prepare --split reads them", OPTION_FLAG,
     offsetof(struct info_options, classes)},
    LISTING_FORMAT(struct info_options),
    {.name = NULL},
};

static int compare_ints(const void *a, const void *b)
{
    int x = *(const int *)a, y = *(const int *)b;
    return (x > y) - (x < y);
}

/* Counts of a pack: images of each class, ascending, and classes and images of each split. */
struct counts {
    int *sizes; /* (class_count); owned */
    int classes[PACK_SPLITS], images[PACK_SPLITS];
};

static int count_split(struct counts *counts, const struct pack *pack, enum pack_split split, struct error *error)
{
    struct pack_classes classes;
    if (pack_classes_init(&classes, pack, split, error) != 0) return -1;
    for (int c = 0; c < classes.class_count; c++)
        counts->sizes[classes.label[c]] += classes.start[c + 1] - classes.start[c];
    counts->classes[split] = classes.class_count;
    counts->images[split] = classes.count;
    pack_classes_release(&classes);
    return 0;
}

static int count_images(struct counts *counts, const struct pack *pack, struct error *error)
{
    *counts = (struct counts){.sizes = calloc((size_t)pack->class_count, sizeof *counts->sizes)};
    if (!counts->sizes) return error_set(error, "out of memory for %d classes", pack->class_count);
    for (int s = 0; s < PACK_SPLITS; s++)
        if (count_split(counts, pack, (enum pack_split)s, error) != 0) return -1;
    qsort(counts->sizes, (size_t)pack->class_count, sizeof *counts->sizes, compare_ints);
    return 0;
}

/* Few packs have validation classes or a gallery, so they are mentioned only if there are any. */
static void print_pack(const struct pack *pack, const struct counts *counts, const char *path)
{
    printf("images: %d\nclasses: %d\n", pack->count, pack->class_count);
    for (int s = 0; s < PACK_SPLITS; s++)
        if (counts->images[s] > 0 || s == PACK_TRAIN || s == PACK_TEST)
            printf("%s: %d classes, %d images\n", pack_split_names[s], counts->classes[s], counts->images[s]);
    printf("image size: %d x %d\n", pack->size, pack->size);
    printf("images per class: smallest %d, median %d, largest %d\n", counts->sizes[0],
           counts->sizes[pack->class_count / 2], counts->sizes[pack->class_count - 1]);
    printf("file: %s, %zu bytes\n", path, pack->map.size);
    printf("checksum: %016" PRIx64 ", verified\n", pack->checksum);
    fputs(pack->provenance, stdout);
}

/* One row. */
static void list_pack(struct listing *listing, const struct pack *pack, const struct counts *counts, const char *path)
{
    char checksum[32], name[64];
    const int sizes[] = {counts->sizes[0], counts->sizes[pack->class_count / 2], counts->sizes[pack->class_count - 1]};
    static const char *const size_names[] = {"smallest_class", "median_class", "largest_class"};
    snprintf(checksum, sizeof checksum, "%016" PRIx64, pack->checksum);
    listing_value(listing, "file", LISTING_TEXT, path, NAN);
    listing_value(listing, "bytes", LISTING_INTEGER, NULL, (double)pack->map.size);
    listing_value(listing, "checksum", LISTING_TEXT, checksum, NAN);
    listing_value(listing, "images", LISTING_INTEGER, NULL, pack->count);
    listing_value(listing, "classes", LISTING_INTEGER, NULL, pack->class_count);
    for (int s = 0; s < PACK_SPLITS; s++) {
        snprintf(name, sizeof name, "%s_classes", pack_split_names[s]);
        listing_value(listing, name, LISTING_INTEGER, NULL, counts->classes[s]);
        snprintf(name, sizeof name, "%s_images", pack_split_names[s]);
        listing_value(listing, name, LISTING_INTEGER, NULL, counts->images[s]);
    }
    listing_value(listing, "image_size", LISTING_INTEGER, NULL, pack->size);
    for (int i = 0; i < 3; i++) listing_value(listing, size_names[i], LISTING_INTEGER, NULL, sizes[i]);
    listing_value(listing, "provenance", LISTING_TEXT, pack->provenance, NAN);
}

static int show_pack(const struct pack *pack, const char *path, enum listing_format format, struct error *error)
{
    struct counts counts;
    struct listing listing = {0};
    int status = count_images(&counts, pack, error);
    if (status == 0 && format == LISTING_TABLE) {
        print_pack(pack, &counts, path);
    } else if (status == 0) {
        list_pack(&listing, pack, &counts, path);
        status = listing_print(&listing, format, stdout, error);
    }
    listing_release(&listing);
    free(counts.sizes);
    return status;
}

/* Prints classes in the data set's order; classes of queries and gallery are test classes. */
static int show_classes(const struct pack *pack, enum listing_format format, struct error *error)
{
    struct listing listing = {0};
    unsigned char *splits = calloc((size_t)pack->class_count, 1);
    int status = 0;
    if (!splits) return error_set(error, "out of memory for %d classes", pack->class_count);
    for (int i = 0; i < pack->count; i++)
        splits[pack->labels[i]] = pack->splits[i] == PACK_GALLERY ? PACK_TEST : pack->splits[i];
    listing_column(&listing, "split", LISTING_TEXT, 0);
    listing_column(&listing, "class", LISTING_TEXT, 0);
    for (int c = 0; c < pack->class_count; c++) {
        const char *split = pack_split_names[splits[c]], *name = pack_class_name(pack, c);
        if (format == LISTING_TABLE) printf("%s %s\n", split, name);
        listing_text(&listing, split);
        listing_text(&listing, name);
    }
    if (format != LISTING_TABLE) status = listing_print(&listing, format, stdout, error);
    listing_release(&listing);
    free(splits);
    return status;
}

static int run(const struct command_line *line, struct error *error)
{
    const struct info_options *options = line->options;
    struct pack pack = {0};
    char *path = pack_find(options->data, line->arguments[0]);
    int status = COMMAND_FAILED;
    if (pack_open(&pack, path, 1, error) == 0)
        status = options->classes ? show_classes(&pack, (enum listing_format)options->format, error)
                                  : show_pack(&pack, path, (enum listing_format)options->format, error);
    pack_release(&pack);
    free(path);
    return status;
}

const struct command cmd_info = {
    .name = "info",
    .arguments = "NAME|PATH",
    .summary = "show what a pack holds, and verify its checksum",
    .description = "Prints counts of images and classes, the split, and where the pack comes from.",
    .fields = fields,
    .options_size = sizeof(struct info_options),
    .least = 1,
    .most = 1,
    .run = run,
};
