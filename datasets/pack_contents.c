/* pack_contents.c - see pack_contents.h. */
#include "datasets/pack_contents.h"

#include <stdlib.h>

void pack_contents_release(struct pack_contents *contents)
{
    free((void *)contents->labels);
    free((void *)contents->splits);
    free((void *)contents->class_names);
    *contents = (struct pack_contents){0};
}

/* Numbers the classes that have images in their official order; label (classes of the catalogue), -1 without images.
 * names (classes of the catalogue) receives those that have. Returns how many. */
static int number_classes(const struct catalogue *catalogue, int *label, const char **names)
{
    int count = 0;
    for (int c = 0; c < catalogue->class_count; c++) label[c] = -1;
    for (int i = 0; i < catalogue->count; i++) label[catalogue->images[i].class] = 0;
    for (int c = 0; c < catalogue->class_count; c++) {
        if (label[c] < 0) continue;
        names[count] = catalogue->classes[c].name;
        label[c] = count++;
    }
    return count;
}

int pack_contents_init(struct pack_contents *contents, const struct catalogue *catalogue, int size, struct error *error)
{
    size_t count = (size_t)catalogue->count, classes = (size_t)catalogue->class_count;
    int32_t *labels = malloc(count * sizeof *labels + 1);
    uint8_t *splits = malloc(count + 1);
    const char **names = malloc(classes * sizeof *names + 1);
    int *label = malloc(classes * sizeof *label + 1);
    *contents = (struct pack_contents){
        .count = catalogue->count, .size = size, .labels = labels, .splits = splits, .class_names = names};
    if (!labels || !splits || !names || !label) {
        free(label);
        pack_contents_release(contents);
        return error_set(error, "out of memory for %d images", catalogue->count);
    }
    contents->class_count = number_classes(catalogue, label, names);
    for (int i = 0; i < catalogue->count; i++) {
        int c = catalogue->images[i].class;
        enum pack_split split = catalogue->classes[c].split;
        labels[i] = label[c];
        splits[i] = (uint8_t)(split == PACK_TEST && catalogue->images[i].gallery ? PACK_GALLERY : split);
    }
    free(label);
    return 0;
}
