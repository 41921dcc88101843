/* fuzz_lists.c - the text lists of data sets. The first letter says whose: c CUB, s Stanford Online Products, i
 * In-shop Clothes, k a user's split of classes, r a user's table of addresses; the texts follow, each begun by a line
 * of
 * "---". */
#include "tests/fuzz/fuzz.h"

#include <archive.h>
#include <archive_entry.h>
#include <string.h>

#include "datasets/class_split.h"
#include "datasets/dataset.h"
#include "datasets/resource.h"

extern const struct dataset dataset_cub, dataset_inshop, dataset_sop;

enum { LISTS_MAX = 4, ARCHIVE_BYTES = 1 << 18 };

struct lists {
    char letter;
    const struct dataset *dataset;
    const char *names[LISTS_MAX];
};

static const struct lists kinds[] = {
    {'c',
     &dataset_cub,
     {"CUB_200_2011/classes.txt", "CUB_200_2011/image_class_labels.txt", "CUB_200_2011/bounding_boxes.txt",
      "CUB_200_2011/images.txt"}},
    {'s', &dataset_sop, {"Stanford_Online_Products/Ebay_train.txt", "Stanford_Online_Products/Ebay_test.txt"}},
    {'i', &dataset_inshop, {"Eval/list_eval_partition.txt", "img/WOMEN/Tees/id_1/1_1.jpg"}},
};

static void add_text(struct archive *archive, const char *name, const char *text, size_t size)
{
    struct archive_entry *entry = archive_entry_new();
    archive_entry_set_pathname(entry, name);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_size(entry, (la_int64_t)size);
    archive_write_header(archive, entry);
    archive_write_data(archive, text, size);
    archive_entry_free(entry);
}

/* The texts as members of a tar file in memory: its size. */
static size_t pack_lists(const struct lists *lists, const char *text, size_t size, char *bytes)
{
    size_t used = 0;
    struct archive *archive = archive_write_new();
    archive_write_set_format_ustar(archive);
    archive_write_open_memory(archive, bytes, ARCHIVE_BYTES, &used);
    for (int l = 0; l < LISTS_MAX && lists->names[l]; l++) {
        const char *next = memmem(text, size, "---\n", 4), *end = next ? next : text + size;
        add_text(archive, lists->names[l], text, (size_t)(end - text));
        size -= (size_t)(end - text) + (next ? 4 : 0);
        text = next ? next + 4 : end;
    }
    archive_write_close(archive);
    archive_write_free(archive);
    return used;
}

static void read_lists(const struct lists *lists, const char *text, size_t size, int crop_boxes)
{
    static char bytes[ARCHIVE_BYTES];
    const char *path = fuzz_file(bytes, pack_lists(lists, text, size, bytes));
    struct option_paths paths = {1, {path}};
    struct catalogue catalogue = {0};
    struct error error;
    char options[64] = {0};
    if (lists->dataset->plugin.options_size > sizeof options) abort();
    option_defaults(lists->dataset->plugin.fields, options);
    if (lists->dataset->plugin.fields && crop_boxes)
        option_parse(option_find(lists->dataset->plugin.fields, "crop_boxes"), options, "yes", &error);
    if (lists->dataset->list(options, &paths, &catalogue, &error) == 0)
        for (int i = 0; i < catalogue.count; i++) {
            if (catalogue.images[i].class < 0 || catalogue.images[i].class >= catalogue.class_count) abort();
            fuzz_use(catalogue.images[i].path, strlen(catalogue.images[i].path));
        }
    catalogue_release(&catalogue);
}

/* Splits four classes of two images. */
static void split_classes(const char *path)
{
    static const char *const names[] = {"001.Albatross", "two words", "c", "d"};
    struct catalogue catalogue = {0};
    struct error error;
    for (int c = 0; c < 4; c++) {
        catalogue_add_class(&catalogue, names[c], PACK_TRAIN, NULL, &error);
        for (int i = 0; i < 2; i++) catalogue_add_image(&catalogue, &(struct catalogue_image){.class = c}, &error);
    }
    if (class_split_apply(&catalogue, path, &error) == 0)
        for (int i = 0; i < catalogue.count; i++)
            if (catalogue.classes[catalogue.images[i].class].split > PACK_VALID) abort();
    catalogue_release(&catalogue);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct resource_table table;
    struct error error;
    if (size == 0 || size > ARCHIVE_BYTES / 2) return 0;
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
        if ((data[0] | 0x20) == kinds[k].letter)
            read_lists(&kinds[k], (const char *)data + 1, size - 1, data[0] != kinds[k].letter);
    if (data[0] == 'k') split_classes(fuzz_file(data + 1, size - 1));
    if (data[0] != 'r' || resource_table_init(&table, fuzz_file(data + 1, size - 1), &error) != 0) return 0;
    resource_find(&table, "cub/CUB_200_2011.tgz");
    resource_table_release(&table);
    return 0;
}
