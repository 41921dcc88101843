/* contents.c - see contents.h. */
#include "datasets/contents.h"

#include <stdlib.h>

void contents_release(struct contents *contents)
{
    free(contents->labels);
    free(contents->splits);
    free(contents->names);
    *contents = (struct contents){0};
}

/* Numbers the classes that have images in their official order; label (classes of the catalogue), -1 without images. */
static void number_classes(struct contents *contents, const struct catalogue *catalogue, int *label)
{
    for (int c = 0; c < catalogue->class_count; c++) label[c] = -1;
    for (int i = 0; i < catalogue->count; i++) label[catalogue->images[i].class] = 0;
    for (int c = 0; c < catalogue->class_count; c++) {
        if (label[c] < 0) continue;
        contents->names[contents->class_count] = catalogue->classes[c].name;
        label[c] = contents->class_count++;
    }
}

int contents_init(struct contents *contents, const struct catalogue *catalogue, struct error *error)
{
    size_t count = (size_t)catalogue->count, classes = (size_t)catalogue->class_count;
    *contents = (struct contents){.labels = malloc(count * sizeof(int32_t) + 1),
                                  .splits = malloc(count + 1),
                                  .names = malloc(classes * sizeof(char *) + 1)};
    int *label = malloc(classes * sizeof *label + 1);
    if (!contents->labels || !contents->splits || !contents->names || !label) {
        free(label);
        contents_release(contents);
        return error_set(error, "out of memory for %d images", catalogue->count);
    }
    number_classes(contents, catalogue, label);
    for (int i = 0; i < catalogue->count; i++) {
        int c = catalogue->images[i].class;
        contents->labels[i] = label[c];
        contents->splits[i] = (uint8_t)catalogue->classes[c].split;
    }
    free(label);
    return 0;
}
